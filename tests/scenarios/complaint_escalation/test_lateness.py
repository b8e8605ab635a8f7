"""Escalation by the request's own clock: 80, 100, 150 and 200 percent, pauses, extensions, take-overs."""

from __future__ import annotations

import pytest
from django.db import transaction

from crm_core.levels.models import CustomerLevel, LevelChange
from crm_core.levels.operations import apply_level
from crm_core.service.commands import (
    change_severity,
    pause_clock,
    reassign_request,
    record_customer_answer,
    resume_clock,
    withdraw_complaint,
)
from notifications.models import Notification
from tests.support import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(complaint, agent):
    """A classified normal complaint: 56 business hours, none of them used."""
    story = complaint()
    story.classify(agent)
    assert story.request.sla_hours == 56
    return story


def told(template):
    return sorted(Notification.objects.filter(template=template).values_list("user__username", flat=True))


def test_the_steps(late, handler, service_manager, director, customer_office):
    late.pass_hours(44)
    assert told("complaint-due-soon") == []
    late.pass_hours(1)
    assert told("complaint-due-soon") == ["handler", "service_manager"]
    assert (late.request.escalation_level, late.waiting) == (0, ["investigate"])
    late.pass_hours(11.1)
    assert (late.request.escalation_level, late.request.status) == (1, "escalated")
    assert late.waiting == ["investigate", "late-decide"]
    late.pass_hours(28)
    assert late.request.escalation_level == 2
    assert "director" in told("complaint-late")
    late.pass_hours(28)
    assert late.request.escalation_level == 3
    assert "customer_office" in told("complaint-late")
    assert late.waiting == ["far-too-late-decide", "investigate", "late-decide", "very-late-decide"]


def test_the_manager_extends_once(late, service_manager):
    late.pass_hours(56.1)
    late.complete("late-decide", service_manager, decision="extend", percent=50, reason="Waiting for the bank")
    request = late.request
    assert (request.sla_hours, request.sla_extended) == (84, True)
    late.pass_hours(28.5)
    assert late.request.escalation_level == 1
    late.pass_hours(42)
    assert late.request.escalation_level == 2
    late.complete("very-late-decide", service_manager, decision="extend", percent=50, reason="Again")
    assert late.request.sla_hours == 84


def test_a_take_over_begins_the_handling_again(late, handler, service_manager):
    late.complete("investigate", handler, root_cause="till", findings="Found.", responsible_unit="HZ-SERVICE")
    late.pass_hours(56.1)
    late.complete("late-decide", service_manager, decision="take_over", reason="I know them")
    assert late.waiting == ["investigate"]
    assert late.request.handler == service_manager
    assert late.variables["handler"] == "service_manager"
    assert late.request.findings == "Found."


def test_a_paused_clock_parks_the_timers(late, agent):
    late.pass_hours(40)
    pause_clock(actor=agent, request_id=late.id, reason="They look for the receipt")
    running.settle()
    late.pass_hours(200)
    assert (late.request.escalation_level, told("complaint-due-soon")) == (0, [])
    resume_clock(actor=agent, request_id=late.id)
    running.settle()
    late.pass_hours(4)
    assert told("complaint-due-soon") == []
    late.pass_hours(1)
    assert told("complaint-due-soon") != []


def test_a_higher_severity_moves_the_timers(late, agent):
    late.pass_hours(12)
    change_severity(actor=agent, request_id=late.id, severity="critical", reason="Newspapers")
    running.settle()
    assert (late.request.sla_hours, late.request.escalation_level) == (16, 2)
    late.pass_hours(1)
    assert told("complaint-due-soon") != []


def test_a_better_level_moves_the_timers(late, alice):
    change = LevelChange(customer=late.request.customer, owner=alice, org_unit=alice.org_unit, status="approved")
    with transaction.atomic():
        change.from_level = change.customer.level
        change.number = "LC-T"
        change.save()
        apply_level(change.customer, change, CustomerLevel.objects.get(pk="gold"), actor=None)
    running.settle()
    assert (late.request.sla_hours, late.request.tier) == (40, "gold")
    late.pass_hours(32.1)
    assert told("complaint-due-soon") != []


def test_a_decision_nobody_needs_any_more_falls_away(late, agent):
    late.pass_hours(56.1)
    assert "late-decide" in late.waiting
    withdraw_complaint(actor=agent, request_id=late.id, reason="Settled")
    running.settle()
    assert late.ends == ["withdrawn"]
    assert late.request.closing_reason == "withdrawn"


def test_a_resolved_complaint_leaves_no_decision_behind(late, agent, handler, quality):
    late.pass_hours(56.1)
    assert "late-decide" in late.waiting
    late.handle(handler)
    record_customer_answer(actor=agent, request_id=late.id, satisfied=True)
    running.settle()
    assert late.waiting == ["learn"]
    late.complete("learn", quality, root_cause_code="people")
    assert (late.ends, late.instance.status) == (["resolved-satisfied"], "completed")


def test_staff_hand_it_over(late, service_manager, senior):
    reassign_request(actor=service_manager, request_id=late.id, handler=senior, reason="Knows tills")
    running.settle()
    assert (late.waiting, late.variables["handler"]) == (["investigate"], "senior")
