"""Where a name leads while an expression is compiled: to a local slot, to a filtered item's member, or outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Found(NamedTuple):
    """The slots of filtered items to ask first, innermost first, and the local slot behind them (None: outside)."""

    items: tuple[int, ...]
    slot: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """A chain of local names, innermost first. `is_item` marks a filtered item, whose members are names."""

    name: str
    slot: int
    is_item: bool = False
    outer: Scope | None = None
    found: dict[str, Found] = field(default_factory=dict, compare=False)
    """What was looked up from here before: an expression may use a name of far outside many times."""

    def __repr__(self) -> str:
        return f"Scope({self.name!r}, {self.slot})"


def find(scope: Scope | None, name: str) -> Found:
    """Where `name` leads from `scope`."""
    if scope is None:
        return OUTSIDE
    found = scope.found.get(name)
    if found is None:
        found = scope.found[name] = _look(scope, name)
    return found


def _look(scope: Scope | None, name: str) -> Found:
    items: list[int] = []
    while scope is not None:
        if scope.is_item:
            items.append(scope.slot)
        elif scope.name == name:
            return Found(tuple(items), scope.slot)
        scope = scope.outer
    return Found(tuple(items), None)


OUTSIDE: Final = Found((), None)
"""What `find` gives for a name that only the evaluation's context can know."""
