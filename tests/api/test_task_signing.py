"""Signers of a task through the API."""

from __future__ import annotations

import pytest

from tasks_inbox.models import WorkItem
from tests.api.conftest import URL, caller, error
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(db, alice):
    first = user(assignee="alice")
    running.deploy(diagram("asking", "a -> first -> z", a=start(), first=first, z=end()))
    return WorkItem.objects.get(instance=running.start("asking"))


def address(item):
    return f"{URL}/tasks/{item.pk}/signers/"


def test_it_works(item, alice, bob):
    client = caller(alice)
    assert client.get(address(item)).json() == []
    made = client.post(address(item), {"people": ["bob"], "where": "before", "note": "look"})
    assert made.status_code == 201, made.json()
    (signer,) = client.get(address(item)).json()
    assert (signer["person"]["username"], signer["where"], signer["state"], signer["note"]) == (
        "bob",
        "before",
        "asked",
        "look",
    )
    error(client.post(f"{URL}/tasks/{item.pk}/complete/", {"answers": {}}), 409, "signers-awaited")
    done = caller(bob).post(f"{URL}/tasks/{signer['task']}/complete/", {"answers": {"outcome": "approve"}})
    assert done.status_code == 200, done.json()
    (signed,) = client.get(address(item)).json()
    assert (signed["state"], signed["outcome"]) == ("signed", "approve")
    error(client.delete(f"{address(item)}{signer['id']}/"), 409)


def test_taking_back(item, alice, bob, charlie):
    client = caller(alice)
    (signer,) = client.post(address(item), {"people": ["bob"], "where": "after"}).json()
    assert (signer["state"], signer["task"]) == ("later", None)
    theirs = f"{address(item)}{signer['id']}/"
    error(caller(charlie).delete(theirs), 404)
    assert client.delete(theirs).status_code == 204
    error(client.delete(theirs), 404)
    error(client.delete(f"{address(item)}{item.pk}/"), 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"people": [], "where": "before"},
        {"people": ["nobody"], "where": "before"},
        {"people": ["bob"], "where": "never"},
        {"people": "bob", "where": "before"},
        {"people": ["alice"], "where": "before"},
        {"people": ["bob"], "where": "before", "note": "x" * 1001},
    ],
)
def test_nonsense_is_refused(item, alice, bob, body):
    error(caller(alice).post(address(item), body), 400)
    assert WorkItem.objects.count() == 1


def test_the_outsider_finds_nothing(item, alice, bob, charlie):
    error(caller(charlie).get(address(item)), 404)
    error(caller(charlie).post(address(item), {"people": ["bob"], "where": "before"}), 404)
    error(caller(alice, "read").post(address(item), {"people": ["bob"], "where": "before"}), 403)
