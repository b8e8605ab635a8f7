"""Opening a work order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config import clock as clocks
from crm_core.dispatch.commands import create_work_order
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.service.commands import answer_request
from tests import crm
from tests.commands.dispatch.conftest import instance_of, window
from tests.support import running

pytestmark = pytest.mark.django_db


def test_it_works(agent, fault, open_order):
    order = open_order(origin="fault", request=fault, safety="gas", skill="boiler")
    assert (order.number[:3], order.owner, order.org_unit, order.request) == ("WO-", agent, fault.org_unit, fault)
    assert (order.safety, order.skill, order.status, order.window_booked) == ("gas", "boiler", "draft", False)
    instance = instance_of(order)
    assert running.waiting_at(instance) == ["remote-diagnosis"]
    assert running.variables(instance)["work_order_id"] == str(order.pk)


def test_planned_work_skips_the_diagnosis(order):
    assert running.waiting_at(instance_of(order)) == ["assign"]
    assert (order.charge, order.priority) == ("free", "P4")


def test_a_booking_keeps_its_window(open_order):
    begin, end = window(3)
    order = open_order(origin="booked", window_from=begin, window_to=end)
    assert (order.window_booked, order.window_from, order.arrival_due, order.priority) == (True, begin, end, "P4")
    assert order.arrival_late == end + timedelta(hours=1)


def test_a_booking_needs_a_window(open_order):
    with pytest.raises(ValuesRefused):
        open_order(origin="booked")
    with pytest.raises(ValuesRefused):
        open_order(origin="booked", window_from=clocks.now(), window_to=clocks.now() - timedelta(hours=1))


REFUSED = [
    ("complaint", {}),
    ("whim", {}),
    ("fault", {"safety": "dragons"}),
    ("fault", {"charged": 0}),
    ("fault", {"concession_percent": 101}),
]


@pytest.mark.parametrize(("origin", "values"), REFUSED)
def test_what_is_refused(open_order, origin, values):
    with pytest.raises(ValuesRefused):
        open_order(origin=origin, **values)


def test_requests_must_be_open_and_the_customers_own(agent, alice, fault, open_order):
    other = crm.customer(alice, "Other House")
    with pytest.raises(ValuesRefused):
        create_work_order(actor=agent, customer_id=other.pk, subject="x", request_id=fault.pk)
    answer_request(actor=agent, request_id=fault.pk, answer="Done by phone")
    with pytest.raises(WrongState):
        open_order(origin="fault", request=fault)


def test_technicians_open_none(technician, holder):
    with pytest.raises(NotPermitted):
        create_work_order(actor=technician, customer_id=holder.pk, subject="x")


def test_the_outsider_finds_no_customer(charlie, holder):
    with pytest.raises(RecordNotFound):
        create_work_order(actor=charlie, customer_id=holder.pk, subject="x")
