"""Rehearsals through the API: asked for, run by a job, read by whoever asked."""

from __future__ import annotations

import uuid

import pytest

from tests.api.conftest import URL, caller, error
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import jobs
from workflows.models import Rehearsal
from workflows.rehearsing import commands

pytestmark = pytest.mark.django_db
ADDRESS = f"{URL}/rehearsals/"


def process(*names):
    nodes = {name: user() for name in names}
    return diagram("work", " -> ".join(["begin", *names, "done"]), begin=start(), **nodes, done=end())


def body(*names, **more):
    return {"process": "work", "files": {"work.bpmn": process(*names).decode()}, **more}


@pytest.fixture
def done():
    running.deploy(process("one"))
    instance = running.start("work")
    running.complete(instance, "one")
    return instance


def test_it_works(operator, done):
    client = caller(operator)
    asked = client.post(ADDRESS, body("one", "check"), format="json")
    assert (asked.status_code, asked.json()["status"], asked.json()["report"]) == (201, "running", None)
    jobs.rehearse(asked.json()["id"])
    shown = client.get(asked["Location"]).json()
    assert (shown["status"], shown["report"]["replayed"]) == ("finished", 1)
    (told,) = shown["report"]["instances"]
    assert (told["instance"], told["outcome"], told["element"]) == (str(done.pk), "stalls", "check")
    assert Rehearsal.objects.get().files == {}
    (listed,) = client.get(f"{ADDRESS}?process=work").json()["results"]
    assert listed["id"] == asked.json()["id"]


def test_a_draft_that_cannot_run_is_told(operator, done):
    client = caller(operator)
    for files in ({"work.bpmn": "<no"}, {"other.txt": "x"}):
        asked = client.post(ADDRESS, {"process": "work", "files": files}, format="json")
        jobs.rehearse(asked.json()["id"])
        shown = client.get(asked["Location"]).json()
        assert (shown["status"], bool(shown["message"]), shown["report"]) == ("refused", True, None)


def test_only_those_who_work_with_processes_and_each_sees_their_own(operator, publisher, designer, charlie, done):
    error(caller(charlie).post(ADDRESS, body("one"), format="json"), 403)
    asked = caller(operator).post(ADDRESS, body("one"), format="json")
    jobs.rehearse(asked.json()["id"])
    error(caller(publisher).get(asked["Location"]), 404)
    error(caller(charlie).get(asked["Location"]), 403)
    blind = caller(designer).post(ADDRESS, body("one"), format="json")
    jobs.rehearse(blind.json()["id"])
    report = caller(designer).get(blind["Location"]).json()["report"]
    assert (report["replayed"], report["hidden"]) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"process": "nothing"}, 404),
        ({"last": 0}, 400),
        ({"last": 10**9}, 400),
        ({"files": {}}, 400),
        ({"files": {str(number): "x" for number in range(101)}}, 400),
        ({"files": "work.bpmn"}, 400),
    ],
)
def test_hostile_input(operator, done, wrong, status):
    assert caller(operator).post(ADDRESS, body("one") | wrong, format="json").status_code == status
    assert not Rehearsal.objects.exists()


def test_a_worker_that_died_is_followed_by_another_but_not_for_ever(operator, done, clock):
    asked = commands.start_rehearsal(actor=operator, process_key="work", files=body("one")["files"])
    for _ in range(commands.MAX_ATTEMPTS):
        assert commands.unfinished() == [asked.pk]
        assert commands._claim(asked.pk) is not None
        assert not commands.carry_out(asked.pk)
        clock.advance(commands.LEASE * 1.1)
    assert not commands.carry_out(asked.pk)
    asked.refresh_from_db()
    assert (asked.status, commands.unfinished()) == ("refused", [])
    assert not commands.carry_out(uuid.uuid4())
