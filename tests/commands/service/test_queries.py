"""Lists, counts and the state of the clock."""

from __future__ import annotations

import pytest

from accounts.queries import calendar_of
from crm_core.exceptions import RecordNotFound
from crm_core.service.commands import answer_request, pause_clock
from crm_core.service.queries import (
    SlaState,
    history_of,
    request_counts,
    request_list,
    service_request,
    sla_of,
    slas_of,
)

pytestmark = pytest.mark.django_db


def numbers(rows):
    return [row.number for row in rows]


def test_filters(asked, agent):
    one, two = asked(subject="Tills"), asked("fault", subject="Lift", severity="major")
    assert numbers(request_list(agent)) == [two.number, one.number]
    assert numbers(request_list(agent, kinds=("fault",))) == [two.number]
    assert numbers(request_list(agent, severity="normal")) == [one.number]
    assert numbers(request_list(agent, text="till")) == [one.number]
    assert numbers(request_list(agent, text=two.number.lower())) == [two.number]
    assert numbers(request_list(agent, customer=one.customer, sort="number")) == [one.number]
    assert numbers(request_list(agent, statuses=("closed",))) == []


def test_states_and_counts(asked, agent, clock):
    late, waiting, done = asked(), asked(), asked()
    pause_clock(actor=agent, request_id=waiting.pk, reason="Wait")
    answer_request(actor=agent, request_id=done.pk, answer="Yes")
    clock.advance_to(calendar_of(late.org_unit).add(clock.now(), 17))
    assert numbers(request_list(agent, state="breached")) == [late.number]
    assert numbers(request_list(agent, state="paused")) == [waiting.number]
    assert set(numbers(request_list(agent, only_open=True))) == {late.number, waiting.number}
    counts = request_counts(agent)
    assert counts == {"open": 2, "mine": 0, "unassigned": 2, "breached": 1, "escalated": 0, "paused": 1}


def test_the_clock_of_a_request(asked, agent, clock):
    request = asked()
    calendar = calendar_of(request.org_unit)
    assert sla_of(request).state is SlaState.RUNNING
    clock.advance_to(calendar.add(clock.now(), 13))
    found = sla_of(request)
    assert (found.state, found.left) == (SlaState.WARNING, 3)
    clock.advance_to(calendar.add(clock.now(), 4))
    assert sla_of(request).state is SlaState.BREACHED
    answer_request(actor=agent, request_id=request.pk, answer="Yes")
    assert sla_of(service_request(agent, request.pk)).state is SlaState.MISSED


def test_statements_do_not_grow(asked, agent, django_assert_num_queries):
    for _number in range(4):
        asked()
    list(request_list(agent))
    with django_assert_num_queries(1):
        for row in request_list(agent):
            assert row.customer.name
            assert str(row.org_unit)
            assert row.handler is None
    rows = list(request_list(agent))
    with django_assert_num_queries(1):
        assert len(slas_of(rows)) == 4
    with django_assert_num_queries(1):
        request_counts(agent)


def test_history(asked, agent):
    request = asked()
    pause_clock(actor=agent, request_id=request.pk, reason="Wait")
    assert [row.act for row in history_of(agent, request.pk)] == ["clock-paused", "received"]


def test_owners_see_their_customers_requests(asked, alice, bob):
    request = asked()
    assert numbers(request_list(alice)) == [request.number]
    assert service_request(bob, request.pk) == request


def test_the_outsider_sees_nothing(asked, charlie):
    request = asked()
    assert numbers(request_list(charlie)) == []
    assert request_counts(charlie)["open"] == 0
    with pytest.raises(RecordNotFound):
        service_request(charlie, request.pk)
