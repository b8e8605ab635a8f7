"""Service requests: the list, taking one in, its clock, and every act on it; visits."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import clock as time
from crm_core import storing
from crm_core.service.commands import create_request
from crm_core.service.models import ServiceRequest, WorkOrder
from tests import crm
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db
NEW = {"kind": "fault", "subject": "No cooling", "channel": "phone", "severity": "normal"}


@pytest.fixture
def fault(alice, agent) -> ServiceRequest:
    """A fault of alice's customer."""
    customer = crm.customer(alice)
    return create_request(actor=agent, kind="fault", subject="Chiller stops", customer_id=customer.pk)


def act(client, row, name, **entered):
    return client.post(reverse("service_act", args=[row.pk, name]), entered, headers=HTMX)


def page_of(client, row):
    return client.get(reverse("service_request", args=[row.pk]))


def test_it_works(as_, agent, fault):
    text = as_(agent).get(reverse("service_requests")).content.decode()
    assert "Chiller stops" in text
    assert "business hours left" in text
    page = page_of(as_(agent), fault).content.decode()
    assert "took in the request" in page
    assert f'data-live-list="record:service_request:{fault.pk}"' in page


def test_strangers_see_nothing(as_, charlie, fault):
    assert page_of(as_(charlie), fault).status_code == 404
    assert "Chiller" not in as_(charlie).get(reverse("service_requests")).content.decode()


@pytest.mark.parametrize("kind", ["inquiry", "query", "fault", "suggestion", "purchase_request", "complaint"])
def test_every_kind_is_taken_in(as_, alice, agent, kind):
    customer = crm.customer(alice)
    entered = NEW | {"kind": kind, "customer": str(customer.pk), "flags": ["safety"], "harm": "120.50"}
    answer = as_(agent).post(reverse("service_request_new"), entered)
    made = ServiceRequest.objects.get()
    assert answer["Location"] == reverse("service_request", args=[made.pk])
    assert (made.kind, made.customer, made.flags) == (kind, customer, ["safety"])


def test_somebody_unknown_asks(as_, agent):
    as_(agent).post(reverse("service_request_new"), NEW | {"customer": ""})
    assert ServiceRequest.objects.get().customer is None


def test_a_customer_out_of_sight_is_refused_beside_the_field(as_, agent, charlie):
    customer = crm.customer(charlie)
    answer = as_(agent).post(reverse("service_request_new"), NEW | {"customer": str(customer.pk)})
    assert answer.status_code == 422
    assert "Choose a customer you may see" in answer.content.decode()


def test_the_clock_is_paused_with_a_reason_that_is_shown(as_, agent, fault):
    client = as_(agent)
    assert act(client, fault, "pause", reason="").status_code == 422
    assert act(client, fault, "pause", reason="Waits for the key").status_code == 204
    text = page_of(client, fault).content.decode()
    assert 'data-state="paused"' in text
    assert "Waits for the key" in text
    assert reverse("service_act", args=[fault.pk, "resume"]) in text
    assert reverse("service_act", args=[fault.pk, "pause"]) not in text
    assert act(client, fault, "resume").status_code == 204
    fault.refresh_from_db()
    assert not fault.is_paused


@pytest.mark.parametrize(
    ("name", "field", "is_asked"),
    [("pause", "reason", True), ("severity", "reason", True), ("answer", "answer", True), ("convert", "reason", False)],
)
def test_the_dialog_says_which_words_an_act_cannot_do_without(as_, agent, fault, name, field, is_asked):
    dialog = as_(agent).get(reverse("service_act", args=[fault.pk, name]), headers=HTMX)
    assert dialog.context["form"].fields[field].required is is_asked
    assert ("optional" in dialog.content.decode()) is not is_asked


def test_what_happened_names_the_people_not_their_keys(as_, agent, handler, fault):
    with transaction.atomic():
        values = {"person_complained_about": handler, "responsible_unit": handler.org_unit, "flags": ["media"]}
        storing.change(fault, values, actor=agent, act="classified")
    text = page_of(as_(agent), fault).content.decode()
    assert f"Person complained about: {handler.display_name}" in text
    assert f"Responsible unit: {handler.org_unit}" in text
    assert "Flags: Media" in text


def test_severity_moves_with_a_reason(as_, agent, fault):
    assert act(as_(agent), fault, "severity", severity="major", reason="").status_code == 422
    assert act(as_(agent), fault, "severity", severity="major", reason="Whole floor").status_code == 204
    fault.refresh_from_db()
    assert fault.severity == "major"


