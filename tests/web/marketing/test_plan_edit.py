"""Writing plans: rows that grow and shrink, what is refused said in place with nothing lost, and the live count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from crm_core.marketing.models import MarketingPlan
from tasks_inbox.models import WorkItem
from tests import crm
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db


def sent(**more):
    """A whole form as a browser sends it."""
    return {
        "title": "Spring fair",
        "kind": "general",
        "opportunity_source": "Renewals of last winter",
        "offer": "One inspection at no charge",
        "concession_percent": "12",
        "channels": ["email", "phone"],
        "starts_on": "2026-02-02",
        "ends_on": "2026-02-27",
        "place": "Hangzhou",
        "expected_responses": "40",
        "expected_revenue": "90000",
        "segment-levels": ["gold"],
        "segment-industries": "Hotels，Hospitals, Hotels",
        "goals-TOTAL_FORMS": "2",
        "goals-INITIAL_FORMS": "0",
        "goals-0-metric": "Renewals",
        "goals-0-target": "1,200",
        "activities-TOTAL_FORMS": "1",
        "activities-INITIAL_FORMS": "0",
        "activities-0-name": "Stand at the fair",
        "activities-0-on": "2026-02-03",
        "staff-TOTAL_FORMS": "1",
        "staff-INITIAL_FORMS": "0",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-category": "venue",
        "lines-0-description": "Stand",
        "lines-0-amount": "6000",
        "lines-1-category": "print",
        "lines-1-amount": "4000.50",
    } | more


def test_it_works(as_, analyst, bob, plan):
    """What is lost between form and plan is missing when the plan is decided."""
    crm.deploy("marketing-plan-approval")
    answer = as_(analyst).post(
        reverse("marketing_plan_new"), sent(**{"staff-0-person": str(bob.pk), "activities-0-staff": str(bob.pk)})
    )
    made = MarketingPlan.objects.get()
    assert answer["Location"] == reverse("marketing_plan", args=[made.pk])
    assert made.segment == {"levels": ["gold"], "industries": ["Hotels", "Hospitals"]}
    assert made.goals == [{"metric": "Renewals", "target": 1200}]
    assert made.activities == [{"name": "Stand at the fair", "on": "2026-02-03", "staff": "bob"}]
    assert (made.staff, made.channels, made.starts_on) == (["bob"], ["email", "phone"], date(2026, 2, 2))
    assert made.budget_total == Decimal("10000.50")
    assert list(made.lines.values_list("category", "description")) == [("venue", "Stand"), ("print", "")]
    assert WorkItem.objects.get(record_id=str(made.pk)).assignee == analyst


def test_without_its_process_a_plan_is_refused_and_what_was_typed_is_kept(as_, analyst):
    """A page "not found" after an hour of writing is the worst answer."""
    answer = as_(analyst).post(reverse("marketing_plan_new"), sent())
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "not in use at present" in text
    assert "Stand at the fair" in text
    assert not MarketingPlan.objects.exists()


def test_who_may_not_draft_gets_no_form(as_, alice, finance):
    """A form one may only fill in to be refused wastes an afternoon."""
    for person in (alice, finance):
        assert as_(person).get(reverse("marketing_plan_new")).status_code == 403
        assert as_(person).post(reverse("marketing_plan_new"), sent()).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"ends_on": "2026-01-01"}, "does not end before it starts"),
        ({"lines-1-amount": "-1"}, "greater than or equal to 0"),
        ({"lines-1-category": ""}, "This field is required"),
        ({"concession_percent": "120"}, "less than or equal to 100"),
        ({"staff-0-person": "999999"}, "There is no such person"),
        ({"goals-1-metric": "Calls"}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_in_place_and_nothing_is_lost(as_, analyst, wrong, said):
    """Retyping a plan of twenty fields because of one is how people stop writing plans."""
    answer = as_(analyst).post(reverse("marketing_plan_new"), sent(**wrong))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    kept = ("Renewals of last winter", "One inspection at no charge", "Stand at the fair", "6000", "4000.50")
    wanted = [each for each in kept if each != sent().get(next(iter(wrong)))]
    assert all(each in text for each in wanted)
    assert not MarketingPlan.objects.exists()


def test_a_row_more_and_a_row_fewer(as_, analyst):
    """Removing one row must not take another's words, and a half written row is not scolded while it is written."""
    client = as_(analyst)
    url = reverse("marketing_plan_new")
    more = client.post(url, sent(more_rows="lines", **{"lines-1-category": ""}), headers=HTMX).content.decode()
    assert 'name="lines-2-amount"' in more
    assert "required" not in more
    assert "¥10,000.50" in more
    fewer = client.post(url, sent(fewer_rows="lines-0"), headers=HTMX).content.decode()
    assert 'name="lines-0-amount" value="4000.50"' in fewer
    assert "6000" not in fewer
    assert "lines-1-" not in fewer
    assert client.post(url, sent(more_rows="nothing"), headers=HTMX).status_code == 404
    assert not MarketingPlan.objects.exists()


