"""Sending back and taking back through the API."""

from __future__ import annotations

import pytest

from tasks_inbox.models import WorkItem
from tests.api.conftest import URL, caller, error
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance(db, alice, bob):
    running.deploy(
        diagram(
            "two",
            "a -> first -> second -> z",
            a=start(),
            first=user(assignee="alice"),
            second=user(assignee="bob"),
            z=end(),
        )
    )
    made = running.start("two", actor=alice)
    first = WorkItem.objects.get(instance=made)
    assert caller(alice).post(f"{URL}/tasks/{first.pk}/complete/", {"answers": {}}).status_code == 200
    return made


def item(instance, element):
    return WorkItem.objects.filter(instance=instance, element=element).latest("created_at", "loop")


def test_it_works(instance, alice, bob):
    client, second = caller(bob), item(instance, "second")
    (step,) = client.get(f"{URL}/tasks/{second.pk}/path/").json()
    assert (step["element"], step["people"], step["is_previous"], step["blocked"]) == ("first", ["alice"], True, None)
    preview = client.get(f"{URL}/tasks/{second.pk}/return/preview/", {"target": step["key"]}).json()
    assert [each["element"] for each in preview["closes"]] == ["second"]
    body = {"target": step["key"], "reason": "No figures.", "seen": preview["seen"]}
    error(client.post(f"{URL}/tasks/{second.pk}/return/", body | {"seen": "other"}), 409, "path-changed")
    answer = client.post(f"{URL}/tasks/{second.pk}/return/", body)
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["element"], answer.json()["assignee"]["username"]) == ("first", "alice")
    error(client.post(f"{URL}/tasks/{second.pk}/return/", body), 409, "task-ended")


def test_refusals(instance, bob, charlie):
    second = item(instance, "second")
    address = f"{URL}/tasks/{second.pk}/return/"
    error(caller(charlie).post(address, {"target": "previous", "reason": "x"}), 404)
    error(caller(bob).post(address, {"target": "nowhere", "reason": "x"}), 409, "return-impossible")
    error(caller(bob).post(address, {"target": "previous"}), 400)
    error(caller(bob).post(f"{URL}/tasks/{second.pk}/reject/", {"reason": "x"}), 403, "reject-impossible")


def test_taking_a_completion_back(instance, alice, bob):
    first = item(instance, "first")
    address = f"{URL}/tasks/{first.pk}/withdraw/"
    preview = caller(alice).get(f"{address}preview/").json()
    assert [each["element"] for each in preview["closes"]] == ["second"]
    back = caller(alice).post(address, {"seen": preview["seen"]})
    assert back.status_code == 200, back.json()
    assert back.json()["element"] == "first"
    error(caller(alice).post(address, {}), 403, "withdraw-impossible")


def test_taking_a_request_back(instance, alice, bob):
    address = f"{URL}/instances/{instance.pk}/recall/"
    error(caller(bob).post(address, {"reason": "x"}), 404)
    answer = caller(alice).post(address, {"reason": "Not needed."})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["status"] == "cancelled"
    error(caller(alice).post(address, {"reason": "Not needed."}), 403, "recall-impossible")
