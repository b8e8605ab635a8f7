"""What going back to an earlier visit undoes: it and everything it caused, nothing else.

The tokens afterwards are those the instance would have if that visit had not come to its end: every token that descends
from it is gone, a token a join took from another branch waits there again, everything beside stands. So siblings are
closed only where the visit lies before their fork, and wherever the process may come from here it can come again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bpmn.model import Kind
from workflows.returning.trail import CANCELLED, COMPLETED, HUMAN, Arrival, Trail, Visit

SCOPES = frozenset({Kind.SUB_PROCESS, Kind.TRANSACTION})


class Blocked(StrEnum):
    """Why a step on the path cannot be gone back to."""

    ROUND_OVER = "round-over"
    CAME_BY_EVENT = "came-by-event"
    ENDED_BESIDE = "ended-beside"
    ANOTHER_PROCESS = "another-process"
    NOT_NOW = "not-now"


class CutImpossible(Exception):
    """The step cannot be gone back to."""

    def __init__(self, why: Blocked) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Cut:
    """How to go back to ``of``: where its token starts, what is opened again around it, ended, and waits at joins.

    ``scope`` is the key of the running scope ("" the process); ``reopen`` are the ended sub-processes around the step,
    outermost first, by key and element. ``undone`` are the visits that count no more.
    """

    of: str
    element: str
    scope: str
    reopen: tuple[tuple[str, str], ...]
    end: tuple[str, ...]
    arrivals: tuple[tuple[str, str, tuple[Arrival, ...]], ...]
    undone: frozenset[str]


def future(trail: Trail, of: str) -> frozenset[str]:
    """A visit and everything it caused."""
    return frozenset(_future(trail, of)[0])


def path(trail: Trail, step: str) -> list[Visit]:
    """Everything that led to a visit, oldest first; what happened in other branches is not on it."""
    found: dict[str, Visit] = {}
    todo = [step]
    while todo:
        visit = trail.visits.get(todo.pop())
        if visit is None:
            continue
        for cause in visit.causes:
            fresh = [cause.step] if cause.step not in found else []
            if cause.whole:
                fresh += [inner.step for inner in trail.inside(trail.now(cause.step)) if inner.step not in found]
            for key in fresh:
                if key in trail.visits and not trail.visits[key].undone:
                    found[key] = trail.visits[key]
                    todo.append(key)
    found.pop(step, None)
    return sorted(found.values(), key=lambda visit: visit.order)


def human_steps(trail: Trail, step: str) -> list[Visit]:
    """The human steps on the path of a visit that were completed, each element's latest, oldest first.

    A repeated one is one step: all its items together.
    """
    own = trail.visits[step].element
    latest: dict[str, Visit] = {}
    for visit in path(trail, step):
        node = trail.node(visit)
        if node is None or node.kind not in HUMAN or visit.ended != COMPLETED or visit.element == own:
            continue
        latest[visit.element] = trail.visits[visit.within] if trail.is_item(visit) else visit
    return sorted(latest.values(), key=lambda visit: last_end(trail, visit))


def people_of(trail: Trail, visit: Visit) -> list[Visit]:
    """The visits people completed at a step: itself, or the items of a repeated one."""
    items = [each for each in trail.visits.values() if each.within == visit.step and trail.is_item(each)]
    return [each for each in items if each.ended == COMPLETED] or [visit]


def last_end(trail: Trail, visit: Visit) -> int:
    """When a step was last completed, as its place in the history."""
    return max(each.ended_order for each in people_of(trail, visit))


def cut(trail: Trail, of: str, live: Collection[str]) -> Cut:
    """How to go back to a visit while the tokens ``live`` stand. Raises CutImpossible."""
    undone, touched = _future(trail, of)
    visit = trail.visits[of]
    if trail.is_item(visit):
        raise CutImpossible(Blocked.ROUND_OVER)
    scope, reopen = _place(trail, visit, live)
    _require_nothing_lost(trail, visit, undone, {step for step, _element in reopen})
    return Cut(
        of,
        visit.element,
        scope,
        reopen,
        tuple(sorted(_outermost(trail, undone, live), key=int)),
        tuple(_arrivals(trail, undone, touched, {scope, "", *live, *(step for step, _element in reopen)})),
        frozenset(undone),
    )


def _future(trail: Trail, of: str) -> tuple[set[str], set[str]]:
    """The visit with all it caused, and the visits around any of these, whose end is then caused by it, too."""
    undone, touched = {of}, {outer.step for outer in trail.around(trail.visits[of])}
    for visit in trail.visits.values():
        if visit.order <= trail.visits[of].order or visit.step in undone:
            continue
        if any(
            cause.step in undone or (cause.whole and trail.now(cause.step) in touched | undone)
            for cause in visit.causes
        ):
            undone.add(visit.step)
            touched |= {outer.step for outer in trail.around(visit)}
    return undone, touched


def _place(trail: Trail, visit: Visit, live: Collection[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The running scope around a visit, and the ended ones between, outermost first."""
    reopen: list[tuple[str, str]] = []
    own = trail.node(visit)
    if own is None or own.for_compensation:
        raise CutImpossible(Blocked.CAME_BY_EVENT)
    for outer in trail.around(visit):
        if outer.step in live:
            return outer.step, tuple(reopen)
        node = trail.node(outer)
        if node is None or node.loop is not None or trail.is_item(outer):
            raise CutImpossible(Blocked.ROUND_OVER)
        if node.triggered_by_event or node.for_compensation or node.kind not in SCOPES:
            raise CutImpossible(Blocked.CAME_BY_EVENT)
        reopen.insert(0, (outer.step, outer.element))
    return "", tuple(reopen)


