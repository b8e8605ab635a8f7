"""Syntax to closures: one function per node type, so that running an expression never looks at its tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from feel.border import FEEL_KINDS, from_python
from feel.errors import BudgetExceeded, FeelError
from feel.limits import MAX_NAMES, MAX_NESTING
from feel.run import CONTEXT, FIRST_LOCAL, INPUT, RUN, Frame, Values
from feel.scope import Scope, find
from feel.syntax import (
    Coerced,
    ContextLiteral,
    Extension,
    FunctionDefinition,
    Input,
    ListLiteral,
    Literal,
    Located,
    Name,
    Node,
    RangeLiteral,
    Unreadable,
)
from feel.types import MISMATCH, Type, resolve
from feel.values import Range, compare, kind_of

Closure = Callable[[Frame], Any]
N = TypeVar("N", bound=Node)
PLAIN: Final = FEEL_KINDS
TEMPORAL: Final = "date, time or duration"
LARGE: Final = 10**34
SMALL: Final = tuple(map(Decimal, range(1024)))


class Compiler:
    """Compiles one tree; counts the local slots its frames need."""

    def __init__(self, types: Mapping[str, Type] | None, extended: bool) -> None:
        self.types = types
        self.extended = extended
        self.slots = 0
        self.partials: set[int] = set()
        """The slots of those `partial` lists that are read."""

    def compile(self, node: Node, scope: Scope | None) -> Closure:
        """The closure of `node` where `scope` holds."""
        return COMPILERS[type(node)](self, node, scope)

    def declare(self, name: str, outer: Scope | None) -> Scope:
        """A scope with one more name. Names of neighbouring scopes share their slots: they never live together."""
        slot = FIRST_LOCAL if outer is None else outer.slot + 1
        self.slots = max(self.slots, slot - FIRST_LOCAL + 1)
        if self.slots > MAX_NAMES:
            raise BudgetExceeded("names", MAX_NAMES)
        return Scope(name, slot, False, outer)

    def type(self, node: Any) -> Type:
        """The type a type expression means."""
        return resolve(node, self.types)


COMPILERS: Final[dict[type, Callable[[Compiler, Any, Scope | None], Closure]]] = {}


def compiles(
    *kinds: type[N],
) -> Callable[[Callable[[Compiler, N, Scope | None], Closure]], Callable[[Compiler, N, Scope | None], Closure]]:
    """Register the function that compiles nodes of these kinds."""

    def register(function: Callable[[Compiler, N, Scope | None], Closure]) -> Any:
        for kind in kinds:
            COMPILERS[kind] = function
        return function

    return register


def compile_tree(node: Node, types: Mapping[str, Type] | None, extended: bool) -> tuple[Closure, int]:
    """The closure of a whole tree and how many local slots its frame needs."""
    compiler = Compiler(types, extended)
    try:
        return compiler.compile(node, None), compiler.slots
    except RecursionError:
        raise BudgetExceeded("nesting", MAX_NESTING) from None


# ── literals ────────────────────────────────────────────────────────────────────────────────────
@compiles(Literal)
def _literal(_: Compiler, node: Literal, scope: Scope | None) -> Closure:
    value = node.value
    return lambda frame: value


@compiles(Unreadable)
def _unreadable(_: Compiler, node: Unreadable, scope: Scope | None) -> Closure:
    return lambda frame: frame[RUN].fail("temporal.text", node, found=node.text, kind=TEMPORAL)


@compiles(Input)
def _input(_: Compiler, node: Input, scope: Scope | None) -> Closure:
    slot = find(scope, "?").slot
    if slot is not None:
        return lambda frame: frame[slot]
    return lambda frame: frame[INPUT]


@compiles(ListLiteral)
def _list(compiler: Compiler, node: ListLiteral, scope: Scope | None) -> Closure:
    items = [compiler.compile(item, scope) for item in node.items]
    return lambda frame: [item(frame) for item in items]


@compiles(RangeLiteral)
def _range(compiler: Compiler, node: RangeLiteral, scope: Scope | None) -> Closure:
    low_included, high_included = node.low_included, node.high_included
    if isinstance(node.low, Literal) and isinstance(node.high, Literal):
        constant = make_range(node.low.value, node.high.value, low_included, high_included)
        if constant is not None:
            return lambda frame: constant
    nothing: Closure = lambda frame: None  # noqa: E731
    low = compiler.compile(node.low, scope) if node.low else nothing
    high = compiler.compile(node.high, scope) if node.high else nothing

    def build(frame: Frame) -> Any:
        bottom, top = low(frame), high(frame)
        made = make_range(bottom, top, low_included, high_included)
        if made is None:
            return frame[RUN].fail("range.ends", node, low=kind_of(bottom), high=kind_of(top))
        return made

    return build


def make_range(low: Any, high: Any, low_included: bool, high_included: bool) -> Range | None:
    """The range, or None when its ends have no order or stand the wrong way round."""
    if low is not None and high is not None:
        order = compare(low, high)
        if order is None or order > 0:
            return None
    return Range(low, high, low_included, high_included)


@compiles(ContextLiteral)
def _context(compiler: Compiler, node: ContextLiteral, scope: Scope | None) -> Closure:
    from feel.calls import UserFunction

    entries: list[tuple[str, int, Closure, Type | None, Node, bool]] = []
    keys = [entry.key for entry in node.entries]
    duplicate = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
    for entry in node.entries:
        inner = compiler.declare(entry.key, scope)
        recursive = _defines_function(entry.value)
        closure = compiler.compile(entry.value, inner if recursive else scope)
        kind = compiler.type(entry.type) if entry.type is not None else None
        entries.append((entry.key, inner.slot, closure, kind, entry, recursive))
        scope = inner
    result = compiler.compile(node.result, scope) if node.result is not None else None

    def build(frame: Frame) -> Any:
        if duplicate is not None:
            return frame[RUN].fail("context.duplicate-key", node, key=duplicate)
        made = {}
        for key, slot, closure, kind, entry, recursive in entries:
            value = closure(frame)
            if kind is not None:
                value = fit(frame, value, kind, entry)
            if recursive and type(value) is UserFunction:
                value.captured[slot] = value
            made[key] = frame[slot] = value
        return made if result is None else result(frame)

    return build


def _defines_function(node: Node) -> bool:
    """Whether an entry is a function written in place: only that one may call itself."""
    while isinstance(node, Located):
        node = node.expression
    return isinstance(node, FunctionDefinition)


# ── names ───────────────────────────────────────────────────────────────────────────────────────
@compiles(Name)
def _name(compiler: Compiler, node: Name, scope: Scope | None) -> Closure:
    found = find(scope, node.name)
    if node.name == "partial" and found.slot is not None:
        compiler.partials.add(found.slot)
    outer = _outside(compiler, node) if found.slot is None else _local(found.slot)
    if not found.items:
        return outer
    items, name = found.items, node.name

    def member(frame: Frame) -> Any:
        for slot in items:
            item = frame[slot]
            if type(item) is dict and name in item:
                return item[name]
        return outer(frame)

    return member


def _local(slot: int) -> Closure:
    return lambda frame: frame[slot]


def _outside(compiler: Compiler, node: Name) -> Closure:
    from feel.calls import find_built_in

    name = node.name
    built_in = find_built_in(name, compiler.extended)

    def load(frame: Frame) -> Any:
        try:
            value = frame[CONTEXT][name]
        except KeyError:
            run = frame[RUN]
            found = run.functions.get(name) or built_in
            return run.fail("name.unknown", node, name=name) if found is None else found
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is int and 0 <= value < 1024:
            return SMALL[value]
        return admit(frame, value, node)

    return load


def admit(frame: Frame, value: Any, node: Node) -> Any:
    """The FEEL value of a host's value, converted once per evaluation."""
    if type(value) is int and -LARGE < value < LARGE:
        return Decimal(value)
    if type(frame[CONTEXT]) is Values:
        return value
    run = frame[RUN]
    if run.admitted is None:
        run.admitted = {}
    key = id(value)
    if key in run.admitted:
        return run.admitted[key]
    try:
        converted = from_python(value)
    except FeelError as error:
        converted = run.fail(error.code, node, **error.values)
    run.admitted[key] = converted
    return converted


# ── joints for boxed expressions ────────────────────────────────────────────────────────────────
def fit(frame: Frame, value: Any, kind: Type, node: Node) -> Any:
    """The value coerced to the type, or null with a warning."""
    fitted = kind.coerce(value)
    if fitted is MISMATCH:
        return frame[RUN].fail("type.mismatch", node, expected=str(kind), found=value)
    return fitted


@compiles(Coerced)
def _coerced(compiler: Compiler, node: Coerced, scope: Scope | None) -> Closure:
    closure, kind = compiler.compile(node.expression, scope), compiler.type(node.type)
    return lambda frame: fit(frame, closure(frame), kind, node)


@compiles(Located)
def _located(compiler: Compiler, node: Located, scope: Scope | None) -> Closure:
    closure, source = compiler.compile(node.expression, scope), node.source

    def located(frame: Frame) -> Any:
        run = frame[RUN]
        outer, run.source = run.source, source
        try:
            return closure(frame)
        finally:
            run.source = outer

    return located


@compiles(Extension)
def _extension(compiler: Compiler, node: Extension, scope: Scope | None) -> Closure:
    return node.build([compiler.compile(part, scope) for part in node.parts])


from feel import access, calls, control, membership, operators  # noqa: E402,F401  (they register their node types)
