"""The stage of the demo company's past: its people, its clock, and scenes that take their turns in working time."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any

from accounts import queries as organisation
from accounts.models import OrgUnit, User
from config.clock import DrivenClock
from config.demo.pump import pass_time
from config.demo.working import complete
from crm_core.customers.models import Customer
from crm_core.records import Record
from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem
from tasks_inbox.operations import is_excluded
from workflows.models import ProcessInstance

Scene = Generator[float, None, None]
"""Something that happens step by step; it yields how many working hours pass until its next step."""
Cue = tuple[float, Scene]
"""How many working hours before the present a scene begins, and the scene."""
Answers = Mapping[str, Mapping[str, Any]]
"""What is answered to the task of an element, instead of something plausible."""
MOST_STEPS = 30
SENDS_SOMEBODY = frozenset({"service_request", "work_order"})
URGENT = frozenset({"technician-answer", "assign", "decide-assignment"})
SOON = 0.1
"""Tasks that wait minutes, not hours, and how many hours that is."""


@dataclass(slots=True)
class Stage:
    """Where scenes play. ``buys`` is the level each customer's purchases deserve, by import key."""

    people: Mapping[str, User]
    buys: Mapping[str, str]
    clock: DrivenClock
    chance: random.Random
    taken: set[Any] = field(default_factory=set)

    def play(self, cues: Iterable[Cue], end: datetime) -> None:
        """Play all scenes side by side until ``end``; what they have not reached by then stays as it is."""
        calendar = organisation.calendar_of(OrgUnit.objects.get(code="HZ"))
        turns = [
            (calendar.next_open(calendar.add(end, -hours)), number, scene) for number, (hours, scene) in enumerate(cues)
        ]
        heapify(turns)
        while turns:
            moment, number, scene = heappop(turns)
            if moment >= end:
                continue
            pass_time(self.clock, moment)
            pause = next(scene, None)
            if pause is not None:
                later = calendar.add(self.clock.now(), pause + self.chance.random() / 4)
                heappush(turns, (calendar.next_open(later), number, scene))
        pass_time(self.clock, end)

    def customer(
        self, *, owner: str = "", branch: str = "HZ", level: str = "", buys: str = "", language: str = ""
    ) -> Customer:
        """A customer nobody has played with yet, as near to what is asked for as there is one."""
        rows = Customer.objects.select_related("owner", "org_unit", "level").exclude(pk__in=self.taken)
        rows = rows.filter(org_unit__path__startswith=f"/HQ/{branch}/", kind="organisation", level_changes=None)
        wanted = [(owner, "owner__username"), (language, "language"), (level, "level")]
        for value, column in wanted:
            found = rows.filter(**{column: value}) if value else rows
            rows = found if found.exists() else rows
        deserving = [key for key, deserved in self.buys.items() if deserved == buys]
        found = rows.filter(import_key__in=deserving) if buys else rows
        chosen = (found if found.exists() else rows).order_by("import_key").first()
        assert chosen is not None, "the demo company has too few customers"
        self.taken.add(chosen.pk)
        return chosen

    def desk(self, branch: str) -> User:
        """Who takes calls at a branch."""
        return self.people["emma.clark" if branch == "SH" else "liu.yang"]

    def walk(
        self,
        record: Record,
        until: str = "",
        *,
        but_first: int = 0,
        answers: Answers | None = None,
        pause: float = 3.0,
        steps: int = MOST_STEPS,
        otherwise: Callable[[], bool] | None = None,
        leave: Sequence[str] = (),
    ) -> Scene:
        """Let people complete ``steps`` of the record's tasks, or those before the one of element ``until``.

        With ``but_first`` so many of that element are completed too, and the next one is left.

        ``otherwise`` is asked when no task is open (the customer's turn) and says whether it did anything; tasks of
        elements in ``leave`` are left lying beside.
        """
        for _step in range(steps):
            yield SOON if record.record_kind in SENDS_SOMEBODY else pause
            item = self.task_of(record, leave)
            if record.record_kind in SENDS_SOMEBODY and (item is None or item.element not in URGENT):
                yield pause
                item = self.task_of(record, leave)
            if item is None:
                if otherwise is None or not otherwise():
                    return
                continue
            if item.element == until:
                if not but_first:
                    return
                but_first -= 1
            self.complete(item, (answers or {}).get(item.element))

    def task_of(self, record: Record, leave: Sequence[str] = ()) -> WorkItem | None:
        """The oldest open task of the record's process and what it called."""
        roots = ProcessInstance.objects.filter(record_kind=record.record_kind, record_id=str(record.pk), parent=None)
        items = WorkItem.objects.in_context().filter(instance__root__in=roots, status=WorkItem.Status.OPEN)
        return items.exclude(element__in=leave).order_by("created_at", "element", "loop").first()

    def complete(self, item: WorkItem, answers: Mapping[str, Any] | None = None) -> None:
        """Whoever has the task, or may take it, completes it."""
        actor = self.worker_of(item)
        if item.assignee is None:
            inbox.claim_work_item(actor=actor, work_item_id=item.pk)
        complete(actor, item, self.chance, answers)

    def worker_of(self, item: WorkItem) -> User:
        """The holder of a task, or the first of those it is offered to."""
        if item.assignee is not None:
            return item.assignee
        keys = item.candidates.exclude(group_key="").order_by("group_key").values_list("group_key", flat=True)
        people = [person for key in keys for person in organisation.members_of(key)]
        return next(person for person in people if not is_excluded(person, item))
