"""Which tasks will be late, and which moves would help: plain arithmetic over each person's queue. No database.

The model, so that nobody takes it for more than it is: everybody works on one task after another in the order of the
due dates, in their working hours; each task takes the usual hours of its step. Somebody away begins when they are
back, and not at all where nobody knows when that is. What is late already stays late whoever has it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_MOVES = 20
MOST_TRIED = 200
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Task:
    """A task in a queue: ``hours`` it usually takes, ``step`` by which people who can do it are found."""

    id: Any
    hours: float
    step: Any
    due: Any = None
    fixed: bool = False
    """Whether it stays where it is: somebody is finishing it, or it waits for others."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One person's queue in the order of the due dates.

    ``room(due)`` is how many working hours they have until then: 0 for what is late already, less than any task
    where they are away.
    """

    person: Any
    tasks: tuple[Task, ...]
    room: Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Move:
    """One task from one person to another."""

    task: Task
    giver: Any
    receiver: Any


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Moves in the order they were found, and how many tasks each person would be late with, before and after."""

    moves: tuple[Move, ...]
    before: Mapping[Any, int]
    after: Mapping[Any, int]


def breaches(desk: Desk, tasks: Sequence[Task] | None = None) -> list[Task]:
    """The tasks that would be done after they are due, those late already among them."""
    late, used = [], 0.0
    for task in desk.tasks if tasks is None else tasks:
        used += task.hours
        if task.due is not None and used > desk.room(task.due):
            late.append(task)
    return late


def suggest(
    desks: Iterable[Desk], can_do: Callable[[Any, Any], bool], order: Callable[[Task], Any], most: int = MOST_MOVES
) -> Suggestion:
    """Moves that leave fewer tasks late, at most ``most``; ``can_do(person, step)`` says who may receive a task.

    One after the other: of the tasks that would be late and still could be in time, the first due one goes to whom it
    makes least late, as long as that leaves fewer late in all. ``order`` sorts a queue. Each task moves once at most,
    and the first 200 are tried.
    """
    by_person = {desk.person: desk for desk in desks}
    queues = {person: list(desk.tasks) for person, desk in by_person.items()}
    before = {person: len(breaches(desk)) for person, desk in by_person.items()}
    late = dict(before)
    moves: list[Move] = []
    tried: set[Any] = set()
    while len(moves) < most and len(tried) < MOST_TRIED:
        found = _next(by_person, queues, tried, order)
        if found is None:
            break
        giver, task = found
        tried.add(task.id)
        best = _best(by_person, queues, late, giver, task, can_do, order)
        if best is None:
            continue
        receiver, late_giver, late_receiver = best
        queues[giver].remove(task)
        queues[receiver] = sorted([*queues[receiver], task], key=order)
        late[giver], late[receiver] = late_giver, late_receiver
        moves.append(Move(task, giver, receiver))
    return Suggestion(tuple(moves), before, late)


def _next(
    desks: Mapping[Any, Desk], queues: Mapping[Any, list[Task]], tried: Collection[Any], order: Callable[[Task], Any]
) -> tuple[Any, Task] | None:
    """The first due task that would be late, is not late yet, and was not looked at before."""
    found = [
        (order(task), number, person, task)
        for number, (person, desk) in enumerate(desks.items())
        for task in breaches(desk, queues[person])
        if task.id not in tried and not task.fixed and not _is_late_already(task, desks.values())
    ]
    if not found:
        return None
    _order, _number, person, task = min(found, key=lambda each: each[:2])
    return person, task


def _is_late_already(task: Task, desks: Collection[Desk]) -> bool:
    return all(desk.room(task.due) < task.hours for desk in desks)


def _best(  # noqa: PLR0917
    desks: Mapping[Any, Desk],
    queues: Mapping[Any, list[Task]],
    late: Mapping[Any, int],
    giver: Any,
    task: Task,
    can_do: Callable[[Any, Any], bool],
    order: Callable[[Task], Any],
) -> tuple[Any, int, int] | None:
    """To whom the task goes and how many each of the two is late with then; None when that helps nobody."""
    late_giver = len(breaches(desks[giver], [each for each in queues[giver] if each is not task]))
    found = []
    for number, (person, desk) in enumerate(desks.items()):
        if person == giver or not can_do(person, task.step):
            continue
        queue = sorted([*queues[person], task], key=order)
        late_then = len(breaches(desk, queue))
        if late_giver + late_then < late[giver] + late[person]:
            busy = sum(each.hours for each in queue)
            found.append((late_then - late[person], busy, number, person, late_then))
    if not found:
        return None
    _more, _busy, _number, person, late_then = min(found, key=lambda each: each[:3])
    return person, late_giver, late_then
