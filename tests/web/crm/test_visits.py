"""Sending somebody to a customer and asking back afterwards, from the pages."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import clock as clocks
from crm_core.service.commands import create_request
from crm_core.service.models import ReturnVisit, ServiceRequest, WorkOrder
from crm_core.service.return_visits import plan_return_visit
from tests import crm
from tests.web.crm.conftest import HTMX
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db
NEW = {"origin": "planned", "subject": "Service the chiller", "description": "Yearly service", "site": "Roof"}


def day(days):
    """So many days from now where the customers' branch is, which may be tomorrow already."""
    return (clocks.now() + timedelta(days=days)).astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def dispatch(technician, dispatcher, service_manager):
    """The process of work orders is live, and somebody is there to do it."""
    technician.skills = ["cooling", "gas"]
    technician.save(update_fields=["skills"])
    crm.deploy("service-dispatch")


@pytest.fixture
def holder(alice):
    """A customer with an address."""
    return crm.customer(alice, address="8 Lake Road")


def new(client, **entered):
    return client.post(reverse("work_order_new"), NEW | entered)


def visit_for(customer, person, days=0):
    return plan_return_visit(actor=person, customer_id=customer.pk, due_on=day(days))


def test_a_visit_is_opened_and_its_process_runs(as_, agent, holder, dispatch):
    """A form that only stored the row would leave the customer waiting for nobody."""
    product = crm.product(agent)
    answer = new(
        as_(agent), customer=str(holder.pk), skill="cooling", product=str(product.pk), essential="on", misuse="on"
    )
    order = WorkOrder.objects.get()
    assert answer["Location"] == reverse("work_order", args=[order.pk])
    assert (order.customer, order.skill, order.site, order.essential) == (holder, "cooling", "Roof", True)
    assert (order.misuse, order.product) == (True, product)
    assert ProcessInstance.objects.get(process_key="service-dispatch").record_id == str(order.pk)
    page = as_(agent).get(answer["Location"]).content.decode()
    assert "opened the visit" in page


def test_what_was_reported_about_a_visit_is_said_in_words(as_, agent, holder, dispatch, clock):
    """Moments as machines write them, and acts without a name, tell nobody anything."""
    client = as_(agent)
    page = new(client, customer=str(holder.pk), warranty_until="2030-01-01")["Location"]
    order = WorkOrder.objects.get()
    window = {"window_from": "2026-02-02T09:00", "window_to": "2026-02-02T11:00"}
    assert client.post(reverse("visit_act", args=[order.pk, "change_booking"]), window, headers=HTMX).status_code == 204
    assert client.post(
        reverse("visit_act", args=[order.pk, "cancel_work_order"]), {"reason": "Moved out"}, headers=HTMX
    ).status_code == 204  # fmt: skip
    story = {(event["what"], event["body"]) for event in client.get(page).context["story"]}
    assert ("wrote down another window for the visit", "") in story
    assert ("cancelled the visit", "Moved out") in story


def test_the_form_is_filled_from_the_card_and_from_the_request(as_, agent, holder):
    """What is known already is not typed again."""
    client = as_(agent)
    empty = client.get(reverse("work_order_new")).content.decode()
    assert "any technician" in empty
    card = client.get(reverse("customer", args=[holder.pk])).content.decode()
    assert f"{reverse('work_order_new')}?customer={holder.pk}" in card
    from_card = client.get(reverse("work_order_new"), {"customer": holder.pk}).content.decode()
    assert holder.name in from_card
    assert "8 Lake Road" in from_card
    fault = create_request(actor=agent, kind="fault", subject="No cooling", customer_id=holder.pk)
    page = client.get(reverse("service_request", args=[fault.pk])).content.decode()
    assert f"{reverse('work_order_new')}?request={fault.pk}" in page
    from_request = client.get(reverse("work_order_new"), {"request": fault.pk})
    assert from_request.context["form"]["subject"].value() == "No cooling"
    assert from_request.context["form"]["origin"].value() == "fault"


