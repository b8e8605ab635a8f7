"""What people do about service requests: take them in, turn them into complaints, record answers, mind the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Action, OrgUnit, User
from crm_core import storing
from crm_core.customers.models import Contact, Customer
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.permissions import locked, require, require_writable, seen
from crm_core.service import operations
from crm_core.service.models import RequestChannel, RequestKind, ServiceRequest, Severity
from crm_core.service.promises import promise_for, tier_of

CREATE_FIELDS = frozenset(["description", "severity", "priority", "product", "contract_no", "demand", "harm", "flags"])
CHANGE_FIELDS = frozenset(["subject", "description", "priority", "product", "contract_no", "demand"])


@transaction.atomic(durable=True)
def create_request(
    *,
    actor: User,
    kind: str,
    subject: str,
    customer_id: UUID | str | None = None,
    contact_id: UUID | str | None = None,
    channel: str = RequestChannel.PHONE,
    values: Mapping[str, Any] | None = None,
) -> ServiceRequest:
    """Take in what a customer (or, without one, somebody unknown) asks; a complaint starts its process.

    The request belongs to the customer's unit and owner, without a customer to the actor's. ``values``: see
    CREATE_FIELDS. Raises RecordNotFound for a customer the actor does not see, NotPermitted, ValuesRefused.
    """
    given = dict(values or {})
    require_writable(actor, ServiceRequest.record_kind, given, CREATE_FIELDS)
    customer, contact = _customer_and_contact(actor, customer_id, contact_id)
    request = ServiceRequest(
        kind=kind,
        subject=subject.strip(),
        channel=channel,
        customer=customer,
        contact=contact,
        owner=customer.owner if customer else actor,
        org_unit=customer.org_unit if customer else _unit_of(actor),
        **given,
    )
    require(actor, Action.CREATE, ServiceRequest.record_kind, request)
    storing.full_check(request, only=("kind", "subject", "channel", *given))
    return operations.open_request(request, actor=actor)


@transaction.atomic(durable=True)
def change_request(
    *, actor: User, request_id: UUID | str, values: Mapping[str, Any], seen_version: int | None = None
) -> ServiceRequest:
    """Correct what was written down (CHANGE_FIELDS). Raises RecordNotFound, NotPermitted, RecordHasChanged,
    ValuesRefused, WrongState once it is closed."""
    request = _open_and_locked(actor, request_id)
    storing.require_version(request, seen_version)
    require_writable(actor, ServiceRequest.record_kind, values, CHANGE_FIELDS)
    storing.change(request, dict(values), actor=actor)
    return request


@transaction.atomic(durable=True)
def convert_to_complaint(*, actor: User, request_id: UUID | str, reason: str = "") -> ServiceRequest:
    """Open a complaint from another kind of request, which is closed as converted; returns the complaint.

    Raises RecordNotFound, NotPermitted, WrongState when it is a complaint already or closed.
    """
    request = _open_and_locked(actor, request_id)
    if request.kind == RequestKind.COMPLAINT:
        raise WrongState(_("This is a complaint already."))
    taken_over = (
        "customer",
        "contact",
        "subject",
        "description",
        "channel",
        "product",
        "contract_no",
        "demand",
        "harm",
    )
    complaint = ServiceRequest(
        kind=RequestKind.COMPLAINT,
        owner=request.owner,
        org_unit=request.org_unit,
        converted_from=request,
        **{name: getattr(request, name) for name in taken_over},
    )
    operations.open_request(complaint, actor=actor)
    operations.close_request(request, "converted", actor=actor, note=reason.strip() or complaint.number)
    return complaint


@transaction.atomic(durable=True)
def answer_request(*, actor: User, request_id: UUID | str, answer: str) -> ServiceRequest:
    """Answer and close a request that is no complaint. Raises RecordNotFound, NotPermitted, ValuesRefused,
    WrongState for complaints (their process answers) and closed requests."""
    request = _open_and_locked(actor, request_id)
    if request.kind == RequestKind.COMPLAINT:
        raise WrongState(_("A complaint is answered in its process."))
    if not answer.strip():
        raise ValuesRefused({"answer": [_("An answer is needed.")]})
    operations.note_first_response(request, actor=actor)
    values = {"resolution": answer.strip(), "handler": request.handler or actor}
    storing.change(request, values, actor=actor, act="answered")
    operations.close_request(request, "answered", actor=actor)
    return request


@transaction.atomic(durable=True)
def record_customer_answer(
    *, actor: User, request_id: UUID | str, satisfied: bool, remark: str = "", score: int | None = None
) -> ServiceRequest:
    """Record what the customer said to the reply: the complaint's process goes on from there.

    Raises RecordNotFound, NotPermitted, ValuesRefused for a score outside 1 to 5, WrongState when no reply waits for
    an answer.
    """
    request = _open_and_locked(actor, request_id)
    if request.kind != RequestKind.COMPLAINT or request.replied_at is None or request.customer_satisfied is not None:
        raise WrongState(_("No reply is waiting for the customer's answer."))
    values: dict[str, Any] = {"customer_satisfied": satisfied}
    if score is not None:
        values["satisfaction"] = score
    storing.change(request, values, actor=actor, act="customer-answered", note=remark.strip())
    name = "complaint.accepted" if satisfied else "complaint.not_accepted"
    operations.send_to_process(request, name, actor, satisfied=satisfied, customer_remark=remark.strip())
    return request


@transaction.atomic(durable=True)
def withdraw_complaint(*, actor: User, request_id: UUID | str, reason: str) -> ServiceRequest:
    """Record that the customer takes the complaint back; its process ends as withdrawn soon after commit.

    Raises RecordNotFound, NotPermitted, ValuesRefused without a reason, WrongState when it is no open complaint.
    """
    request = _open_and_locked(actor, request_id)
    if request.kind != RequestKind.COMPLAINT:
        raise WrongState(_("Only complaints are withdrawn."))
    if not reason.strip():
        raise ValuesRefused({"reason": [_("A reason is needed.")]})
    operations.send_to_process(request, "complaint.withdrawn", actor, withdrawal_reason=reason.strip())
    storing.note_act(request, actor=actor, act="withdrawal-sent", note=reason.strip())
    return request


@transaction.atomic(durable=True)
def pause_clock(*, actor: User, request_id: UUID | str, reason: str) -> ServiceRequest:
    """Stop the SLA clock because the customer has to answer something first; its timers rest.

    Raises RecordNotFound, NotPermitted, ValuesRefused without a reason, WrongState at escalation level 3.
    """
    request = _open_and_locked(actor, request_id)
    if request.is_paused:
        raise WrongState(_("The clock is paused already."))
    operations.pause_clock(request, reason, actor=actor)
    return request


@transaction.atomic(durable=True)
def resume_clock(*, actor: User, request_id: UUID | str) -> ServiceRequest:
    """Let the SLA clock run on; its timers move by the time it stood.

    Raises RecordNotFound, NotPermitted, WrongState.
    """
    request = _open_and_locked(actor, request_id)
    if not request.is_paused:
        raise WrongState(_("The clock is not paused."))
    operations.resume_clock(request, actor=actor)
    return request


@transaction.atomic(durable=True)
def change_severity(*, actor: User, request_id: UUID | str, severity: str, reason: str) -> ServiceRequest:
    """Move a request to another severity: promised times and waiting timers move with it.

    Raises RecordNotFound, NotPermitted, ValuesRefused for an unknown severity or without a reason, WrongState.
    """
    request = _open_and_locked(actor, request_id)
    if severity not in Severity.values or not reason.strip():
        raise ValuesRefused({"severity": [_("Choose a severity and say why.")]})
    if severity == request.severity:
        raise WrongState(_("It has this severity already."))
    promise = promise_for(request, severity, tier_of(request.customer))
    operations.set_promise(request, severity, promise, actor=actor, act="severity-changed", note=reason.strip())
    return request


@transaction.atomic(durable=True)
def reassign_request(*, actor: User, request_id: UUID | str, handler: User, reason: str) -> ServiceRequest:
    """Give a request to somebody else; of a complaint the handling begins again with them, keeping what was found.

    Raises RecordNotFound, NotPermitted (also when the new handler may not see it), ValuesRefused without a reason,
    WrongState for the person complained about.
    """
    request = _open_and_locked(actor, request_id)
    require(actor, Action.ASSIGN, ServiceRequest.record_kind, request)
    if not reason.strip():
        raise ValuesRefused({"reason": [_("A reason is needed.")]})
    if not ServiceRequest.objects.visible_to(handler).filter(pk=request.pk).exists():
        raise NotPermitted(_("%(name)s may not see this request.") % {"name": handler.display_name})
    operations.hand_over(request, handler, actor=actor, note=reason.strip())
    return request


def _open_and_locked(actor: User, request_id: UUID | str) -> ServiceRequest:
    request = locked(ServiceRequest, actor, request_id)
    require(actor, Action.CHANGE, ServiceRequest.record_kind, request)
    if not request.is_open:
        raise WrongState(_("This request is closed."))
    return request


def _customer_and_contact(
    actor: User, customer_id: UUID | str | None, contact_id: UUID | str | None
) -> tuple[Customer | None, Contact | None]:
    customer = seen(Customer, actor, customer_id) if customer_id else None
    contact = seen(Contact, actor, contact_id) if contact_id else None
    if contact is not None and (customer is None or contact.customer_id != customer.pk):
        raise RecordNotFound
    return customer, contact


def _unit_of(actor: User) -> OrgUnit:
    if actor.org_unit is None:
        raise ValuesRefused({"org_unit": [_("You belong to no unit: name the customer.")]})
    return actor.org_unit
