"""Closures that test values: `in`, decision table cells, `instance of`."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import Any

from feel.compiler import LARGE, Closure, Compiler, compiles, make_range
from feel.numbers import is_integer
from feel.operators import COMPARE
from feel.run import CONTEXT, INPUT, RUN, Frame
from feel.scope import OUTSIDE, Scope, find
from feel.syntax import (
    ComparisonTest,
    In,
    Input,
    InstanceOf,
    ListLiteral,
    Literal,
    Name,
    Node,
    RangeLiteral,
    UnaryTests,
    walk,
)
from feel.values import Range, contains, equal, kind_of, unary_range


def matches(value: Any, test: Any) -> bool | None:
    """Whether `value` passes what a test evaluated to: equals it, lies in the range, or is one of the list."""
    if type(test) is Range:
        return equal(value, test) if type(value) is Range else contains(test, value)
    if type(test) is list:
        return _matches_list(value, test)
    return equal(value, test)


def _matches_list(value: Any, tests: list[Any]) -> bool | None:
    for item in tests:
        if type(item) is Range and type(value) is not Range:
            if contains(item, value) is True:
                return True
        elif equal(value, item) is True:
            return True
    return type(value) is list and equal(value, tests) is True


# ── in ──────────────────────────────────────────────────────────────────────────────────────────
@compiles(In)
def _in(compiler: Compiler, node: In, scope: Scope | None) -> Closure:
    value = compiler.compile(node.value, scope)
    if len(node.tests) == 1 and (bounds := constant_bounds(node.tests[0])) is not None:
        return _in_constant_range(node, value, bounds, scope)
    tests = [compiler.compile(test, scope) for test in node.tests]
    if len(tests) == 1:
        test = tests[0]
        return lambda frame: tested(frame, node, value(frame), test(frame))

    def any_of(frame: Frame) -> Any:
        outcome: bool | None = False
        subject = value(frame)
        for test in tests:
            passed = matches(subject, test(frame))
            if passed:
                return True
            if passed is None:
                outcome = None
        return outcome

    return any_of


def constant_bounds(node: Node) -> Range | None:
    """The range a literal with two numbers means."""
    if isinstance(node, RangeLiteral) and isinstance(node.low, Literal) and isinstance(node.high, Literal):
        low, high = node.low.value, node.high.value
        if type(low) is Decimal and type(high) is Decimal:
            return make_range(low, high, node.low_included, node.high_included)
    return None


def _in_constant_range(node: In, value: Closure, bounds: Range, scope: Scope | None) -> Closure:
    above = operator.le if bounds.low_included else operator.lt
    below = operator.le if bounds.high_included else operator.lt
    low, high = bounds.low, bounds.high
    if bounds.low_included and bounds.high_included:
        return _in_closed_range(node, value, bounds, scope)

    def within(frame: Frame) -> Any:
        subject = value(frame)
        if type(subject) is Decimal:
            return above(low, subject) and below(subject, high)
        return tested(frame, node, subject, bounds)

    return within


def _in_closed_range(node: In, value: Closure, bounds: Range, scope: Scope | None) -> Closure:
    """`amount in [1..10]`; a whole number of the host is compared as it is."""
    low, high = bounds.low, bounds.high
    name = node.value.name if isinstance(node.value, Name) else None
    whole = is_integer(low) and is_integer(high) and max(abs(low), abs(high)) < LARGE

    def closed(frame: Frame) -> Any:
        subject = value(frame)
        return low <= subject <= high if type(subject) is Decimal else tested(frame, node, subject, bounds)

    if not whole or name is None or find(scope, name) != OUTSIDE:
        return closed
    first, last = int(low), int(high)

    def named(frame: Frame) -> Any:
        subject = frame[CONTEXT].get(name)
        return first <= subject <= last if type(subject) is int else closed(frame)

    return named


def tested(frame: Frame, node: Node, value: Any, test: Any) -> bool | None:
    """Whether the value passes, with a warning when the two cannot be compared."""
    passed = matches(value, test)
    if passed is None:
        frame[RUN].fail("comparison.kinds", node, operator="in", left=kind_of(value), right=kind_of(test))
    return passed


@compiles(ComparisonTest)
def _comparison_value(compiler: Compiler, node: ComparisonTest, scope: Scope | None) -> Closure:
    operand, operator = compiler.compile(node.operand, scope), node.operator
    return lambda frame: unary_range(operator, operand(frame))


# ── cells ───────────────────────────────────────────────────────────────────────────────────────
@compiles(UnaryTests)
def _unary_tests(compiler: Compiler, node: UnaryTests, scope: Scope | None) -> Closure:
    if not node.tests:
        return lambda frame: True
    slot = find(scope, "?").slot or INPUT
    tests = [_test(compiler, test, scope, slot) for test in node.tests]
    positive = tests[0] if len(tests) == 1 else _any_test(tests)
    if not node.negated:
        return positive

    def negated(frame: Frame) -> Any:
        outcome = positive(frame)
        return None if outcome is None else not outcome

    return negated


def _any_test(tests: list[Closure]) -> Closure:
    def any_test(frame: Frame) -> Any:
        outcome: bool | None = False
        for test in tests:
            passed = test(frame)
            if passed is True:
                return True
            if passed is None:
                outcome = None
        return outcome

    return any_test


def _test(compiler: Compiler, node: Node, scope: Scope | None, slot: int) -> Closure:
    if isinstance(node, ComparisonTest):
        return _comparison_test(compiler, node, scope, slot)
    if isinstance(node, Literal):
        return _literal_test(node.value, slot)
    if (bounds := constant_bounds(node)) is not None:
        return lambda frame: contains(bounds, frame[slot])
    closure = compiler.compile(node, scope)
    if isinstance(node, ListLiteral) or not any(isinstance(part, Input) for part in walk(node)):
        return lambda frame: matches(frame[slot], closure(frame))

    def condition(frame: Frame) -> Any:
        outcome = closure(frame)
        if outcome is None or type(outcome) is bool:
            return outcome
        return matches(frame[slot], outcome)

    return condition


def _literal_test(value: Any, slot: int) -> Closure:
    kind = type(value)

    def literal(frame: Frame) -> Any:
        subject = frame[slot]
        return subject == value if kind is type(subject) and kind in (str, Decimal, bool) else matches(subject, value)

    return literal


def _comparison_test(compiler: Compiler, node: ComparisonTest, scope: Scope | None, slot: int) -> Closure:
    closure, operator = compiler.compile(node.operand, scope), node.operator
    if operator in COMPARE and isinstance(node.operand, Literal) and type(node.operand.value) is Decimal:
        holds, constant = COMPARE[operator], node.operand.value
        fixed = unary_range(operator, constant)

        def against_constant(frame: Frame) -> Any:
            subject = frame[slot]
            return holds(subject, constant) if type(subject) is Decimal else contains(fixed, subject)

        return against_constant
    return lambda frame: contains(unary_range(operator, closure(frame)), frame[slot])


@compiles(InstanceOf)
def _instance_of(compiler: Compiler, node: InstanceOf, scope: Scope | None) -> Closure:
    value, kind = compiler.compile(node.value, scope), compiler.type(node.type)

    def instance_of(frame: Frame) -> Any:
        subject = value(frame)
        return kind.contains(subject)

    return instance_of
