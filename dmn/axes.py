"""The values a table's column distinguishes: cut into stretches on which every cell says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import feel
from dmn.effort import Effort
from dmn.positions import Positions
from dmn.samples import EXAMPLES, along, other_text, sorted_distinct
from feel import syntax
from feel.limits import Budget
from feel.run import CONTEXT, INPUT, Run
from feel.types import BOOLEAN, STRING, ConstrainedType, ListType, SimpleType, Type

CONSTANTS = Budget(steps=2_000, list=2_000, string=10_000, seconds=0.05)
MAX_CUTS = 2_000
TRIAL = 20
"""What running a cell once weighs beside the steps of the search."""
WHOLE_NUMBERS = frozenset({"integer", "long"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """A set of values that no cell of the column tells apart, by one of them."""

    sample: Any


@dataclass(frozen=True, slots=True)
class Axis:
    """The stretches of one tested expression and, per rule, a bit mask of those its cells accept.

    `unsure` holds the rules with a cell that cannot be decided without running it; their mask is empty.
    """

    expression: str
    stretches: tuple[Stretch, ...]
    masks: tuple[int, ...]
    unsure: frozenset[int]
    is_open: bool = False
    """Whether the values have no order that could be cut: then there is one stretch, without a sample."""

    @property
    def everything(self) -> int:
        """The mask of all stretches."""
        return (1 << len(self.stretches)) - 1


class _Undecidable(Exception):
    """A cell that depends on more than the tested value and constants."""


def make_axis(
    expression: str,
    cells: Sequence[Sequence[syntax.Node]],
    domain: Sequence[syntax.Node],
    *,
    kind: Type | None,
    whole: bool,
    effort: Effort,
) -> Axis:
    """The axis of one tested expression; an open one when its values cannot be cut into stretches.

    `cells` are the tests of each rule, `domain` the tests every value must pass. Raises `TooComplex`.
    """
    constants: list[Any] = []
    unsure = set()
    for rule, tests in enumerate(cells):
        found: list[Any] = []
        try:
            for test in tests:
                _collect(test, found)
        except _Undecidable:
            unsure.add(rule)
        else:
            constants += found
    kept_domain = []
    for test in domain:
        found = []
        try:
            _collect(test, found)
        except _Undecidable:
            continue
        constants += found
        kept_domain.append(test)
    # What a cell compares with a value of another kind is never true: it cuts nothing.
    base = _base(kind)
    if isinstance(base, SimpleType):
        constants = [value for value in constants if value is None or type(value) is base.kind]
    stretches = _stretches(constants, base, whole, _needs_order([*domain, *(t for row in cells for t in row)]))
    if stretches is None:
        return _open_axis(expression, cells)
    inside = _mask(kept_domain, stretches, Positions([item.sample for item in stretches], constant), effort)
    kept = tuple(item for place, item in enumerate(stretches) if inside >> place & 1)
    positions = Positions([item.sample for item in kept], constant)
    masks = tuple(0 if rule in unsure else _mask(tests, kept, positions, effort) for rule, tests in enumerate(cells))
    return Axis(expression, kept, masks, frozenset(unsure))


def _open_axis(expression: str, cells: Sequence[Sequence[syntax.Node]]) -> Axis:
    """One stretch for everything; a rule is sure only where its cells accept everything."""
    accepting = [all(isinstance(t, syntax.UnaryTests) and not (t.tests or t.negated) for t in row) for row in cells]
    return Axis(
        expression=expression,
        stretches=(Stretch(None),),
        masks=tuple(int(accepts) for accepts in accepting),
        unsure=frozenset(rule for rule, accepts in enumerate(accepting) if not accepts),
        is_open=True,
    )


def constant(node: syntax.Node) -> Any:
    """The value of an expression that reads no name and no input. Raises `_Undecidable` otherwise."""
    if any(isinstance(part, (syntax.Input, syntax.Extension)) for part in syntax.walk(node)) or feel.names_used(node):
        raise _Undecidable
    if isinstance(node, syntax.Literal):
        return node.value
    try:
        result = feel.compile_node(node).evaluate(budget=CONSTANTS)
    except feel.FeelError:
        raise _Undecidable from None
    if result.warnings:
        raise _Undecidable
    return result.value


def try_constant(node: syntax.Node) -> tuple[bool, Any]:
    """Whether the expression is constant, and its value."""
    try:
        return True, constant(node)
    except _Undecidable:
        return False, None


def _collect(node: syntax.Node, found: list[Any]) -> None:
    """The constants a test compares its input with. Raises `_Undecidable` for anything it cannot follow."""
    if isinstance(node, syntax.Located):
        _collect(node.expression, found)
    elif isinstance(node, syntax.UnaryTests):
        for test in node.tests:
            _collect(test, found)
    elif isinstance(node, syntax.ComparisonTest):
        _put(constant(node.operand), found)
    elif isinstance(node, syntax.RangeLiteral):
        for end in (node.low, node.high):
            if end is not None:
                _put(constant(end), found)
    elif isinstance(node, (syntax.And, syntax.Or)):
        _collect_condition(node.left, found)
        _collect_condition(node.right, found)
    elif isinstance(node, (syntax.Comparison, syntax.Between, syntax.In)):
        _collect_condition(node, found)
    elif isinstance(node, syntax.Invoke) and isinstance(node.function, syntax.Name) and node.function.name == "not":
        for argument in node.positional:
            _collect(argument, found)
    else:
        _put_value(constant(node), found)


def _collect_condition(node: syntax.Node, found: list[Any]) -> None:
    """The constants of a condition on `?`."""
    if isinstance(node, (syntax.And, syntax.Or)):
        _collect_condition(node.left, found)
        _collect_condition(node.right, found)
    elif isinstance(node, syntax.Comparison) and isinstance(node.left, syntax.Input):
        _put(constant(node.right), found)
    elif isinstance(node, syntax.Comparison) and isinstance(node.right, syntax.Input):
        _put(constant(node.left), found)
    elif isinstance(node, syntax.Between) and isinstance(node.value, syntax.Input):
        _put(constant(node.low), found)
        _put(constant(node.high), found)
    elif isinstance(node, syntax.In) and isinstance(node.value, syntax.Input):
        for test in node.tests:
            _collect(test, found)
    else:
        raise _Undecidable


def _put_value(value: Any, found: list[Any]) -> None:
    """A constant used as a test: a list stands for its items, a range for its ends."""
    if isinstance(value, list):
        for item in value:
            _put_value(item, found)
    elif type(value).__name__ == "Range":
        for end in (value.low, value.high):
            if end is not None:
                _put(end, found)
    else:
        _put(value, found)


def _put(value: Any, found: list[Any]) -> None:
    if isinstance(value, (list, dict)) or type(value).__name__ == "Range":
        raise _Undecidable
    found.append(value)


def _needs_order(tests: Sequence[syntax.Node]) -> bool:
    """Whether any test orders values instead of only comparing them for equality."""
    ordering = (syntax.ComparisonTest, syntax.RangeLiteral, syntax.Between)
    for test in tests:
        for part in syntax.walk(test):
            if isinstance(part, ordering) or (isinstance(part, syntax.Comparison) and part.operator not in ("=", "!=")):
                return True
    return False


def _base(kind: Type | None) -> Type | None:
    while isinstance(kind, ConstrainedType):
        kind = kind.base
    return kind


def _stretches(constants: list[Any], kind: Type | None, whole: bool, ordered: bool) -> tuple[Stretch, ...] | None:
    """All values of the column's kind; null only where a cell speaks of it."""
    has_null = any(value is None for value in constants)
    cuts = sorted_distinct([value for value in constants if value is not None])
    if isinstance(kind, ListType) or cuts is None or len(cuts) > MAX_CUTS:
        return None
    if kind == BOOLEAN or (cuts and all(type(cut) is bool for cut in cuts)):
        samples: list[Any] = [True, False]
    elif (kind == STRING and not ordered) or (cuts and type(cuts[0]) is str and not ordered):
        samples = [*cuts, other_text(cuts)]
    elif cuts:
        samples = list(along(cuts, whole))
    elif isinstance(kind, SimpleType):
        samples = [EXAMPLES[kind.name]] if kind.name in EXAMPLES else []
    else:
        samples = ["any"]
    if has_null:
        samples.append(None)
    return tuple(Stretch(sample) for sample in samples) or None


