"""What people have said about a plan in its process, and which of it still holds when money or policy change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from crm_core.exceptions import WrongState
from crm_core.marketing import revisions
from crm_core.marketing.checks import Report
from crm_core.marketing.models import MarketingPlan, PlanRevision

Decision = Mapping[str, Any]
"""key, person, outcome, comment, revision, budget, findings: plain data that a process carries.

``key`` says as what it was decided: "evaluation", "opinion:<department>", "<role>@<unit>" or "express". ``budget`` and
``findings`` (codes) are those of the revision that was seen.
"""
EVALUATION, EXPRESS = "evaluation", "express"
APPROVING = frozenset({"approve", "approve_with_conditions"})
_HOLDING = APPROVING | {"pass", "opinion", "no-opinion"}
_MONEY = frozenset({"budget_total", "lines"})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody (None: nobody in time) said as ``key`` about the revision they saw."""

    key: str
    person: str | None
    outcome: str
    comment: str
    revision: int

    def plain(self, plan: MarketingPlan) -> dict[str, Any]:
        """The same with what that revision asked for; raises WrongState when there is no such revision."""
        row = PlanRevision.objects.filter(plan=plan, number=self.revision).first()
        if row is None:
            raise WrongState(_("This plan has no such revision."))
        return {
            "key": self.key,
            "person": self.person,
            "outcome": self.outcome,
            "comment": self.comment,
            "revision": self.revision,
            "budget": row.snapshot["budget_total"],
            "findings": _codes(row.findings.get("findings", ())),
        }


def opinion_of(department: str) -> str:
    """The key of a department's opinion."""
    return f"opinion:{department}"


def approval_as(role: str, unit: str) -> str:
    """The key of an approval as a role of a unit."""
    return f"{role}@{unit}"


def approvers_among(given: Iterable[Decision]) -> list[str]:
    """Who approved, each once; they decide about nothing else in this round."""
    return list(dict.fromkeys(row["person"] for row in given if row["outcome"] in APPROVING and row["person"]))


def holding(plan: MarketingPlan, report: Report, given: Sequence[Decision]) -> list[Decision]:
    """What still holds for the newest revision: said about the same plan, no dearer, and without a finding more."""
    wanted = {row["revision"] for row in given} | {plan.revision}
    rows = PlanRevision.objects.filter(plan=plan, number__in=wanted)
    snapshots = dict(rows.values_list("number", "snapshot"))
    now, codes = snapshots[plan.revision], set(_codes(report.findings))
    return [
        row
        for row in given
        if row["outcome"] in _HOLDING
        and {change["field"] for change in revisions.differences(snapshots.get(row["revision"], {}), now)} <= _MONEY
        and plan.budget_total <= Decimal(str(row["budget"]))
        and codes <= set(row["findings"])
    ]


def _codes(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({str(finding["code"]) for finding in findings})
