"""The acts beside the work through the API: each with its effect, its refusals, and the outsider."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks_inbox.models import Consultation, Copy, WorkItem, WorkItemEvent
from tests.api.conftest import URL, caller, error
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from tests.support.records import note
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(db):
    """alice's task about a record that everybody but charlie may see."""

    def run(actor=None):
        running.deploy(
            diagram("asking", "start -> first -> end", start=start(), first=user(assignee="alice"), end=end())
        )
        instance, record = running.start("asking", actor=actor), note(f"N{ProcessInstance.objects.count()}")
        about = {"record_kind": "test.note", "record_id": str(record.pk)}
        ProcessInstance.objects.filter(pk=instance.pk).update(**about)
        WorkItem.objects.filter(instance=instance).update(**about)
        return WorkItem.objects.get(instance=instance)

    return run


def act(person, item, name, body=None):
    return caller(person, "tasks").post(f"{URL}/tasks/{item.pk}/{name}/", body or {})


def test_it_works(task, alice, clock):
    item = task()
    until = (clock.now() + timedelta(days=1)).isoformat()
    assert act(alice, item, "snooze", {"until": until}).json()["put_off_until"] is not None
    assert act(alice, item, "unsnooze").json()["put_off_until"] is None
    assert act(alice, item, "follow").json()["followed"] is True
    assert act(alice, item, "unfollow").json()["followed"] is False
    beside = caller(alice).get(f"{URL}/tasks/{item.pk}/beside/").json()
    assert (beside["assignee"]["username"], beside["delegated_by"], beside["labels"]) == ("alice", None, [])


def test_views_by_name(task, alice, clock):
    item = task()
    act(alice, item, "snooze", {"until": (clock.now() + timedelta(days=1)).isoformat()})
    for view, count in (("mine", 0), ("snoozed", 1), ("watching", 0), ("asked", 0), ("cc", 0)):
        assert len(caller(alice).get(f"{URL}/tasks/?view={view}").json()["results"]) == count, view


def test_labels(task, alice, charlie, manager):
    item, client = task(), caller(alice)
    made = client.post(f"{URL}/labels/", {"name": "VIP", "colour": "danger"})
    assert made.status_code == 201
    label = made.json()["id"]
    assert act(alice, item, "label", {"label": label}).json()["labels"] == [
        {"id": label, "name": "VIP", "colour": "danger"}
    ]
    assert client.put(f"{URL}/labels/{label}/", {"name": "Very", "colour": ""}).json()["name"] == "Very"
    assert [each["name"] for each in client.get(f"{URL}/labels/").json()] == ["Very"]
    assert act(alice, item, "unlabel", {"label": label}).json()["labels"] == []
    error(client.post(f"{URL}/labels/", {"name": "very"}), 409, "label-taken")
    error(client.post(f"{URL}/labels/", {"name": "x", "colour": "pink"}), 400, "label-unfit")
    error(client.post(f"{URL}/labels/", {"name": "x" * 2**20}), 400)
    error(caller(charlie).delete(f"{URL}/labels/{label}/"), 404)
    error(client.post(f"{URL}/labels/", {"name": "Team", "unit": "HZ-SALES"}), 404)
    team = caller(manager).post(f"{URL}/labels/", {"name": "Team", "unit": "HZ-SALES"}).json()
    assert team["unit"]["code"] == "HZ-SALES"
    assert client.delete(f"{URL}/labels/{label}/").status_code == 204


def test_planning(task, alice, manager, clock):
    item = task()
    assert act(manager, item, "priority", {"priority": 100}).json()["priority"] == 100
    due = (clock.now() + timedelta(days=2)).isoformat()
    assert act(manager, item, "due", {"due_at": due, "reason": "They asked."}).json()["due_at"] is not None
    error(act(alice, item, "priority", {"priority": 75}), 403, "not-yours-to-plan")
    error(act(manager, item, "priority", {"priority": 101}), 400)
    error(act(manager, item, "due", {"due_at": "9999-12-31T00:00:00Z", "reason": "x"}), 400, "moment-unfit")
    error(act(manager, item, "due", {"due_at": due}), 400)


def test_delegating(task, alice, bob):
    item = task()
    assert act(alice, item, "delegate", {"to": "bob"}).json()["delegated_by"]["username"] == "alice"
    error(act(bob, item, "complete", {"answers": {}}), 409, "is-delegated")
    assert act(bob, item, "hand-back", {"note": "Done"}).json()["assignee"]["username"] == "alice"
    error(act(alice, item, "recall"), 409, "not-delegated")


def test_copies(task, alice, finance, charlie):
    item = task()
    assert [row["user"]["username"] for row in act(alice, item, "copy", {"people": ["finance"]}).json()] == ["finance"]
    error(act(alice, item, "copy", {"people": ["charlie"]}), 403, "record-not-theirs")
    error(act(alice, item, "copy", {"people": ["nobody"]}), 400)
    assert act(finance, item, "read").json()[0]["read_at"] is not None
    assert caller(finance).get(f"{URL}/tasks/{item.pk}/").json()["standing"]["may_complete"] is False
    error(act(charlie, item, "copy", {"people": ["finance"]}), 404)
    assert Copy.objects.count() == 1


def test_asking_and_urging(task, alice, finance, manager):
    item = task()
    asked = act(alice, item, "consult", {"person": "finance", "question": "May we?"})
    assert asked.status_code == 201
    error(act(alice, item, "consult", {"person": "finance", "question": "May we?"}), 409, "asked-already")
    answered = act(finance, item, "advise", {"consultation": asked.json()["id"], "answer": "Yes."})
    assert answered.json()["status"] == "answered"
    error(act(alice, item, "unask", {"consultation": asked.json()["id"]}), 409, "question-ended")
    assert len(caller(alice).get(f"{URL}/tasks/{item.pk}/consultations/").json()) == 1
    assert act(manager, item, "urge", {"text": "Please"}).status_code == 204
    error(act(manager, item, "urge"), 409, "urged-just-now")
    assert Consultation.objects.get().answer == "Yes."


def test_the_same_key_acts_once(task, alice, manager):
    item, client = task(), caller(manager)
    for _send in (1, 2):
        assert client.post(f"{URL}/tasks/{item.pk}/urge/", {}, HTTP_IDEMPOTENCY_KEY="u-1").status_code == 204
    assert WorkItemEvent.objects.filter(item=item, kind="urged").count() == 1


def test_the_outsider_finds_nothing(task, alice, charlie, clock):
    item = task()
    bodies = {
        "snooze": {"until": (clock.now() + timedelta(days=1)).isoformat()},
        "priority": {"priority": 75},
        "due": {"due_at": (clock.now() + timedelta(days=1)).isoformat(), "reason": "x"},
        "delegate": {"to": "alice"},
        "consult": {"person": "alice", "question": "?"},
        "copy": {"people": ["alice"]},
    }
    for name in (*bodies, "unsnooze", "follow", "unfollow", "hand-back", "recall", "urge", "read"):
        error(act(charlie, item, name, bodies.get(name)), 404, "not-found")
    for name in ("beside", "copies", "consultations"):
        error(caller(charlie).get(f"{URL}/tasks/{item.pk}/{name}/"), 404, "not-found")
