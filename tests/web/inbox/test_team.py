"""The team's tasks: who has how much, giving tasks to others and taking that back, and what would help."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.commands.substitutions import add_substitution
from accounts.models import User
from tasks_inbox.models import WorkItem

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def queue(ask, clock):
    """Makes so many open tasks of somebody, due after so many hours each."""

    def fill(who: str, *due_in: float) -> list[WorkItem]:
        made = []
        for hours in due_in:
            item = ask(assignee="alice")
            item.assignee = User.objects.get(username=who)
            item.due_at = clock.now() + timedelta(hours=hours)
            item.save(update_fields=["assignee", "due_at"])
            made.append(item)
        return made

    return fill


def holder(item):
    item.refresh_from_db()
    return item.assignee.username


def loads(answer):
    return {entry["person"].username: entry for entry in answer.context["people"] if entry["person"]}


def drag(client, items, to):
    body = {"items": [str(item.pk) for item in items], "recipient": str(to.pk), "batch": ""}
    return client.post(reverse("tasks_many", args=["move"]), json.dumps(body), "application/json", **SCRIPT)


def test_it_works(client, queue, alice, bob, dora, manager, clock):
    """Everybody who could be given something is shown, also who has nothing."""
    queue("alice", -1, 2, 50)
    client.force_login(manager)
    found = loads(client.get(reverse("team")))
    assert set(found) == {"alice", "bob", "dora"}
    shown = found["alice"]
    assert (shown["open"], shown["late"], shown["today"]) == (3, 1, 1)
    assert shown["hours"] == "3.0 h", "an hour each where nothing is known"
    assert found["bob"]["open"] == 0


def test_who_is_away_is_said(client, queue, alice, bob, manager, clock):
    queue("alice", 2)
    add_substitution(
        actor=alice,
        substituted_id=alice.public_id,
        substitute_id=bob.public_id,
        starts=clock.now(),
        ends=clock.now() + timedelta(days=2),
    )
    client.force_login(manager)
    assert bob.display_name in loads(client.get(reverse("team")))["alice"]["away"]


def test_a_dragged_task_goes_and_comes_back(client, queue, alice, bob, manager):
    items = queue("alice", 2, 3)
    client.force_login(manager)
    answer = drag(client, items, bob).json()
    assert [result["done"] for result in answer["results"]] == [True, True]
    assert [holder(item) for item in items] == ["bob", "bob"]
    said = client.post(answer["undo_url"], "{}", "application/json", **SCRIPT)
    assert said.json()["text"] == "2 tasks given back"
    assert [holder(item) for item in items] == ["alice", "alice"]
    assert client.post(answer["undo_url"], "{}", "application/json").json()["text"] == "There is nothing to undo."


def test_the_outsider_moves_nothing(client, queue, alice, bob, charlie):
    (item,) = queue("alice", 2)
    client.force_login(charlie)
    result = drag(client, [item], charlie).json()["results"][0]
    assert (result["done"], result["title"]) == (False, "")
    assert holder(item) == "alice"
    for name in ("team", "team_rebalance"):
        assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("team_undo", args=[uuid.uuid4()])).json()["text"] == "There is nothing to undo."


def test_what_would_help_is_shown_and_moves_only_when_confirmed(client, queue, alice, bob, dora, manager):
    """Seven tasks of an hour each, due in three working hours: alone that is four too many."""
    mine = queue("alice", *[18.0] * 7)
    (known,) = queue("bob", 40)
    client.force_login(manager)
    answer = client.get(reverse("team_rebalance"))
    assert (answer.context["before"], answer.context["after"]) == (4, 1)
    values = [move["value"] for move in answer.context["moves"]]
    assert [move["receiver"] for move in answer.context["moves"]] == [bob] * 3, "dora never did such a task"
    assert {holder(item) for item in mine} == {"alice"}
    done = client.post(reverse("team_rebalance_now"), {"moves": values[:1]}, **SCRIPT)
    toast = json.loads(done["HX-Trigger"])["toast"]
    assert toast["text"] == "1 task moved"
    assert sorted(holder(item) for item in mine) == ["alice"] * 6 + ["bob"]
    client.post(toast["undo_url"], "{}", "application/json")
    assert {holder(item) for item in mine} == {"alice"}
    assert holder(known) == "bob"


def test_what_moved_meanwhile_is_said_item_by_item(client, queue, alice, bob, manager):
    from tasks_inbox.commands import transfer_work_item

    mine = queue("alice", *[18.0] * 5)
    queue("bob", 40)
    client.force_login(manager)
    values = [move["value"] for move in client.get(reverse("team_rebalance")).context["moves"]]
    assert len(values) == 2
    first = uuid.UUID(values[0].split("_")[0])
    transfer_work_item(actor=alice, work_item_id=first, recipient=bob)
    done = client.post(reverse("team_rebalance_now"), {"moves": values}, **SCRIPT)
    assert [bool(result["said"]) for result in done.context["results"]] == [True, False]
    assert len([item for item in mine if holder(item) == "bob"]) == 2


@pytest.mark.parametrize(
    "moves", [[], ["x"], ["1_2_3"], [f"{uuid.UUID(int=5)}_1_1"], [f"{uuid.UUID(int=5)}_{'9' * 40}_²"]]
)
def test_nonsense_moves_nothing(client, queue, alice, manager, moves):
    (item,) = queue("alice", 1)
    client.force_login(manager)
    assert client.post(reverse("team_rebalance_now"), {"moves": moves}, **SCRIPT).status_code == 200
    assert holder(item) == "alice"


def test_somebody_elses_people_are_not_on_my_board(client, queue, alice, charlie, manager, sh_director):
    queue("charlie", 1)
    client.force_login(manager)
    assert "charlie" not in loads(client.get(reverse("team")))
    client.force_login(sh_director)
    assert "charlie" in loads(client.get(reverse("team")))


def test_the_queries_do_not_grow_with_tasks_and_people(client, queue, alice, bob, dora, manager):
    queue("alice", 2)
    client.force_login(manager)
    addresses = [reverse("team"), reverse("team_rebalance")]

    def counted():
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found.append(len(queries))
        return found

    few = counted()
    queue("alice", *[2.0] * 6)
    queue("bob", 40, 41)
    queue("dora", 40)
    assert User.objects.filter(manager=manager).count() == 3
    many = counted()
    assert many[0] == few[0]
    assert many[1] <= few[1] + 4, "the moved tasks in words"
