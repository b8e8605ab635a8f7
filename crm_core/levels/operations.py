"""The steps of a level change inside a caller's transaction; commands and process handlers share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import branch_of, calendar_of
from config import clock
from crm_core import storing
from crm_core.customers import operations as customers
from crm_core.customers.models import Customer
from crm_core.days import months_after, today_at
from crm_core.exceptions import WrongState
from crm_core.levels.evidence import evidence_for, evidence_hash
from crm_core.levels.models import ChangeSource, ChangeStatus, CustomerLevel, Direction, LevelChange, LevelDecision

CLOSES_FROM: Mapping[str, frozenset[str]] = {
    ChangeStatus.APPROVED: frozenset({ChangeStatus.REQUESTED}),
    ChangeStatus.REJECTED: frozenset({ChangeStatus.REQUESTED}),
    ChangeStatus.NO_CHANGE: frozenset({ChangeStatus.REQUESTED}),
    ChangeStatus.EXPIRED: frozenset({ChangeStatus.REQUESTED}),
    ChangeStatus.WITHDRAWN: frozenset({ChangeStatus.DRAFT, ChangeStatus.REQUESTED, ChangeStatus.APPROVED}),
}
ENDS = frozenset(
    {
        ChangeStatus.REJECTED,
        ChangeStatus.NO_CHANGE,
        ChangeStatus.EXPIRED,
        ChangeStatus.WITHDRAWN,
        ChangeStatus.DUPLICATE,
    }
)
GRANTED = ("level", "level_since", "level_valid_until", "level_review_on", "sla_factor", "credit_limit", "benefits")


Listener = Callable[[Customer, User | None], object]
"""Told in the same transaction that a locked customer's level has just changed, and by whom."""

_listeners: list[Listener] = []


def on_level_changed(listener: Listener) -> None:
    """Let another area keep its records in step with levels; registering twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked for in one round."""

    to_level: CustomerLevel
    reason: str
    justification: str
    effective_on: date | None = None
    valid_until: date | None = None


def draft_change(customer: Customer, *, source: str, requester: User | None, actor: User | None) -> LevelChange:
    """A level change that its process has yet to open."""
    return storing.add(new_change(customer, source=source, requester=requester), actor=actor, act="drafted")


def new_change(customer: Customer, *, source: str, requester: User | None) -> LevelChange:
    """The same, not yet stored."""
    return LevelChange(
        customer=customer,
        owner=customer.owner,
        org_unit=customer.org_unit,
        source=source,
        requester=requester,
        from_level=customer.level,
    )


def open_change(customer: Customer, change: LevelChange, *, actor: User | None) -> LevelChange | None:
    """Open a drafted change of a locked customer, or close it as a duplicate of the one that is open: that is returned.

    Opening twice changes nothing.
    """
    if change.is_open:
        return None
    first = LevelChange.objects.filter(customer=customer, status__in=LevelChange.OPEN).exclude(pk=change.pk).first()
    if first is None:
        storing.change(
            change, {"status": ChangeStatus.REQUESTED, "from_level": customer.level}, actor=actor, act="requested"
        )
        return None
    values = {"status": ChangeStatus.DUPLICATE, "duplicate_of": first, "ended_at": clock.now()}
    storing.change(change, values, actor=actor, act="found-duplicate")
    return first


def freeze_evidence(customer: Customer, change: LevelChange, as_of: date, *, actor: User | None) -> bool:
    """Collect the evidence as of a day and keep it with its hash; returns whether it differs from what was kept."""
    evidence = evidence_for([customer], as_of)[customer.pk]
    digest = evidence_hash(evidence)
    differs = change.evidence_hash != digest
    values = {"as_of": as_of, "evidence": evidence, "evidence_hash": digest}
    storing.change(change, values, actor=actor, act="evidence-frozen")
    return differs


def propose(change: LevelChange, proposal: Proposal, *, actor: User | None) -> list[dict[str, Any]]:
    """Begin a round with a proposal; returns what differs from the round before as rows {en, zh, before, now}."""
    direction = direction_between(change.from_level, proposal.to_level)
    entry = {
        "level": proposal.to_level.code,
        "reason": proposal.reason,
        "justification": proposal.justification,
        "effective_on": _day(proposal.effective_on),
        "valid_until": _day(proposal.valid_until),
    }
    last = change.rounds[-1] if change.rounds else None
    rounds = [*change.rounds, entry | {"by": actor.username if actor else None, "at": clock.now().isoformat()}]
    values: dict[str, Any] = {
        "to_level": proposal.to_level,
        "direction": direction,
        "reason": proposal.reason,
        "justification": proposal.justification,
        "effective_on": proposal.effective_on,
        "valid_until": proposal.valid_until,
        "rounds": rounds,
    }
    storing.change(change, values, actor=actor, act="proposed")
    return [] if last is None else _differences(last, entry)


def direction_between(before: CustomerLevel, after: CustomerLevel) -> Direction:
    """Up, down or the same, by rank."""
    if after.rank == before.rank:
        return Direction.SAME
    return Direction.UP if after.rank > before.rank else Direction.DOWN


def note_decision(change: LevelChange, *, person: User | None, role: str, outcome: str, comment: str, key: str) -> None:
    """Keep what an approver decided on the present evidence; ``key`` makes a repetition the same decision."""
    LevelDecision.objects.get_or_create(
        key=key,
        defaults={
            "change": change,
            "round": len(change.rounds),
            "person": person,
            "role": role,
            "outcome": outcome,
            "comment": comment,
            "evidence_hash": change.evidence_hash,
            "at": clock.now(),
        },
    )


