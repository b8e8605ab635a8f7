"""Built-in functions on lists; positions count from 1, or from the end when negative."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from feel.functions import Function
from feel.registry import Fault, built_in
from feel.run import Run
from feel.values import equal, fingerprint


def index_at(items: list[Any], position: Decimal) -> int:
    """The Python index of a FEEL position; raises Fault out of range."""
    place = int(position)
    if place == 0 or abs(place) > len(items):
        raise Fault("list.position", position=position, length=len(items))
    return place - 1 if place > 0 else len(items) + place


def made(run: Run, items: list[Any]) -> list[Any]:
    """A new list, charged to the budget."""
    run.made_list(len(items))
    return items


@built_in("list contains", "list: list", "element: Any", result="boolean")
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    """Whether an item equals the element."""
    run.spend(len(items))
    return any(equal(item, element) is True for item in items)


@built_in("append", "list: list", "item: Any*", result="list")
def append(run: Run, items: list[Any], *more: Any) -> list[Any]:
    """The list with items behind it."""
    return made(run, [*items, *more])


@built_in("concatenate", "list: list*", result="list")
def concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    """The items of several lists in one."""
    return made(run, [item for items in lists for item in items])


@built_in("insert before", "list: list", "position: number", "newItem: Any", result="list")
def insert_before(run: Run, items: list[Any], position: Decimal, item: Any) -> list[Any]:
    """The list with an item put in before a position."""
    index = index_at(items, position)
    return made(run, [*items[:index], item, *items[index:]])


@built_in("remove", "list: list", "position: number", result="list")
def remove(run: Run, items: list[Any], position: Decimal) -> list[Any]:
    """The list without the item at a position."""
    index = index_at(items, position)
    return made(run, [*items[:index], *items[index + 1 :]])


@built_in("list replace", "list: list", "position: number", "newItem: Any", result="list")
def replace_at(run: Run, items: list[Any], position: Decimal, item: Any) -> list[Any]:
    """The list with another item at a position, or wherever a function says true of (item, new item)."""
    index = index_at(items, position)
    return made(run, [*items[:index], item, *items[index + 1 :]])


@built_in("list replace", "list: list", "match: function", "newItem: Any", result="list")
def replace_where(run: Run, items: list[Any], match: Function, new: Any) -> list[Any]:
    """The list with another item wherever a function says true of (item, new item)."""
    result = []
    for item in items:
        outcome = match.invoke(run, None, [item, new])
        if type(outcome) is not bool:
            raise Fault("function.result", expected="boolean", found=outcome)
        result.append(new if outcome else item)
    return made(run, result)


@built_in("reverse", "list: list", result="list")
def reverse(run: Run, items: list[Any]) -> list[Any]:
    """The items from last to first."""
    return made(run, items[::-1])


@built_in("sublist", "list: list", "start position: number", "length: number?", result="list")
def sublist(run: Run, items: list[Any], start: Decimal, length: Decimal | None) -> list[Any]:
    """The items from a position on, all or a number of them."""
    begin = index_at(items, start)
    if length is None:
        return made(run, items[begin:])
    count = int(length)
    if count < 0 or begin + count > len(items):
        raise Fault("list.length", found=length, expected=len(items) - begin)
    return made(run, items[begin : begin + count])


@built_in("index of", "list: list", "match: Any", result="list")
def index_of(run: Run, items: list[Any], match: Any) -> list[Decimal]:
    """The positions of the items that equal a value."""
    run.spend(len(items))
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


@built_in("union", "list: list*", result="list")
def union(run: Run, *lists: list[Any]) -> list[Any]:
    """The items of several lists, each once."""
    return distinct_values(run, [item for items in lists for item in items])


@built_in("distinct values", "list: list", result="list")
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    """The items, each once, where it first stood."""
    seen: set[Any] = set()
    kept = []
    for item in items:
        run.spend(1)
        mark = fingerprint(item)
        if mark not in seen:
            seen.add(mark)
            kept.append(item)
    return made(run, kept)


@built_in("flatten", "list: list", result="list")
def flatten(run: Run, items: list[Any]) -> list[Any]:
    """The items of nested lists in one list."""
    flat: list[Any] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.spend(1)
            if type(item) is list:
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return made(run, flat)
