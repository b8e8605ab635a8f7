"""What the company decides for all plans: the policy, the money of a branch, and what customers refused."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Action, OrgUnit, UnitKind, User
from accounts.queries import branch_of, group_keys
from config import clock
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.exceptions import NotPermitted, RecordNotFound, WrongState
from crm_core.marketing import operations
from crm_core.marketing.budget import money_of
from crm_core.marketing.checks import policy_findings, policy_now
from crm_core.marketing.models import BranchBudget, ContactConsent, MarketingPlan, MarketingPolicy, PlanStatus
from crm_core.marketing.segments import budget_branch
from crm_core.permissions import require, seen

POLICY_MAKERS = frozenset({"hq-marketing", "top-management"})
AFFECTED = (PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW, PlanStatus.APPROVED)
"""Drafts and plans being revised are checked by what holds when they are submitted."""
_POLICY_LOCK = "SELECT pg_advisory_xact_lock(hashtext('crm_core.marketing.policy'))"


@transaction.atomic(durable=True)
def publish_policy(
    *, actor: User, max_concession_percent: Decimal, contact_cap: int, contact_days: int, note: str = ""
) -> MarketingPolicy:
    """Publish the next version of the policy; headquarters marketing and top management may.

    Every plan under review or approved for which it changes a finding gets one message. The same policy again is
    refused. Raises NotPermitted, ValuesRefused, WrongState.
    """
    if not may_publish_policy(actor):
        raise NotPermitted
    with connection.cursor() as cursor:
        cursor.execute(_POLICY_LOCK)
    before = policy_now()
    policy = MarketingPolicy(
        number=before.number + 1,
        max_concession_percent=max_concession_percent,
        contact_cap=contact_cap,
        contact_days=contact_days,
        note=note.strip(),
        published_at=clock.now(),
        published_by=actor,
    )
    storing.full_check(policy, only=("max_concession_percent", "contact_cap", "contact_days"))
    names = ("max_concession_percent", "contact_cap", "contact_days")
    if all(getattr(policy, name) == getattr(before, name) for name in names):
        raise WrongState(_("This is the policy that holds already."))
    policy.save(force_insert=True)
    for plan in _open_plans():
        if policy_findings(plan, before) != policy_findings(plan, policy):
            key = f"policy {policy.number}"
            operations.send_to_process(plan, "plan.policy_changed", actor, key, policy=policy.number)
    return policy


@transaction.atomic(durable=True)
def set_branch_budget(*, actor: User, branch: OrgUnit, year: int, amount: Decimal) -> BranchBudget:
    """Set what a branch may spend on marketing in a year; its directors and finance may.

    Every plan under review or approved that now can, or no longer can, be paid gets one message. Raises NotPermitted,
    RecordNotFound for a unit that is no branch, ValuesRefused.
    """
    if branch.kind not in (UnitKind.CITY_BRANCH, UnitKind.HQ):
        raise RecordNotFound
    if not may_set_budget(actor, branch):
        raise NotPermitted
    plans = [plan for plan in _open_plans() if _is_paid_by(plan, branch, year)]
    before = money_of(branch, year, lock=True)
    row = BranchBudget.objects.filter(branch=branch, year=year).first()
    if row is None:
        row = storing.add(BranchBudget(branch=branch, year=year, amount=amount), actor=actor, act="set")
    else:
        storing.change(row, {"amount": BranchBudget._meta.get_field("amount").to_python(amount)}, actor=actor)
    after = money_of(branch, year)
    for plan in plans:
        if before.is_short_for(plan) != after.is_short_for(plan):
            key = f"branch {row.pk} {row.version}"
            short = after.is_short_for(plan)
            operations.send_to_process(plan, "plan.budget_changed", actor, key, branch_budget_short=short)
    return row


@transaction.atomic(durable=True)
def set_consent(*, actor: User, customer_id: UUID | str, channel: str, allowed: bool, note: str = "") -> ContactConsent:
    """Keep what a customer said about marketing by a channel. Raises RecordNotFound, NotPermitted, ValuesRefused."""
    customer = seen(Customer, actor, customer_id, lock=True)
    require(actor, Action.CREATE, "interaction", customer)
    row = ContactConsent.objects.filter(customer=customer, channel=channel).first()
    row = row or ContactConsent(customer=customer, channel=channel)
    row.allowed, row.note, row.at, row.by = allowed, note.strip(), clock.now(), actor
    storing.full_check(row, only=("channel", "note"))
    row.save()
    act = "consent-given" if allowed else "consent-refused"
    storing.note_act(customer, actor=actor, act=act, note=channel)
    return row


def may_publish_policy(user: User) -> bool:
    """Whether somebody may publish a policy: headquarters marketing and top management."""
    return user.is_superuser or bool(group_keys(user) & POLICY_MAKERS)


def may_set_budget(user: User, branch: OrgUnit) -> bool:
    """Whether somebody may set the money of a branch: its own directors and finance, and top management."""
    keys = {f"{role}@{branch.code}" for role in ("finance", "director", "top-management")} | {"top-management"}
    return user.is_superuser or bool(group_keys(user) & keys)


def _open_plans() -> Iterable[MarketingPlan]:
    rows = MarketingPlan.objects.select_for_update(of=("self",)).filter(status__in=AFFECTED)
    return list(rows.select_related("org_unit").order_by("pk"))


def _is_paid_by(plan: MarketingPlan, branch: OrgUnit, year: int) -> bool:
    if plan.starts_on is None or plan.starts_on.year != year or branch_of(plan.org_unit) is None:
        return False
    return budget_branch(plan).pk == branch.pk
