"""What people do about levels: ask for a change, take it back, object, revoke, start a review."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Action, User
from accounts.queries import group_keys
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.exceptions import NotPermitted, ValuesRefused, WrongState
from crm_core.levels import operations, queries
from crm_core.levels.models import ChangeSource, ChangeStatus, CustomerLevel, LevelChange
from crm_core.levels.recommendation import PROCESS_KEY
from crm_core.levels.review import start_variables
from crm_core.permissions import locked, require
from workflows.models import ProcessInstance
from workflows.operations import request_message, request_start, start_instance

REVIEW_PROCESS = "level-review"


@transaction.atomic(durable=True)
def request_level_change(
    *, actor: User, customer_id: UUID | str, proposed_level: str = "", source: str = ChangeSource.REQUEST
) -> LevelChange:
    """Ask for another level: starts the level-change process, whose first task goes to the actor.

    Raises RecordNotFound, NotPermitted, WrongState when a change of the customer is open already, ValuesRefused for
    an unknown level.
    """
    customer = locked(Customer, actor, customer_id)
    change = operations.new_change(customer, source=source, requester=actor)
    require(actor, Action.CREATE, LevelChange.record_kind, change)
    if proposed_level and not CustomerLevel.objects.filter(pk=proposed_level).exists():
        raise ValuesRefused({"proposed_level": [_("There is no such level.")]})
    first = LevelChange.objects.filter(customer=customer, status__in=LevelChange.OPEN).first()
    if first is not None:
        raise WrongState(_("%(number)s is already open for this customer.") % {"number": first.number})
    storing.add(change, actor=actor, act="drafted")
    variables = start_variables(change) | {"proposed_level": proposed_level or None}
    start_instance(actor=actor, process_key=PROCESS_KEY, variables=variables, record=change)
    change.refresh_from_db()
    return change


@transaction.atomic(durable=True)
def withdraw_level_change(*, actor: User, change_id: UUID | str, reason: str = "") -> LevelChange:
    """Take a request back before it is applied; only the requester may, or for a review's change who may approve it.

    The process ends as withdrawn soon after commit. Raises RecordNotFound, NotPermitted, WrongState.
    """
    change = locked(LevelChange, actor, change_id)
    if change.requester is None:
        require(actor, Action.APPROVE, LevelChange.record_kind, change)
    elif change.requester != actor:
        raise NotPermitted
    if not change.may_be_withdrawn:
        raise WrongState(_("This change can no longer be withdrawn."))
    _send("level_change.withdrawn", change, actor, withdrawn_by=actor.username, withdrawal_reason=reason)
    storing.note_act(change, actor=actor, act="withdrawal-sent", note=reason)
    return change


@transaction.atomic(durable=True)
def object_to_level_change(*, actor: User, change_id: UUID | str, objection: str) -> LevelChange:
    """Object to a downgrade the review wants: the sales manager then decides.

    Needs the right to change the level change (the customer's owner has it). Raises RecordNotFound, NotPermitted,
    ValuesRefused without words, WrongState when it is no downgrade by the review or already decided.
    """
    change = locked(LevelChange, actor, change_id)
    require(actor, Action.CHANGE, LevelChange.record_kind, change)
    if not objection.strip():
        raise ValuesRefused({"objection": [_("Say what speaks against it.")]})
    if not queries.may_be_objected_to(change):
        raise WrongState(_("Nobody can object to this change any more."))
    storing.change(change, {"objection": objection.strip()}, actor=actor, act="objected")
    _send("level_change.objection", change, actor, objection=objection.strip(), objected_by=actor.username)
    return change


@transaction.atomic(durable=True)
def revoke_level_change(*, actor: User, change_id: UUID | str, reason: str) -> LevelChange:
    """Give the old level back within 30 business days after it was applied; directors may.

    Raises RecordNotFound, NotPermitted, ValuesRefused without a reason, WrongState when it is not applied or the time
    is over.
    """
    change = locked(LevelChange, actor, change_id)
    require(actor, Action.APPROVE, LevelChange.record_kind, change)
    if not actor.is_superuser and not group_keys(actor) & queries.REVOKERS:
        raise NotPermitted
    if not reason.strip():
        raise ValuesRefused({"reason": [_("A reason is needed.")]})
    if change.status != ChangeStatus.APPLIED or not queries.is_running(change):
        raise WrongState(_("Only a change applied in the last 30 business days can be revoked."))
    storing.change(change, {"closing_note": reason.strip()}, actor=actor, act="revocation-sent")
    _send("level_change.revoked", change, actor, revoked_by=actor.username, revocation_reason=reason.strip())
    return change


@transaction.atomic(durable=True)
def start_level_review(*, actor: User | None, as_of: date | None = None, branch: str | None = None) -> ProcessInstance:
    """Start the level review of all branches or one, on the figures up to ``as_of`` (default: today).

    ``actor`` None is the system (the shell). Raises NotPermitted for who may not approve level changes.
    """
    if actor is not None:
        require(actor, Action.APPROVE, LevelChange.record_kind)
    variables = {"as_of": as_of.isoformat() if as_of else None, "branch": branch}
    return start_instance(
        actor=actor, process_key=REVIEW_PROCESS, variables=variables, number=_review_number(variables)
    )


@transaction.atomic(durable=True)
def ask_for_downgrade_review(*, actor: User, customer_id: UUID | str, reason: str) -> LevelChange:
    """Ask for a review of a customer's level because of an upheld critical complaint or bad debt.

    Its request goes to the customer's owner. Raises RecordNotFound, NotPermitted for who may not see level changes.
    """
    customer = locked(Customer, actor, customer_id)
    require(actor, Action.VIEW, LevelChange.record_kind, customer)
    change = operations.draft_change(customer, source=ChangeSource.COMPLAINT, requester=None, actor=actor)
    request_start(
        PROCESS_KEY,
        event="level_change.requested",
        variables=start_variables(change) | {"reason": reason},
        record=change,
        message_id=change.number,
        actor=actor,
    )
    return change


def _send(name: str, change: LevelChange, actor: User, **variables: str) -> None:
    request_message(name, change.number, variables, message_id=f"{name} {change.version}", actor=actor)


def _review_number(variables: dict[str, str | None]) -> str:
    return " ".join(part for part in (variables["as_of"], variables["branch"]) if part)
