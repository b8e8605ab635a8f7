"""The rules of marketing: read by those who see plans, changed by those who may, and open plans told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.marketing.models import BranchBudget, MarketingPolicy
from crm_core.marketing.rule_commands import set_branch_budget
from tests import crm
from tests.commands.marketing.conftest import messages
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db
STRICTER = {"max_concession_percent": "10", "contact_cap": "2", "contact_days": "30", "note": "Margins are thin"}


def test_it_works(as_, analyst, hq_marketing):
    """Who drafts a plan has to know what it will be held to."""
    text = as_(analyst).get(reverse("marketing_rules")).content.decode()
    assert "15 %" in text
    assert "at most 3 in 30 days" in text
    assert reverse("marketing_policy_new") not in text
    assert reverse("marketing_policy_new") in as_(hq_marketing).get(reverse("marketing_rules")).content.decode()


def test_whoever_sees_no_plans_sees_no_rules(as_, technician):
    """Budgets of branches are not for everybody."""
    assert as_(technician).get(reverse("marketing_rules")).status_code == 403


def test_a_policy_is_published_and_the_plans_it_touches_are_told(as_, alice, hq_marketing, plan):
    """A stricter policy that open plans do not hear of is broken the same day."""
    crm.customer(alice)
    dear = plan("under_review", concession_percent=Decimal(12))
    plan("under_review", title="Cheap", concession_percent=Decimal(5))
    answer = as_(hq_marketing).post(reverse("marketing_policy_new"), STRICTER, headers=HTMX)
    assert answer["HX-Redirect"] == reverse("marketing_rules")
    assert MarketingPolicy.objects.get().max_concession_percent == 10
    assert [key for key, _values in messages("plan.policy_changed")] == [dear.number]
    page = as_(hq_marketing).get(reverse("marketing_rules")).content.decode()
    assert "Margins are thin" in page


def test_others_are_refused_and_what_is_wrong_is_said(as_, analyst, hq_marketing):
    """The button is hidden; the address must refuse as well."""
    assert as_(analyst).post(reverse("marketing_policy_new"), STRICTER, headers=HTMX).status_code == 422
    wrong = as_(hq_marketing).post(reverse("marketing_policy_new"), STRICTER | {"contact_cap": "0"}, headers=HTMX)
    assert wrong.status_code == 422
    assert not MarketingPolicy.objects.exists()


def test_the_money_of_a_branch_is_set_by_its_own(as_, finance, sh_director, analyst, plan, units):
    """A branch that sets another's money takes it."""
    made = plan("approved")
    url = reverse("marketing_branch_budget", args=["HZ"])
    assert as_(finance).post(url, {"year": "2026", "amount": "9000"}, headers=HTMX).status_code == 204
    assert BranchBudget.objects.get().amount == 9000
    assert [key for key, _values in messages("plan.budget_changed")] == [made.number]
    assert as_(sh_director).post(url, {"year": "2026", "amount": "1"}, headers=HTMX).status_code == 404
    assert as_(analyst).post(url, {"year": "2026", "amount": "1"}, headers=HTMX).status_code == 422
    shown = as_(finance).get(reverse("marketing_rules")).context["budgets"]
    assert [(row["branch"].code, row["money"].left) for row in shown] == [("HZ", Decimal(9000))]


def test_the_number_of_queries_does_not_grow_with_the_branches(as_, hq_marketing, finance, units):
    """Three queries per branch make the page of headquarters the slowest."""
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(1000))
    client, local = as_(hq_marketing), as_(finance)
    for each in (client, local):
        each.get(reverse("marketing_rules"))
    with CaptureQueriesContext(connection) as one:
        local.get(reverse("marketing_rules"))
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("marketing_rules"))
    assert len(three) <= len(one) + 1
