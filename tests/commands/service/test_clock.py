"""Pausing and resuming the clock: what is due moves by the time it stood, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.queries import calendar_of
from crm_core.exceptions import RecordNotFound, ValuesRefused, WrongState
from crm_core.service.commands import pause_clock, resume_clock
from crm_core.service.functions import sla_moment
from crm_core.service.models import ServiceRequest
from crm_core.service.queries import SlaState, sla_of

pytestmark = pytest.mark.django_db


def test_it_works(asked, agent, clock):
    request = asked()
    calendar, due = calendar_of(request.org_unit), request.resolve_due
    clock.advance_to(calendar.add(clock.now(), 5))
    paused = pause_clock(actor=agent, request_id=request.pk, reason="They look for it")
    assert (paused.status, paused.resolve_due, paused.sla_used_hours) == ("waiting_customer", None, 5)
    assert sla_moment(request.pk, 1) is None
    assert sla_of(paused).state is SlaState.PAUSED
    clock.advance_to(calendar.add(clock.now(), 30))
    resumed = resume_clock(actor=agent, request_id=request.pk)
    assert resumed.status == "in_progress"
    assert resumed.resolve_due == calendar.add(due, 30) == sla_moment(request.pk, 1)


def test_pausing_costs_nothing_at_night(asked, agent, clock):
    request = asked()
    clock.advance(timedelta(hours=3))
    pause_clock(actor=agent, request_id=request.pk, reason="Night")
    clock.advance(timedelta(hours=2))
    assert resume_clock(actor=agent, request_id=request.pk).resolve_due == request.resolve_due


def test_a_reason_is_needed(asked, agent):
    with pytest.raises(ValuesRefused):
        pause_clock(actor=agent, request_id=asked().pk, reason=" ")


def test_not_twice(asked, agent):
    request = asked()
    pause_clock(actor=agent, request_id=request.pk, reason="Wait")
    with pytest.raises(WrongState):
        pause_clock(actor=agent, request_id=request.pk, reason="Wait")


def test_never_at_level_three(asked, agent):
    request = asked()
    ServiceRequest.objects.filter(pk=request.pk).update(escalation_level=3)
    with pytest.raises(WrongState, match="escalation"):
        pause_clock(actor=agent, request_id=request.pk, reason="Wait")


def test_only_a_paused_clock_is_resumed(asked, agent):
    with pytest.raises(WrongState):
        resume_clock(actor=agent, request_id=asked().pk)


def test_the_outsider_finds_nothing(asked, charlie):
    request = asked()
    with pytest.raises(RecordNotFound):
        pause_clock(actor=charlie, request_id=request.pk, reason="Wait")
    with pytest.raises(RecordNotFound):
        resume_clock(actor=charlie, request_id=request.pk)
