"""Deciding on a plan: the document with what changed since one saw it, the checks, and the chain with its rules."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.marketing.models import MarketingPlan
from tests.scenarios.marketing_plan.conftest import PASS, planned, written

pytestmark = pytest.mark.django_db
__all__ = ["planned"]


def page_of(client, item):
    return client.get(reverse("approval", args=[item.pk]))


def up_to_approval(run, analyst, marketing_manager, step="draft", **changed):
    """The analyst hands it in, the manager passes it on, and no department answers in time."""
    run.complete(step, analyst, **written(run.plan, **changed))
    run.complete("evaluate", marketing_manager, **PASS, comment="Good fit")
    run.pass_days(5)


@pytest.fixture
def decided_on(planned, analyst, marketing_manager):
    """A plan of 150,000 that waits for its first approver."""
    run = planned("150000", concession_percent=10, offer="Ten percent off")
    up_to_approval(run, analyst, marketing_manager)
    return run


def test_it_works(as_, marketing_manager, decided_on):
    """Who decides reads a form's summary instead of the plan, unless the plan is there."""
    item = decided_on.item("approve")
    text = page_of(as_(marketing_manager), item).content.decode()
    for said in ("Spring fair", "Revision 1", "¥150,000", "Ten percent off", "Posters", "Checks"):
        assert said in text
    assert "data-only-changes" not in text
    assert "Decide on the plan" in text


def test_the_chain_says_who_said_what_and_why_the_next_are_asked(as_, marketing_manager, analyst, decided_on):
    """An approver who does not see why the next one is asked asks the process office."""
    chain = page_of(as_(marketing_manager), decided_on.item("approve")).context["approval_chain"]
    said = [(step["state"], step["name"], step["note"]) for step in chain]
    assert said[0] == ("done", analyst.display_name, "submitted revision 1")
    assert said[1] == ("done", marketing_manager.display_name, "evaluated 3.5 of 5")
    assert {(state, note) for state, _name, note in said[2:6]} == {("silent", "no opinion")}
    assert said[6][0] == "now"
    later = chain[7:]
    assert [step["state"] for step in later] == ["next"] * 3
    assert {step["rule"] for step in later} == {"Above 100000: up to headquarters marketing"}


def test_what_changed_since_one_saw_it_is_marked(as_, analyst, marketing_manager, director, decided_on):
    """Somebody who returned a plan has to see the change they asked for, and any they did not."""
    run = decided_on
    run.complete("approve", marketing_manager, outcome="approve")
    assert page_of(as_(director), run.item("approve")).context["since"] is None
    run.complete("approve", director, outcome="return", decision_reason="Smaller, please")
    lines = [{"category": "media", "description": "Posters", "amount": 120000}]
    up_to_approval(run, analyst, marketing_manager, "revise", budget_lines=lines, budget_total=120000, note="Smaller")
    run.complete("approve", marketing_manager, outcome="approve")
    answer = page_of(as_(director), run.item("approve"))
    text = answer.content.decode()
    assert answer.context["since"].number == 1
    assert "<del>¥150,000</del>" in text
    assert "data-only-changes" in text
    assert "Marked is what changed since revision 1" in text
    assert answer.context["document"]["it"].changed_parts == {"lines"}


def test_the_budget_stands_in_the_rows_of_inbox_and_queue(as_, marketing_manager, decided_on):
    """What decides how urgent an approval is has to be seen before it is opened."""
    text = as_(marketing_manager).get(reverse("inbox", args=["mine"])).content.decode()
    assert "¥150,000" in text


def test_whoever_may_not_see_the_plan_may_not_read_it_here(as_, charlie, decided_on):
    """A task's address must not be a way round the right of its record."""
    assert page_of(as_(charlie), decided_on.item("approve")).status_code == 404


def test_a_decided_approval_still_shows_the_plan(as_, marketing_manager, decided_on):
    """Who looks up what they decided must find what they decided on."""
    item = decided_on.item("approve")
    decided_on.complete("approve", marketing_manager, outcome="approve", comment="Go")
    answer = page_of(as_(marketing_manager), item)
    assert answer.status_code == 200
    assert "Ten percent off" in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rounds(as_, analyst, marketing_manager, director, decided_on):
    """A plan that was returned three times must not be the slowest page of the product."""
    run = decided_on
    client = as_(marketing_manager)
    page_of(client, run.item("approve"))
    with CaptureQueriesContext(connection) as first:
        page_of(client, run.item("approve"))
    run.complete("approve", marketing_manager, outcome="return", decision_reason="Again")
    up_to_approval(run, analyst, marketing_manager, "revise", offer="Eight percent off", staff=["alice", "bob"])
    page_of(client, run.item("approve"))  # the session is renewed after so many days
    with CaptureQueriesContext(connection) as second:
        page_of(client, run.item("approve"))
    assert len(second) <= len(first) + 1, "the names of the staff are the one query more"


def test_beside_the_form_of_every_task_stands_the_plan(as_, analyst, marketing_manager, planned):
    """Who evaluates a plan reads it beside the form, not in another window."""
    run = planned("8000", offer="Ten percent off")
    run.complete("draft", analyst, **written(run.plan, offer="Ten percent off"))
    text = as_(marketing_manager).get(reverse("task", args=[run.item("evaluate").pk])).content.decode()
    assert "Budget lines" in text
    assert "Posters" in text
    assert MarketingPlan.objects.get().number in text
