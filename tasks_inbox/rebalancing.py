"""A team's tasks as queues with their forecasts, and the moves that would make fewer of them late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from accounts import queries as accounts
from accounts.business_time import BusinessCalendar
from accounts.models import Substitution, User
from config import clock
from tasks_inbox import team
from tasks_inbox.forecasting import NEVER, Desk, Suggestion, Task, breaches, suggest
from tasks_inbox.handling_times import HandlingTimes, handling_times
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import BY_DUE

MOST_TASKS = 2000
"""So many of the first due tasks are looked at; of more nothing is forecast."""
COLUMNS = ("pk", "assignee", "process_key", "element", "due_at", "created_at", "version", "clock_stopped_at")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The queues of a team: hours of work and tasks that will be late, by person id; ``suggestion`` where asked for.

    ``whole`` is False when there are too many tasks to say anything.
    """

    whole: bool
    hours: Mapping[int, float] = field(default_factory=dict)
    late: Mapping[int, int] = field(default_factory=dict)
    suggestion: Suggestion | None = None
    versions: Mapping[Any, int] = field(default_factory=dict)


def forecast(user: User, people: Mapping[int, User], *, moves: bool = False) -> Forecast:
    """What the tasks of the team will come to; with ``moves`` what could be given to whom instead. Five queries.

    A task is only suggested to somebody present who did the same step lately, or has one of it now.
    """
    now = clock.now()
    rows = _open_tasks(user)
    if len(rows) > MOST_TASKS:
        return Forecast(whole=False)
    calendars = accounts.calendars_of({person.org_unit for person in people.values()})
    times = handling_times(list(people), accounts.calendar_of(user))
    away = _back_from(people)
    desks = [_desk(pk, rows, times, calendars[person.org_unit], away.get(pk, now)) for pk, person in people.items()]
    return Forecast(
        whole=True,
        hours={desk.person: sum(task.hours for task in desk.tasks) for desk in desks},
        late={desk.person: len(breaches(desk)) for desk in desks},
        suggestion=suggest(desks, _fitness(people, away, rows, times), _order) if moves else None,
        versions={row["pk"]: row["version"] for row in rows},
    )


def _open_tasks(user: User) -> list[dict[str, Any]]:
    mine = WorkItem.objects.filter(team.led_by(user), status=WorkItem.Status.OPEN).exclude(assignee=None)
    fixed = ("held_by", "awaits", "delegated_by", "on_behalf_of")
    return list(mine.order_by(*BY_DUE).values(*COLUMNS, *fixed)[: MOST_TASKS + 1])


def _desk(
    person: int,
    rows: Sequence[Mapping[str, Any]],
    times: HandlingTimes,
    calendar: BusinessCalendar,
    starts: datetime | None,
) -> Desk:
    @cache
    def room(due: datetime) -> float:
        if starts is None or due <= starts:
            return 0.0 if starts is not None else -NEVER
        return float(calendar.hours_between(starts, due))

    return Desk(person, tuple(_task(row, times) for row in rows if row["assignee"] == person), room)


def _task(row: Mapping[str, Any], times: HandlingTimes) -> Task:
    """A task whose clock stands still has nothing to be late for; what others are in the middle of stays."""
    step = (row["process_key"], row["element"])
    due = row["due_at"] if row["clock_stopped_at"] is None else None
    fixed = any((row["held_by"], row["awaits"], row["delegated_by"], row["on_behalf_of"]))
    return Task(row["pk"], times.hours(step), step, due, fixed)


def _order(task: Task) -> tuple[bool, Any, str]:
    return task.due is None, task.due or "", str(task.id)


def _fitness(
    people: Mapping[int, User],
    away: Mapping[int, datetime | None],
    rows: Sequence[Mapping[str, Any]],
    times: HandlingTimes,
) -> Any:
    """Who can be given what: present, active, and known to do the step."""
    doing: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        doing[row["process_key"], row["element"]].add(row["assignee"])

    def can_do(person: int, step: tuple[str, str]) -> bool:
        if person in away or not people[person].is_active:
            return False
        return person in times.doers.get(step, ()) or person in doing[step]

    return can_do


def _back_from(people: Mapping[int, User]) -> dict[int, datetime | None]:
    """Of those who are away altogether, when they are back; None where nobody knows."""
    rows = accounts.running_everywhere().filter(substituted__in=list(people), process_keys=[], branch=None)
    found: dict[int, datetime | None] = {}
    row: Substitution
    for row in rows:
        known = found.get(row.substituted_id, row.ends)
        found[row.substituted_id] = max(known, row.ends) if known is not None and row.ends is not None else None
    return found