def deciders(change: LevelChange) -> list[str]:
    """Who already decided in the present round, by username."""
    rows = change.decisions.filter(round=len(change.rounds), person__isnull=False).order_by("at", "id")
    return list(dict.fromkeys(rows.values_list("person__username", flat=True)))


def close_change(customer: Customer, change: LevelChange, status: str, *, actor: User | None, note: str = "") -> None:
    """Move a change to what was decided. Raises WrongState when it cannot go there; closing twice changes nothing.

    A review that finds the level right confirms it for another period.
    """
    if change.status == status:
        return
    if change.status not in CLOSES_FROM.get(status, frozenset()):
        raise WrongState(
            _("%(number)s is %(status)s and cannot become %(wanted)s.")
            % {"number": change.number, "status": change.get_status_display(), "wanted": ChangeStatus(status).label}
        )
    values: dict[str, Any] = {"status": status, "closing_note": note or change.closing_note}
    if status in ENDS:
        values["ended_at"] = clock.now()
    storing.change(change, values, actor=actor, act=status)
    if status == ChangeStatus.NO_CHANGE and change.source == ChangeSource.REVIEW:
        _confirm_level(customer, change, actor)


def apply_level(customer: Customer, change: LevelChange, level: CustomerLevel, *, actor: User | None) -> None:
    """Give a locked customer the level of an approved change with all it grants. Raises WrongState; twice is once."""
    if change.status == ChangeStatus.APPLIED:
        return
    if change.status != ChangeStatus.APPROVED:
        raise WrongState(_("Only an approved change can be applied."))
    today = today_at(customer.org_unit)
    review_on = months_after(today, level.review_months)
    before = {name: _kept(getattr(customer, name)) for name in GRANTED}
    granted: dict[str, Any] = {
        "level": level,
        "level_since": today,
        "level_valid_until": change.valid_until or review_on,
        "level_review_on": review_on,
        "sla_factor": level.sla_factor,
        "credit_limit": level.credit_limit,
        "benefits": level.benefits,
    }
    customers.change_customer(customer, granted, actor=actor, act="level-applied", note=change.number)
    values = {"status": ChangeStatus.APPLIED, "applied_at": clock.now(), "before": before}
    storing.change(change, values, actor=actor, act="applied")
    _tell_listeners(customer, actor)


def restore_level(customer: Customer, change: LevelChange, *, actor: User | None) -> bool:
    """Give back what the customer had before an applied change; returns whether the level went back.

    When another change was applied since, the customer keeps that one's level and only the change is marked.
    """
    if change.status == ChangeStatus.REVOKED:
        return bool(customer.level_id == change.before.get("level"))
    if change.status != ChangeStatus.APPLIED:
        raise WrongState(_("Only an applied change can be revoked."))
    newer = LevelChange.objects.filter(customer=customer, status=ChangeStatus.APPLIED, applied_at__gt=change.applied_at)
    stands = not newer.exists()
    if stands:
        customers.change_customer(
            customer, _given_back(change.before), actor=actor, act="level-restored", note=change.number
        )
    values = {"status": ChangeStatus.REVOKED, "ended_at": clock.now()}
    storing.change(change, values, actor=actor, act="revoked")
    if stands:
        _tell_listeners(customer, actor)
    return stands


def effective_moment(change: LevelChange) -> datetime | None:
    """The beginning of the effective day in the zone of the customer's unit; None when that has passed or is open."""
    if change.effective_on is None:
        return None
    moment = datetime.combine(change.effective_on, time(), calendar_of(change.org_unit).zone)
    return moment if moment > clock.now() else None


def branch_code(customer: Customer) -> str:
    """The code of the branch (or headquarters) the customer belongs to."""
    branch = branch_of(customer.org_unit)
    return branch.code if branch is not None else customer.org_unit.code


def _tell_listeners(customer: Customer, actor: User | None) -> None:
    for listener in _listeners:
        listener(customer, actor)


def _confirm_level(customer: Customer, change: LevelChange, actor: User | None) -> None:
    today = today_at(customer.org_unit)
    until = months_after(today, customer.level.review_months)
    values = {"level_valid_until": until, "level_review_on": until}
    customers.change_customer(customer, values, actor=actor, act="level-confirmed", note=change.number)


def _kept(value: Any) -> Any:
    if isinstance(value, CustomerLevel):
        return value.code
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _given_back(before: Mapping[str, Any]) -> dict[str, Any]:
    days = ("level_since", "level_valid_until", "level_review_on")
    return {
        "level": CustomerLevel.objects.get(pk=before["level"]),
        "sla_factor": Decimal(before["sla_factor"]),
        "credit_limit": Decimal(before["credit_limit"]),
        "benefits": before["benefits"],
        **{name: date.fromisoformat(before[name]) if before[name] else None for name in days},
    }


_ROUND_LABELS = {
    "level": ("Proposed level", "建议级别"),
    "reason": ("Reason", "原因"),
    "justification": ("Justification", "理由说明"),
    "effective_on": ("Effective from", "生效日期"),
    "valid_until": ("Valid until", "有效期至"),
}


def _differences(last: Mapping[str, Any], entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"en": en, "zh": zh, "before": last.get(name) or "-", "now": entry[name] or "-"}
        for name, (en, zh) in _ROUND_LABELS.items()
        if last.get(name) != entry[name]
    ]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
