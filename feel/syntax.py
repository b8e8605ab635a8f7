"""The syntax tree of FEEL: what an expression says, with positions, before anything is evaluated.

Every node is immutable and knows where it stands in its text (`start` and `end`, offsets in characters). Boxed
expressions of DMN are built from the same nodes without positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression; `start` and `end` are offsets in its text, both 0 when it was not written as text."""

    start: int = 0
    end: int = 0


# ── literals and names ──────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: null, boolean, number (Decimal), string, or a temporal value written as `@"…"`."""

    value: object


@dataclass(frozen=True, slots=True)
class Unreadable(Node):
    """An `@"…"` whose text shows no date, time or duration: null, with that as its cause."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A reference to whatever the scope holds under this name (white space normalised to single spaces)."""

    name: str


@dataclass(frozen=True, slots=True)
class Input(Node):
    """`?`, the value a unary test is about."""


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b, c]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextEntry(Node):
    """One `key: value` of a context; `type` coerces the value (boxed entries with a type reference)."""

    key: str
    value: Node
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{a: 1, b: a + 1}`: every entry sees the entries before it. With `result` (a boxed context's last cell) the
    value is that expression instead of the context."""

    entries: tuple[ContextEntry, ...]
    result: Node | None = None


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    """`[low..high]` with either end open or closed; a missing end (`None`) means unbounded."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


# ── operators ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left operator right` with one of `+ - * / **`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right` with one of `= != < <= > >=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """Kleene conjunction."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Kleene disjunction."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, test)`: true when one test holds for the value."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: TypeNode


# ── access and calls ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Path(Node):
    """`source.member`."""

    source: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`source[condition]`: by position or by condition, with `item` and the item's members in scope."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class NamedArgument(Node):
    """`name: value` in a call."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """`function(arguments)`: either all positional (`positional`) or all named (`named`)."""

    function: Node
    positional: tuple[Node, ...] = ()
    named: tuple[NamedArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterNode(Node):
    """A formal parameter, with its type when one is written."""

    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Node):
    """`function(a: number, b) body`; `external` marks one whose body lies outside FEEL. `name` is for messages."""

    parameters: tuple[ParameterNode, ...]
    body: Node
    external: bool = False
    result: TypeNode | None = None
    name: str = ""


# ── control ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then yes else no`; anything but true takes `no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in domain`; with `to` the domain is `domain..to`, counted up or down. `type` coerces each item."""

    name: str
    domain: Node
    to: Node | None = None
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for a in x, b in y return body`; `partial` is the list of results so far."""

    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Some(Node):
    """`some a in x satisfies condition`."""

    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Every(Node):
    """`every a in x satisfies condition`."""

    iterations: tuple[Iteration, ...]
    condition: Node


# ── unary tests ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class ComparisonTest(Node):
    """`< 5` without a left side: as a test it compares the input, as a value it is a half-open range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """The content of a decision table cell: true when one test holds for `?`. Without tests (`-`) always true."""

    tests: tuple[Node, ...]
    negated: bool = False


# ── types ───────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class TypeNode(Node):
    """A type as written; subclasses hold the structured ones."""


@dataclass(frozen=True, slots=True)
class NamedType(TypeNode):
    """A built-in type or an item definition, by its (perhaps qualified) name."""

    name: str


@dataclass(frozen=True, slots=True)
class ListTypeNode(TypeNode):
    """`list<item>`."""

    item: TypeNode


@dataclass(frozen=True, slots=True)
class RangeTypeNode(TypeNode):
    """`range<item>`."""

    item: TypeNode


@dataclass(frozen=True, slots=True)
class ContextTypeNode(TypeNode):
    """`context<name: type, …>`."""

    members: tuple[tuple[str, TypeNode], ...]


@dataclass(frozen=True, slots=True)
class FunctionTypeNode(TypeNode):
    """`function<type, …> -> type`."""

    parameters: tuple[TypeNode, ...]
    result: TypeNode


@dataclass(frozen=True, slots=True)
class ResolvedType(TypeNode):
    """A type that is already known as a `feel.types.Type` (boxed expressions with item definitions)."""

    type: Any


# ── joints for boxed expressions ────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Coerced(Node):
    """The value of `expression` coerced to `type`; null with a warning when it does not fit."""

    expression: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class Located(Node):
    """`expression` as it stands in another text: warnings from inside name `source` (an element id)."""

    expression: Node
    source: str


@dataclass(frozen=True, slots=True)
class Extension(Node):
    """A foreign construct (a decision table) inside FEEL.

    `parts` are compiled in the scope where the node stands; `build` receives their closures in order and returns the
    closure of the whole. A closure takes the frame; `frame[0]` is the evaluation, `frame[2]` the value of `?`, which
    `build`'s closure sets before it calls the closure of a `UnaryTests` part.
    """

    parts: tuple[Node, ...]
    build: Callable[[Sequence[Callable[[list[Any]], Any]]], Callable[[list[Any]], Any]] = field(compare=False)


def children(node: Node) -> Iterator[Node]:
    """The direct parts of `node`, in the order they are written."""
    for name in () if type(node) is Literal else _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def _field_names(kind: type) -> tuple[str, ...]:
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(slot.name for slot in fields(kind) if slot.name not in ("start", "end"))
    return names


_FIELDS: dict[type, tuple[str, ...]] = {}


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, parents first; safe for trees of any depth."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(tuple(children(current))))
