"""Moving running instances to another version through the API."""

from __future__ import annotations

import uuid

import pytest

from tests.api.conftest import URL, caller, error, queries_of
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.migrating import carrying
from workflows.models import MigrationBatch

pytestmark = pytest.mark.django_db
ADDRESS = f"{URL}/migrations/"


def process(*names):
    nodes = {name: user(group="sales") for name in names}
    return diagram("work", " -> ".join(["begin", *names, "done"]), begin=start(), **nodes, done=end())


@pytest.fixture
def moved():
    """Two instances of version 1 at "one" and "two"; version 2 has no "two"."""
    running.deploy(process("one", "two"))
    first, second = running.start("work"), running.start("work")
    running.complete(second, "one")
    running.deploy(process("one", "three"))
    return first, second


BODY = {"process": "work", "source": 1, "target": 2}


def test_it_works(operator, moved):
    client = caller(operator)
    seen = client.post(f"{ADDRESS}preview/", BODY).json()
    assert [(group["standing"], group["open"], group["count"]) for group in seen["grouped"]] == [
        ("needs-a-choice", ["two"], 1),
        ("safe", ["one"], 1),
    ]
    assert seen["grouped"][0]["problems"][0] == {
        "element": "two",
        "reason": "element-gone",
        "within": None,
        "is_choice": True,
    }
    choices = {seen["grouped"][0]["key"]: {"mapping": {"two": "three"}}}
    begun = client.post(ADDRESS, {**BODY, "choices": choices, "reason": "simpler"})
    assert begun.status_code == 201, begun.json()
    assert (begun.json()["total"], begun.json()["pending"]) == (2, 2)
    carrying.carry_on(MigrationBatch.objects.get().pk)
    shown = client.get(begun["Location"]).json()
    assert (shown["status"], shown["migrated"], shown["created_by"]["username"]) == ("finished", 2, "operator")
    results = client.get(f"{begun['Location']}results/").json()["results"]
    assert [row["status"] for row in results] == ["migrated", "migrated"]
    assert client.post(f"{begun['Location']}undo/").json() == {"undone": 2, "refused": []}
    (listed,) = client.get(f"{ADDRESS}?process=work").json()["results"]
    assert listed["id"] == shown["id"]


def test_the_outsider(alice, charlie, operator, moved):
    caller(operator).post(ADDRESS, BODY)
    batch = MigrationBatch.objects.get().pk
    for person in (alice, charlie):
        client = caller(person)
        error(client.get(ADDRESS), 403, "forbidden")
        error(client.post(ADDRESS, BODY), 403, "forbidden")
        error(client.post(f"{ADDRESS}preview/", BODY), 403, "forbidden")
        for address in ("", "results/"):
            error(client.get(f"{ADDRESS}{batch}/{address}"), 403, "forbidden")
        error(client.post(f"{ADDRESS}{batch}/undo/"), 403, "forbidden")


def test_the_second_click(operator, moved):
    client = caller(operator)
    client.post(ADDRESS, BODY)
    error(client.post(ADDRESS, BODY), 409, "migration-under-way")
    error(client.post(f"{ADDRESS}{MigrationBatch.objects.get().pk}/undo/"), 409, "migration-under-way")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"target": 9}, 404),
        ({"process": "nothing"}, 404),
        ({"target": 1}, 400),
        ({"mapping": {"one": "nowhere"}}, 400),
        ({"mapping": ["one"]}, 400),
        ({"choices": {"x": {"colour": 1}}}, 400),
        ({"choices": {"x": {"end": ["nowhere"]}}}, 400),
        ({"instances": ["x"]}, 400),
        ({"source": "one"}, 400),
        ({"colour": "red"}, 400),
        ({"instances": [str(uuid.UUID(int=1))]}, 409),
    ],
)
def test_hostile_bodies(operator, moved, body, status):
    error(caller(operator).post(ADDRESS, BODY | body), status)
    assert not MigrationBatch.objects.exists()


def test_unknown_moves(operator):
    error(caller(operator).get(f"{ADDRESS}{uuid.UUID(int=1)}/"), 404, "not-found")


def test_a_preview_of_many_costs_what_one_of_few_does(operator):
    running.deploy(process("one", "two"))
    running.start("work")
    running.deploy(process("one", "three"))
    client = caller(operator)
    few = queries_of(lambda: client.post(f"{ADDRESS}preview/", BODY))
    running.deploy(process("one", "two"))
    for _ in range(12):
        running.start("work")
    many = queries_of(lambda: client.post(f"{ADDRESS}preview/", BODY | {"source": 3}))
    assert many <= few
