"""How often a failing service task is tried: the model's number or expression, worked out once when the job is made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import running
from tests.support.diagrams import diagram, end, service, start, user
from workflows import commands
from workflows.models import Effect, HistoryEvent
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db


def job(retries, header=""):
    drawn = diagram(
        "job", "begin -> act -> check -> done",
        begin=start(), act=service("test.act", retries=retries), check=user(), done=end(),
    )  # fmt: skip
    pause = f'<zeebe:taskHeaders><zeebe:header key="retryBackoff" value="{header}"/></zeebe:taskHeaders>'
    definition = b'<zeebe:taskDefinition type="test.act" retries="%s"/>' % retries.encode()
    assert definition in drawn
    return drawn.replace(definition, definition + (pause.encode() if header else b""))


@pytest.fixture
def calls(clock):
    """The moments at which the handler was called."""
    made = []

    @service_task("test.act")
    def act(step):
        made.append((clock.now(), step.attempts))
        raise RuntimeError("no paper")

    return made


def let_it_try(clock, hours=30):
    for _ in range(hours * 4):
        clock.advance(timedelta(minutes=15))
        running.settle()


@pytest.mark.parametrize(
    ("retries", "variables", "tries"),
    [("=n", {"n": 4}, 4), ("=n + 1", {"n": 1}, 2), ("=n", {"n": 0}, 1), ("=n", {"n": 2.9}, 2), ("2", {}, 2)],
)
def test_it_is_tried_as_often_as_the_expression_says(clock, calls, retries, variables, tries):
    running.deploy(job(retries))
    instance = running.start("job", **variables)
    let_it_try(clock)
    assert len(calls) == tries
    incident = running.open_incident(instance)
    assert (incident.kind, incident.next_retry_at, incident.retries_left) == ("handler", None, 0)


def test_the_pauses_are_the_models_with_an_expression_too(clock, calls):
    running.deploy(job("=n", "PT2M"))
    running.start("job", n=3)
    for _ in range(60):
        clock.advance(timedelta(seconds=30))
        running.settle()
    assert [int((moment - calls[0][0]).total_seconds()) for moment, _ in calls] == [0, 120, 600]


def test_the_number_is_that_of_when_the_job_was_made(clock, calls):
    running.deploy(job("=n"))
    instance = running.start("job", n=3)
    commands.change_variables(actor=None, instance_id=instance.pk, variables={"n": None})
    let_it_try(clock)
    assert len(calls) == 3
    assert running.open_incident(instance).kind == "handler"


@pytest.mark.parametrize("wrong", [None, -1, "three", True, [], {"n": 1}, 0.0 - 0.5])
def test_what_is_no_number_of_tries_stops_before_the_handler_is_asked(clock, calls, wrong):
    running.deploy(job("=n"))
    instance = running.start("job", n=wrong)
    incident = running.open_incident(instance)
    assert calls == []
    assert (incident.kind, incident.next_retry_at) == ("expression", None)
    assert "=n" in incident.message
    commands.retry_incident(actor=None, incident_id=incident.pk, variables={"n": 1})
    assert len(calls) == 1


def test_a_division_by_nought_is_no_number(clock, calls):
    running.deploy(job("=1/n"))
    assert running.open_incident(running.start("job", n=0)).kind == "expression"


def test_a_number_beyond_reason_is_cut_and_stored(clock, calls):
    running.deploy(job("=n"))
    instance = running.start("job", n=10**12)
    assert running.open_incident(instance).retries_left == 99


def test_effects_count_the_same(clock):
    made = []

    @effect("test.act")
    def act(step):
        made.append(step.attempt)
        raise RuntimeError("down")

    running.deploy(job("=n"))
    instance = running.start("job", n=2)
    let_it_try(clock)
    assert made == [1, 2]
    assert Effect.objects.get(instance=instance).max_attempts == 2
    assert running.open_incident(instance).next_retry_at is None


def test_the_history_tells_how_often_it_may_be_tried(clock, calls):
    running.deploy(job("=n"))
    instance = running.start("job", n=4)
    called = HistoryEvent.objects.get(instance=instance, kind="called")
    assert called.data["retries"] == 4
