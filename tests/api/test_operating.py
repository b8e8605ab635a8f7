"""What operators do over the interface: modify, resolve, restart, retry by cause, hold processes, read metrics."""

from __future__ import annotations

import pytest

from tests.api.conftest import caller
from tests.support import running
from tests.support.diagrams import call, diagram, end, service, start, user
from workflows import registry
from workflows.models import HistoryEvent, Incident, ProcessInstance
from workflows.registry import service_task

pytestmark = pytest.mark.django_db

KEY = "operated-api"
MANY = "/api/v1/bulk-acts/"
LINE = diagram(KEY, "begin -> first -> second -> done", begin=start(), first=user(), second=user(), done=end())
JOB = diagram(
    "job-api", "begin -> act -> check -> done", begin=start(), act=service("test.act"), check=user(), done=end()
)


@pytest.fixture(autouse=True)
def _own_handlers():
    with registry.temporarily():
        yield


def address(instance, act):
    return f"/api/v1/instances/{instance.pk}/{act}/"


def test_a_modification_is_previewed_and_done(operator, charlie):
    running.deploy(LINE)
    instance = running.start(KEY)
    body = {"start": [{"element": "second"}], "end": ["first"]}
    client = caller(operator)
    preview = client.post(address(instance, "modify/preview"), body, format="json")
    assert preview.status_code == 200, preview.content
    assert [row["element"] for row in preview.json()["closes"]] == ["first"]
    refused = client.post(address(instance, "modify"), body, format="json")
    assert refused.json()["error"]["fields"]["reason"]
    done = client.post(address(instance, "modify"), body | {"reason": "went wrong"}, format="json")
    assert done.json()["waiting_at"] == ["second"]
    again = client.post(address(instance, "modify"), body | {"reason": "twice"}, format="json")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "modification-impossible")
    assert "first" in again.json()["error"]["message"]
    assert caller(charlie).post(address(instance, "modify"), body | {"reason": "x"}, format="json").status_code == 404


def test_an_ended_instance_is_restarted(operator):
    running.deploy(LINE)
    instance = running.start(KEY, amount=1)
    client = caller(operator)
    body = {"at": [{"element": "second"}], "reason": "too early"}
    assert client.post(address(instance, "restart"), body, format="json").status_code == 409
    assert client.post(address(instance, "cancel"), {"reason": "mistake"}, format="json").status_code == 200
    again = client.post(address(instance, "restart"), body, format="json")
    assert again.status_code == 201, again.content
    assert HistoryEvent.objects.filter(instance=again.json()["id"], kind="operated").count() == 1


def test_incidents_are_retried_by_cause_and_resolved(operator):
    working = False

    @service_task("test.act")
    def act(step):
        if not working:
            raise RuntimeError(f"no paper {step.instance_id}")

    running.deploy(JOB)
    instances = [running.start("job-api") for _ in range(3)]
    client = caller(operator)
    (cause,) = [row for row in client.get("/api/v1/incidents/causes/").json() if row["process"] == "job-api"]
    assert cause["incidents"] == 3
    first = Incident.objects.get(instance=instances[0])
    body = {"variables": {"by": "hand"}, "reason": "by phone"}
    resolved = client.post(f"/api/v1/incidents/{first.pk}/resolve/", body, format="json")
    assert (resolved.status_code, resolved.json()["outcome"]) == (200, "through")
    begun = client.post("/api/v1/incidents/retry-cause/", {"cause": cause["cause"]}, format="json")
    assert (begun.status_code, begun.json()["total"], begun.json()["counts"]["pending"]) == (201, 2, 2)
    again = client.post("/api/v1/incidents/retry-cause/", {"cause": cause["cause"]}, format="json")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "bulk-act-under-way")
    running.settle()
    failed = client.get(f"{begun['Location']}items/").json()["results"]
    assert [row["status"] for row in failed] == ["failed-again"] * 2
    assert "no paper" in failed[0]["message"]
    working = True
    done = client.post("/api/v1/incidents/retry-cause/", {"cause": cause["cause"]}, format="json")
    running.settle()
    shown = client.get(done["Location"]).json()
    assert (shown["status"], shown["counts"]["through"]) == ("finished", 2)


def test_many_are_dealt_with_at_once_and_a_repeated_request_is_the_same_act(operator, charlie):
    running.deploy(LINE)
    ids = [str(running.start(KEY).pk) for _ in range(3)]
    client = caller(operator)
    body = {"kind": "suspend", "instances": ids}
    assert client.post(MANY, body, format="json").json()["error"]["code"] == "reason-needed"
    begun = client.post(MANY, body | {"reason": "x"}, format="json", headers={"Idempotency-Key": "k"})
    again = client.post(MANY, body | {"reason": "x"}, format="json", headers={"Idempotency-Key": "k"})
    assert begun.json()["id"] == again.json()["id"]
    running.settle()
    assert client.get(begun["Location"]).json()["counts"]["through"] == 3
    assert client.get(f"{MANY}?kind=suspend").json()["results"][0]["id"] == begun.json()["id"]
    assert caller(charlie).post(MANY, body | {"reason": "x"}, format="json").status_code == 403
    assert caller(charlie).get(begun["Location"]).status_code == 403
    assert client.get(f"{MANY}{ids[0]}/").status_code == 404
    assert client.post(MANY, {"kind": "explode"}, format="json").status_code == 400


def test_a_called_instance_is_not_restarted_alone(operator):
    caller_of = diagram("calls-api", "begin -> inner -> done", begin=start(), inner=call(KEY), done=end())
    running.deploy(LINE, caller_of)
    outer = running.start("calls-api")
    client = caller(operator)
    child = ProcessInstance.objects.get(parent=outer)
    client.post(address(outer, "cancel"), {"reason": "mistake"}, format="json")
    body = {"at": [{"element": "second"}], "reason": "x"}
    refused = client.post(address(child, "restart"), body, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "started-by-its-caller")
    assert "calling process" in refused.json()["error"]["message"]
    there = {"at": [{"element": "inner"}], "reason": "x"}
    again = client.post(address(outer, "restart"), there, format="json").json()
    assert ProcessInstance.objects.filter(parent=again["id"], status="running").count() == 1


def test_a_process_is_held_and_goes_on(operator, charlie):
    running.deploy(LINE)
    client = caller(operator)
    held = client.post(f"/api/v1/definitions/{KEY}/suspend/", {"reason": "prices"}, format="json")
    assert (held.status_code, held.json()) == (200, {"families": 0})
    started = client.post(f"/api/v1/definitions/{KEY}/start/", {}, format="json")
    assert (started.status_code, started.json()["error"]["code"]) == (409, "process-is-suspended")
    assert client.get(f"/api/v1/definitions/{KEY}/").json()["suspended_at"]
    assert client.post(f"/api/v1/definitions/{KEY}/resume/", {}, format="json").status_code == 200
    assert client.post(f"/api/v1/definitions/{KEY}/start/", {}, format="json").status_code == 201
    outsider = caller(charlie).post(f"/api/v1/definitions/{KEY}/suspend/", {"reason": "x"}, format="json")
    assert outsider.status_code == 403