def test_a_visit_belongs_to_its_request(as_, agent, holder, dispatch):
    """The request of a visit closes with it, so the link must not get lost between the pages."""
    fault = create_request(actor=agent, kind="fault", subject="No cooling", customer_id=holder.pk)
    new(as_(agent), customer=str(holder.pk), request=str(fault.pk), origin="fault")
    assert WorkOrder.objects.get().request == fault


def test_complaints_and_requests_of_nobody_offer_no_visit(as_, agent, holder):
    """A complaint's own process sends somebody; without a customer nobody knows where to go."""
    client = as_(agent)
    rows = [
        create_request(actor=agent, kind="complaint", subject="Rude", customer_id=holder.pk),
        create_request(actor=agent, kind="fault", subject="Somewhere"),
    ]
    for row in rows:
        page = client.get(reverse("service_request", args=[row.pk])).content.decode()
        assert reverse("work_order_new") not in page


REFUSED = [
    ({"origin": "booked"}, "A booking needs a window."),
    ({"window_from": "2020-01-01T10:00", "window_to": "2020-01-01T12:00"}, "The window must lie ahead"),
    ({"customer": ""}, "This field is required."),
    ({"customer": "00000000-0000-0000-0000-000000000001"}, "Choose a customer you may see."),
    ({"product": "00000000-0000-0000-0000-000000000001"}, "Choose a product from the list."),
    ({"skill": "juggling"}, "Select a valid choice"),
    ({"concession_percent": "101"}, "100"),
]


@pytest.mark.parametrize(("entered", "sentence"), REFUSED)
def test_what_is_refused_stands_beside_its_field(as_, agent, holder, dispatch, entered, sentence):
    """A refusal keeps what was typed and says what is wrong."""
    answer = new(as_(agent), **{"customer": str(holder.pk)} | entered)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "Yearly service" in text
    assert not WorkOrder.objects.exists()


def test_who_may_not_open_visits_gets_no_form(as_, technician, charlie, holder, dispatch):
    """The outsider and the technician are refused by the command, not only by a hidden button."""
    assert as_(technician).get(reverse("work_order_new")).status_code == 403
    assert as_(charlie).get(reverse("work_order_new"), {"customer": holder.pk}).status_code in {200, 403}
    assert holder.name not in as_(charlie).get(reverse("work_order_new"), {"customer": holder.pk}).content.decode()
    assert "New visit" not in as_(technician).get(reverse("work_orders")).content.decode()
    new(as_(charlie), customer=str(holder.pk))
    assert not WorkOrder.objects.exists()


def test_a_return_visit_is_planned_on_the_card(as_, agent, holder):
    """Asking back must not depend on a process having ended."""
    client = as_(agent)
    url = reverse("return_visit_new", args=[holder.pk])
    assert url in client.get(reverse("customer", args=[holder.pk])).content.decode()
    answer = client.post(url, {"due_on": str(day(3))}, headers=HTMX)
    visit = ReturnVisit.objects.get()
    assert answer["HX-Redirect"] == reverse("return_visit", args=[visit.pk])
    assert visit.number in client.get(reverse("return_visits")).content.decode()
    assert visit.number in client.get(reverse("customer", args=[holder.pk])).content.decode()
    assert client.post(url, {"due_on": "2020-01-01"}, headers=HTMX).status_code == 422


@pytest.mark.parametrize(("score", "complaints"), [(5, 0), (3, 0), (2, 1), (1, 1)])
def test_a_bad_score_opens_a_complaint(as_, agent, holder, score, complaints):
    """Two and less is a complaint, three is not."""
    visit = visit_for(holder, agent)
    client = as_(agent)
    url = reverse("return_visit_score", args=[visit.pk])
    assert url in client.get(reverse("return_visit", args=[visit.pk])).content.decode()
    assert client.post(url, {"score": "", "result": "x"}, headers=HTMX).status_code == 422
    assert client.post(url, {"score": str(score), "result": "Nobody came"}, headers=HTMX).status_code == 204
    assert ServiceRequest.objects.filter(kind="complaint", channel="return_visit").count() == complaints
    page = client.get(reverse("return_visit", args=[visit.pk])).content.decode()
    assert url not in page
    assert client.post(url, {"score": "5"}, headers=HTMX).status_code == 422


