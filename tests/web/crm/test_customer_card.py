"""The customer card: facts, timeline, what runs, and writing on it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import FieldRule
from config import clock as time
from crm_core.interactions.commands import add_note, log_call
from crm_core.levels.commands import request_level_change
from tests import crm
from tests.support.running import settle
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db


def card(client, customer, **query):
    return client.get(reverse("customer", args=[customer.pk]), query)


def test_it_works(as_, alice):
    customer = crm.customer(alice, "Lanting Hotels", level="gold", phone="0571 8888 0001", industry="Hotels")
    crm.contact(customer, "Tang Mei", post="Operations director", is_main=True)
    crm.order(customer, time.now().date(), "1200.00")
    page = card(as_(alice), customer)
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Lanting Hotels", "Gold", "0571 8888 0001", "Tang Mei", "Operations director", "¥1,200", "Hotels"):
        assert words in text
    assert f'data-live-list="record:customer:{customer.pk}"' in text
    assert re.search(r'aria-current="step"><span class="path-step" data-state="now">Customer', text)


def test_strangers_get_the_page_of_unknown_records(as_, alice, charlie):
    customer = crm.customer(alice)
    page = card(as_(charlie), customer)
    assert page.status_code == 404
    assert "Lanting" not in page.content.decode()


def test_masked_fields_say_that_they_are_hidden(as_, alice, analyst):
    customer = crm.customer(alice, phone="0571 8888 0001", email="tang@example.com")
    text = card(as_(analyst), customer).content.decode()
    assert "0571 8888 0001" not in text
    assert "tang@example.com" not in text
    assert text.count("hidden</span>") >= 2


def test_no_value_of_a_masked_field_comes_out_by_the_history(as_, alice, analyst):
    from crm_core.customers.commands import update_customer

    customer = crm.customer(alice, phone="0571 8888 0001")
    update_customer(actor=alice, customer_id=customer.pk, values={"phone": "0571 8888 0002", "industry": "Hotels"})
    text = card(as_(analyst), customer).content.decode()
    assert "0571 8888 0002" not in text
    assert "changed 2 fields" in text


def test_the_timeline_tells_by_day_and_kind(as_, alice):
    customer = crm.customer(alice)
    add_note(actor=alice, customer_id=customer.pk, text="Wants a two-year term")
    log_call(actor=alice, customer_id=customer.pk, summary="Spoke about chillers", minutes=12)
    client = as_(alice)
    text = card(client, customer).content.decode()
    assert "Today" in text
    assert "wrote a note" in text
    assert "called the customer · 12 min" in text
    assert "added the customer" in text
    talks = card(client, customer, show="talks").content.decode()
    assert "added the customer" not in talks
    assert "Spoke about chillers" in talks
    changes = card(client, customer, show="change").content.decode()
    assert "Spoke about chillers" not in changes


def test_what_customers_wrote_is_text_and_not_markup(as_, alice):
    customer = crm.customer(alice, "<b>Bold & Co</b>")
    add_note(actor=alice, customer_id=customer.pk, text="<script>alert(1)</script>")
    text = card(as_(alice), customer).content.decode()
    assert "<script>alert" not in text
    assert "<b>Bold" not in text


def test_more_is_shown_on_request(as_, alice):
    customer = crm.customer(alice)
    for number in range(35):
        add_note(actor=alice, customer_id=customer.pk, text=f"Note {number:02}")
    client = as_(alice)
    page = card(client, customer)
    assert "Note 00" not in page.content.decode()
    more = client.get(page.context["timeline"]["more_url"], headers=HTMX).content.decode()
    assert "Note 00" in more
    assert more.strip().startswith('<div id="customer-living"')


def test_a_note_is_written_without_leaving(as_, alice):
    customer = crm.customer(alice)
    url = reverse("customer_entry", args=[customer.pk])
    answer = as_(alice).post(url, {"mode": "note", "text": "Called back"}, headers=HTMX)
    assert answer.status_code == 200
    assert "refresh-lists" in answer["HX-Trigger"]
    assert "Called back" not in answer.content.decode()
    assert customer.interactions.get().summary == "Called back"


def test_a_call_keeps_direction_minutes_and_next_step(as_, alice):
    customer = crm.customer(alice)
    person = crm.contact(customer)
    url = reverse("customer_entry", args=[customer.pk])
    tomorrow = (time.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    entered = {
        "mode": "call",
        "text": "She wants the refund first",
        "direction": "incoming",
        "minutes": "12",
        "contact": str(person.pk),
        "next_step": "Renewal call",
        "next_step_at": tomorrow,
    }
    client = as_(alice)
    assert client.post(url, entered).status_code == 302
    call = customer.interactions.get()
    assert (call.kind, call.direction, call.minutes, call.contact) == ("call", "incoming", 12, person)
    text = card(client, customer).content.decode()
    assert "Renewal call" in text
    assert "was called by Tang Mei" in text


@pytest.mark.parametrize(
    "entered",
    [{"mode": "note", "text": "  "}, {"mode": "call", "text": "x", "minutes": "-3"}, {"mode": "dance", "text": "x"}],
)
def test_what_is_refused_is_said_in_the_composer_and_kept(as_, alice, entered):
    customer = crm.customer(alice)
    answer = as_(alice).post(reverse("customer_entry", args=[customer.pk]), entered, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not customer.interactions.exists()


def test_who_may_not_write_has_no_composer(as_, alice, lawyer):
    customer = crm.customer(alice)
    client = as_(lawyer)
    assert 'id="composer"' not in card(client, customer).content.decode()
    answer = client.post(reverse("customer_entry", args=[customer.pk]), {"mode": "note", "text": "x"}, headers=HTMX)
    assert answer.status_code == 403


def test_running_processes_show_step_holder_and_due(as_, alice):
    crm.deploy("customer-level-change")
    customer = crm.customer(alice)
    crm.orders(customer, 3, "60000.00", date(2025, 12, 1))
    change = request_level_change(actor=alice, customer_id=customer.pk)
    settle()
    page = card(as_(alice), customer)
    entry = page.context["related"]["running"][0]
    assert entry["number"] == change.number
    assert entry["holder"] == alice
    assert entry["url"] == reverse("level_change", args=[change.pk])
    assert page.context["related"]["tasks"][0]["is_mine"]
    assert change.number in page.content.decode()


def test_a_complaint_that_runs_stands_on_the_card(as_, alice, agent):
    from crm_core.service.commands import create_request

    crm.deploy("complaint-escalation")
    customer = crm.customer(alice)
    row = create_request(actor=agent, kind="complaint", subject="Rude at the counter", customer_id=customer.pk)
    settle()
    page = card(as_(alice), customer)
    assert [entry["number"] for entry in page.context["related"]["running"]] == [row.number]
    assert page.context["related"]["running"][0]["url"] == reverse("service_request", args=[row.pk])


def test_the_menu_offers_what_the_person_may_start(as_, alice, lawyer):
    customer = crm.customer(alice)
    assert reverse("level_change_new", args=[customer.pk]) in card(as_(alice), customer).content.decode()
    assert "start-menu" not in card(as_(lawyer), customer).content.decode()


def test_the_identity_number_is_shown_on_request_and_written_down(as_, alice, data_clerk):
    from accounts.models import AuditEvent
    from crm_core.customers.commands import create_customer

    values = {"kind": "individual", "name": "Tang Mei", "id_no": "330100199001011234"}
    customer = create_customer(actor=data_clerk, values=values, owner=alice, org_unit=alice.org_unit)
    url = reverse("customer_id_no", args=[customer.pk])
    client = as_(data_clerk)
    assert "330100199001011234" not in card(client, customer).content.decode()
    assert "330100199001011234" in client.post(url, headers=HTMX).content.decode()
    assert AuditEvent.objects.filter(event="customer.id-no-viewed").count() == 1
    assert client.get(url).status_code == 405
    assert as_(alice).post(url, headers=HTMX).status_code == 403


def test_queries_do_not_grow_with_what_happened(as_, alice):
    customer = crm.customer(alice)
    client = as_(alice)
    add_note(actor=alice, customer_id=customer.pk, text="one")
    crm.contact(customer, "One")
    crm.order(customer, date(2025, 12, 1))
    card(client, customer)
    with CaptureQueriesContext(connection) as few:
        card(client, customer)
    for number in range(10):
        add_note(actor=alice, customer_id=customer.pk, text=f"Note {number}")
        crm.contact(customer, f"Contact {number}")
        crm.order(customer, date(2025, 12, 1))
    with CaptureQueriesContext(connection) as many:
        card(client, customer)
    assert len(many) <= len(few)
    assert len(few) <= 60


def test_everybody_reads_a_rule_that_hides_a_field(as_, alice):
    FieldRule.objects.create(role=None, kind="customer", field="area", effect="hidden")
    customer = crm.customer(alice, area="West Lake")
    assert "West Lake" not in card(as_(alice), customer).content.decode()
