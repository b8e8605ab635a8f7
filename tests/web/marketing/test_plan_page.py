"""The page of a plan: what it says, what changed, its money and checks, and the acts each of whom it allows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.marketing import budget, checks, commands
from crm_core.marketing.models import BookedCost, MarketingPlan
from tests.commands.marketing.conftest import lines, messages
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db


def page_of(client, plan, **query):
    return client.get(reverse("marketing_plan", args=[plan.pk]), query)


def act(client, plan, name, **entered):
    return client.post(reverse("marketing_plan_act", args=[plan.pk, name]), entered, headers=HTMX)


def labels(response):
    return {entry["label"] for entry in response.context["acts"]}


def test_it_works(as_, analyst, plan):
    """A page that cannot be read sends people back to spreadsheets."""
    made = plan(offer="12 % off", goals=[{"metric": "Renewals", "target": 168}], risks="Snow")
    text = page_of(as_(analyst), made).content.decode()
    for said in ("Spring fair", "12 % off", "Renewals", "168", "Snow", "Posters", "¥10,000", "E-mail, Phone"):
        assert said in text
    assert f'data-live-list="record:marketing_plan:{made.pk}"' in text
    assert "drafted the plan" in text


def test_strangers_find_no_page_and_no_acts(as_, charlie, plan):
    """Guessing an address must not open somebody else's plan."""
    made = plan()
    client = as_(charlie)
    assert page_of(client, made).status_code == 404
    assert act(client, made, "withdraw", reason="x").status_code == 404
    assert client.get(reverse("marketing_plan_budget", args=[made.pk])).status_code == 404


def test_what_changed_between_revisions_stands_there_old_and_new(as_, analyst, plan):
    """Who reads revision 3 has to find the two numbers that moved, not compare pages."""
    made = plan(goals=[{"metric": "Renewals", "target": 168}])
    commands.update_plan(
        actor=analyst,
        plan_id=made.pk,
        values={"budget_total": Decimal(9000), "goals": [{"metric": "Renewals", "target": 150}]},
        lines=lines("9000"),
        note="Smaller",
    )
    text = page_of(as_(analyst), made).content.decode()
    assert "<del>¥10,000</del>" in text
    assert "<del>168</del>" in text
    assert "Smaller" in text
    plain, marked = (page_of(as_(analyst), made, since=since) for since in (0, 1))
    assert marked.context["document"]["it"].changed_parts == {"goals", "lines"}
    assert plain.context["document"]["it"].changed_parts == frozenset()
    assert "data-only-changes" in marked.content.decode()


def test_a_plan_changed_after_approval_is_marked_against_what_was_approved(as_, analyst, plan):
    """After a changed budget the reader must see at once what nobody has approved yet."""
    made = plan("approved")
    commands.change_budget(actor=analyst, plan_id=made.pk, lines=lines("12000"), reason="Stand is dearer")
    assert page_of(as_(analyst), made).context["since"].number == 1


def test_money_by_category_with_what_is_held_and_spent(as_, analyst, plan):
    """Spending beyond a line is found at the audit unless the page says so."""
    made = plan("approved")
    with transaction.atomic():
        budget.reserve(MarketingPlan.objects.select_for_update().get(pk=made.pk), actor=None)
    commands.book_cost(actor=analyst, plan_id=made.pk, category="gifts", amount=Decimal(8500), reference="R-1")
    answer = page_of(as_(analyst), made)
    money = answer.context["money"]
    assert (money["all"].reserved, money["all"].spent, money["tone"]) == (Decimal(10000), Decimal(8500), "warning")
    assert [(row["label"], row["over"]) for row in money["by_category"]] == [
        ("Media", False),
        ("Gifts and prizes", True),
    ]
    assert "R-1" in answer.content.decode()


def test_checks_say_what_is_right_and_what_is_not(as_, analyst, plan):
    """A list of faults alone does not say whether anything was looked at."""
    made = plan(concession_percent=Decimal(20))
    with transaction.atomic():
        checks.freeze(made)
    shown = page_of(as_(analyst), made).context["checks"]
    tones = {row["text"]: row["tone"] for row in shown["rows"]}
    assert tones["The budget lines add up to ¥10,000."] == "ok"
    assert tones["A concession of 20 % is asked for, 15 % is allowed."] == "warn"
    assert tones["No customer is in the segment."] == "bad"
    assert shown["tone"] == "danger"
    assert any("Marketing policy" in row["source"] for row in shown["rows"])


