"""The checks of a plan in words: what is right as well as what is not, each with where it was looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from crm_core.marketing.budget import BranchMoney
from crm_core.marketing.checks import sentence
from crm_core.marketing.models import Campaign, PlanRevision
from web.approving.checks import WARN, check, panel
from web.components import money
from web.views.crm.plan_words import percent

Finding = Mapping[str, Any]
MONEY = "branch_budget_short"
PERIOD = ("period_missing", "period_past")
AUDIENCE = ("channels_missing", "segment_empty", "nobody_reachable")


def checks_of(user: User, revision: PlanRevision | None, *, left: BranchMoney | None = None) -> dict[str, Any] | None:
    """What the frozen report of a revision says: ``rows`` {tone, text, source, url} and a summary; None unchecked.

    ``left`` is what the branch has at this moment: whether the money is still there is asked again. One query where
    campaigns clash.
    """
    if revision is None or not revision.findings:
        return None
    found = [finding for finding in revision.findings.get("findings") or [] if isinstance(finding, dict)]
    links = _campaigns(user, found)
    money_now = list(_money_now(revision, left))
    if money_now:
        found = [finding for finding in found if finding["code"] != MONEY]
    rows = [
        *money_now,
        *_passed(revision, {str(finding["code"]) for finding in found} | ({MONEY} if money_now else set())),
        *(_row(each, revision, links) for each in found),
    ]
    return {"checked_at": revision.checked_at, "revision": revision.number, **panel(rows)}


def _money_now(revision: PlanRevision, left: BranchMoney | None) -> Iterable[dict[str, Any]]:
    """Whether the branch has the money now; nothing where there is no limit or nobody asked."""
    free = left.left_beside(revision.plan_id) if left is not None else None
    if free is None:
        return
    wanted = Decimal(str(revision.snapshot.get("budget_total") or 0))
    values = {"total": money(wanted), "left": money(free)}
    if wanted <= free:
        yield check(
            _("The branch has the money: %(left)s left for this plan.") % values, _("Budget of the branch, now")
        )
    else:
        text = _("The plan asks for %(total)s, the branch has %(left)s left.") % values
        yield check(text, _("Budget of the branch, now"), tone=WARN)


def _row(finding: Finding, revision: PlanRevision, links: Mapping[str, str]) -> dict[str, Any]:
    code = str(finding["code"])
    return {
        "tone": "bad" if finding.get("blocking") else "warn",
        "text": sentence(_readable(finding)),
        "source": _source(code, revision),
        "url": links.get(str(finding["values"].get("campaign")), ""),
    }


def _readable(finding: Finding) -> Finding:
    """Amounts and percentages as people write them."""
    values = dict(finding["values"])
    for name in ("lines", "total", "left"):
        if name in values:
            values[name] = money(values[name])
    for name in ("percent", "allowed"):
        if name in values:
            values[name] = percent(values[name]).rstrip("% ")
    return {**finding, "values": values}


def _passed(revision: PlanRevision, failed: set[str]) -> Iterable[dict[str, Any]]:
    """The checks that found nothing, in the order people ask for them."""
    said, report = revision.snapshot, revision.findings
    people, within_reach = report.get("people") or 0, report.get("reachable") or 0
    total = money(said.get("budget_total"))
    audience = ngettext(
        "%(count)s customer is in the segment, %(reachable)s may be contacted.",
        "%(count)s customers are in the segment, %(reachable)s may be contacted.",
        people,
    ) % {"count": people, "reachable": within_reach}
    concession = percent(said.get("concession_percent"))
    candidates = (
        (("budget_sum",), _("The budget lines add up to %(total)s.") % {"total": total}),
        (("branch_budget_short",), _("The branch has the money.")),
        (
            ("concession_outside_policy",),
            _("A concession of %(percent)s is within the policy.") % {"percent": concession},
        ),
        (PERIOD, _("The plan has a period that lies ahead.")),
        (AUDIENCE, audience),
        (("contact_refused",), _("Nobody in the segment refused all channels.")),
        (("contact_cap",), _("Nobody is contacted more often than the policy allows.")),
        (("campaign_clash",), _("No other campaign turns to the same customers at that time.")),
    )
    for codes, text in candidates:
        if not failed & set(codes) and not (codes[0].startswith("contact") and failed & set(AUDIENCE)):
            yield {"tone": "ok", "text": text, "source": _source(codes[0], revision), "url": ""}


def _source(code: str, revision: PlanRevision) -> str:
    """Where a check looks."""
    if code in {"concession_outside_policy", "contact_cap"}:
        number = revision.findings.get("policy")
        return _("Marketing policy, version %(number)s") % {"number": number} if number else _("Marketing policy")
    sources = {
        "budget_sum": _("Budget lines of revision %(number)s") % {"number": revision.number},
        "branch_budget_short": _("Budget of the branch"),
        "period_missing": _("Revision %(number)s") % {"number": revision.number},
        "period_past": _("Revision %(number)s") % {"number": revision.number},
        "contact_refused": _("What customers said about being contacted"),
        "campaign_clash": _("Campaigns at the same time"),
    }
    return sources.get(code) or _("Customer data")


def _campaigns(user: User, found: Iterable[Finding]) -> dict[str, str]:
    """Addresses of the campaigns that are named, as far as the person may see them."""
    numbers = {str(finding["values"]["campaign"]) for finding in found if "campaign" in finding["values"]}
    if not numbers:
        return {}
    rows = Campaign.objects.visible_to(user).filter(number__in=numbers).values_list("number", "pk")
    return {number: reverse("marketing_campaign", args=[pk]) for number, pk in rows}
