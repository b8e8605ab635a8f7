"""What a completion asks of the database: round trips, statements, and that steps or instances make neither more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import running
from tests.support.diagrams import boundary, diagram, end, service, start, user
from tests.support.trips import trips
from workflows import operations
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db


def row_of(length: int) -> bytes:
    names = [f"t{number}" for number in range(length)]
    steps = {name: user(group="finance") for name in names}
    return diagram("row", " -> ".join(["begin", *names, "done"]), begin=start(), **steps, done=end())


def round_trips(instance, element, **answers) -> list[str]:
    step = running.open_steps(instance)[element]
    with CaptureQueriesContext(connection) as captured:
        family = operations.lock_family(instance.pk)
        operations.complete_step(family, instance_id=instance.pk, step=step, variables=answers)
    return trips(captured)


def statements(trips: list[str]) -> list[str]:
    words = [statement.split() for trip in trips for statement in trip.split(";\n")]
    planned = [word[1].split("_")[0].upper() if word[0] == "EXECUTE" else word[0] for word in words]
    return [word for word in planned if word != "PREPARE"]


def test_a_plain_completion_takes_two_round_trips(clock):
    """Lock the root; store the instance and add to its history, in one statement."""
    running.deploy(row_of(3))
    instance = running.start("row")
    running.complete(instance, "t0")
    taken = round_trips(instance, "t1", amount=1, text="x", ok=True)
    assert (len(taken), statements(taken)) == (2, ["SELECT", "WITH"])


def test_the_number_does_not_grow_with_steps_or_instances(clock):
    running.deploy(row_of(60))
    instance = running.start("row")
    first = round_trips(instance, "t0")
    for number in range(1, 50):
        running.complete(instance, f"t{number}")
    for _ in range(20):
        running.start("row")
    later = round_trips(instance, "t50")
    assert len(later) == len(first) == 2
    assert statements(later) == statements(first)


def test_everything_at_once_takes_two_round_trips(clock):
    """A completion that leaves a timer, runs a handler, requests an effect and opens the next timer."""

    @service_task("test.do")
    def do(step, *, amount: int):
        return {"twice": amount * 2}

    @effect("test.mail")
    def mail(step):
        """Sent later."""

    running.deploy(
        diagram(
            "busy",
            "begin -> first -> do -> mail -> done",
            "late -> overdue",
            "later -> overdue",
            begin=start(),
            first=user(),
            late=boundary("first", timer="PT8H"),
            do=service("test.do"),
            mail=service("test.mail"),
            later=boundary("mail", timer="PT1H"),
            overdue=end(),
            done=end(),
        )
    )
    instance = running.start("busy")
    taken = round_trips(instance, "first", amount=2)
    assert len(taken) == 2
    timers, effects = ["DELETE", "INSERT"], ["INSERT", "NOTIFY"]
    assert statements(taken) == ["SELECT", "WITH", *timers, *effects]


def test_the_end_takes_one_statement_more_and_no_round_trip(clock):
    """Lock the root; store the instance, add to its history and close whatever is open."""
    running.deploy(
        diagram(
            "ending",
            "begin -> work -> done",
            "late -> overdue",
            begin=start(),
            work=user(),
            late=boundary("work", timer="PT8H"),
            overdue=end(),
            done=end(),
        )
    )
    taken = round_trips(running.start("ending"), "work")
    assert (len(taken), statements(taken)) == (2, ["SELECT", "WITH", "WITH"])
