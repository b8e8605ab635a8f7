"""What operators do to running processes: every act is one event, refused to outsiders, and never done by halves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import running
from tests.support.diagrams import boundary, call, diagram, end, service, start, user
from tests.support.people import person
from workflows import commands, registry
from workflows.engine.api import Entry
from workflows.exceptions import (
    IncidentIsClosed,
    InstanceHasEnded,
    InstanceIsLive,
    InstanceIsSuspended,
    ModificationImpossible,
    NotPermitted,
    ReasonNeeded,
)
from workflows.models import Effect, HistoryEvent, Incident, ProcessInstance, Timer
from workflows.operating import commands as operating
from workflows.operating import queries
from workflows.operating.commands import Outcome
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db

LINE = diagram(
    "line",
    "begin -> first -> second -> done",
    "late -> second",
    begin=start(),
    first=user(),
    late=boundary("first", timer="PT5H"),
    second=user(),
    done=end(),
)
JOB = diagram(
    "job",
    "begin -> look -> act -> check -> done",
    "gone -> check",
    begin=start(),
    look=user(),
    act=service("test.act"),
    gone=boundary("act", error="GONE"),
    check=user(),
    done=end(),
)
OUTER = diagram(
    "outer",
    "begin -> ask -> inner -> after -> done",
    begin=start(),
    ask=user(),
    inner=call("line"),
    after=user(),
    done=end(),
)


@pytest.fixture
def olga():
    return person("olga", is_superuser=True)


def acts(instance):
    rows = HistoryEvent.objects.filter(instance=instance, kind=HistoryEvent.Kind.OPERATED).order_by("sequence")
    return [(row.actor and row.actor.username, row.data) for row in rows]


def failing(message="no paper 17"):
    @service_task("test.act")
    def act(step):
        raise RuntimeError(message)


def stuck(message="no paper 17"):
    if registry.handler("test.act") is None:
        failing(message)
    instance = running.start("job")
    running.complete(instance, "look")
    return instance


# --- modifying ------------------------------------------------------------------------------------------------------


def test_tokens_move_and_what_was_open_closes(clock, olga):
    running.deploy(LINE)
    instance = running.start("line", amount=1)
    changed = operating.modify_process(
        actor=olga,
        instance_id=instance.pk,
        start=[Entry("second", variables={"own": 1})],
        end=["first"],
        variables={"amount": 2},
        reason="went wrong",
    )
    assert changed.pk == instance.pk
    assert running.waiting_at(instance) == ["second"]
    assert not Timer.objects.filter(instance=instance).exists()
    ((who, told),) = acts(instance)
    assert (who, told["act"], told["reason"]) == ("olga", "modify", "went wrong")
    assert (told["before"]["elements"], told["after"]["elements"]) == (["first"], ["second"])
    assert told["before"]["variables"] == {"amount": 1}
    assert told["after"]["variables"]["amount"] == 2
    assert 1 in told["after"]["variables"].values()


def test_a_refused_modification_leaves_everything_and_says_why(clock, olga):
    running.deploy(LINE)
    instance = running.start("line")
    before = running.reload(instance)
    with pytest.raises(ModificationImpossible) as refusal:
        operating.modify_process(
            actor=olga, instance_id=instance.pk, start=[Entry("second"), Entry("late")], end=["first"], reason="x"
        )
    assert "late" in refusal.value.text
    assert "sits on another step" in refusal.value.text
    after = running.reload(instance)
    assert (after.revision, bytes(after.state)) == (before.revision, bytes(before.state))
    assert acts(instance) == []


def test_only_operators_modify_and_only_with_a_reason(clock, olga):
    running.deploy(LINE)
    instance = running.start("line")
    with pytest.raises(NotPermitted):
        operating.modify_process(actor=person("charlie"), instance_id=instance.pk, end=["first"], reason="x")
    with pytest.raises(ReasonNeeded):
        operating.modify_process(actor=olga, instance_id=instance.pk, end=["first"], reason=" ")
    commands.suspend_process(actor=olga, instance_id=instance.pk)
    with pytest.raises(InstanceIsSuspended):
        operating.modify_process(actor=olga, instance_id=instance.pk, end=["first"], reason="x")


def test_a_second_click_changes_nothing_more(clock, olga):
    running.deploy(LINE)
    instance = running.start("line")
    act = {"instance_id": instance.pk, "start": [Entry("second")], "end": ["first"], "reason": "x"}
    operating.modify_process(actor=olga, **act)
    with pytest.raises(ModificationImpossible):
        operating.modify_process(actor=olga, **act)
    assert running.waiting_at(instance) == ["second"]


def test_a_called_process_follows_its_call(clock, olga):
    running.deploy(LINE, OUTER)
    outer = running.start("outer")
    running.complete(outer, "ask")
    child = ProcessInstance.objects.get(parent=outer)
    preview = queries.preview_modification(olga, outer.pk, start=[Entry("after")], end=["inner"])
    assert preview.called == (child.pk,)
    operating.modify_process(actor=olga, instance_id=outer.pk, start=[Entry("after")], end=["inner"], reason="x")
    assert running.reload(child).status == ProcessInstance.Status.CANCELLED
    assert running.waiting_at(outer) == ["after"]


def test_a_called_process_is_modified_itself_and_reports_to_its_caller(clock, olga):
    running.deploy(LINE, OUTER)
    outer = running.start("outer")
    running.complete(outer, "ask")
    child = ProcessInstance.objects.get(parent=outer)
    operating.modify_process(actor=olga, instance_id=child.pk, start=[Entry("done")], end=["first"], reason="x")
    assert running.waiting_at(outer) == ["after"]


def test_a_preview_tells_what_closes_and_what_was_made_already(clock, olga):
    @service_task("test.act")
    def act(step):
        return {}

    running.deploy(JOB)
    instance = running.start("job")
    running.complete(instance, "look")
    preview = queries.preview_modification(olga, instance.pk, start=[Entry("look")], end=["check"])
    assert [closed.element for closed in preview.closes] == ["check"]
    assert [(made.element, made.type, made.times) for made in preview.already_made] == [("act", "test.act", 1)]
    assert running.waiting_at(instance) == ["check"]
    with pytest.raises(ModificationImpossible):
        queries.preview_modification(olga, instance.pk, start=[Entry("gone")])
    with pytest.raises(NotPermitted):
        queries.preview_modification(person("charlie"), instance.pk, end=["check"])
    assert queries.preview_modification(olga, instance.pk, end=["check"]).ends_instance


# --- beginning again ------------------------------------------------------------------------------------------------


def test_an_ended_process_begins_again_in_its_midst_with_what_it_knew(clock, olga):
    running.deploy(LINE)
    instance = running.start("line", amount=3)
    with pytest.raises(InstanceIsLive):
        operating.restart_process(actor=olga, instance_id=instance.pk, at=[Entry("second")], reason="x")
    commands.cancel_process(actor=olga, instance_id=instance.pk, reason="by mistake")
    again = operating.restart_process(actor=olga, instance_id=instance.pk, at=[Entry("second")], reason="it was wrong")
    assert running.waiting_at(again) == ["second"]
    assert running.variables(again) == {"amount": 3}
    ((who, told),) = acts(again)
    assert (who, told["act"], told["of"]) == ("olga", "restart", str(instance.pk))
    other = operating.restart_process(
        actor=olga, instance_id=instance.pk, at=[Entry("first", after=True)], variables={"amount": 4}, reason="x"
    )
    assert (running.waiting_at(other), running.variables(other)) == (["second"], {"amount": 4})
    with pytest.raises(ModificationImpossible):
        operating.restart_process(actor=olga, instance_id=instance.pk, at=[Entry("late")], reason="x")
    with pytest.raises(NotPermitted):
        operating.restart_process(actor=person("charlie"), instance_id=instance.pk, at=[Entry("second")], reason="x")
    assert ProcessInstance.objects.count() == 3


# --- incidents ------------------------------------------------------------------------------------------------------


def test_a_failed_step_is_left_with_results(clock, olga):
    running.deploy(JOB)
    instance = stuck()
    incident = running.open_incident(instance)
    result = operating.resolve_incident(
        actor=olga, incident_id=incident.pk, variables={"done_by": "hand"}, reason="did it by phone"
    )
    incident.refresh_from_db()
    assert (result.outcome, incident.resolution) == (Outcome.THROUGH, Incident.Resolution.RESOLVED)
    assert running.waiting_at(instance) == ["check"]
    assert running.variables(instance) == {"done_by": "hand"}
    with pytest.raises(IncidentIsClosed):
        operating.resolve_incident(actor=olga, incident_id=incident.pk, reason="again")
    ((_who, told),) = acts(instance)
    assert (told["act"], told["reason"], told["outcome"]) == ("resolve", "did it by phone", "through")


def test_a_failed_step_is_left_by_an_error_or_stays_with_the_new_reason(clock, olga):
    running.deploy(JOB)
    instance = stuck()
    incident = running.open_incident(instance)
    result = operating.resolve_incident(actor=olga, incident_id=incident.pk, error="NOBODY", reason="x")
    assert (result.outcome, result.message) == (Outcome.FAILED_AGAIN, "error NOBODY is not caught")
    result = operating.resolve_incident(actor=olga, incident_id=incident.pk, error="GONE", reason="x")
    assert result.outcome is Outcome.THROUGH
    assert running.waiting_at(instance) == ["check"]
    with pytest.raises(NotPermitted):
        operating.resolve_incident(actor=person("charlie"), incident_id=incident.pk, reason="x")


def test_a_retry_that_fails_again_tells_the_new_message(clock, olga):
    messages = iter(["no paper", "no ink"])

    @service_task("test.act")
    def act(step):
        raise RuntimeError(next(messages))

    running.deploy(JOB)
    incident = running.open_incident(stuck())
    result = operating.retry(actor=olga, incident_id=incident.pk)
    assert result.outcome is Outcome.FAILED_AGAIN
    assert "no ink" in result.message


def test_a_retried_effect_is_under_way_until_it_answered(clock, olga):
    answers = iter([RuntimeError("down"), {}])

    @effect("test.act")
    def act(step):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    running.deploy(JOB)
    instance = stuck()
    Effect.objects.filter(instance=instance).update(max_attempts=1)
    running.settle()
    incident = running.open_incident(instance)
    result = operating.retry(actor=olga, incident_id=incident.pk)
    assert result.outcome is Outcome.UNDER_WAY
    running.settle()
    assert running.waiting_at(instance) == ["check"]


def test_the_pause_before_the_first_retry_is_the_models(clock):
    calls = []

    @service_task("test.act")
    def act(step):
        calls.append(clock.now())
        raise RuntimeError("no paper")

    header = '<zeebe:taskHeaders><zeebe:header key="retryBackoff" value="PT2M"/></zeebe:taskHeaders>'
    slow = JOB.replace(
        b'<zeebe:taskDefinition type="test.act" retries="3"/>',
        b'<zeebe:taskDefinition type="test.act" retries="3"/>' + header.encode(),
    )
    running.deploy(slow)
    instance = stuck()
    for _ in range(40):
        clock.advance(timedelta(seconds=30))
        running.settle()
    assert [int((later - calls[0]).total_seconds()) for later in calls] == [0, 120, 600]
    assert running.open_incident(instance).next_retry_at is None


# --- other acts -----------------------------------------------------------------------------------------------------


def test_cancelling_and_setting_values_are_one_event_each(clock, olga):
    running.deploy(LINE)
    instance = running.start("line", amount=1)
    commands.change_variables(actor=olga, instance_id=instance.pk, variables={"amount": 2}, reason="typing error")
    commands.suspend_process(actor=olga, instance_id=instance.pk, reason="wait")
    commands.resume_process(actor=olga, instance_id=instance.pk, reason="go")
    commands.cancel_process(actor=olga, instance_id=instance.pk, reason="not needed")
    told = [data for _who, data in acts(instance)]
    assert [(data["act"], data["reason"]) for data in told] == [
        ("set-variables", "typing error"),
        ("cancel", "not needed"),
    ]
    assert told[0]["before"]["variables"] == {"amount": 1}
    assert told[1]["before"]["status"] == "running"
    assert told[1]["after"] == {"status": "cancelled", "elements": [], "variables": {}}
    held = HistoryEvent.objects.filter(instance=instance, kind__in=["suspended", "resumed"]).order_by("sequence")
    assert [(event.actor, event.data["reason"], event.data["after"]["status"]) for event in held] == [
        (olga, "wait", "suspended"),
        (olga, "go", "running"),
    ]
    with pytest.raises(InstanceHasEnded):
        operating.modify_process(actor=olga, instance_id=instance.pk, end=["first"], reason="x")
