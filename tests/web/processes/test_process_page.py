"""The page of a process: its parts, its versions, starting it, and that it stays quick."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support import diagrams, running
from tests.web.processes.conftest import simple
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


def page_of(key: str = "asking") -> str:
    return reverse("process", args=[key])


def test_it_works(as_, operator, alice, asking):
    instance = asking(actor=alice)
    page = as_(operator).get(page_of())
    assert page.status_code == 200
    text = page.content.decode()
    assert reverse("process_instance", args=[instance.pk]) in text
    assert "<bpmn:definitions" in page.context["xml"]
    assert page.context["diagram_state"]["elements"]["answer"]["badge"] == "1"
    assert alice.display_name in text


@pytest.mark.parametrize("show", ["running", "incidents", "ended", "versions", "findings", "nonsense"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_part_opens(as_, operator, asking, failing, show, language):
    operator.language = language
    operator.save(update_fields=["language"])
    failing()
    assert as_(operator).get(page_of("failing"), {"show": show}).status_code == 200


def test_outsiders_and_unknown_processes(as_, charlie, operator, asking):
    asking()
    assert as_(charlie).get(page_of()).status_code == 403
    assert as_(operator).get(page_of("nothing")).status_code == 404


def test_a_designer_sees_no_runs_of_others(as_, designer, asking):
    asking()
    assert as_(designer).get(page_of()).context["rows"] == []


def test_earlier_versions_are_kept(as_, operator):
    running.deploy(simple())
    changed = diagrams.diagram("asking", "start -> end", start=diagrams.start(), end=diagrams.end())
    running.deploy(changed)
    client = as_(operator)
    assert "answer" not in client.get(page_of()).context["xml"]
    earlier = client.get(page_of(), {"version": "1", "show": "versions"})
    assert "answer" in earlier.context["xml"]
    assert [row.number for row in earlier.context["versions"]] == [2, 1]
    assert "Show the version in use" in earlier.content.decode()


def test_the_check_says_what_it_finds_today(as_, operator):
    broken = simple().replace(b"</bpmn:process>", b'<bpmn:task id="alone" name="Alone"/></bpmn:process>')
    running.deploy(broken)
    findings = as_(operator).get(page_of(), {"show": "findings"}).context["findings"]
    assert any(finding["element"] == "alone" for finding in findings)


def test_fifty_runs_on_a_page(as_, operator, asking):
    for _number in range(52):
        asking()
    client = as_(operator)
    assert len(client.get(page_of()).context["rows"]) == 50
    assert len(client.get(page_of(), {"page": "2"}).context["rows"]) == 2


def test_queries_do_not_grow_with_the_runs(as_, operator, asking):
    asking()
    client = as_(operator)
    client.get(page_of())
    with CaptureQueriesContext(connection) as few:
        client.get(page_of())
    for _number in range(10):
        asking()
    with CaptureQueriesContext(connection) as many:
        client.get(page_of())
    assert len(many) == len(few)


def test_started_by_hand(as_, operator, asking):
    asking()
    client = as_(operator)
    address = reverse("process_start", args=["asking"])
    assert address in client.get(page_of()).content.decode()
    answer = client.post(address, {"number": "PO-1", "values": '{"amount": 5}'})
    started = ProcessInstance.objects.get(number="PO-1")
    assert answer["Location"] == reverse("process_instance", args=[started.pk])
    assert started.started_by == operator
    assert running.variables(started)["amount"] == 5


@pytest.mark.parametrize("values", ["{", "[1]", "3", "[" * 100_000])
def test_values_that_are_no_object_start_nothing(as_, operator, asking, values):
    asking()
    answer = as_(operator).post(reverse("process_start", args=["asking"]), {"values": values})
    assert answer.status_code == 422
    assert "Write an object" in answer.content.decode()
    assert ProcessInstance.objects.count() == 1


def test_who_may_not_start_it_is_refused(as_, charlie, asking):
    from bpmn.models import ProcessDefinition

    asking()
    ProcessDefinition.objects.filter(key="asking").update(startable_by=["finance"])
    address = reverse("process_start", args=["asking"])
    assert as_(charlie).post(address).status_code == 403
    assert ProcessInstance.objects.count() == 1


def test_what_is_about_a_record_starts_there(as_, operator, asking):
    from bpmn.models import ProcessDefinition

    asking()
    ProcessDefinition.objects.filter(key="asking").update(record_kind="customer")
    client = as_(operator)
    address = reverse("process_start", args=["asking"])
    page = client.get(page_of()).content.decode()
    assert address not in page
    assert "is started from its page: Customer" in page
    assert client.post(address).status_code == 400


def test_what_its_record_starts_says_where_to_make_one(as_, agent, operator):
    """A button that starts a level change about nothing would end in an incident nobody asked for."""
    from tests import crm

    crm.deploy("service-dispatch")
    address = reverse("process_start", args=["service-dispatch"])
    page = as_(operator).get(reverse("process", args=["service-dispatch"])).content.decode()
    assert address not in page
    assert "starts by itself with every new record: Work order" in page
    assert reverse("work_order_new") not in page, "an operator opens no visits"
    assert "nobody by hand" in page
    assert as_(agent).post(address).status_code == 400
    assert not ProcessInstance.objects.exists()


def test_the_link_leads_those_there_who_may_make_one(as_, service_manager):
    """Whoever reads processes and may open visits gets the way, not only the sentence."""
    from accounts.models import RoleAssignment
    from tests import crm

    crm.deploy("service-dispatch")
    RoleAssignment.objects.create(user=service_manager, role_id="operator", unit=service_manager.org_unit)
    page = as_(service_manager).get(reverse("process", args=["service-dispatch"])).content.decode()
    assert f'href="{reverse("work_order_new")}"' in page