def _require_nothing_lost(trail: Trail, visit: Visit, undone: set[str], reopened: set[str]) -> None:
    """Refuse where going back would have to bring back other branches' steps that were ended together with this one."""
    for other in trail.visits.values():
        if other.ended != CANCELLED or other.undone or other.gave_way or other.step in undone:
            continue
        if other.ended_order < visit.ended_order:
            continue
        if _ended_with(trail, other, reopened) or _was_interrupted(trail, other, undone):
            raise CutImpossible(Blocked.ENDED_BESIDE)


def _ended_with(trail: Trail, other: Visit, reopened: set[str]) -> bool:
    """Whether a visit was ended together with a scope that is to be opened again."""
    for outer in trail.around(other):
        if outer.step in reopened:
            return True
        if outer.gave_way:
            return False
    return False


def _was_interrupted(trail: Trail, other: Visit, undone: set[str]) -> bool:
    """Whether an event sub-process that is undone, too, had ended this visit."""
    for step in undone:
        taker = trail.visits[step]
        node = trail.node(taker)
        if node is not None and node.triggered_by_event and taker.move == other.ended_move:
            return True
    return False


def _outermost(trail: Trail, undone: Iterable[str], live: Collection[str]) -> list[str]:
    gone = {step for step in undone if step in live}
    return [step for step in gone if not any(outer.step in gone for outer in trail.around(trail.visits[step]))]


def _arrivals(
    trail: Trail, undone: set[str], touched: set[str], running: set[str]
) -> Iterable[tuple[str, str, tuple[Arrival, ...]]]:
    """The joins at which other tokens wait afterwards than now, and which."""

    def stands(arrival: Arrival) -> bool:
        return arrival.source not in undone and trail.now(arrival.source) not in touched

    after: dict[tuple[str, str], list[Arrival]] = {}
    for key, arrived in trail.waiting.items():
        if not all(map(stands, arrived)):
            after[key] = [arrival for arrival in arrived if stands(arrival)]
    for step in sorted(undone, key=lambda key: trail.visits[key].order):
        visit = trail.visits[step]
        if visit.undone:
            continue
        scope = trail.now(visit.within)
        given_back = [arrival for arrival in visit.arrivals if stands(arrival)]
        if given_back and scope not in undone:
            key = (scope, visit.element)
            after.setdefault(key, list(trail.waiting.get(key, ())))
            after[key] = given_back + after[key]
    return [(scope, join, tuple(found)) for (scope, join), found in after.items() if scope in running - undone]