def test_made_a_complaint_and_led_there(as_, agent, fault):
    answer = act(as_(agent), fault, "convert", reason="Third time")
    complaint = ServiceRequest.objects.get(kind="complaint")
    assert answer["HX-Redirect"] == reverse("service_request", args=[complaint.pk])
    fault.refresh_from_db()
    assert fault.status == "closed"
    assert page_of(as_(agent), fault).context["acts"] == []


def test_answered(as_, agent, fault):
    assert act(as_(agent), fault, "answer", answer="Reset the breaker").status_code == 204
    fault.refresh_from_db()
    assert fault.resolution == "Reset the breaker"


def test_given_to_somebody_else(as_, service_manager, handler, fault):
    answer = act(as_(service_manager), fault, "reassign", handler=str(handler.pk), reason="Knows the building")
    assert answer.status_code == 204
    fault.refresh_from_db()
    assert fault.handler == handler


@pytest.mark.parametrize(("name", "satisfied"), [("accepted", True), ("not-accepted", False)])
def test_the_customers_answer_to_a_reply(as_, alice, agent, name, satisfied):
    customer = crm.customer(alice)
    row = create_request(actor=agent, kind="complaint", subject="Rude", customer_id=customer.pk)
    client = as_(agent)
    url = reverse("service_act", args=[row.pk, name])
    assert url not in page_of(client, row).content.decode()
    assert client.post(url, {"remark": "x"}, headers=HTMX).status_code == 422
    ServiceRequest.objects.filter(pk=row.pk).update(replied_at=time.now())
    assert url in page_of(client, row).content.decode()
    assert client.post(url, {"remark": "Thanks", "score": "4"}, headers=HTMX).status_code == 204
    row.refresh_from_db()
    assert (row.customer_satisfied, row.satisfaction) == (satisfied, 4)


def test_a_complaint_is_withdrawn_with_a_reason(as_, alice, agent):
    row = create_request(actor=agent, kind="complaint", subject="Rude", customer_id=crm.customer(alice).pk)
    assert act(as_(agent), row, "withdraw", reason=" ").status_code == 422
    assert act(as_(agent), row, "withdraw", reason="Solved itself").status_code == 204


def test_who_only_reads_has_no_buttons_and_is_refused(as_, alice, fault):
    assert page_of(as_(alice), fault).context["acts"] == []
    assert act(as_(alice), fault, "pause", reason="x").status_code == 422


def test_an_unknown_act_is_no_page(as_, agent, fault):
    assert act(as_(agent), fault, "dance").status_code == 404


def test_found_and_narrowed(as_, agent, fault):
    client = as_(agent)

    def subjects(**query):
        return [entry["row"].subject for entry in client.get(reverse("service_requests"), query).context["rows"]]

    assert subjects(q="chiller") == subjects(kind="fault") == subjects(q=fault.number) == ["Chiller stops"]
    assert subjects(kind="complaint") == subjects(show="breached") == subjects(show="mine") == []


def test_queries_do_not_grow_with_the_rows(as_, alice, agent):
    customer = crm.customer(alice)
    client = as_(agent)
    create_request(actor=agent, kind="fault", subject="One", customer_id=customer.pk)
    client.get(reverse("service_requests"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("service_requests"))
    for number in range(8):
        create_request(actor=agent, kind="fault", subject=f"Fault {number}", customer_id=customer.pk)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("service_requests"))
    assert len(many) == len(few), [query["sql"] for query in many][-3:]


def test_visits_have_a_list_and_pages(as_, alice, dispatcher, charlie):
    customer = crm.customer(alice)
    from django.db import transaction

    from crm_core import storing

    with transaction.atomic():
        order = storing.add(
            WorkOrder(customer=customer, subject="Repair the chiller", owner=dispatcher, org_unit=dispatcher.org_unit),
            actor=dispatcher,
        )
    client = as_(dispatcher)
    assert "Repair the chiller" in client.get(reverse("work_orders")).content.decode()
    page = client.get(reverse("work_order", args=[order.pk]))
    assert page.status_code == 200
    assert page.context["acts"] == []
    assert as_(charlie).get(reverse("work_order", args=[order.pk])).status_code == 404
    refused = client.post(reverse("visit_act", args=[order.pk, "parts_arrived"]), headers=HTMX)
    assert refused.status_code == 422
