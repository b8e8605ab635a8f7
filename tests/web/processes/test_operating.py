"""What operators do on the pages: change a path, leave a failed step, begin again, retry by cause, hold a process."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from tests.support import diagrams, running
from tests.web.processes.conftest import HTMX
from workflows import commands
from workflows.models import BulkAct, HistoryEvent, Incident, ProcessInstance
from workflows.registry import service_task

pytestmark = pytest.mark.django_db

LINE = diagrams.diagram(
    "line-web",
    "begin -> first -> second -> done",
    begin=diagrams.start(),
    first=diagrams.user(),
    second=diagrams.user(),
    done=diagrams.end(),
)
JOB = diagrams.diagram(
    "job-web", "begin -> act -> done", begin=diagrams.start(), act=diagrams.service("test.act"), done=diagrams.end()
)


def address(instance, act):
    return reverse(f"process_{act}", args=[instance.pk])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_path_is_changed_after_its_consequences_were_seen(as_, operator: User, language):
    operator.language = language
    operator.save(update_fields=["language"])
    running.deploy(LINE)
    instance = running.start("line-web")
    client = as_(operator)
    assert client.get(address(instance, "modify"), headers=HTMX).status_code == 200
    step = running.open_steps(instance)["first"]
    sent = {"end": [step], "start": "second", "after": "", "values": '{"amount": 3}', "reason": "went wrong"}
    first = client.post(address(instance, "modify"), sent, headers=HTMX)
    assert first.status_code == 422
    assert "first" in first.content.decode()
    assert running.waiting_at(instance) == ["first"]
    again = client.post(address(instance, "modify"), sent | {"seen": "1"}, headers=HTMX)
    assert again.status_code == 204, again.content.decode()
    assert running.waiting_at(instance) == ["second"]
    assert running.variables(instance) == {"amount": 3}
    page = client.get(reverse("process_instance", args=[instance.pk]))
    assert "went wrong" in page.content.decode()


def test_what_is_impossible_is_said_in_the_dialog(as_, operator):
    running.deploy(LINE)
    instance = running.start("line-web")
    answer = as_(operator).post(address(instance, "modify"), {"reason": "x", "seen": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Say what shall start or end." in answer.content.decode()


def test_an_ended_run_begins_again(as_, operator):
    running.deploy(LINE)
    instance = running.start("line-web", amount=2)
    commands.cancel_process(actor=None, instance_id=instance.pk)
    client = as_(operator)
    assert address(instance, "restart") in client.get(address(instance, "instance")).content.decode()
    answer = client.post(address(instance, "restart"), {"start": "second", "reason": "too early"}, headers=HTMX)
    assert answer.status_code == 204, answer.content.decode()
    again = ProcessInstance.objects.exclude(pk=instance.pk).get()
    assert answer["HX-Redirect"] == reverse("process_instance", args=[again.pk])
    assert running.variables(again) == {"amount": 2}


def test_a_failed_step_is_solved_by_hand_and_many_are_retried_by_cause(as_, operator, charlie):
    working = False

    @service_task("test.act")
    def act(step):
        if not working:
            raise RuntimeError("no paper 5")

    running.deploy(JOB)
    first, second, third = (running.start("job-web") for _ in range(3))
    client = as_(operator)
    page = client.get(reverse("incidents")).content.decode()
    assert "Try all again" in page
    incident = Incident.objects.get(instance=first)
    solve = reverse("incident_resolve", args=[incident.pk])
    assert client.get(solve, headers=HTMX).status_code == 200
    assert as_(charlie).post(solve, {"reason": "x"}).status_code == 403
    assert client.post(solve, {"values": "{}", "reason": "by phone"}, headers=HTMX).status_code == 204
    assert running.reload(first).status == ProcessInstance.Status.COMPLETED
    cause = Incident.objects.get(instance=second).cause
    retry = reverse("cause_retry", args=[cause])
    assert as_(charlie).post(retry).status_code == 403
    assert client.get(retry, headers=HTMX).status_code == 200
    begun = client.post(retry, {"values": "", "reason": "paper comes"}, headers=HTMX)
    assert begun.status_code == 204, begun.content.decode()
    page = client.get(begun["HX-Redirect"]).content.decode()
    assert "0 of 2" in page
    assert "every 2s" in page
    assert client.post(retry, {}, headers=HTMX).status_code == 422
    running.settle()
    page = client.get(begun["HX-Redirect"]).content.decode()
    assert "Still stuck (2)" in page
    assert "no paper" in page
    assert "every 2s" not in page
    working = True
    client.post(retry, {})
    running.settle()
    assert running.reload(third).status == ProcessInstance.Status.COMPLETED


def test_chosen_problems_are_tried_again_once_however_often_the_form_is_sent(as_, operator, charlie, failing):
    for _ in range(2):
        failing()
    ids = [str(row.pk) for row in Incident.objects.all()]
    client, sent = as_(operator), {"items": ids, "key": "form"}
    assert as_(charlie).post(reverse("incidents_retry"), sent).status_code == 403
    first = client.post(reverse("incidents_retry"), sent)
    assert client.post(reverse("incidents_retry"), sent)["Location"] == first["Location"]
    assert client.post(reverse("incidents_retry"), {})["Location"] == reverse("incidents")
    assert as_(charlie).get(first["Location"]).status_code == 403
    assert BulkAct.objects.count() == 1
    listed = client.get(reverse("batches")).content.decode()
    assert first["Location"] in listed


def test_a_process_is_held_and_goes_on(as_, operator, charlie):
    running.deploy(LINE)
    client = as_(operator)
    hold, go_on = (reverse(name, args=["line-web"]) for name in ("process_hold", "process_go_on"))
    assert client.get(hold, headers=HTMX).status_code == 200
    assert as_(charlie).post(hold, {"reason": "x"}).status_code == 403
    assert client.post(hold, {"reason": "new prices"}, headers=HTMX).status_code == 204
    assert go_on in client.get(reverse("process", args=["line-web"])).content.decode()
    assert client.post(hold, {"reason": "twice"}, headers=HTMX).status_code == 422
    assert client.post(go_on, {"reason": "prices are there"}, headers=HTMX).status_code == 204
    running.start("line-web")
    assert HistoryEvent.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_what_is_stuck_is_for_operators(as_, operator, charlie, language):
    operator.language = language
    operator.save(update_fields=["language"])
    page = as_(operator).get(reverse("stuck"))
    assert page.status_code == 200
    assert page.context["report"].is_healthy
    assert as_(charlie).get(reverse("stuck")).status_code == 403


def test_metrics_are_for_operators_and_whoever_shows_the_token(client, operator, charlie, settings):
    assert client.get("/metrics").status_code == 403
    client.force_login(charlie)
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    answer = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    assert (answer.status_code, "baton_stuck_instances 0" in answer.content.decode()) == (200, True)
    client.force_login(operator)
    assert client.get("/metrics").status_code == 200
