"""The product's own figures: starts, completions, long rows, and the inbox beside other people's full queues."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.db import connection

from scripts.benchmark import diagrams
from scripts.benchmark.measuring import Course, Samples

CLERK = "benchmark.clerk"
OWN_ITEMS = 60
PAGES = 30


@cache
def clerk() -> Any:
    """Somebody who holds the group of all measured tasks."""
    from accounts.models import OrgUnit, RoleAssignment, UnitKind, User

    if known := User.objects.filter(username=CLERK).first():
        return known
    unit = OrgUnit.objects.create(code="HQ", name="Headquarters", kind=UnitKind.HQ, path="/HQ/")
    person = User.objects.create(username=CLERK, org_unit=unit)
    RoleAssignment.objects.create(user=person, role_id=diagrams.GROUP, unit=unit)
    return person


@cache
def register_handler() -> None:
    """The service task at the end of APPROVE-5."""
    from workflows.registry import service_task

    @service_task(diagrams.HANDLER)
    def file(step: Any) -> dict[str, Any]:
        """Answers that it filed the request."""
        return {"filed": True}


def deploy(files: dict[str, bytes]) -> None:
    """Make a process live through the deploy check."""
    from bpmn.checking.sentences import sentence
    from workflows import deploying

    register_handler()
    deployed = deploying.deploy(actor=None, files=files)
    assert not deployed.is_refused, [sentence(finding) for finding in deployed.findings]


def approval(course: Course) -> None:
    """Run one APPROVE-5 from its start to its end."""
    instance = start(diagrams.APPROVE, course.starts)
    complete_open(instance, course.completions)
    course.state_bytes.append(state_bytes(instance))
    complete_open(instance, course.completions)
    instance.refresh_from_db()
    assert instance.status == "completed", instance.status


def row(length: int, course: Course) -> Iterator[None]:
    """Run rows of so many user tasks one after the other, a completion at a time; bytes are those at the last task."""
    while True:
        instance = start(diagrams.row_key(length), course.starts)
        for number in range(length):
            if number == length - 1:
                course.state_bytes.append(state_bytes(instance))
            complete_open(instance, course.completions)
            yield


def asked_of_the_database(act: Callable[[], None]) -> tuple[int, int]:
    """How many round trips to the database it takes and how many statements in them, begin and commit included."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured), sum(1 + query["sql"].count(";\n") for query in captured.captured_queries)


def start(process: str, samples: Samples) -> Any:
    """Start a process as a person does."""
    from workflows import commands

    with samples.one():
        return commands.start_process(actor=clerk(), process_key=process)


def complete_open(instance: Any, samples: Samples) -> None:
    """Complete the tasks that are open now."""
    for item in open_items(instance):
        with samples.one():
            complete(item)


def open_items(instance: Any) -> list[uuid.UUID]:
    """The tasks that are open now."""
    from tasks_inbox.models import WorkItem

    rows = WorkItem.objects.filter(instance=instance, status=WorkItem.Status.OPEN)
    return list(rows.values_list("pk", flat=True))


def complete(item: uuid.UUID) -> None:
    """Complete a task through the command the pages use."""
    from tasks_inbox import commands

    commands.complete_work_item(actor=clerk(), work_item_id=item, answers=diagrams.ANSWERS)


def state_bytes(instance: Any) -> int:
    """The size of the stored state."""
    instance.refresh_from_db(fields=["state"])
    return len(instance.state)


def fill_own_queue() -> None:
    """More than one page of open tasks for the clerk, in processes that wait at their first task."""
    for _ in range(OWN_ITEMS):
        start(diagrams.APPROVE, Samples())


def fill_other_queues(total: int, present: int) -> None:
    """Open tasks of fifty other groups, until there are ``total``; written by SQL."""
    if total <= present:
        return
    instance = start(diagrams.APPROVE, Samples())
    with connection.cursor() as cursor:
        cursor.execute(SEED_ITEMS, {"instance": str(instance.pk), "first": present + 1, "last": total})
        cursor.execute(SEED_CANDIDATES, {"process": SEEDED})
        cursor.execute("ANALYZE tasks_inbox_workitem, tasks_inbox_candidate")


