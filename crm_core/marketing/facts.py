"""What a process knows about its plan: everything its forms show and its tables ask for, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import branch_of
from crm_core.marketing import revisions
from crm_core.marketing.checks import Report, sentence_in
from crm_core.marketing.models import MarketingPlan

LABELS: Mapping[str, Any] = {
    "plan_id": _("Marketing plan"),
    "number": _("Number of the plan"),
    "owner": _("Who wrote the plan"),
    "last_editor": _("Who changed it last"),
    "unit": _("Unit"),
    "branch": _("Branch"),
    "revision": _("Number of the newest revision"),
    "approved_revision": _("Number of the approved revision; null before"),
    "title": _("Title"),
    "kind": _("general or research"),
    "budget_total": _("Budget"),
    "budget_lines": _("Budget lines"),
    "branches": _("Further branches"),
    "uses_hq_brand": _("Whether it uses the headquarters' brand"),
    "has_prize_draw": _("Whether it has a prize draw"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
}
"""The facts that expressions use; the rest of what people wrote comes with them under the names of the fields."""
FOUND: Mapping[str, Any] = {
    "findings": _("What the checks found, in both languages"),
    "people": _("How many customers are in the segment"),
    "reachable": _("How many of them may be contacted"),
    "outside_policy": _("Whether it grants more than the policy allows"),
}


def facts(plan: MarketingPlan) -> dict[str, Any]:
    """The plan as it stands: what people wrote, and who and what it belongs to."""
    written = revisions.snapshot(plan, list(plan.lines.all()))
    lines, last, branch = written.pop("lines"), revisions.newest(plan), branch_of(plan.org_unit)
    money = {name: _number(written[name]) for name in ("budget_total", "concession_percent", "expected_revenue")}
    return {
        **written,
        **money,
        "budget_lines": [{**line, "amount": _number(line["amount"])} for line in lines],
        "plan_id": str(plan.pk),
        "number": plan.number,
        "owner": plan.owner.username if plan.owner else None,
        "last_editor": last.made_by.username if last and last.made_by else None,
        "unit": plan.org_unit.code,
        "branch": branch.code if branch else plan.org_unit.code,
        "revision": plan.revision,
        "approved_revision": plan.approved_revision,
    }


def found(report: Report) -> dict[str, Any]:
    """What the checks found, each finding with its sentence in both languages."""
    return {
        "findings": [
            {
                "code": finding["code"],
                "blocking": finding["blocking"],
                "en": sentence_in("en", finding),
                "zh": sentence_in("zh-hans", finding),
            }
            for finding in report.findings
        ],
        "people": report.people,
        "reachable": report.reachable,
        "outside_policy": report.is_outside_policy,
    }


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value
