"""Closures of the operators: arithmetic, comparison, three-valued logic."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from feel.arithmetic import Refused, calculate, negate
from feel.compiler import LARGE, Closure, Compiler, compiles
from feel.numbers import ADD, MULTIPLY, SUBTRACT, is_integer
from feel.run import CONTEXT, RUN, Frame
from feel.scope import OUTSIDE, Scope, find
from feel.syntax import And, Arithmetic, Between, Comparison, Literal, Name, Negate, Node, Or
from feel.values import ORDER_TESTS, compare, equal, kind_of

FAST: Final = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY}
COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _spine(node: Any, kind: type[And | Or | Arithmetic]) -> list[Any]:
    """The nodes of a left-leaning chain (`a + b + c`), outermost last, so that long chains need no recursion."""
    chain: list[Any] = []
    while type(node) is kind:
        chain.append(node)
        node = node.left
    chain.reverse()
    return chain


# ── arithmetic ──────────────────────────────────────────────────────────────────────────────────
@compiles(Arithmetic)
def _arithmetic(compiler: Compiler, node: Arithmetic, scope: Scope | None) -> Closure:
    chain = _spine(node, Arithmetic)
    first = compiler.compile(chain[0].left, scope)
    steps = [(link, compiler.compile(link.right, scope)) for link in chain]
    if len(steps) == 1:
        return _one_step(node, first, steps[0][1])

    def chained(frame: Frame) -> Any:
        value = first(frame)
        for link, closure in steps:
            value = apply(frame, link, value, closure(frame))
        return value

    return chained


def _one_step(node: Arithmetic, left: Closure, right: Closure) -> Closure:
    fast = FAST.get(node.operator)
    if fast is None:
        return lambda frame: apply(frame, node, left(frame), right(frame))

    def step(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return fast(a, b)
            except ArithmeticError:
                pass
        return apply(frame, node, a, b)

    return step


def apply(frame: Frame, node: Arithmetic, left: Any, right: Any) -> Any:
    """`left operator right`, or null with its reason."""
    try:
        return calculate(frame[RUN], node.operator, left, right)
    except Refused as refusal:
        values = {"operator": node.operator, "left": kind_of(left), "right": kind_of(right)}
        return frame[RUN].fail(refusal.code, node, **values)


@compiles(Negate)
def _negate(compiler: Compiler, node: Negate, scope: Scope | None) -> Closure:
    operand = compiler.compile(node.operand, scope)

    def negated(frame: Frame) -> Any:
        value = operand(frame)
        try:
            return negate(value)
        except Refused as refusal:
            return frame[RUN].fail(refusal.code, node, operator="-", left="number", right=kind_of(value))

    return negated


# ── comparison ──────────────────────────────────────────────────────────────────────────────────
@compiles(Comparison)
def _comparison(compiler: Compiler, node: Comparison, scope: Scope | None) -> Closure:
    left, right = compiler.compile(node.left, scope), compiler.compile(node.right, scope)
    if node.operator in ("=", "!="):
        return _equality(node, left, right)
    holds = COMPARE[node.operator]
    if isinstance(node.right, Literal) and type(node.right.value) is Decimal:
        constant = node.right.value
        if isinstance(node.left, Name) and find(scope, node.left.name) == OUTSIDE:
            return _name_against_constant(node, node.left.name, left, holds, constant)

        def against_constant(frame: Frame) -> Any:
            a = left(frame)
            if type(a) is Decimal:
                return holds(a, constant)
            return unordered(frame, node, a, constant)

        return against_constant

    def ordered(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return holds(a, b)
        order = compare(a, b)
        return unordered(frame, node, a, b) if order is None else ORDER_TESTS[node.operator](order)

    return ordered


def _name_against_constant(
    node: Comparison, name: str, load: Closure, holds: Callable[[Any, Any], bool], constant: Decimal
) -> Closure:
    """The commonest condition of all, `amount > 5`: no closure for its name, whole numbers of the host as they are."""
    whole = int(constant) if is_integer(constant) and abs(constant) < LARGE else None

    def compared(frame: Frame) -> Any:
        value = frame[CONTEXT].get(name)
        if type(value) is int and whole is not None:
            return holds(value, whole)
        if type(value) is not Decimal:
            value = load(frame)
            if type(value) is not Decimal:
                return unordered(frame, node, value, constant)
        return holds(value, constant)

    return compared


def unordered(frame: Frame, node: Comparison, left: Any, right: Any) -> None:
    """Null, because the two have no order."""
    frame[RUN].fail("comparison.kinds", node, operator=node.operator, left=kind_of(left), right=kind_of(right))


def _equality(node: Comparison, left: Closure, right: Closure) -> Closure:
    positive = node.operator == "="

    def equality(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        same = equal(a, b)
        if same is None:
            return unordered(frame, node, a, b)
        return same if positive else not same

    return equality


@compiles(Between)
def _between(compiler: Compiler, node: Between, scope: Scope | None) -> Closure:
    value, low, high = (compiler.compile(part, scope) for part in (node.value, node.low, node.high))

    def between(frame: Frame) -> Any:
        v, bottom, top = value(frame), low(frame), high(frame)
        above, below = compare(v, bottom), compare(v, top)
        if above is None or below is None:
            other = bottom if above is None else top
            return frame[RUN].fail("comparison.kinds", node, operator="between", left=kind_of(v), right=kind_of(other))
        return above >= 0 >= below

    return between


# ── logic ───────────────────────────────────────────────────────────────────────────────────────
@compiles(And)
def _and(compiler: Compiler, node: And, scope: Scope | None) -> Closure:
    return _kleene(compiler, _spine(node, And), scope, False)


@compiles(Or)
def _or(compiler: Compiler, node: Or, scope: Scope | None) -> Closure:
    return _kleene(compiler, _spine(node, Or), scope, True)


def _kleene(compiler: Compiler, chain: list[Any], scope: Scope | None, decisive: bool) -> Closure:
    parts = [compiler.compile(part, scope) for part in (chain[0].left, *(link.right for link in chain))]
    nodes: list[Node] = [chain[0].left, *(link.right for link in chain)]
    if len(parts) == 2:
        first, second = parts

        def both(frame: Frame) -> Any:
            a = first(frame)
            if a is decisive:
                return decisive
            b = second(frame)
            if b is decisive:
                return decisive
            if type(a) is bool and type(b) is bool:
                return not decisive
            return no_boolean(frame, nodes, (a, b))

        return both

    def all_parts(frame: Frame) -> Any:
        values = []
        for part in parts:
            value = part(frame)
            if value is decisive:
                return decisive
            values.append(value)
        if all(type(value) is bool for value in values):
            return not decisive
        return no_boolean(frame, nodes, values)

    return all_parts


def no_boolean(frame: Frame, nodes: list[Node], values: Any) -> None:
    """Null, because a part of a conjunction or disjunction is neither true nor false."""
    for node, value in zip(nodes, values, strict=True):
        if type(value) is not bool:
            frame[RUN].fail("logic.no-boolean", node, found=kind_of(value))
            return
