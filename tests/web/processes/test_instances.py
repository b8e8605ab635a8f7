"""The page of a run and what operators do there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.crm import customer, deploy
from tests.support import running
from tests.web.processes.conftest import HTMX
from workflows.commands import change_variables
from workflows.models import Incident, ProcessInstance

pytestmark = pytest.mark.django_db
Status = ProcessInstance.Status


def address(instance: ProcessInstance, act: str = "instance") -> str:
    return reverse(f"process_{act}", args=[instance.pk])


def test_it_works(as_, operator, alice, asking):
    instance = asking(actor=alice, amount=1200)
    page = as_(operator).get(address(instance))
    assert page.status_code == 200
    assert page.context["diagram_state"]["elements"]["answer"]["state"] == "current"
    assert {"name": "amount", "value": "1200", "masked": ""} in page.context["variables"]
    assert [step["element"] for step in page.context["chain"]] == ["answer"]
    assert page.context["happenings"][0]["what"] == "Started"


def test_values_of_variables_are_not_told_in_the_history(as_, operator, asking):
    page = as_(operator).get(address(asking(secret_word="xyzzy")))
    assert all("xyzzy" not in event["detail"] for event in page.context["happenings"])


def test_who_started_it_sees_it_and_outsiders_do_not(as_, alice, charlie, asking):
    instance = asking(actor=alice)
    assert as_(alice).get(address(instance)).status_code == 200
    assert as_(charlie).get(address(instance)).status_code == 404


def test_a_record_somebody_may_not_see_hides_what_is_known(as_, operator, alice):
    from crm_core.levels.commands import request_level_change

    deploy("customer-level-change", "level-review")
    request_level_change(actor=alice, customer_id=customer(alice).pk)
    instance = ProcessInstance.objects.filter(parent=None).latest("started_at")
    page = as_(operator).get(address(instance))
    assert page.status_code == 200
    assert page.context["variables"] is None or page.context["subject"] is not None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_in_both_languages(as_, operator, asking, language):
    operator.language = language
    operator.save(update_fields=["language"])
    assert as_(operator).get(address(asking())).status_code == 200


def test_suspended_and_let_go_on(as_, operator, asking):
    instance, client = asking(), as_(operator)
    assert client.get(address(instance, "suspend"), headers=HTMX).status_code == 200
    client.post(address(instance, "suspend"), {"reason": "Prices are being checked"})
    assert running.reload(instance).status == Status.SUSPENDED
    page = client.get(address(instance))
    assert any(event["detail"] == "Prices are being checked" for event in page.context["happenings"])
    client.post(address(instance, "resume"))
    assert running.reload(instance).status == Status.RUNNING


def test_a_reason_is_needed(as_, operator, asking):
    instance = asking()
    assert as_(operator).post(address(instance, "cancel"), {"reason": " "}).status_code == 422
    assert running.reload(instance).status == Status.RUNNING


def test_cancelled_with_a_reason(as_, operator, asking):
    instance = asking()
    answer = as_(operator).post(address(instance, "cancel"), {"reason": "Withdrawn"}, headers=HTMX)
    assert answer["HX-Redirect"] == address(instance)
    assert running.reload(instance).status == Status.CANCELLED


def test_what_was_refused_is_said_in_the_dialog(as_, operator, asking):
    instance, client = asking(), as_(operator)
    client.post(address(instance, "cancel"), {"reason": "Withdrawn"})
    answer = client.post(address(instance, "suspend"), {"reason": "Late"}, headers=HTMX)
    assert answer.status_code == 422
    assert "already ended" in answer.content.decode()


def test_values_are_set(as_, operator, asking):
    instance = asking()
    as_(operator).post(address(instance, "values"), {"values": '{"amount": 7}'})
    assert running.variables(instance)["amount"] == 7


@pytest.mark.parametrize("act", ["suspend", "resume", "values"])
def test_only_operators_operate(as_, alice, charlie, designer, asking, act):
    instance = asking(actor=alice)
    given = {"reason": "I want to", "values": "{}"}
    for person in (alice, charlie, designer):
        assert as_(person).post(address(instance, act), given).status_code == 403
    assert running.reload(instance).status == Status.RUNNING


def test_the_starter_may_cancel_and_outsiders_not(as_, alice, charlie, asking):
    instance = asking(actor=alice)
    assert as_(charlie).post(address(instance, "cancel"), {"reason": "x"}).status_code == 404
    as_(alice).post(address(instance, "cancel"), {"reason": "A mistake"})
    assert running.reload(instance).status == Status.CANCELLED


def test_a_problem_is_tried_again_with_other_values(as_, operator, failing):
    instance, client = failing(), as_(operator)
    incident = running.open_incident(instance)
    retry = reverse("incident_retry", args=[incident.pk])
    assert retry in client.get(address(instance)).content.decode()
    client.post(retry)
    assert Incident.objects.get(pk=incident.pk).closed_at is None
    client.post(retry, {"values": '{"amount": 4}'})
    assert Incident.objects.get(pk=incident.pk).closed_at is not None
    assert running.variables(instance)["counted"] == 5
    assert client.post(retry, headers=HTMX).status_code == 422


def test_many_are_tried_again_at_once(as_, operator, failing):
    good, bad = failing(), failing()
    client = as_(operator)
    step = running.open_incident(good).step
    change_variables(actor=operator, instance_id=good.pk, variables={"amount": 1}, step=step)
    chosen = [str(running.open_incident(each).pk) for each in (good, bad)]
    begun = client.post(reverse("incidents_retry"), {"items": [*chosen, "rubbish"], "back": "//elsewhere"})
    running.settle()
    page = client.get(begun["Location"]).content.decode()
    assert "Done (1)" in page
    assert "Still stuck (1)" in page
    nothing = client.post(reverse("incidents_retry"), {"items": ["rubbish"], "back": "//elsewhere"})
    assert nothing["Location"] == reverse("incidents")


def test_only_operators_retry(as_, designer, charlie, failing):
    incident = running.open_incident(failing())
    for person in (designer, charlie):
        assert as_(person).post(reverse("incident_retry", args=[incident.pk])).status_code == 403
        assert as_(person).post(reverse("incidents_retry"), {"items": [incident.pk]}).status_code == 403
    assert Incident.objects.get().closed_at is None


def test_the_list_of_problems(as_, operator, charlie, failing, django_assert_max_num_queries):
    failing()
    client = as_(operator)
    assert as_(charlie).get(reverse("incidents")).status_code == 403
    client.get(reverse("incidents"))
    for _number in range(5):
        failing()
    with django_assert_max_num_queries(12):
        assert len(client.get(reverse("incidents")).context["incidents"]) == 6