def make_timers_due() -> None:
    """Every waiting timer should have fired some time in the last hour."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_timer SET due = now() - random() * interval '1 hour'")
        cursor.execute("ANALYZE workflows_timer, workflows_processinstance")


def late_seconds(instances: list[uuid.UUID], rate: int) -> list[float]:
    """Make the timers of these processes due one after the other, so many a second from a second on; wait for all.

    Gives how late each fired, in order of size.
    """
    with connection.cursor() as cursor:
        cursor.execute(SPREAD_TIMERS, {"instances": instances, "rate": rate})
        due = dict(cursor.fetchall())
        fired: list[tuple[Any, Any]] = []
        until = time.monotonic() + len(instances) / rate + 30
        while len(fired) < len(instances) and time.monotonic() < until:
            time.sleep(0.5)
            cursor.execute(FIRED_TIMERS, {"instances": instances})
            fired = cursor.fetchall()
    return sorted((at - due[instance]).total_seconds() for instance, at in fired)


def first_page() -> tuple[Samples, Samples]:
    """Times of the query behind the first page of one's groups, and of the whole page over HTTP."""
    from django.test import Client

    from tasks_inbox import queries

    client = Client(headers={"host": "testserver"})
    client.force_login(clerk(), backend="django.contrib.auth.backends.ModelBackend")
    query, page = Samples(), Samples()
    for number in range(PAGES + 2):
        rows, sight = (query, page) if number >= 2 else (Samples(), Samples())
        with rows.one():
            shown = queries.page(clerk(), queries.View.GROUPS)
        assert len(shown.items) == queries.PAGE
        with sight.one():
            answer = client.get("/inbox/groups/")
        assert answer.status_code == 200, answer.status_code
    return query, page


SPREAD_TIMERS = """
    UPDATE workflows_timer AS timer
    SET due = now() + interval '1 second' + spread.place * interval '1 second' / %(rate)s
    FROM unnest(%(instances)s::uuid[]) WITH ORDINALITY AS spread (instance, place)
    WHERE timer.instance_id = spread.instance RETURNING timer.instance_id, timer.due
"""
FIRED_TIMERS = """
    SELECT instance_id, at FROM workflows_historyevent
    WHERE instance_id = ANY(%(instances)s::uuid[]) AND kind = 'completed' AND element = 'pause'
"""
SEEDED = f"seeded-{uuid.uuid4().hex[:6]}"
SEED_ITEMS = f"""
    INSERT INTO tasks_inbox_workitem (id, instance_id, step, element, loop, name, process_key, record_kind, record_id,
        record_number, form, headers, status, priority, created_at, due_at, outcome, answers, reminded_percent, version)
    SELECT gen_random_uuid(), %(instance)s, 'seed-' || n, 'seed-' || n, 1, 'Check the order', '{SEEDED}', '', '', '',
        '', '{{}}', 'open', 50, moment, moment + interval '2 days', '', '{{}}', 0, 1
    FROM (SELECT n, timestamptz '2026-01-05 01:00Z' + n * interval '1 second' AS moment
          FROM generate_series(%(first)s, %(last)s) AS n) AS numbers
"""  # noqa: S608 - a constant of this module
SEED_CANDIDATES = """
    INSERT INTO tasks_inbox_candidate (item_id, group_key, escalated, available, sort_at, created_at)
    SELECT item.id, 'queue-' || (abs(hashtext(item.step)) %% 50), false, true, item.due_at, item.created_at
    FROM tasks_inbox_workitem AS item
    WHERE item.process_key = %(process)s
        AND NOT EXISTS (SELECT FROM tasks_inbox_candidate AS known WHERE known.item_id = item.id)
"""
