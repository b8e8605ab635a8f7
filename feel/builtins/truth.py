"""Built-in functions on truth values."""

from __future__ import annotations

from typing import Any

from feel.builtins.statistics import over_list
from feel.registry import Fault, built_in
from feel.run import Run


@built_in("not", "negand: boolean", result="boolean")
def negation(run: Run, negand: bool) -> bool:
    """True for false and false for true; null for anything else."""
    return not negand


def _reduce(items: list[Any], decisive: bool) -> bool:
    undecided = [item for item in items if type(item) is not bool]
    if any(item is decisive for item in items):
        return decisive
    if undecided:
        raise Fault("list.items", expected="boolean", found=undecided[0])
    return not decisive


@over_list("all", "boolean")
def all_true(run: Run, items: list[Any]) -> bool:
    """Whether every item is true; true of an empty list."""
    return _reduce(items, False)


@over_list("any", "boolean")
def any_true(run: Run, items: list[Any]) -> bool:
    """Whether one item is true; false of an empty list."""
    return _reduce(items, True)
