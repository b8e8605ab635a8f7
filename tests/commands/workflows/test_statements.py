"""How many statements a completion takes, and that neither steps nor open instances make them more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import running
from tests.support.diagrams import boundary, diagram, end, service, start, user
from workflows import operations
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db

SAVEPOINTS = ("SAVEPOINT", "RELEASE")


def row_of(length: int) -> bytes:
    names = [f"t{number}" for number in range(length)]
    steps = {name: user(group="finance") for name in names}
    return diagram("row", " -> ".join(["begin", *names, "done"]), begin=start(), **steps, done=end())


def statements(instance, element, **answers) -> list[str]:
    step = running.open_steps(instance)[element]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        family = operations.lock_family(instance.pk)
        operations.complete_step(family, instance_id=instance.pk, step=step, variables=answers)
    return [query["sql"] for query in captured.captured_queries]


def test_a_plain_completion_takes_two_statements(clock):
    """Lock the root; store the instance and add to its history."""
    running.deploy(row_of(3))
    instance = running.start("row")
    running.complete(instance, "t0")
    assert len(statements(instance, "t1", amount=1, text="x", ok=True)) == 2


def test_the_number_does_not_grow_with_steps_or_instances(clock):
    running.deploy(row_of(60))
    instance = running.start("row")
    first = len(statements(instance, "t0"))
    for number in range(1, 50):
        running.complete(instance, f"t{number}")
    for _ in range(20):
        running.start("row")
    assert len(statements(instance, "t50")) == first == 2


def test_everything_at_once_stays_within_twelve(clock):
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
    taken = statements(instance, "first", amount=2)
    assert len(taken) <= 12
    assert len([sql for sql in taken if not sql.startswith(SAVEPOINTS)]) == 6


def test_the_end_takes_one_more(clock):
    """Lock the root; store the instance and add to its history; close whatever is open."""
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
    assert len(statements(running.start("ending"), "work")) == 3
