"""How many working hours a step usually takes one person, from what was done lately: the basis of forecasts.

The time of one task runs from when its doer took it (or it came to them), or from when they had finished the one
before, whichever is later, until they completed it; only working hours count. So what waited in a full queue is not
taken for work. The median of a step counts, from five on; for others the median of all, else one hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from accounts.business_time import BusinessCalendar
from config import clock
from tasks_inbox.models import WorkItem

Step = tuple[str, str]
"""Process key and element."""
LATELY = timedelta(days=60)
LOOKED_AT = 1500
ENOUGH = 5
UNKNOWN = 1.0
SHORTEST, LONGEST = 0.05, 40.0


@dataclass(frozen=True, slots=True)
class HandlingTimes:
    """The usual hours of steps, of any step, and who did which lately (ids of people)."""

    by_step: Mapping[Step, float]
    of_any: float
    doers: Mapping[Step, frozenset[int]]

    def hours(self, step: Step) -> float:
        """What a task of this step usually takes."""
        return self.by_step.get(step, self.of_any)


def handling_times(people: Collection[int], calendar: BusinessCalendar) -> HandlingTimes:
    """What these people completed in the last sixty days, at most the newest 1500 tasks; one query."""
    done = WorkItem.objects.filter(
        ended_by__in=list(people), status=WorkItem.Status.COMPLETED, ended_at__gte=clock.now() - LATELY
    )
    columns = ("ended_by", "process_key", "element", "created_at", "claimed_at", "ended_at")
    rows = list(done.order_by("-ended_at").values_list(*columns)[:LOOKED_AT])
    return _measured(reversed(rows), calendar)


def _measured(
    rows: Iterable[tuple[int | None, str, str, datetime, datetime | None, datetime | None]], calendar: BusinessCalendar
) -> HandlingTimes:
    spans: dict[Step, list[float]] = defaultdict(list)
    doers: dict[Step, set[int]] = defaultdict(set)
    finished: dict[int, datetime] = {}
    for person, process, element, created, claimed, ended in rows:
        if person is None or ended is None:
            continue
        began = max(claimed or created, finished.get(person, created))
        hours = float(calendar.hours_between(began, ended)) if ended > began else 0.0
        spans[process, element].append(min(max(hours, SHORTEST), LONGEST))
        doers[process, element].add(person)
        finished[person] = ended
    by_step = {step: median(hours) for step, hours in spans.items() if len(hours) >= ENOUGH}
    every = [hours for found in spans.values() for hours in found]
    of_any = median(every) if len(every) >= ENOUGH else UNKNOWN
    return HandlingTimes(by_step, of_any, {step: frozenset(who) for step, who in doers.items()})
