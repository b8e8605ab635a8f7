"""Closures that reach into values: paths and filters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from feel.compiler import PLAIN, Closure, Compiler, admit, compiles
from feel.numbers import is_integer
from feel.properties import NO_PROPERTY, property_of
from feel.run import CONTEXT, RUN, Frame
from feel.scope import OUTSIDE, Scope, find
from feel.syntax import Filter, Literal, Name, Node, Path
from feel.values import kind_of

NOTHING: Final = object()


@compiles(Path)
def _path(compiler: Compiler, node: Path, scope: Scope | None) -> Closure:
    source, member = compiler.compile(node.source, scope), node.member

    def path(frame: Frame) -> Any:
        value = source(frame)
        if type(value) is dict and member in value:
            return value[member]
        return step(frame, node, value, member)

    name, keys = _outside_path(node, scope)
    return path if name is None else _raw_path(node, name, keys, path)


def _outside_path(node: Path, scope: Scope | None) -> tuple[str | None, list[str]]:
    """The variable and the members of `a.b.c` when `a` comes from the context; else None."""
    keys: list[str] = []
    source: Node = node
    while isinstance(source, Path):
        keys.append(source.member)
        source = source.source
    outside = isinstance(source, Name) and find(scope, source.name) == OUTSIDE
    return (source.name if outside and isinstance(source, Name) else None), keys[::-1]


def _raw_path(node: Path, name: str, keys: list[str], path: Closure) -> Closure:
    """Go through the host's data as it is and convert only what is found: a variable may be large."""

    def raw_path(frame: Frame) -> Any:
        value = frame[CONTEXT].get(name)
        for key in keys:
            if type(value) is not dict or key not in value:
                return path(frame)
            value = value[key]
        return value if type(value) in PLAIN else admit(frame, value, node)

    return raw_path


def step(frame: Frame, node: Path, value: Any, member: str) -> Any:
    """The member of a value; of a list, the members of its items."""
    if type(value) is list:
        frame[RUN].made_list(len(value))
        return [item.get(member) if type(item) is dict else step(frame, node, item, member) for item in value]
    if type(value) is dict:
        if member in value:
            return value[member]
        return frame[RUN].fail("path.no-member", node, member=member)
    found = property_of(value, member)
    if found is NO_PROPERTY:
        code = "path.null" if value is None else "path.no-property"
        return frame[RUN].fail(code, node, member=member, kind=kind_of(value))
    return found


@compiles(Filter)
def _filter(compiler: Compiler, node: Filter, scope: Scope | None) -> Closure:
    source = compiler.compile(node.source, scope)
    if isinstance(node.condition, Literal) and type(node.condition.value) is Decimal:
        position = node.condition.value
        return lambda frame: pick(frame, node, as_items(source(frame)), position)
    inner = compiler.declare("item", scope)
    item_slot = inner.slot
    condition = compiler.compile(node.condition, Scope("", item_slot, True, inner))

    def filtered(frame: Frame) -> Any:
        items = as_items(source(frame))
        run = frame[RUN]
        if not items:
            return _empty(frame, node, condition, item_slot)
        kept = []
        for index, item in enumerate(items):
            frame[item_slot] = item
            run.spend(1)
            outcome = condition(frame)
            if outcome is True:
                kept.append(item)
            elif type(outcome) is Decimal and index == 0:
                return pick(frame, node, items, outcome)
            elif outcome is not False and outcome is not None:
                return run.fail("filter.no-condition", node.condition, found=kind_of(outcome))
        return kept

    return filtered


def _empty(frame: Frame, node: Filter, condition: Closure, item_slot: int) -> Any:
    """An empty list stays empty under a condition; a position finds nothing."""
    frame[item_slot] = None
    run = frame[RUN]
    seen, run.warnings = run.warnings, None
    outcome = condition(frame)
    run.warnings = seen
    return pick(frame, node, [], outcome) if type(outcome) is Decimal else []


def as_items(value: Any) -> list[Any]:
    """What a filter goes through: a list, or a value as a list of one; null is an empty list."""
    if type(value) is list:
        return value
    return [] if value is None else [value]


def pick(frame: Frame, node: Filter, items: list[Any], position: Decimal) -> Any:
    """The item at a position from 1, or from the end when negative."""
    length = len(items)
    if is_integer(position) and -length <= position <= length and position:
        index = int(position)
        return items[index - 1 if index > 0 else index]
    return frame[RUN].fail("filter.out-of-range", node, position=position, length=length)