def _tester(node: syntax.Node) -> Callable[[Any], bool]:
    """A cell as a question about a value."""
    tests = node if isinstance(node, syntax.UnaryTests) else syntax.UnaryTests((node,))

    def build(parts: Sequence[Callable[[list[Any]], Any]]) -> Callable[[list[Any]], Any]:
        test = parts[0]

        def ask(frame: list[Any]) -> Any:
            frame[INPUT] = frame[CONTEXT]["value"]
            return test(frame)

        return ask

    expression = feel.compile_node(syntax.Extension((tests,), build))

    def passes(value: Any) -> bool:
        try:
            return expression.run(Run(budget=CONSTANTS), feel.Values(value=value)) is True
        except feel.BudgetExceeded:
            return False

    return passes


def _mask(tests: Sequence[syntax.Node], stretches: Sequence[Stretch], positions: Positions, effort: Effort) -> int:
    """The stretches that pass all tests."""
    mask = (1 << len(stretches)) - 1
    for test in tests:
        accepted = positions.accepted(test)
        mask &= _asked(test, stretches, mask, effort) if accepted is None else accepted
        effort.spend()
    return mask


def _asked(test: syntax.Node, stretches: Sequence[Stretch], among: int, effort: Effort) -> int:
    """The stretches that pass a test that only running it can decide."""
    passes, mask = _tester(test), 0
    for place, stretch in enumerate(stretches):
        if among >> place & 1:
            effort.spend(TRIAL)
            mask |= passes(stretch.sample) << place
    return mask