def test_the_complaint_of_a_bad_score_is_linked(as_, agent, holder):
    """Whoever wrote the score down must find the complaint it became."""
    visit = visit_for(holder, agent)
    as_(agent).post(reverse("return_visit_score", args=[visit.pk]), {"score": "1", "result": "Rude"}, headers=HTMX)
    complaint = ServiceRequest.objects.get(kind="complaint")
    page = as_(agent).get(reverse("return_visit", args=[visit.pk])).content.decode()
    assert reverse("service_request", args=[complaint.pk]) in page


def test_asked_about_a_request_with_questions_of_its_own(as_, agent, holder):
    """The script belongs to the visit; one is due for a request at a time."""
    fault = create_request(actor=agent, kind="fault", subject="No cooling", customer_id=holder.pk)
    client = as_(agent)
    url = f"{reverse('return_visit_new', args=[holder.pk])}?request={fault.pk}"
    page = reverse("service_request", args=[fault.pk])
    assert url in client.get(page).content.decode()
    entered = {"due_on": str(day(1)), "script": "Is it cool now?\n\nStill loud?"}
    assert client.post(url, entered, headers=HTMX).status_code == 204
    visit = ReturnVisit.objects.get()
    assert visit.request == fault
    shown = client.get(reverse("return_visit", args=[visit.pk]))
    assert shown.context["questions"] == ["Is it cool now?", "Still loud?"]
    text = client.get(page).content.decode()
    assert visit.number in text
    assert url not in text
    again = client.post(url, entered, headers=HTMX)
    assert again.status_code == 422
    assert "ask about this request already" in again.content.decode()


def test_a_request_of_another_customer_is_not_asked_about(as_, alice, agent, holder):
    """Answers would land on a stranger's request."""
    fault = create_request(actor=agent, kind="fault", subject="x", customer_id=crm.customer(alice, "Other").pk)
    url = f"{reverse('return_visit_new', args=[holder.pk])}?request={fault.pk}"
    assert as_(agent).post(url, {"due_on": "2030-01-01"}, headers=HTMX).status_code == 422
    assert not ReturnVisit.objects.exists()


def test_nobody_reached(as_, agent, holder):
    """Giving up is written down and ends the reminder."""
    visit = visit_for(holder, agent)
    url = reverse("return_visit_unreachable", args=[visit.pk])
    assert as_(agent).post(url, {"result": "Called three times"}, headers=HTMX).status_code == 204
    visit.refresh_from_db()
    assert visit.status == "unreachable"
    assert visit.number not in as_(agent).get(reverse("return_visits")).content.decode()
    assert visit.number in as_(agent).get(reverse("return_visits"), {"show": "all"}).content.decode()


def test_return_visits_of_others_are_out_of_sight(as_, charlie, agent, holder):
    """Another branch sees neither the row nor the page."""
    visit = visit_for(holder, agent)
    client = as_(charlie)
    assert visit.number not in client.get(reverse("return_visits")).content.decode()
    assert client.get(reverse("return_visit", args=[visit.pk])).status_code == 404
    assert client.post(reverse("return_visit_score", args=[visit.pk]), {"score": "1"}).status_code == 404


def test_the_list_of_return_visits_reads_the_same_whatever_its_length(as_, agent, holder):
    """Fifty rows must not cost fifty times the queries."""
    client = as_(agent)
    visit_for(holder, agent)
    client.get(reverse("return_visits"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("return_visits"))
    for days in range(1, 9):
        visit_for(holder, agent, days)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(reverse("return_visits")).context["rows"]) == 9
    assert len(many) == len(few)
