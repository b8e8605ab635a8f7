"""What a scenario says must be true, held against what is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import feel
from bpmn.model import Kind
from bpmn.scenario import Expect
from workflows.scenarios.world import World


class Mismatch(NamedTuple):
    """The first thing that is not as expected."""

    expected: Any
    actual: Any


def first_mismatch(expect: Expect, world: World) -> Mismatch | None:
    """Hold one expectation against the world; None when all of it holds."""
    for check in _CHECKS:
        found = check(expect, world)
        if found is not None:
            return found
    return None


def _multiset(key: str, expected: tuple[str, ...] | None, actual: list[str]) -> Mismatch | None:
    if expected is None or Counter(expected) == Counter(actual):
        return None
    return Mismatch({key: sorted(expected)}, {key: sorted(actual)})


def _waiting(expect: Expect, world: World) -> Mismatch | None:
    return _multiset("waiting", expect.waiting, world.waiting())


def _completed(expect: Expect, world: World) -> Mismatch | None:
    if expect.completed is None:
        return None
    counts = Counter(world.completed())
    wrong = {element: count for element, count in expect.completed.items() if counts[element] != count}
    if not wrong:
        return None
    return Mismatch({"completed": wrong}, {"completed": {element: counts[element] for element in wrong}})


def _not_completed(expect: Expect, world: World) -> Mismatch | None:
    done = [element for element in expect.not_completed or () if element in world.completed()]
    return Mismatch({"not_completed": done}, {"completed": world.completed()}) if done else None


def _path(expect: Expect, world: World) -> Mismatch | None:
    if expect.path is None:
        return None
    completed = world.completed()
    remaining = iter(completed)
    if all(element in remaining for element in expect.path):
        return None
    return Mismatch({"path": list(expect.path)}, {"completed": completed})


def _variables(expect: Expect, world: World) -> Mismatch | None:
    if expect.variables is None:
        return None
    actual = world.members[0].variables
    wrong = {name: value for name, value in expect.variables.items() if not equal(value, actual.get(name))}
    if not wrong:
        return None
    return Mismatch({"variables": wrong}, {"variables": {name: actual.get(name) for name in wrong}})


def _incidents(expect: Expect, world: World) -> Mismatch | None:
    """Every open incident counted, or each element with one named once."""
    open_ones = world.incidents()
    if expect.incidents is not None and sorted(expect.incidents) == sorted(set(open_ones)):
        return None
    return _multiset("incidents", expect.incidents, open_ones)


def _ended(expect: Expect, world: World) -> Mismatch | None:
    ended = world.members[0].finished is not None
    if expect.ended is None or expect.ended == ended:
        return None
    return Mismatch({"ended": expect.ended}, {"ended": ended, "waiting": sorted(world.waiting())})


def _end(expect: Expect, world: World) -> Mismatch | None:
    """All end events reached, or only those that ended the process itself (not inside embedded sub-processes)."""
    if expect.end is None:
        return None
    reached = world.ends()
    outer = [element for element in reached if not _inside_embedded(world, element)]
    if Counter(expect.end) in (Counter(reached), Counter(outer)):
        return None
    return Mismatch({"end": sorted(expect.end)}, {"end": sorted(reached)})


def _inside_embedded(world: World, element: str) -> bool:
    nodes = world.members[0].definition.process.nodes
    scope = nodes[element].scope
    while scope is not None:
        holder = nodes[scope]
        if holder.kind is not Kind.SUB_PROCESS or not holder.triggered_by_event:
            return True
        scope = holder.scope
    return False


def equal(expected: Any, actual: Any) -> bool:
    """FEEL equality; contexts and lists member by member."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return set(expected) == set(actual) and all(equal(value, actual[key]) for key, value in expected.items())
    if isinstance(expected, list | tuple) and isinstance(actual, list | tuple):
        return len(expected) == len(actual) and all(map(equal, expected, actual))
    if isinstance(expected, str) and isinstance(actual, str) and expected != actual:
        return _same_moment(expected, actual)
    return feel.evaluate("a = b", {"a": expected, "b": actual}) is True


def _same_moment(expected: str, actual: str) -> bool:
    """Dates, times and durations are kept as texts: two that FEEL reads as equal are."""
    texts = (expected, actual)
    if any(len(text) > _LONGEST or not _TEMPORAL.fullmatch(text) for text in texts):
        return False
    one, other = (f'@"{text}"' for text in texts)
    return feel.evaluate(f"{one} != null and {one} = {other}") is True


_LONGEST = 80
_TEMPORAL = re.compile(r"[\w@/:.+-]*\d[\w@/:.+-]*")
_CHECKS: tuple[Callable[[Expect, World], Mismatch | None], ...] = (
    _incidents,
    _waiting,
    _completed,
    _not_completed,
    _path,
    _variables,
    _ended,
    _end,
)
