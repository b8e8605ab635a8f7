"""Definitions, instances and incidents through the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import URL, caller, error, queries_of
from tests.support import running
from tests.support.diagrams import diagram, end, service, start, user
from tests.support.records import note
from workflows.models import Incident, ProcessInstance
from workflows.registry import service_task

pytestmark = pytest.mark.django_db
DEFINITIONS, INSTANCES, INCIDENTS = f"{URL}/definitions/", f"{URL}/instances/", f"{URL}/incidents/"
WORK = diagram("work", "begin -> do -> done", begin=start(), do=user(group="sales"), done=end())


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def deploy(client, *files):
    return client.post(f"{DEFINITIONS}deploy/", {"files": list(files), "note": "by API"}, format="multipart")


def test_it_works(alice, publisher):
    deployed = deploy(caller(publisher), upload("work.bpmn", WORK))
    assert deployed.status_code == 200, deployed.json()
    assert deployed.json()["versions"] == [{"key": "work", "number": 1}]
    client = caller(alice)
    (listed,) = client.get(DEFINITIONS).json()["results"]
    assert (listed["key"], listed["live_version"], listed["may_start"]) == ("work", 1, True)
    (version,) = client.get(f"{DEFINITIONS}work/versions/").json()["results"]
    assert (version["number"], version["status"], version["note"]) == (1, "live", "by API")
    assert version["deployed_by"]["username"] == "publisher"
    (file,) = client.get(f"{DEFINITIONS}work/versions/1/files/").json()
    assert file["content"].encode() == WORK
    started = client.post(f"{DEFINITIONS}work/start/", {"variables": {"amount": 7}, "number": "N-1"})
    assert started.status_code == 201, started.json()
    shown = client.get(started["Location"]).json()
    assert (shown["process"], shown["number"], shown["status"], shown["version"]) == ("work", "N-1", "running", 1)
    assert shown["variables"] == {"amount": 7}
    assert shown["waiting_at"] == ["do"]
    marks = {passage["element"]: passage["mark"] for passage in shown["path"]["elements"]}
    assert marks == {"begin": "completed", "do": "current"}
    assert shown["path"]["flows"] == ["begin-to-do"]


def test_only_publishers_deploy(alice, designer):
    for person in (alice, designer):
        error(deploy(caller(person), upload("work.bpmn", WORK)), 403, "forbidden")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        WORK.replace(b'targetRef="done"', b'targetRef="nowhere"'),
        diagram("work", "begin -> do -> done", begin=start(), do=service("no.such.handler"), done=end()),
    ],
    ids=range(6),
)
def test_what_cannot_run_is_refused_with_findings(publisher, content):
    refused = deploy(caller(publisher), upload("work.bpmn", content))
    found = error(refused, 400, "deployment-refused")["detail"]["findings"]
    assert found[0]["file"] == "work.bpmn"
    assert found[0]["message"]
    assert any(finding["severity"] == "error" for finding in found)
    assert caller(publisher).get(DEFINITIONS).json()["results"] == []


def test_bad_uploads(publisher):
    client = caller(publisher)
    error(client.post(f"{DEFINITIONS}deploy/", {"files": ["x"]}), 400)
    error(client.post(f"{DEFINITIONS}deploy/", {}), 400)
    error(deploy(client, upload("a.bpmn", WORK), upload("a.bpmn", WORK)), 400)
    huge = SimpleUploadedFile("a.bpmn", b"x" * 21_000_000)
    error(deploy(client, huge), 400, "body-too-large")


def test_unknown_processes(alice):
    client = caller(alice)
    for address in ("nothing/", "nothing/versions/", "nothing/versions/1/files/", "work/versions/7/files/"):
        error(client.get(f"{DEFINITIONS}{address}"), 404, "not-found")
    error(client.post(f"{DEFINITIONS}nothing/start/", {}), 404, "not-found")


def test_who_may_start(alice, agent):
    from bpmn.models import ProcessDefinition

    running.deploy(WORK)
    ProcessDefinition.objects.update(startable_by=["service-agent"])
    error(caller(alice).post(f"{DEFINITIONS}work/start/", {}), 403, "forbidden")
    assert caller(alice).get(f"{DEFINITIONS}work/").json()["may_start"] is False
    assert caller(agent).post(f"{DEFINITIONS}work/start/", {}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"variables": []},
        {"variables": {"a": "x\u0000"}},
        {"event": "nowhere"},
        {"event": 7.5, "record": "x"},
        {"record": {"kind": "nothing", "id": "1"}},
        {"record": {"kind": "customer", "id": "1"}},
        {"record": {"kind": "customer"}},
        {"number": "x" * 201},
        {"colour": "red"},
    ],
)
def test_hostile_starts(alice, body):
    running.deploy(WORK)
    error(caller(alice).post(f"{DEFINITIONS}work/start/", body), 400)
    assert not ProcessInstance.objects.exists()


def test_a_process_is_about_a_record_one_sees(alice, charlie):
    running.deploy(WORK)
    record = note()
    body = {"record": {"kind": "test.note", "id": str(record.pk)}, "variables": {"secret": 1, "open": 2}}
    error(caller(charlie).post(f"{DEFINITIONS}work/start/", body), 400)
    started = caller(alice).post(f"{DEFINITIONS}work/start/", body).json()
    assert (started["record_kind"], started["number"]) == ("test.note", "N1")
    shown = caller(alice).get(f"{INSTANCES}{started['id']}/").json()
    assert shown["variables"] == {"secret": "•••", "open": 2}


def test_the_outsider_finds_nothing(alice, charlie):
    running.deploy(WORK)
    record = note()
    body = {"record": {"kind": "test.note", "id": str(record.pk)}}
    started = caller(alice).post(f"{DEFINITIONS}work/start/", body).json()
    client = caller(charlie)
    assert client.get(INSTANCES).json()["results"] == []
    error(client.get(f"{INSTANCES}{started['id']}/"), 404, "not-found")
    for act in ("cancel", "suspend", "resume"):
        error(client.post(f"{INSTANCES}{started['id']}/{act}/"), 404, "not-found")
    error(client.get(f"{INSTANCES}{started['id']}/incidents/"), 404, "not-found")


def test_filters(alice, operator):
    running.deploy(WORK)
    first = running.start("work", actor=alice)
    second = running.start("work")
    running.complete(second, "do")
    client = caller(operator)
    for query, wanted in (
        ("live=true", [first]),
        ("live=false", [second]),
        ("status=completed", [second]),
        ("started_by=alice", [first]),
        ("process=other", []),
        ("has_incident=true", []),
        ("ordering=oldest", [first, second]),
    ):
        found = client.get(f"{INSTANCES}?{query}").json()["results"]
        assert [row["id"] for row in found] == [str(row.pk) for row in wanted], query
    error(client.get(f"{INSTANCES}?status=asleep"), 400)


def test_operators_hold_and_let_go(alice, operator):
    running.deploy(WORK)
    instance = running.start("work", actor=alice)
    address = f"{INSTANCES}{instance.pk}/"
    error(caller(alice).post(f"{address}suspend/"), 403, "forbidden")
    client = caller(operator)
    assert client.post(f"{address}suspend/", {"reason": "Check"}).json()["status"] == "suspended"
    error(client.post(f"{address}suspend/"), 409, "instance-is-suspended")
    assert client.post(f"{address}resume/").json()["status"] == "running"
    error(client.post(f"{address}resume/"), 409, "instance-is-not-suspended")


def test_the_starter_and_operators_cancel(alice, bob, operator):
    running.deploy(WORK)
    instance = running.start("work", actor=alice)
    address = f"{INSTANCES}{instance.pk}/"
    assert caller(alice).get(address).json()["may_cancel"] is True
    assert caller(alice).post(f"{address}cancel/", {"reason": "Mistake"}).json()["status"] == "cancelled"
    error(caller(operator).post(f"{address}cancel/"), 409, "instance-has-ended")


def test_incidents(alice, operator):
    fails = [True]

    @service_task("test.shaky")
    def shaky(step) -> None:
        if fails:
            raise RuntimeError("no")

    drawn = diagram("shaky", "begin -> do -> done", begin=start(), do=service("test.shaky", retries="0"), done=end())
    running.deploy(drawn)
    instance = running.start("shaky", actor=alice)
    incident = Incident.objects.get()
    client = caller(operator)
    (listed,) = client.get(INCIDENTS).json()["results"]
    assert (listed["id"], listed["process"], listed["element"]) == (str(incident.pk), "shaky", "do")
    seen_by_starter = caller(alice).get(f"{INCIDENTS}{incident.pk}/").json()
    assert seen_by_starter["detail"] is None
    error(caller(alice).post(f"{INCIDENTS}{incident.pk}/retry/"), 403, "forbidden")
    failed = client.post(f"{INCIDENTS}{incident.pk}/retry/", {"variables": {"x": 1}})
    assert failed.json()["closed_at"] is None
    assert running.variables(instance)["x"] == 1
    fails.clear()
    assert client.post(f"{INCIDENTS}{incident.pk}/retry/").json()["closed_at"] is not None
    error(client.post(f"{INCIDENTS}{incident.pk}/retry/"), 409, "incident-is-closed")
    assert running.reload(instance).status == "completed"
    assert len(client.get(f"{INSTANCES}{instance.pk}/incidents/").json()["results"]) == 1
    assert client.get(INCIDENTS).json()["results"] == []


def test_incidents_of_others_do_not_exist(alice, charlie):
    @service_task("test.broken")
    def broken(step) -> None:
        raise RuntimeError("no")

    running.deploy(diagram("broken", "begin -> do -> done", begin=start(), do=service("test.broken"), done=end()))
    running.start("broken", actor=alice)
    incident = Incident.objects.get()
    client = caller(charlie)
    assert client.get(INCIDENTS).json()["results"] == []
    error(client.get(f"{INCIDENTS}{incident.pk}/"), 404, "not-found")
    error(client.post(f"{INCIDENTS}{incident.pk}/retry/"), 404, "not-found")


def test_statements_do_not_grow(alice, operator):
    running.deploy(WORK)
    running.start("work", actor=alice)
    counts = {}
    for person in (alice, operator):
        client = caller(person)
        counts[person] = [queries_of(lambda client=client, at=at: client.get(at)) for at in (INSTANCES, DEFINITIONS)]
    for number in range(6):
        running.deploy(diagram(f"work{number}", "a -> b -> c", a=start(), b=user(group="sales"), c=end()))
        running.start("work", actor=alice)
        running.start(f"work{number}", actor=alice)
    for person in (alice, operator):
        client = caller(person)
        now = [queries_of(lambda client=client, at=at: client.get(at)) for at in (INSTANCES, DEFINITIONS)]
        assert now == counts[person]
        assert max(now) <= 8
