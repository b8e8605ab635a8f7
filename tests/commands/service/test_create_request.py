"""Taking in what customers ask."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused
from crm_core.service.commands import create_request
from crm_core.service.models import RequestKind, ServiceRequest
from tests.crm import contact, customer
from tests.support import running
from workflows.models import Delivery, ProcessInstance

pytestmark = pytest.mark.django_db


def test_it_works(alice, agent):
    row = customer(alice)
    request = create_request(actor=agent, kind="inquiry", subject=" Opening hours? ", customer_id=row.pk)
    assert request.number.startswith("SR-")
    assert (request.subject, request.owner, request.org_unit) == ("Opening hours?", alice, alice.org_unit)
    assert (request.created_by, request.status) == (agent, "new")
    # Monday 17:00 in Shanghai: one business hour is left, 4 and 16 hours are promised
    assert request.first_response_due == datetime(2026, 1, 6, 4, 0, tzinfo=UTC)
    assert request.resolve_due == datetime(2026, 1, 7, 9, 0, tzinfo=UTC)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("kind", RequestKind.values)
def test_every_kind_has_a_promise(asked, kind):
    assert asked(kind).resolve_due is not None


def test_the_customers_factor_shortens_the_promise(asked):
    assert asked(customer={"sla_factor": Decimal("0.5")}).sla_hours == 8


def test_severity_shortens_the_promise(asked):
    assert asked(severity="critical").sla_hours == 4


def test_a_complaint_starts_its_process_once(asked):
    request = asked("complaint")
    delivery = Delivery.objects.get()
    assert (delivery.name, delivery.correlation_key) == ("complaint.received", request.number)
    running.settle()
    instance = ProcessInstance.objects.get()
    assert (instance.number, instance.record_id) == (request.number, str(request.pk))
    assert running.waiting_at(instance) == ["classify"]


def test_the_table_promises_for_complaints(asked):
    request = asked("complaint", customer={"level": "platinum"})
    assert (request.tier, request.first_response_hours, request.sla_hours) == ("top", 2, 24)


def test_somebody_unknown(agent):
    request = create_request(actor=agent, kind="complaint", subject="A voice on the phone")
    assert (request.customer, request.owner, request.org_unit, request.tier) == (
        None,
        agent,
        agent.org_unit,
        "standard",
    )
    running.settle()
    assert running.waiting_at(ProcessInstance.objects.get()) == ["classify"]


def test_a_contact_of_another_customer_is_refused(alice, agent):
    mine, other = customer(alice), customer(alice, "Other")
    person = contact(other)
    with pytest.raises(RecordNotFound):
        create_request(actor=agent, kind="query", subject="Who?", customer_id=mine.pk, contact_id=person.pk)


@pytest.mark.parametrize(
    ("kind", "subject", "values"),
    [
        ("shout", "A", {}),
        ("query", " ", {}),
        ("query", "A", {"severity": "huge"}),
        ("query", "A", {"status": "closed"}),
        ("query", "A", {"harm": Decimal(-1)}),
        ("query", "A", {"flags": ["gossip"]}),
    ],
)
def test_wrong_values_are_refused(agent, kind, subject, values):
    with pytest.raises(ValuesRefused):
        create_request(actor=agent, kind=kind, subject=subject, values=values)
    assert not ServiceRequest.objects.exists()


def test_the_outsider_finds_no_customer(alice, charlie):
    with pytest.raises(RecordNotFound):
        create_request(actor=charlie, kind="query", subject="A", customer_id=customer(alice).pk)


def test_legal_does_not_take_in_requests(alice, lawyer):
    with pytest.raises(NotPermitted):
        create_request(actor=lawyer, kind="query", subject="A", customer_id=customer(alice).pk)