def test_without_scripts_a_row_more_keeps_the_whole_page(as_, analyst):
    """Who has scripts blocked still writes a budget of three lines."""
    answer = as_(analyst).post(reverse("marketing_plan_new"), sent(more_rows="goals"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="goals-2-metric"' in text
    assert "Stand at the fair" in text


def test_the_segment_is_counted_while_it_is_chosen(as_, analyst, alice, charlie):
    """A count of somebody else's customers, or of the last segment, sends the plan back for days."""
    crm.customer(alice, "Lanting Hotels", level="gold", industry="Hotels")
    crm.customer(alice, "Mingde School", level="silver", industry="Schools")
    crm.customer(charlie, "Bund Hotels", level="gold", industry="Hotels")
    client = as_(analyst)

    def people(**more):
        answer = client.post(reverse("marketing_audience"), sent(**more), headers=HTMX)
        assert answer.status_code == 200
        return answer.context["audience"]["people"]

    assert people() == 1
    assert people(**{"segment-levels": [], "segment-industries": ""}) == 2
    assert people(branches=["SH"]) == 2
    assert as_(charlie).post(reverse("marketing_audience"), sent()).status_code == 403


def test_the_next_revision_is_written_from_what_stands_there(as_, analyst, bob, plan):
    """A form that opens without the rows kept would wipe them at the next save."""
    made = plan(goals=[{"metric": "Renewals", "target": 168}], staff=["bob"], activities=[{"name": "Stand"}])
    client = as_(analyst)
    page = client.get(reverse("marketing_plan_edit", args=[made.pk])).content.decode()
    for kept in ("Renewals", "168", bob.display_name, "Stand", "6000.00", "4000.00"):
        assert kept in page
    answer = client.post(
        reverse("marketing_plan_edit", args=[made.pk]),
        sent(title="Spring fair, smaller", version=str(made.version), note="As finance asked"),
    )
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.title, made.revision) == ("Spring fair, smaller", 2)
    assert made.revisions.get(number=2).note == "As finance asked"


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(as_, analyst, marketing_manager, plan):
    """The second to save would silently undo the first."""
    made = plan()
    client = as_(analyst)
    url = reverse("marketing_plan_edit", args=[made.pk])
    as_(marketing_manager).post(url, sent(title="By the manager", version=str(made.version)))
    stale = client.post(url, sent(title="By the analyst", version=str(made.version)))
    assert stale.status_code == 422
    assert "By the manager" in stale.content.decode()
    assert "By the analyst" in stale.content.decode()
    made.refresh_from_db()
    assert made.title == "By the manager"
    assert client.post(url, sent(title="By the analyst", version=str(made.version))).status_code == 302


def test_a_plan_under_review_is_not_rewritten(as_, analyst, charlie, finance, plan):
    """What approvers read must not change under their eyes."""
    made = plan("under_review")
    url = reverse("marketing_plan_edit", args=[made.pk])
    answer = as_(analyst).post(url, sent(version=str(made.version)))
    assert answer.status_code == 422
    assert "no longer being written" in answer.content.decode()
    assert as_(finance).get(url).status_code == 403
    assert as_(charlie).get(url).status_code == 404
