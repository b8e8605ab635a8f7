"""A level change as a document: what the levels grant, the evidence, the decisions so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from crm_core.levels.models import Decision, LevelChange, LevelDecision
from tasks_inbox.models import WorkItem
from web import dates
from web.acted_for import acted_for
from web.components import money
from web.subjects import Subject
from web.views.approvals_chain import to_come, under_way
from web.views.crm.words import day_words

SAME_ACT = timedelta(seconds=5)
AMOUNTS = frozenset({"consumption"})
OUTCOMES = {Decision.APPROVE: "done", Decision.REJECT: "rejected", Decision.RETURN: "rejected"}


def level_change_document(user: User, item: WorkItem, subject: Subject, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a level change shows beside the common parts; three queries."""
    change: LevelChange = subject.record
    return {
        "change": change,
        "asked_by": change.requester,
        "grants": _grants(variables.get("benefits")),
        "evidence": _evidence(user, change),
        "as_of": day_words(change.as_of) if change.as_of else "",
        "evidence_moved": bool(variables.get("evidence_changed")),
        "changes": _changes(variables.get("changes")),
        "approval_chain": _chain(user, item, change, variables),
    }


def _grants(benefits: Any) -> list[dict[str, Any]]:
    """Old and new side by side, as the process worked them out for this round."""
    now, new = (benefits or {}).get("now") or {}, (benefits or {}).get("proposed") or {}
    if not now and not new:
        return []
    words = "zh" if (get_language() or "").startswith("zh") else "en"
    rows = [
        (_("Answer times, factor"), now.get("sla_factor"), new.get("sla_factor")),
        (_("Credit limit"), money(_number(now.get("credit_limit"))), money(_number(new.get("credit_limit")))),
        (_("Next review after"), _months(now.get("review_months")), _months(new.get("review_months"))),
        (_("Benefits"), now.get(words), new.get(words)),
    ]
    return [{"label": label, "old": old, "new": value, "changed": old != value} for label, old, value in rows]


def _months(count: Any) -> str:
    return "" if count is None else _("%(count)s months") % {"count": count}


def _number(value: Any) -> Any:
    try:
        return float(value) if value is not None else None
    except (TypeError, ValueError):
        return None


def _evidence(user: User, change: LevelChange) -> list[dict[str, Any]]:
    """The frozen figures with their names; what the person may not see says so."""
    hidden = scopes.mask_for(user, change.record_kind) | scopes.mask_for(user, "customer")
    frozen = change.evidence
    recency = (frozen.get("rfm") or {}).get("recency_days")
    figures = [
        ("consumption", _("Consumption in 12 months"), money(frozen.get("consumption"))),
        ("orders", _("Orders in 12 months"), frozen.get("orders")),
        ("overdue_days_max", _("Longest overdue"), _days(frozen.get("overdue_days_max"))),
        ("critical_complaints", _("Critical complaints upheld"), frozen.get("critical_complaints")),
        ("complaints", _("Complaints"), frozen.get("complaints")),
        ("recency_days", _("Days since the last order"), recency),
        ("satisfaction", _("Satisfaction"), frozen.get("satisfaction")),
    ]
    return [
        {"label": label, "value": value, "masked": bool({name, "evidence"} & hidden)}
        for name, label, value in figures
        if frozen
    ]


def _days(count: Any) -> str:
    return "" if count is None else _("%(count)s days") % {"count": count}


def _changes(changes: Any) -> list[dict[str, Any]]:
    """What is different from the last round."""
    words = "zh" if (get_language() or "").startswith("zh") else "en"
    rows = changes if isinstance(changes, list) else []
    return [
        {"label": row.get(words) or row.get("en"), "old": row.get("before"), "new": row.get("now")}
        for row in rows
        if isinstance(row, dict)
    ]


def _chain(user: User, item: WorkItem, change: LevelChange, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who asked, who decided what, who is asked now, and who comes after with the rule that chose them."""
    steps: list[dict[str, Any]] = []
    if change.requester is not None:
        asked = _("asked for it, round %(round)s") % {"round": max(1, len(change.rounds))}
        person = change.requester
        steps.append(
            {
                "state": "done",
                "person": person,
                "name": person.display_name,
                "note": asked,
                "time": dates.ago(change.created_at),
            }
        )
    decided = list(LevelDecision.objects.filter(change=change).select_related("person").order_by("at", "id"))
    absent = _acted_for(item)
    steps += [_decided(decision, absent(decision)) for decision in decided]
    if item.is_open:
        steps.append(under_way(user, item))
    return steps + to_come(item, variables)


def _acted_for(item: WorkItem) -> Callable[[LevelDecision], User | None]:
    """For whom a decision was made by their substitute: asked of the tasks of the process, by person and moment."""
    rows = WorkItem.objects.filter(instance__root=item.instance.root_id, status=WorkItem.Status.COMPLETED)
    acts = list(rows.exclude(on_behalf_of=None).select_related("on_behalf_of").defer("answers", "headers"))

    def found(decision: LevelDecision) -> User | None:
        own = (act for act in acts if act.ended_by_id == decision.person_id)
        return next((act.on_behalf_of for act in own if _at_once(act.ended_at, decision.at)), None)

    return found


def _at_once(ended: datetime | None, decided: datetime) -> bool:
    return ended is not None and abs(ended - decided) < SAME_ACT


def _decided(decision: LevelDecision, absent: User | None) -> dict[str, Any]:
    name = acted_for(decision.person.display_name, absent) if decision.person else _("System")
    return {
        "state": OUTCOMES[Decision(decision.outcome)],
        "person": decision.person,
        "kind": "" if decision.person else "system",
        "name": name,
        "note": _("%(outcome)s, round %(round)s")
        % {"outcome": decision.get_outcome_display(), "round": decision.round},
        "time": dates.ago(decision.at),
        "text": decision.comment,
    }