def test_buttons_follow_status_and_right(as_, analyst, finance, marketing_manager, plan):
    """A button that is always refused, or a missing one, stops the work."""
    draft, approved = plan(title="A"), plan("approved", title="B")
    assert labels(page_of(as_(analyst), draft)) == {"Edit", "Withdraw the plan"}
    assert labels(page_of(as_(analyst), approved)) == {"Book a cost", "Change the budget", "Cancel the plan"}
    assert labels(page_of(as_(marketing_manager), approved)) == {"Book a cost", "Change the budget"}
    assert labels(page_of(as_(finance), approved)) == {"Book a cost"}


def test_withdrawn_with_a_reason(as_, analyst, plan):
    """A plan taken back without a reason leaves its readers guessing."""
    made = plan()
    assert act(as_(analyst), made, "withdraw", reason=" ").status_code == 422
    assert act(as_(analyst), made, "withdraw", reason="The fair is cancelled").status_code == 204


def test_costs_are_booked_and_the_process_is_told_at_the_threshold(as_, analyst, finance, plan):
    """Without the message at 80 % nobody is asked before the money is gone."""
    made = plan("in_execution")
    client = as_(finance)
    entered = {"category": "media", "amount": "8200", "booked_on": "2026-02-10", "reference": "R-7"}
    assert "82 % of the budget is spent" in act(client, made, "book-cost", **entered)["HX-Trigger"]
    assert BookedCost.objects.get().reference == "R-7"
    assert [key for key, _values in messages("plan.budget_threshold")] == [made.number]
    again = act(client, made, "book-cost", **entered)
    assert again.status_code == 422
    assert "booked already" in again.content.decode()


def test_another_budget_is_a_revision_and_a_message(as_, analyst, plan):
    """A budget that changes without the process hearing of it is never decided."""
    made = plan("under_review")
    client = as_(analyst)
    url = reverse("marketing_plan_budget", args=[made.pk])
    page = client.get(url).content.decode()
    assert "6000.00" in page
    sent = {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-category": "venue",
        "lines-0-amount": "12000",
    }
    refused = client.post(url, sent | {"reason": "", "version": str(made.version)})
    assert refused.status_code == 422
    assert "12000" in refused.content.decode()
    assert client.post(url, sent | {"reason": "Dearer", "version": str(made.version)}).status_code == 302
    made.refresh_from_db()
    assert (made.budget_total, made.revision) == (Decimal(12000), 2)
    assert [key for key, _values in messages("plan.budget_changed")] == [made.number]
    grown = client.post(url, sent | {"more_rows": "lines"}, headers=HTMX).content.decode()
    assert "lines-1-amount" in grown


def test_who_only_reads_is_refused(as_, finance, plan):
    """The page hides the button; the address must refuse as well."""
    made = plan("under_review")
    assert as_(finance).get(reverse("marketing_plan_budget", args=[made.pk])).status_code == 403
    assert act(as_(finance), made, "withdraw", reason="x").status_code == 422
    assert act(as_(finance), made, "dance").status_code == 404


def test_the_number_of_queries_does_not_grow(as_, analyst, bob, plan):
    """A query per line, revision or cost makes the page of the largest plan the slowest."""
    small = plan(
        "in_execution", title="Small", staff=["bob"], segment={"levels": ["gold"]}, goals=[{"metric": "A", "target": 1}]
    )
    large = plan(
        "in_execution",
        title="Large",
        amounts=("1000",) * 12,
        staff=["bob", "alice_"][:1],
        segment={"levels": ["gold", "silver"]},
        goals=[{"metric": f"Goal {number}", "target": number} for number in range(8)],
    )
    for number in range(4):
        commands.book_cost(actor=analyst, plan_id=large.pk, category="media", amount=Decimal(10 + number))
    commands.change_budget(actor=analyst, plan_id=large.pk, lines=lines("20000"), reason="More")
    client = as_(analyst)
    page_of(client, small)
    with CaptureQueriesContext(connection) as few:
        page_of(client, small)
    with CaptureQueriesContext(connection) as many:
        page_of(client, large)
    assert len(many) <= len(few), [query["sql"][:200] for query in many][-4:]


def test_masked_money_is_not_shown_anywhere(as_, analyst, plan):
    """A rule that hides the budget but not its lines hides nothing."""
    from accounts.models import FieldRule

    made = plan("approved")
    FieldRule.objects.create(kind="marketing_plan", field="budget_total", effect="hidden")
    text = page_of(as_(analyst), made).content.decode()
    assert "¥10,000" not in text
    assert "¥6,000" not in text
