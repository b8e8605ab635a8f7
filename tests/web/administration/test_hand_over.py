"""The screen on which the work of somebody who leaves goes to others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from tasks_inbox import jobs
from tasks_inbox.models import HandOver, WorkItem
from tests.support import diagrams, running
from tests.support.records import kinds_kept
from workflows import registry

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _own_handlers():
    with registry.temporarily(), kinds_kept():
        yield


@pytest.fixture
def item(alice) -> WorkItem:
    """A task in alice's hands, named outright by its diagram."""
    drawn = diagrams.diagram(
        "asking", "start -> ask -> end", start=diagrams.start(), ask=diagrams.user(assignee="alice"), end=diagrams.end()
    )
    running.deploy(drawn)
    return WorkItem.objects.get(instance=running.start("asking", excluded_people=["alice"]))


def page_of(person: User) -> str:
    return reverse("admin_hand_over", args=[person.public_id])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_opens_and_says_what_there_is(as_, admin, alice, item, language):
    admin.language = language
    admin.save(update_fields=["language"])
    context = as_(admin).get(page_of(alice)).context
    assert context["left"] == 1
    assert [count for _label, count in context["counts"]] == [1, 0, 0, 0, 0, 0]
    assert [step["step"] for step in context["steps"]] == ["ask"]
    assert [row["variables"] for row in context["processes"]] == ["excluded_people"]


def test_for_administrators_of_the_person_only(as_, charlie, branch_admin, alice, item, units):
    assert as_(charlie).get(page_of(alice)).status_code == 403
    alice.org_unit = units["SH"]
    alice.save(update_fields=["org_unit"])
    assert as_(branch_admin).get(page_of(alice)).status_code == 404


def test_handed_over_with_progress_and_then_closed(as_, admin, alice, bob, item):
    client = as_(admin)
    leave = reverse("admin_person_leave", args=[alice.public_id])
    assert "left with nobody" in client.get(leave, headers=HTMX).content.decode()
    assert client.post(leave, headers=HTMX).status_code == 422
    answer = client.post(page_of(alice), {"receiver": [bob.pk]})
    row = HandOver.objects.get()
    assert answer["Location"] == reverse("admin_hand_over_progress", args=[alice.public_id, row.pk])
    waiting = client.get(answer["Location"]).context
    assert (waiting["done"], waiting["total"], waiting["left"]) == (0, 1, 0)
    jobs.hand_over()
    finished = client.get(answer["Location"]).context
    assert (finished["done"], finished["percent"], finished["left"]) == (1, 100, 0)
    assert finished["parts"][0]["receiver"] == bob
    item.refresh_from_db()
    assert item.assignee == bob
    client.post(leave)
    assert not User.objects.get(pk=alice.pk).is_active


def test_nobody_named_is_said(as_, admin, alice, item):
    answer = as_(admin).post(page_of(alice), {"receiver": ["", "x", "999999999"]})
    assert answer.status_code == 200
    assert answer.context["refused"]
    assert not HandOver.objects.exists()
