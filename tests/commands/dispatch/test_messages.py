"""What people record about an order: the quote's answer, a booking, parts, cancelling, a technician who is gone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from config import clock as clocks
from crm_core.dispatch import commands, queries
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.history import RecordChange
from crm_core.service.models import WorkOrder
from tests.commands.dispatch.conftest import instance_of, on_the_way, report, window
from tests.support import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def quoted(open_order) -> WorkOrder:
    """A paid order whose estimate the customer has."""
    begin, end = window(5)
    order = open_order(origin="booked", warranty_until=None, window_from=begin, window_to=end)
    running.settle()  # the letter is out
    return order


def commands_on(order: WorkOrder) -> dict[str, partial[WorkOrder]]:
    """Every command with arguments that are fine in themselves."""
    begin, end = window(2)
    return {
        "accept_quote": partial(commands.accept_quote, order_id=order.pk),
        "refuse_quote": partial(commands.refuse_quote, order_id=order.pk),
        "change_booking": partial(commands.change_booking, order_id=order.pk, window_from=begin, window_to=end),
        "parts_arrived": partial(commands.parts_arrived, order_id=order.pk),
        "cancel_work_order": partial(commands.cancel_work_order, order_id=order.pk, reason="Moved out"),
        "technician_unavailable": partial(commands.technician_unavailable, order_id=order.pk, reason="Ill"),
    }


def test_every_command_has_its_message(order):
    assert set(commands_on(order)) == set(queries.MESSAGES)


def test_an_accepted_quote_goes_on(agent, quoted):
    instance = instance_of(quoted)
    assert running.waiting_at(instance) == ["accept-quote"]
    assert (quoted.charge, quoted.estimate) == ("paid", 230)
    commands.accept_quote(actor=agent, order_id=quoted.pk)
    commands.accept_quote(actor=agent, order_id=quoted.pk)  # pressed twice
    running.settle()
    assert running.waiting_at(instance) == ["assign"]


def test_a_refused_quote_ends_the_order(agent, quoted):
    commands.refuse_quote(actor=agent, order_id=quoted.pk, reason="Too dear")
    running.settle()
    quoted.refresh_from_db()
    assert (quoted.status, quoted.outcome) == ("cancelled", "refused-by-customer")
    assert RecordChange.objects.filter(record_id=quoted.pk, act="refused-by-customer", note="Too dear").exists()
    assert not running.reload(instance_of(quoted)).is_live


def test_another_booking_is_planned_again(agent, technician, order):
    instance = on_the_way(order, technician)
    begin, end = window(2)
    commands.change_booking(actor=agent, order_id=order.pk, window_from=begin, window_to=end)
    running.settle()
    order.refresh_from_db()
    assert running.waiting_at(instance) == ["assign"]
    assert (order.window_from, order.window_to, order.arrival_due, order.technician) == (begin, end, end, None)


@pytest.mark.parametrize(("begins", "hours"), [(-3, 2), (1, 0), (1, -2)])
def test_windows_lie_ahead_and_end_after_they_begin(agent, order, begins, hours):
    begin = clocks.now() + timedelta(days=begins)
    with pytest.raises(ValuesRefused):
        commands.change_booking(
            actor=agent, order_id=order.pk, window_from=begin, window_to=begin + timedelta(hours=hours)
        )


def test_parts_that_arrive_bring_the_technician_back(technician, storekeeper, order, seal):
    instance = on_the_way(order, technician)
    report(instance, technician, "need_parts", parts_needed=[{"part": "SEAL-1", "quantity": 5}])
    running.complete(instance, "fetch-parts", {"from_stock": True}, storekeeper)  # the store has only three
    running.settle()
    assert running.waiting_at(instance) == ["wait-for-parts"]
    commands.parts_arrived(actor=storekeeper, order_id=order.pk)
    running.settle()
    assert running.waiting_at(instance) == ["on-site"]
    assert [request.status for request in order.parts_requests.all()] == ["arrived"]
    seal.refresh_from_db()
    assert seal.on_hand == 3


def test_cancelling_frees_slot_and_parts(agent, technician, storekeeper, order, seal):
    instance = on_the_way(order, technician)
    report(instance, technician, "need_parts", parts_needed=[{"part": "SEAL-1", "quantity": 2}])
    running.complete(instance, "fetch-parts", {"from_stock": True}, storekeeper)
    running.settle()
    seal.refresh_from_db()
    assert (seal.on_hand, running.waiting_at(instance)) == (1, ["on-site"])
    commands.cancel_work_order(actor=agent, order_id=order.pk, reason="Moved out")
    running.settle()
    order.refresh_from_db()
    seal.refresh_from_db()
    assert (order.status, order.outcome, order.technician, order.window_from) == ("cancelled", "cancelled", None, None)
    assert (seal.on_hand, [request.status for request in order.parts_requests.all()]) == (3, ["cancelled"])


def test_a_technician_who_is_gone_is_not_asked_again(technician, order):
    instance = on_the_way(order, technician)
    assert order.owner == technician
    commands.technician_unavailable(actor=technician, order_id=order.pk, reason="Ill")
    running.settle()
    order.refresh_from_db()
    assert (order.technician, order.refused_by, order.refusals) == (None, ["technician"], 0)
    assert running.waiting_at(instance) == ["decide-assignment"]  # nobody else is left


def test_nobody_is_gone_before_somebody_is_asked(agent, order):
    with pytest.raises(WrongState):
        commands.technician_unavailable(actor=agent, order_id=order.pk, reason="Ill")


@pytest.mark.parametrize("act", ["cancel_work_order", "technician_unavailable"])
def test_reasons_are_needed(agent, technician, order, act):
    on_the_way(order, technician)
    with pytest.raises(ValuesRefused):
        getattr(commands, act)(actor=agent, order_id=order.pk, reason="  ")


@pytest.mark.parametrize("act", ["accept_quote", "refuse_quote", "parts_arrived"])
def test_what_is_not_waited_for_is_refused(agent, dispatcher, order, act):
    with pytest.raises(WrongState):
        commands_on(order)[act](actor=dispatcher)


@pytest.mark.parametrize("act", sorted(queries.MESSAGES))
def test_salespeople_see_and_do_nothing(alice, order, act):
    WorkOrder.objects.filter(pk=order.pk).update(org_unit=alice.org_unit)
    with pytest.raises(NotPermitted):
        commands_on(order)[act](actor=alice)


@pytest.mark.parametrize("act", sorted(queries.MESSAGES))
def test_the_outsider_finds_nothing(charlie, order, act):
    with pytest.raises(RecordNotFound):
        commands_on(order)[act](actor=charlie)


@pytest.mark.parametrize("act", ["accept_quote", "refuse_quote", "change_booking", "cancel_work_order"])
def test_the_store_and_technicians_do_not_speak_for_customers(technician, storekeeper, order, act):
    on_the_way(order, technician)
    for person in (technician, storekeeper):
        with pytest.raises(NotPermitted):
            commands_on(order)[act](actor=person)


def test_agents_do_not_receive_parts(agent, order):
    with pytest.raises(NotPermitted):
        commands.parts_arrived(actor=agent, order_id=order.pk)


def test_the_page_offers_what_is_possible(agent, alice, storekeeper, technician, dispatcher, quoted, order):
    assert queries.acts_open_to(agent, quoted) == {"accept_quote", "refuse_quote"}
    assert queries.acts_open_to(agent, order) == {"change_booking", "cancel_work_order", "technician_unavailable"}
    assert queries.acts_open_to(storekeeper, order) == frozenset()
    assert queries.acts_open_to(alice, order) == frozenset()
    on_the_way(order, technician)
    assert queries.acts_open_to(technician, order) == {"technician_unavailable"}
