"""What becomes of a complaint: findings, proposal, decisions, reply, answer and lessons, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import OrgUnit, User
from config import clock
from crm_core import storing
from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.interactions.models import Channel, FlowDirection, Interaction, InteractionKind
from crm_core.levels import operations as levels
from crm_core.levels.models import ChangeSource, LevelChange
from crm_core.levels.recommendation import PROCESS_KEY as LEVEL_PROCESS
from crm_core.levels.review import start_variables
from crm_core.service import operations
from crm_core.service.models import CompensationKind, KnowledgeArticle, RequestStatus, ServiceRequest, Upheld
from workflows.operations import request_start

ROUNDS = 2
_KINDS: Mapping[str, tuple[str, str]] = {
    "phone": (InteractionKind.CALL, Channel.PHONE),
    "counter": (InteractionKind.VISIT, Channel.IN_PERSON),
    "wechat": (InteractionKind.MESSAGE, Channel.WECHAT),
    "app": (InteractionKind.MESSAGE, Channel.APP),
    "web": (InteractionKind.MESSAGE, Channel.WEB),
}


def classify(request: ServiceRequest, values: Mapping[str, Any], *, actor: User | None) -> None:
    """Keep what the agent found out and note the first response. Raises ValuesRefused."""
    storing.change(request, {"status": RequestStatus.TRIAGED, **values}, actor=actor, act="classified")
    operations.note_first_response(request, actor=actor)


def link_duplicate(request: ServiceRequest, number: str, *, actor: User | None) -> None:
    """Point to the complaint that this one repeats. Raises ValuesRefused for a number that is no other complaint."""
    first = ServiceRequest.objects.filter(Q(number=number.strip()) & ~Q(pk=request.pk)).first()
    if first is None or first.customer_id != request.customer_id:
        raise ValuesRefused({"duplicate_of": [_("There is no such complaint of this customer.")]})
    storing.change(request, {"duplicate_of": first}, actor=actor, act="linked")


def record_findings(
    request: ServiceRequest, *, root_cause: str, responsible_unit: str, findings: str, actor: User | None
) -> None:
    """Keep cause, responsible unit (code) and findings; whoever found them out handles it. Raises ValuesRefused."""
    unit = OrgUnit.objects.filter(code=responsible_unit).first() if responsible_unit else None
    if responsible_unit and unit is None:
        raise ValuesRefused({"responsible_unit": [_("There is no such unit.")]})
    status = RequestStatus.ESCALATED if request.escalation_level else RequestStatus.IN_PROGRESS
    values: dict[str, Any] = {
        "root_cause": root_cause[:60],
        "responsible_unit": unit,
        "findings": findings,
        "status": status,
    }
    if actor is not None and actor.pk != request.person_complained_about_id:
        values["handler"] = actor
    storing.change(request, values, actor=actor, act="investigated")


def propose(
    request: ServiceRequest,
    *,
    solution: str,
    kind: str,
    amount: Decimal,
    commit_on: date | None,
    actor: User | None,
    act: str = "proposed",
) -> None:
    """Keep the proposed solution. Raises ValuesRefused for an unknown kind or a negative amount."""
    if kind not in CompensationKind.values or amount < 0:
        raise ValuesRefused({"compensation": [_("Choose a compensation; its amount is not negative.")]})
    values = {
        "resolution": solution,
        "compensation_kind": kind,
        "compensation": amount,
        "commit_on": commit_on,
        "customer_satisfied": None,
    }
    storing.change(request, values, actor=actor, act=act)


def note_outside_body(request: ServiceRequest, name: str, *, actor: User | None) -> None:
    """Keep the outside body (consumer office, court, press) the customer turned to."""
    storing.change(request, {"external_channel": name.strip()[:120]}, actor=actor, act="outside-body-noted")


def change_compensation(request: ServiceRequest, amount: Decimal, *, actor: User | None, note: str) -> None:
    """An approver grants less than proposed; more would need another route. Raises ValuesRefused."""
    if not 0 <= amount <= request.compensation:
        raise ValuesRefused({"amount": [_("An approver may lower the amount; for more, send the proposal back.")]})
    storing.change(request, {"compensation": amount}, actor=actor, act="compensation-changed", note=note)


def record_reply(request: ServiceRequest, reply: str, channel: str, *, actor: User | None) -> None:
    """Keep the reply, and on the customer's timeline how it was given unless a letter will be written there.

    The clock stands still until the customer answers, except at the highest escalation level. Raises ValuesRefused.
    """
    if not reply.strip():
        raise ValuesRefused({"reply": [_("A reply is needed.")]})
    values = {"reply": reply.strip(), "replied_at": clock.now(), "customer_satisfied": None}
    storing.change(request, values, actor=actor, act="replied")
    if request.customer_id is not None and channel in _KINDS:
        _note_interaction(request, reply.strip(), channel, actor)
    if request.may_be_paused:
        operations.pause_clock(request, _("Waiting for the customer's answer"), actor=actor)


def record_answer(request: ServiceRequest, answer: str, *, actor: User | None) -> int:
    """Keep whether the customer accepted, refused or said nothing; a refusal counts. Returns the refusals so far."""
    satisfied = {"accepted": True, "not_accepted": False}.get(answer)
    times = request.returned_times + (1 if satisfied is False else 0)
    values = {"customer_satisfied": satisfied, "returned_times": times}
    storing.change(request, values, actor=actor, act=f"customer-{answer}".replace("_", "-"))
    operations.resume_clock(request, actor=actor)
    return times


def record_payment(request: ServiceRequest, reference: str, *, actor: User | None) -> None:
    """Keep that the compensation was paid; the first reference stays."""
    if request.compensation_paid_at is None:
        values = {"compensation_paid_at": clock.now(), "compensation_reference": reference[:120]}
        storing.change(request, values, actor=actor, act="compensation-paid")


def record_verdict(request: ServiceRequest, upheld: str, fraud: bool, *, actor: User | None) -> LevelChange | None:
    """Keep quality's verdict; a customer's fraud asks for a review of the customer's level, which is returned.

    Raises WrongState for an unknown verdict; the same verdict twice asks only once.
    """
    if upheld not in Upheld.values:
        raise WrongState(_("Say whether the complaint is upheld."))
    asks = fraud and not request.fraud_suspected and request.customer is not None
    storing.change(request, {"upheld": upheld, "fraud_suspected": fraud}, actor=actor, act=upheld.replace("_", "-"))
    return _ask_for_level_review(request, actor) if asks else None


def propose_article(request: ServiceRequest, title: str, body: str, *, actor: User | None) -> KnowledgeArticle | None:
    """Draft a knowledge article learned from the complaint, once; without a title there is none."""
    known = KnowledgeArticle.objects.filter(learned_from=request).first()
    if known is not None or not title.strip():
        return known
    article = KnowledgeArticle(
        title=title.strip()[:200],
        body=body.strip(),
        category=request.category,
        learned_from=request,
        owner=actor,
        org_unit=request.org_unit,
    )
    return storing.add(article, actor=actor, act="proposed")


def _ask_for_level_review(request: ServiceRequest, actor: User | None) -> LevelChange:
    assert request.customer is not None
    change = levels.draft_change(request.customer, source=ChangeSource.COMPLAINT, requester=None, actor=actor)
    request_start(
        LEVEL_PROCESS,
        event="level_change.requested",
        variables=start_variables(change) | {"reason": "complaint"},
        record=change,
        message_id=change.number,
        actor=actor,
    )
    return change


def _note_interaction(request: ServiceRequest, reply: str, channel: str, actor: User | None) -> None:
    kind, way = _KINDS[channel]
    entry = Interaction(
        customer=request.customer,
        contact=request.contact,
        kind=kind,
        channel=way,
        direction=FlowDirection.OUTGOING,
        summary=reply,
        by=actor,
        linked_kind=ServiceRequest.record_kind,
        linked_id=str(request.pk),
    )
    storing.add(entry, actor=actor, act="logged")
