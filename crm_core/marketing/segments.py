"""Segments: the rule that says which customers a plan turns to, and the customers it finds now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import OrgUnit
from accounts.queries import branch_of
from crm_core.customers.models import AccountStatus, Customer, CustomerKind, LifecycleStage
from crm_core.exceptions import ValuesRefused
from crm_core.levels.models import LevelCode
from crm_core.marketing.models import CampaignMember, ContactConsent, MarketingPlan, MarketingPolicy, MemberStatus

FIELDS: Mapping[str, str] = {
    "levels": "level_id",
    "stages": "lifecycle_stage",
    "kinds": "kind",
    "industries": "industry",
    "areas": "area",
    "tags": "",
}
KNOWN: Mapping[str, frozenset[str]] = {
    "levels": frozenset(LevelCode.values),
    "stages": frozenset(LifecycleStage.values),
    "kinds": frozenset(CustomerKind.values),
}
ONLY_KEY_ACCOUNTS = "key_accounts_only"


def require_rule(rule: Any) -> None:
    """Refuse a rule with unknown keys or words; raises ValuesRefused.

    A rule maps "levels", "stages", "kinds", "industries", "areas", "tags" to lists of codes, of which one must fit,
    and "key_accounts_only" to true or false; all keys must fit and all may be left out.
    """
    if not isinstance(rule, Mapping) or not all(_is_known(key, value) for key, value in rule.items()):
        raise ValuesRefused({"segment": [_("This is no rule for a segment.")]})


def customers_of(plan: MarketingPlan) -> QuerySet[Customer]:
    """The customers of the plan's branches its rule finds now, without frozen and closed accounts."""
    rows: QuerySet[Customer] = Customer.objects.filter(_within(plan)).exclude(
        account_status__in=(AccountStatus.FROZEN, AccountStatus.CLOSED)
    )
    for key, column in FIELDS.items():
        wanted = plan.segment.get(key)
        if wanted and key == "tags":
            rows = rows.filter(pk__in=Customer.objects.filter(tag_links__tag__code__in=wanted).values("pk"))
        elif wanted:
            rows = rows.filter(**{f"{column}__in": wanted})
    return rows.filter(is_key_account=True) if plan.segment.get(ONLY_KEY_ACCOUNTS) else rows


def refusing_all(plan: MarketingPlan) -> QuerySet[Any, Any]:
    """The ids of customers who refused every channel of the plan."""
    refusals = ContactConsent.objects.filter(channel__in=plan.channels, allowed=False)
    everywhere = refusals.values("customer").annotate(count=Count("pk")).filter(count__gte=len(set(plan.channels)))
    return everywhere.values("customer")


def contacted_enough(plan: MarketingPlan, policy: MarketingPolicy) -> QuerySet[Any, Any]:
    """The ids of customers whom other campaigns contact as often as the policy allows around the plan's start."""
    if plan.starts_on is None:
        return Customer.objects.none().values("pk")
    contacts = CampaignMember.objects.filter(planned_on__range=contact_window(plan, policy)).exclude(
        status=MemberStatus.CANCELLED
    )
    per_customer = contacts.exclude(campaign__plan=plan).values("customer").annotate(count=Count("pk"))
    return per_customer.filter(count__gte=policy.contact_cap).values("customer")


def reachable(plan: MarketingPlan, policy: MarketingPolicy) -> QuerySet[Customer]:
    """The customers of the segment the plan may turn to: not refusing every channel, not contacted enough already."""
    rows = customers_of(plan).exclude(pk__in=contacted_enough(plan, policy))
    return rows.exclude(pk__in=refusing_all(plan)) if plan.channels else rows.none()


def budget_branch(plan: MarketingPlan) -> OrgUnit:
    """The branch whose money a plan spends."""
    return branch_of(plan.org_unit) or plan.org_unit


def contact_window(plan: MarketingPlan, policy: MarketingPolicy) -> tuple[date, date]:
    """The first and last day within which contacts count together with the plan's first."""
    assert plan.starts_on is not None
    span = timedelta(days=policy.contact_days - 1)
    return plan.starts_on - span, plan.starts_on + span


def _within(plan: MarketingPlan) -> Q:
    condition = Q(org_unit__path__startswith=budget_branch(plan).path)
    for path in OrgUnit.objects.filter(code__in=plan.branches).values_list("path", flat=True):
        condition |= Q(org_unit__path__startswith=path)
    return condition


def _is_known(key: Any, value: Any) -> bool:
    if key == ONLY_KEY_ACCOUNTS:
        return isinstance(value, bool)
    if key not in FIELDS or not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        return False
    return key not in KNOWN or set(value) <= KNOWN[key]
