"""A process that is held starts nothing, loses nothing, and takes up what waited when it goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from bpmn import queries as bpmn_queries
from bpmn.exceptions import ProcessNotDeployed
from tests.support import running
from tests.support.diagrams import call, diagram, end, start, user
from tests.support.people import person
from workflows import commands, jobs, operations, start_timers
from workflows.exceptions import NotPermitted, ProcessIsNotSuspended, ProcessIsSuspended, ReasonNeeded
from workflows.models import Delivery, HistoryEvent, ProcessInstance
from workflows.operating.definitions import families_under_way, resume_definition, suspend_definition

pytestmark = pytest.mark.django_db

HELD = diagram("held", "begin -> look -> done", begin=start(), look=user(), done=end())
BY_MESSAGE = diagram("by-message", "begin -> look -> done", begin=start(message="order"), look=user(), done=end())
HOURLY = diagram("hourly", "begin -> look -> done", begin=start(timer="R/PT1H"), look=user(), done=end())
CALLER = diagram(
    "caller",
    "begin -> ask -> held -> after -> done",
    begin=start(),
    ask=user(),
    held=call("held"),
    after=user(),
    done=end(),
)


@pytest.fixture
def olga():
    return person("olga", is_superuser=True)


def test_nobody_starts_a_suspended_process_and_everybody_does_again(clock, olga):
    running.deploy(HELD)
    suspend_definition(actor=olga, process_key="held", reason="new prices come")
    with pytest.raises(ProcessIsSuspended):
        running.start("held", actor=olga)
    with pytest.raises(ProcessIsSuspended):
        suspend_definition(actor=olga, process_key="held", reason="again")
    resume_definition(actor=olga, process_key="held", reason="prices are there")
    assert running.waiting_at(running.start("held", actor=olga)) == ["look"]
    with pytest.raises(ProcessIsNotSuspended):
        resume_definition(actor=olga, process_key="held")
    told = AuditEvent.objects.filter(event__startswith="process.").order_by("id")
    assert [(entry.event, entry.actor, entry.data["reason"]) for entry in told] == [
        ("process.suspended", olga, "new prices come"),
        ("process.resumed", olga, "prices are there"),
    ]


def test_only_operators_with_a_reason_and_only_what_is_deployed(clock, olga):
    running.deploy(HELD)
    with pytest.raises(NotPermitted):
        suspend_definition(actor=person("charlie"), process_key="held", reason="x")
    with pytest.raises(NotPermitted):
        resume_definition(actor=person("carl"), process_key="held")
    with pytest.raises(ReasonNeeded):
        suspend_definition(actor=olga, process_key="held", reason="")
    with pytest.raises(ProcessNotDeployed):
        suspend_definition(actor=olga, process_key="nothing", reason="x")


def test_what_messages_and_timers_would_start_waits_and_is_not_lost(clock, olga):
    running.deploy(BY_MESSAGE, HOURLY)
    start_timers.plan([bpmn_queries.live_version("hourly")], clock.now())
    suspend_definition(actor=olga, process_key="by-message", reason="x")
    suspend_definition(actor=olga, process_key="hourly", reason="x")
    commands.send_message(actor=None, name="order", correlation_key="A-1", variables={"amount": 5})
    operations.request_start("by-message", event="order", message_id="m")
    clock.advance(timedelta(hours=2, minutes=5))
    running.settle()
    assert ProcessInstance.objects.count() == 0
    clock.advance(timedelta(days=2))
    resume_definition(actor=olga, process_key="by-message")
    running.settle()
    assert ProcessInstance.objects.filter(process_key="by-message").count() == 2
    resume_definition(actor=olga, process_key="hourly")
    running.settle()
    assert ProcessInstance.objects.filter(process_key="hourly").count() >= 2
    assert not Delivery.objects.filter(status=Delivery.Status.PENDING).exists()


def test_a_call_of_it_says_so_and_goes_on_by_itself_when_it_may(clock, olga):
    running.deploy(HELD, CALLER)
    caller = running.start("caller")
    suspend_definition(actor=olga, process_key="held", reason="x")
    running.complete(caller, "ask")
    assert "suspended" in running.open_incident(caller).message
    resume_definition(actor=olga, process_key="held")
    jobs.sweep_incidents()
    assert ProcessInstance.objects.get(parent=caller).status == ProcessInstance.Status.RUNNING


def test_one_version_is_held_and_a_newer_one_starts(clock, olga):
    running.deploy(HELD)
    suspend_definition(actor=olga, process_key="held", version=1, reason="x")
    with pytest.raises(ProcessIsSuspended):
        running.start("held")
    running.deploy(HELD.replace(b'name="look"', b'name="Look"'))
    running.start("held")


def test_running_families_are_held_with_all_they_called_and_let_go_again(clock, olga):
    running.deploy(HELD, CALLER)
    family, other = running.start("caller"), running.start("held")
    running.complete(family, "ask")
    child = ProcessInstance.objects.get(parent=family)
    commands.suspend_process(actor=olga, instance_id=other.pk)
    assert suspend_definition(actor=olga, process_key="caller", families=True, reason="x") == 1
    assert families_under_way("caller") == 1
    running.settle()
    assert families_under_way("caller") == 0
    assert {running.reload(row).status for row in (family, child)} == {ProcessInstance.Status.SUSPENDED}
    told = HistoryEvent.objects.get(instance=child, kind=HistoryEvent.Kind.SUSPENDED)
    assert (told.actor, told.data["reason"]) == (olga, "x")
    assert resume_definition(actor=olga, process_key="caller", families=True) == 1
    running.settle()
    assert {running.reload(row).status for row in (family, child)} == {ProcessInstance.Status.RUNNING}
    assert running.reload(other).status == ProcessInstance.Status.SUSPENDED
