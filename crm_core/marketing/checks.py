"""The checks of a plan: what is wrong with it or worth knowing, frozen on the revision that was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from config import clock
from crm_core.days import today_at
from crm_core.exceptions import WrongState
from crm_core.marketing import revisions
from crm_core.marketing.budget import money_of
from crm_core.marketing.models import BudgetLine, Campaign, CampaignMember, MarketingPlan, MarketingPolicy, PlanRevision
from crm_core.marketing.segments import budget_branch, contacted_enough, customers_of, reachable, refusing_all

Finding = dict[str, Any]
"""code, blocking, values: plain data; `sentence` puts it into words."""

_SENTENCES: Mapping[str, Any] = {
    "budget_sum": gettext_lazy("The budget lines add up to %(lines)s, the budget is %(total)s."),
    "period_missing": gettext_lazy("The plan needs a first and a last day."),
    "period_past": gettext_lazy("The plan would start on %(start)s, which has passed."),
    "channels_missing": gettext_lazy("The plan needs a channel."),
    "segment_empty": gettext_lazy("No customer is in the segment."),
    "nobody_reachable": gettext_lazy("Nobody in the segment may be contacted."),
    "contact_refused": gettext_lazy("%(count)s customers refused all channels and are left out."),
    "contact_cap": gettext_lazy("%(count)s customers are contacted often enough by other campaigns and are left out."),
    "campaign_clash": gettext_lazy("%(campaign)s turns to %(count)s of the same customers at the same time."),
    "concession_outside_policy": gettext_lazy(
        "A concession of %(percent)s %% is asked for, %(allowed)s %% is allowed."
    ),
    "branch_budget_short": gettext_lazy("The branch has %(left)s left for the year, the plan asks for %(total)s."),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found: ``people`` are in the segment, ``reachable`` of them may be contacted."""

    findings: tuple[Finding, ...]
    people: int
    reachable: int
    policy: int

    @property
    def is_blocked(self) -> bool:
        """Whether the plan has to be changed first."""
        return any(finding["blocking"] for finding in self.findings)

    @property
    def is_outside_policy(self) -> bool:
        """Whether it grants more than the policy allows."""
        return any(finding["code"] == "concession_outside_policy" for finding in self.findings)

    def plain(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "findings": [dict(finding) for finding in self.findings],
            "people": self.people,
            "reachable": self.reachable,
            "policy": self.policy,
            "blocked": self.is_blocked,
            "outside_policy": self.is_outside_policy,
        }


def policy_now() -> MarketingPolicy:
    """The policy that holds; before the first one was published the house's default, which is not stored."""
    return MarketingPolicy.objects.order_by("-number").first() or MarketingPolicy(number=0)


def examine(plan: MarketingPlan, policy: MarketingPolicy | None = None) -> Report:
    """Check a plan as it stands against a policy (default: the one that holds); stores nothing."""
    rules = policy or policy_now()
    people = customers_of(plan).count()
    within_reach = reachable(plan, rules).count()
    found: list[Finding] = []
    for check in (_budget_sum, _period, _branch_budget, _clashes):
        found += check(plan)
    found += _audience(plan, rules, people, within_reach)
    found += _concession(plan, rules)
    return Report(tuple(found), people, within_reach, rules.number)


def freeze(plan: MarketingPlan) -> tuple[PlanRevision, Report]:
    """Check a locked plan and keep the report, with its hash, on its newest revision. Raises WrongState without one."""
    assert connection.in_atomic_block
    revision = revisions.newest(plan)
    if revision is None:
        raise WrongState(_("This plan has no revision yet."))
    report = examine(plan)
    revision.findings = report.plain()
    revision.findings_hash = revisions.digest(revision.findings)
    revision.checked_at = clock.now()
    revision.save(update_fields=["findings", "findings_hash", "checked_at"])
    return revision, report


def sentence(finding: Mapping[str, Any]) -> str:
    """A finding in the reader's language; the code itself when it is not known here."""
    words = _SENTENCES.get(str(finding["code"]))
    return str(finding["code"]) if words is None else str(words) % finding["values"]


def sentence_in(language: str, finding: Mapping[str, Any]) -> str:
    """The same in a given language, for forms that show both."""
    with override(language):
        return sentence(finding)


def policy_findings(plan: MarketingPlan, policy: MarketingPolicy) -> list[Finding]:
    """The findings that depend on the policy."""
    people, within_reach = customers_of(plan).count(), reachable(plan, policy).count()
    return _audience(plan, policy, people, within_reach) + list(_concession(plan, policy))


def _budget_sum(plan: MarketingPlan) -> Iterator[Finding]:
    amounts = BudgetLine.objects.filter(plan=plan).values_list("amount", flat=True)
    total = sum(amounts, Decimal("0.00"))
    if total != plan.budget_total:
        yield _finding("budget_sum", blocking=True, lines=str(total), total=str(plan.budget_total))


def _period(plan: MarketingPlan) -> Iterator[Finding]:
    if plan.starts_on is None or plan.ends_on is None:
        yield _finding("period_missing", blocking=True)
    elif plan.starts_on < today_at(plan.org_unit):
        yield _finding("period_past", blocking=True, start=plan.starts_on.isoformat())


def _branch_budget(plan: MarketingPlan) -> Iterator[Finding]:
    if plan.starts_on is None:
        return
    money = money_of(budget_branch(plan), plan.starts_on.year)
    if money.is_short_for(plan):
        yield _finding("branch_budget_short", left=str(money.left_for(plan)), total=str(plan.budget_total))


def _audience(plan: MarketingPlan, policy: MarketingPolicy, people: int, within_reach: int) -> list[Finding]:
    if not plan.channels:
        return [_finding("channels_missing", blocking=True)]
    if not people:
        return [_finding("segment_empty", blocking=True)]
    if people == within_reach:
        return []
    segment = customers_of(plan)
    refused = segment.filter(pk__in=refusing_all(plan)).count()
    capped = segment.filter(pk__in=contacted_enough(plan, policy)).count()
    found = [_finding("nobody_reachable", blocking=True)] if not within_reach else []
    found += [_finding("contact_refused", count=refused)] if refused else []
    return found + ([_finding("contact_cap", count=capped)] if capped else [])


def _clashes(plan: MarketingPlan) -> Iterator[Finding]:
    if plan.starts_on is None or plan.ends_on is None:
        return
    rivals = Campaign.objects.filter(
        status__in=Campaign.LIVE, starts_on__lte=plan.ends_on, ends_on__gte=plan.starts_on
    ).exclude(plan=plan)
    shared = CampaignMember.objects.filter(campaign__in=rivals, customer__in=customers_of(plan))
    counts = shared.values_list("campaign__number").annotate(count=Count("pk")).order_by("campaign__number")
    for number, count in counts:
        yield _finding("campaign_clash", campaign=number, count=count)


def _concession(plan: MarketingPlan, policy: MarketingPolicy) -> Iterator[Finding]:
    allowed = policy.max_concession_percent
    if plan.concession_percent > allowed:
        yield _finding("concession_outside_policy", percent=str(plan.concession_percent), allowed=str(allowed))


def _finding(code: str, *, blocking: bool = False, **values: Any) -> Finding:
    return {"code": code, "blocking": blocking, "values": values}
