"""Promises that no process looks after: said once at four fifths, at the end, and when nobody answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.queries import calendar_of
from crm_core.service.commands import (
    answer_request,
    change_severity,
    create_request,
    pause_clock,
    reassign_request,
    resume_clock,
)
from crm_core.service.lateness import to_remind
from crm_core.service.models import ServiceRequest
from notifications.commands import choose_channels, tell_of_promises
from notifications.jobs import remind_of_promises
from notifications.models import Notification
from tests import crm

pytestmark = pytest.mark.django_db


@pytest.fixture
def fault(alice, agent, handler, service_manager, clock) -> ServiceRequest:
    """A fault that handler has, answered already so that only its resolution is promised."""
    made = create_request(actor=agent, kind="fault", subject="No cooling", customer_id=crm.customer(alice).pk)
    reassign_request(actor=service_manager, request_id=made.pk, handler=handler, reason="Knows the house")
    ServiceRequest.objects.filter(pk=made.pk).update(first_responded_at=clock.now())
    made.refresh_from_db()
    return made


def pass_share(clock, request, share):
    """Until so much of the promised time is used."""
    started, promised = request.sla_started_at, float(request.sla_hours)
    clock.advance_to(calendar_of(request.org_unit).add(started, promised * share) + timedelta(seconds=1))


def heard():
    return sorted(Notification.objects.values_list("user__username", "template"))


def test_it_works(fault, clock):
    """Warned once, told late once, the manager with them; another run of the job says nothing twice."""
    pass_share(clock, fault, 0.7)
    assert remind_of_promises() == 0
    pass_share(clock, fault, 0.8)
    assert remind_of_promises() == 1
    assert heard() == [("handler", "request-due-soon")]
    assert remind_of_promises() == 0
    pass_share(clock, fault, 1)
    assert remind_of_promises() == 2
    late = [("handler", "request-late"), ("service_manager", "request-late")]
    assert heard() == sorted([("handler", "request-due-soon"), *late])
    assert remind_of_promises() == 0
    assert to_remind() == []


def test_a_breach_cannot_be_silenced(fault, clock, handler):
    """The warning may be, the broken promise not."""
    for template in ("request-due-soon", "request-late"):
        choose_channels(actor=handler, template=template, in_app=False, email=False)
    pass_share(clock, fault, 0.9)
    assert remind_of_promises() == 0
    pass_share(clock, fault, 1.1)
    remind_of_promises()
    assert ("handler", "request-late") in heard()


@pytest.mark.parametrize("kind", ["inquiry", "query", "fault", "suggestion", "purchase_request"])
def test_what_nobody_answered_reaches_the_desk_and_who_leads_it(kind, alice, agent, service_manager, charlie, clock):
    """Every kind of request promises a first answer; without a handler the branch's desk hears of it."""
    made = create_request(actor=agent, kind=kind, subject="Hello", customer_id=crm.customer(alice).pk)
    clock.advance_to(made.first_response_due + timedelta(seconds=1))
    remind_of_promises()
    told = [("agent", "request-unanswered"), ("service_manager", "request-unanswered")]
    assert [row for row in heard() if row[1] == "request-unanswered"] == told
    assert remind_of_promises() == 0


def test_complaints_are_left_to_their_process(alice, agent, clock):
    """Two voices about one promise would contradict each other."""
    made = create_request(actor=agent, kind="complaint", subject="Rude", customer_id=crm.customer(alice).pk)
    clock.advance_to(made.resolve_due + timedelta(days=30))
    assert to_remind() == []
    assert tell_of_promises(request_id=made.pk) == 0


def test_a_paused_clock_is_silent_and_its_time_does_not_count(fault, agent, clock):
    """The customer's own delay is no reason to hurry anybody."""
    pass_share(clock, fault, 0.5)
    pause_clock(actor=agent, request_id=fault.pk, reason="They look for the key")
    clock.advance(timedelta(days=60))
    assert remind_of_promises() == 0
    resumed = resume_clock(actor=agent, request_id=fault.pk)
    assert remind_of_promises() == 0
    clock.advance_to(resumed.sla_warn_due + timedelta(seconds=1))
    assert remind_of_promises() == 1
    assert heard() == [("handler", "request-due-soon")]


def test_another_promise_is_said_again(fault, agent, clock):
    """What was warned about a longer promise says nothing of the shorter one that holds now."""
    pass_share(clock, fault, 0.85)
    assert remind_of_promises() == 1
    change_severity(actor=agent, request_id=fault.pk, severity="critical", reason="Whole floor")
    assert remind_of_promises() == 2
    assert ("handler", "request-late") in heard()


def test_closed_in_time_nobody_is_told(fault, agent, clock):
    """The job must not speak of what is done."""
    pass_share(clock, fault, 0.5)
    answer_request(actor=agent, request_id=fault.pk, answer="Breaker was off")
    pass_share(clock, fault, 2)
    assert remind_of_promises() == 0
    assert tell_of_promises(request_id=fault.pk) == 0
