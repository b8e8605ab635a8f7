"""The rules marketing plans are held to: the policy of the house with its versions, and the money of each branch."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import scopes
from accounts.models import Action, OrgUnit, UnitKind, User
from crm_core.days import today_at
from crm_core.exceptions import RecordNotFound
from crm_core.marketing import rule_commands
from crm_core.marketing.budget import money_by_branch
from crm_core.marketing.checks import policy_now
from crm_core.marketing.models import BranchBudget, MarketingPlan, MarketingPolicy
from crm_core.permissions import require
from web.components import money
from web.forms.marketing_rules import BranchBudgetForm, PolicyForm
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform, posted

VERSIONS = 20


@require_GET
@signed_in
def rules(request: HttpRequest) -> HttpResponse:
    """What holds now, what held before, and what every branch has left this year."""
    user = reader(request)
    require(user, Action.VIEW, MarketingPlan.record_kind)
    branches = list(_branches(user))
    year = today_at(branches[0]).year if branches else 0
    money = money_by_branch(branches, year)
    context = {
        "policy": policy_now(),
        "versions": list(MarketingPolicy.objects.select_related("published_by")[:VERSIONS]),
        "may_publish": rule_commands.may_publish_policy(user),
        "year": year,
        "budgets": [
            {
                "branch": branch,
                "money": money[branch.pk],
                "may_set": rule_commands.may_set_budget(user, branch),
            }
            for branch in branches
        ],
    }
    return render(request, "crm/plans/rules.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def policy_new(request: HttpRequest) -> HttpResponse:
    """Publish the next version of the policy; the plans it matters to are checked again."""
    user = reader(request)
    require(user, Action.VIEW, MarketingPlan.record_kind)

    def run(entered: dict[str, Any]) -> str:
        policy = rule_commands.publish_policy(actor=user, **entered)
        return _("Version %(number)s of the policy holds from now on.") % {"number": policy.number}

    act = Act(
        title=_("Publish another policy"),
        submit=_("Publish"),
        run=run,
        back=reverse("marketing_rules"),
        goes_there=True,
        explanation=_("Plans under review or approved that it makes a difference to are checked and decided again."),
    )
    return perform(request, act, PolicyForm(posted(request), record=policy_now(), initial={"note": ""}))


@require_http_methods(["GET", "POST"])
@signed_in
def branch_budget(request: HttpRequest, code: str) -> HttpResponse:
    """Set what a branch may spend in a year; plans that it makes a difference to are told."""
    user = reader(request)
    branch = _branches(user).filter(code=code).first()
    if branch is None:
        raise RecordNotFound
    year = today_at(branch).year
    kept = BranchBudget.objects.filter(branch=branch, year=year).first()

    def run(entered: dict[str, Any]) -> str:
        row = rule_commands.set_branch_budget(actor=user, branch=branch, **entered)
        return _("%(branch)s may spend %(amount)s in %(year)s.") % {
            "branch": branch,
            "amount": money(row.amount),
            "year": row.year,
        }

    act = Act(
        title=_("Marketing money of %(branch)s") % {"branch": branch},
        submit=_("Set"),
        run=run,
        back=reverse("marketing_rules"),
        goes_there=True,
        explanation=_("Plans that can no longer be paid, or can be paid again, are checked and decided again."),
    )
    initial = {"year": year, "amount": kept.amount if kept else None}
    return perform(request, act, BranchBudgetForm(posted(request), initial=initial))


def _branches(user: User) -> QuerySet[OrgUnit]:
    """The branches whose plans somebody sees; other branches' money is none of their business."""
    kinds = (UnitKind.CITY_BRANCH, UnitKind.HQ)
    units = OrgUnit.objects.filter(kind__in=kinds, is_active=True).order_by("code")
    return scopes.visible(units, user, MarketingPlan.record_kind, owner=None, unit_path="path")
