"""Standing in over the API: for whom a task is held, handing it back, keeping it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks_inbox.models import WorkItem
from tests.api.conftest import URL, caller
from tests.commands.tasks_inbox.test_absences import away
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def held(clock, alice, bob) -> WorkItem:
    """Alice's task, which bob has while she is away for a day."""
    drawn = diagrams.diagram(
        "asking", "start -> ask -> end", start=diagrams.start(), ask=diagrams.user(assignee="alice"), end=diagrams.end()
    )
    running.deploy(drawn)
    away(alice, bob, lasting=DAY)
    return WorkItem.objects.get(instance=running.start("asking"))


def test_it_says_for_whom_and_goes_back(clock, held, alice, bob):
    client, task = caller(bob, "tasks"), f"{URL}/tasks/{held.pk}/"
    assert client.get(task).json()["on_behalf_of"]["username"] == "alice"
    early = client.post(f"{task}restore/")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "recipient-away")
    clock.advance(DAY)
    back = caller(bob, "tasks").post(f"{task}restore/")
    assert (back.status_code, back.json()["assignee"]["username"], back.json()["on_behalf_of"]) == (200, "alice", None)


def test_it_is_kept_by_the_substitute_alone(held, alice, bob, charlie):
    task = f"{URL}/tasks/{held.pk}/"
    assert caller(charlie, "tasks").post(f"{task}keep/").status_code == 404
    assert caller(alice, "tasks").post(f"{task}keep/").status_code == 403
    assert caller(bob, "tasks").post(f"{task}keep/").json()["on_behalf_of"] is None
    assert caller(bob, "tasks").post(f"{task}keep/").status_code == 409
