"""The list of plans: found, narrowed, out of sight of strangers, and as fast with many as with few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db


def titles(client, **query):
    return [entry["row"].title for entry in client.get(reverse("marketing_plans"), query).context["rows"]]


def test_it_works(as_, analyst, plan):
    """A list that leaves out what was just drafted makes people draft it twice."""
    made = plan()
    text = as_(analyst).get(reverse("marketing_plans")).content.decode()
    assert made.title in text
    assert made.number in text
    assert "¥10,000" in text
    assert reverse("marketing_plan_new") in text


def test_strangers_see_nothing(as_, charlie, plan):
    """A plan of another branch shown to somebody without any right to it gives its budget away."""
    plan()
    assert titles(as_(charlie)) == []


def test_narrowed_by_status_kind_branch_owner_and_words(as_, analyst, marketing_manager, plan, units):
    """A filter that is ignored shows plans somebody has excluded on purpose."""
    first = plan(title="Spring fair")
    plan("approved", title="Market study", kind="research")
    client = as_(analyst)
    assert titles(client, status="approved") == titles(client, kind="research") == ["Market study"]
    assert titles(client, q="spring") == titles(client, q=first.number) == ["Spring fair"]
    assert titles(client, branch="HZ") == ["Market study", "Spring fair"]
    assert titles(client, branch="SH") == []
    assert len(titles(client, show="mine")) == 2
    assert titles(as_(marketing_manager), show="mine") == []


def test_a_script_gets_the_rows_alone(as_, analyst, plan):
    """The whole page swapped into its own list would show the frame twice."""
    plan()
    text = as_(analyst).get(reverse("marketing_plans"), headers=HTMX).content.decode()
    assert text.lstrip().startswith('<div id="plans"')


def test_nothing_there_and_nothing_found_say_what_to_do(as_, analyst, plan):
    """An empty table without a word looks like a fault."""
    client = as_(analyst)
    assert "No plans yet" in client.get(reverse("marketing_plans")).content.decode()
    assert "No plan fits" in client.get(reverse("marketing_plans"), {"q": "nowhere"}).content.decode()


def test_queries_do_not_grow_with_the_rows(as_, analyst, plan):
    """A query per row makes the list of a large branch crawl."""
    plan()
    client = as_(analyst)
    client.get(reverse("marketing_plans"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("marketing_plans"))
    for number in range(6):
        plan(title=f"Plan {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("marketing_plans"))
    assert len(many) == len(few), [query["sql"] for query in many][-3:]


def test_masked_titles_and_budgets_are_not_shown(as_, analyst, plan):
    """A field rule that only the API keeps is none."""
    from accounts.models import FieldRule

    made = plan()
    for name in ("title", "budget_total"):
        FieldRule.objects.create(kind="marketing_plan", field=name, effect="hidden")
    text = as_(analyst).get(reverse("marketing_plans")).content.decode()
    assert made.title not in text
    assert "¥10,000" not in text
    assert made.number in text
