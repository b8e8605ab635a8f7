"""A level change in words: its evidence, the rule behind the recommendation, and the chain of decisions."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from bpmn.bundle import Bundle
from bpmn.exceptions import ProcessNotDeployed
from bpmn.queries import live_version, version_bundle
from crm_core.levels.models import Decision, LevelChange
from crm_core.levels.recommendation import DECISION, PROCESS_KEY
from web import dates
from web.components import money
from web.process_words import rule_words as rule_words_of
from web.views.crm.words import day_words
from web.views.processes.reading import role_names
from workflows.models import ProcessInstance

STATES: Final = {Decision.APPROVE: "done", Decision.REJECT: "rejected", Decision.RETURN: "rejected"}


def evidence_rows(change: LevelChange) -> list[dict[str, Any]]:
    """The frozen figures, in the order approvers ask for them."""
    evidence = change.evidence
    if not evidence:
        return []
    rfm = evidence.get("rfm") or {}
    recency = rfm.get("recency_days")
    satisfaction = evidence.get("satisfaction")
    rows = [
        {"label": _("Bought in 12 months"), "value": money(evidence.get("consumption"))},
        {"label": _("Orders in 12 months"), "value": evidence.get("orders")},
        {
            "label": _("Last order"),
            "value": _("%(days)s days before") % {"days": recency} if recency is not None else "–",
        },
        {"label": _("Longest overdue"), "value": _("%(days)s days") % {"days": evidence.get("overdue_days_max", 0)}},
        {"label": _("Complaints"), "value": evidence.get("complaints", 0)},
        {"label": _("Critical complaints"), "value": evidence.get("critical_complaints", 0)},
        {"label": _("Satisfaction"), "value": satisfaction if satisfaction is not None else "–"},
    ]
    if change.as_of:
        rows.insert(0, {"label": _("As of"), "value": day_words(change.as_of)})
    return rows


def rule_words(change: LevelChange) -> dict[str, Any] | None:
    """The recommended level and the rule of the table that gave it, in the words of the table."""
    if change.recommended_level is None:
        return None
    return {
        "level": change.recommended_level,
        "number": change.recommendation_rule,
        "words": _rule(change),
        "followed": change.recommended_level_id == change.to_level_id,
    }


def proposal_rows(change: LevelChange) -> list[dict[str, Any]]:
    """What was asked for in the present round."""
    begins = day_words(change.effective_on) if change.effective_on else _("at once")
    rows = [
        {"label": _("Source"), "value": change.get_source_display()},
        {"label": _("Asked for by"), "value": change.requester.display_name if change.requester else _("System")},
        {"label": _("Reason"), "value": change.get_reason_display() if change.reason else ""},
        {"label": _("Justification"), "value": change.justification},
        {"label": _("Effective from"), "value": begins},
        {"label": _("Valid until"), "value": day_words(change.valid_until) if change.valid_until else ""},
        {"label": _("Objection"), "value": change.objection},
        {"label": _("Closing note"), "value": change.closing_note},
    ]
    return [row for row in rows if row["value"]]


def decisions(change: LevelChange) -> list[dict[str, Any]]:
    """The decisions of all rounds as a chain, oldest first."""
    rows = change.decisions.select_related("person").order_by("at", "id")
    rounds, roles = len(change.rounds), role_names()
    return [
        {
            "state": STATES[Decision(row.outcome)],
            "person": row.person,
            "name": row.person.display_name if row.person else roles.get(row.role, row.role),
            "note": ", ".join(word for word in (roles.get(row.role, row.role), row.get_outcome_display()) if word),
            "time": dates.ago(row.at),
            "text": row.comment,
            "rule": _("Round %(number)s") % {"number": row.round} if rounds > 1 else "",
        }
        for row in rows
    ]


def _rule(change: LevelChange) -> str:
    bundle = _bundle(change)
    return rule_words_of(bundle, DECISION, change.recommendation_rule) if bundle is not None else ""


def _bundle(change: LevelChange) -> Bundle | None:
    """The version the change runs or ran under, whose table recommended; else the live one."""
    ran = ProcessInstance.objects.filter(
        record_kind=LevelChange.record_kind, record_id=str(change.pk), process_key=PROCESS_KEY
    )
    version = ran.values_list("version", flat=True).first()
    if version is None:
        try:
            version = live_version(PROCESS_KEY).pk
        except ProcessNotDeployed:
            return None
    return version_bundle(version)
