"""Tasks through the API: the views, one task with its form, and every act."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.db import transaction

from bpmn.commands import store_versions
from crm_core import storing
from crm_core.levels.commands import request_level_change
from crm_core.levels.models import LevelChange
from tasks_inbox.models import WorkItem
from tests.api.conftest import URL, caller, error, queries_of
from tests.crm import customer, deploy
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.commands import change_variables
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db
TASKS = f"{URL}/tasks/"
FORM = {
    "id": "decision",
    "type": "default",
    "components": [
        {"type": "textfield", "key": "title", "label": "Title", "disabled": True},
        {"type": "number", "key": "amount", "label": "Amount", "validate": {"required": True}},
        {"type": "textfield", "key": "secret", "label": "Secret"},
        {
            "type": "radio",
            "key": "outcome",
            "label": "Decision",
            "values": [{"label": "Yes", "value": "approve"}, {"label": "No", "value": "reject"}],
            "validate": {"required": True},
        },
    ],
}


@pytest.fixture
def ask(db):
    def run(actor: Any = None, *, group: str = "sales@HZ", **variables: Any) -> WorkItem:
        first = user(group=group, properties='<zeebe:formDefinition formId="decision"/>')
        drawn = diagram(
            "asking",
            "start -> first -> second -> end",
            start=start(),
            first=first,
            second=user(group=group),
            end=end(),
        )
        store_versions(actor=None, files={"asking.bpmn": drawn, "decision.form": orjson.dumps(FORM)})
        instance = running.start("asking", actor=actor, **variables)
        return WorkItem.objects.get(instance=instance, element="first")

    return run


def test_it_works(ask, alice):
    item = ask(title="Order 7", amount=3)
    client = caller(alice, "tasks")
    (listed,) = client.get(f"{TASKS}?view=groups").json()["results"]
    assert (listed["id"], listed["process"], listed["status"]) == (str(item.pk), "asking", "open")
    assert client.get(TASKS).json() == {"results": [], "next": None}
    address = f"{TASKS}{item.pk}/"
    taken = client.post(f"{address}claim/")
    assert taken.status_code == 200, taken.json()
    assert taken.json()["assignee"]["username"] == "alice"
    shown = client.get(address).json()
    assert shown["form"]["id"] == "decision"
    assert shown["form"]["schema"]["components"][1]["key"] == "amount"
    assert shown["form"]["prefill"] == {"title": "Order 7", "amount": 3}
    assert shown["variables"]["title"] == "Order 7"
    assert shown["standing"]["may_complete"] is True
    answers = {"amount": 12, "outcome": "approve"}
    done = client.post(f"{address}complete/", {"answers": answers, "seen": shown["form"]["seen"]})
    assert done.status_code == 200, done.json()
    assert (done.json()["status"], done.json()["outcome"]) == ("completed", "approve")
    assert running.variables(item.instance)["amount"] == 12
    assert [row["element"] for row in client.get(f"{TASKS}?view=groups").json()["results"]] == ["second"]
    assert [row["id"] for row in client.get(f"{TASKS}?view=done").json()["results"]] == [str(item.pk)]


def test_answers_the_form_refuses_are_named_and_nothing_is_lost(ask, alice):
    item = ask()
    client, address = caller(alice), f"{TASKS}{item.pk}/"
    client.post(f"{address}claim/")
    client.put(f"{address}draft/", {"answers": {"amount": 5}})
    refused = error(client.post(f"{address}complete/", {"answers": {"amount": "many"}}), 400, "form-refused")
    assert set(refused["fields"]) == {"amount", "outcome"}
    assert refused["detail"]["codes"]["outcome"] == ["required"]
    assert list(error(client.post(f"{address}complete/", {"answers": {"colour": "red"}}), 400)["fields"])
    item.refresh_from_db()
    assert (item.status, item.assignee) == ("open", alice)
    assert client.get(address).json()["form"]["draft"] == {"amount": 5}


@pytest.mark.parametrize("body", [{"answers": []}, {"answers": "x"}, {"answers": {"amount": {}}}, [], {"what": 1}])
def test_hostile_answers(ask, alice, body):
    item = ask()
    error(caller(alice).post(f"{TASKS}{item.pk}/complete/", body), 400)
    item.refresh_from_db()
    assert item.is_open


def test_completing_twice(ask, alice, bob):
    item = ask()
    answers = {"answers": {"amount": 1, "outcome": "approve"}}
    address = f"{TASKS}{item.pk}/complete/"
    assert caller(alice).post(address, answers).status_code == 200
    error(caller(alice).post(address, answers), 409, "task-ended")
    error(caller(bob).post(address, answers), 409, "task-ended")


def test_a_form_that_changed_meanwhile(ask, alice):
    item = ask(amount=3)
    client, address = caller(alice), f"{TASKS}{item.pk}/"
    seen = client.get(address).json()["form"]["seen"]
    from workflows import commands

    commands.change_variables(actor=None, instance_id=item.instance_id, variables={"amount": 900})
    body = {"answers": {"amount": 1, "outcome": "approve"}, "seen": seen}
    error(client.post(f"{address}complete/", body), 409, "task-form-changed")


def test_claim_and_release(ask, alice, bob):
    item = ask()
    address = f"{TASKS}{item.pk}/"
    assert caller(alice).post(f"{address}claim/").status_code == 200
    error(caller(bob).post(f"{address}claim/"), 409, "task-already-claimed")
    error(caller(bob).post(f"{address}release/"), 409, "task-already-claimed")
    released = caller(alice).post(f"{address}release/")
    assert released.json()["assignee"] is None
    assert caller(bob).post(f"{address}claim/").status_code == 200


def test_transfer(ask, alice, bob):
    item = ask()
    client, address = caller(alice), f"{TASKS}{item.pk}/"
    client.post(f"{address}claim/")
    assert list(error(client.post(f"{address}transfer/", {"to": "ghost"}), 400)["fields"]) == ["to"]
    given = client.post(f"{address}transfer/", {"to": "bob", "reason": "Holiday"})
    assert given.json()["assignee"]["username"] == "bob"
    assert [row["id"] for row in caller(bob).get(TASKS).json()["results"]] == [str(item.pk)]


def test_comments(ask, alice):
    item = ask()
    client, address = caller(alice), f"{TASKS}{item.pk}/"
    made = client.post(f"{address}comments/", {"text": "Look at <b>this</b>"})
    assert (made.status_code, made.json()["text"]) == (201, "Look at <b>this</b>")
    error(client.post(f"{address}comments/", {"text": " "}), 400)
    error(client.post(f"{address}comments/", {"text": "x" * 5001}), 400)
    assert [each["author"]["username"] for each in client.get(address).json()["comments"]] == ["alice"]


def test_drafts_are_private(ask, alice, bob):
    item = ask()
    address = f"{TASKS}{item.pk}/"
    assert caller(alice).put(f"{address}draft/", {"answers": {"amount": 5}}).json()["answers"] == {"amount": 5}
    assert caller(bob).get(address).json()["form"]["draft"] is None
    error(caller(bob).put(f"{address}draft/", {"answers": {"note": "x" * 300_000}}), 400, "answers-too-large")


def test_the_outsider_finds_nothing(ask, alice, charlie):
    item = ask()
    client, address = caller(charlie), f"{TASKS}{item.pk}/"
    error(client.get(address), 404, "not-found")
    bodies = {"transfer": {"to": "charlie"}, "complete": {"answers": {}}, "comments": {"text": "Hi"}}
    for act in ("claim", "release", "complete", "transfer", "comments"):
        error(client.post(f"{address}{act}/", bodies.get(act, {})), 404, "not-found")
    error(client.put(f"{address}draft/", {"answers": {}}), 404, "not-found")
    for view in ("mine", "groups", "overdue", "today", "done", "started"):
        assert client.get(f"{TASKS}?view={view}").json()["results"] == []


def test_the_starter_sees_and_does_not_decide(ask, agent):
    item = ask(agent)
    client = caller(agent)
    assert [row["id"] for row in client.get(f"{TASKS}?view=started").json()["results"]] == [str(item.pk)]
    error(client.post(f"{TASKS}{item.pk}/claim/"), 403, "task-not-offered")


def test_masked_variables(ask, alice):
    from tests.support.records import note, register
    from workflows import records

    item = ask(secret="x", nested={"secret": 1, "plain": 2}, title="T")
    record = note()
    register()
    ProcessInstance.objects.filter(pk=item.instance_id).update(record_kind="test.note", record_id=str(record.pk))
    WorkItem.objects.filter(pk=item.pk).update(record_kind="test.note", record_id=str(record.pk))
    assert records.kind("test.note").mask_for(alice) == {"secret"}
    shown = caller(alice).get(f"{TASKS}{item.pk}/").json()
    assert shown["variables"]["secret"] == "•••"
    assert shown["variables"]["nested"] == {"secret": "•••", "plain": 2}
    assert shown["form"]["prefill"]["secret"] == "•••"


@pytest.mark.parametrize(
    "query", ["view=everything", "cursor=x", "cursor=WyJtaW5lIiw5OTk5OTk5OTld", "colour=red", "process=%00"]
)
def test_bad_questions(alice, query):
    error(caller(alice).get(f"{TASKS}?{query}"), 400)


def test_pages_and_statements(ask, alice):
    ask()
    client = caller(alice)
    address = f"{TASKS}?view=groups"
    few = queries_of(lambda: client.get(address))
    for _more in range(60):
        running.start("asking")
    assert queries_of(lambda: client.get(address)) == few + 1  # how many there are is asked where they fill a page
    first = client.get(address).json()
    second = client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (50, 11, None)
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}
    assert few <= 12


def test_one_task_takes_the_same_statements_however_long_the_process(ask, alice):
    item = ask()
    client = caller(alice)
    alone = queries_of(lambda: client.get(f"{TASKS}{item.pk}/"))
    for number in range(5):
        client.post(f"{TASKS}{item.pk}/comments/", {"text": f"No. {number}"})
    assert queries_of(lambda: client.get(f"{TASKS}{item.pk}/")) == alone


def test_what_changed_since_it_was_read_is_refused_with_the_difference(ask, alice, charlie):
    item = ask(title="Order 7", amount=3)
    client = caller(alice, "tasks")
    address = f"{TASKS}{item.pk}/"
    seen = client.get(address).json()["form"]["seen"]
    change_variables(actor=None, instance_id=item.instance_id, variables={"title": "Order 8"}, reason="corrected")
    body = {"answers": {"amount": 12, "outcome": "approve"}, "seen": seen}
    refused = error(client.post(f"{address}complete/", body), 409, "task-form-changed")
    change = {"in": "form", "field": "title", "label": "Title", "old": "Order 7", "new": "Order 8", "hidden": False}
    assert refused["detail"] == {"changes": [change]}
    error(caller(charlie, "tasks").post(f"{address}complete/", body), 404)
    body["seen"] = client.get(address).json()["form"]["seen"]
    assert client.post(f"{address}complete/", body).status_code == 200
    error(client.post(f"{address}complete/", body), 409, "task-ended")


def test_a_changed_record_is_a_difference_too(alice, manager):
    deploy("customer-level-change", "level-review")
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    item = WorkItem.objects.get(record_id=str(change.pk))
    client = caller(alice, "tasks")
    address = f"{TASKS}{item.pk}/"
    seen = client.get(address).json()["form"]["seen"]
    with transaction.atomic():
        storing.change(LevelChange.objects.get(pk=change.pk), {"objection": "Not now."}, actor=manager)
    body = {"answers": {"proposed_level": "silver", "reason": "strategic", "justification": "May."}, "seen": seen}
    refused = error(client.post(f"{address}complete/", body), 409, "task-form-changed")
    (row,) = refused["detail"]["changes"]
    assert (row["in"], row["field"], row["old"], row["new"]) == ("record", "objection", "", "Not now.")
    assert row["label"] == "objection"
