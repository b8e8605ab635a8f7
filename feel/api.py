"""What the outside uses: compile an expression once, evaluate it often."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from feel import checks, parser
from feel.border import from_python
from feel.compiler import Closure, compile_tree
from feel.errors import BudgetExceeded, Finding, Warning
from feel.free import free_names
from feel.functions import Function
from feel.limits import Budget, Clock
from feel.registry import BUILT_INS
from feel.run import Run, Values
from feel.syntax import Name, Node, UnaryTests
from feel.tokens import is_regular
from feel.types import Type

STANDARD = "standard"
"""Only what DMN 1.5 defines."""
EXTENDED = "extended"
"""The standard plus the functions Camunda 8 adds."""

NOTHING: frozenset[str] = frozenset()
EMPTY = Values()


class Result(NamedTuple):
    """A FEEL value and, in the order they happened, the reasons why parts of the expression became null."""

    value: Any
    warnings: tuple[Warning, ...] = ()

    @property
    def cause(self) -> Warning | None:
        """The first cause when the value is null, else None."""
        return self.warnings[0] if self.value is None and self.warnings else None


_result = tuple.__new__  # skips the argument handling of NamedTuple and of __init__: evaluation is the hot path
_blank_run = object.__new__


class Expression:
    """A compiled expression: pure, shared between threads. `text` is empty when it was built from nodes."""

    __slots__ = ("_closure", "_locals", "node", "text")

    def __init__(self, text: str, node: Node, closure: Closure, size: int) -> None:
        self.text = text
        self.node = node
        self._closure = closure
        self._locals = (None,) * (size + 1)

    def evaluate(
        self,
        context: Mapping[str, object] = EMPTY,
        *,
        clock: Clock | None = None,
        budget: Budget | None = None,
        functions: Mapping[str, Function] | None = None,
    ) -> Result:
        """The value on `context` (plain Python data or FEEL values). Raises BudgetExceeded; nothing else escapes."""
        if clock is None and budget is None and functions is None:
            run = _blank_run(Run)
        else:
            run = Run(clock, budget, functions)
        try:
            value = self._closure([run, context, *self._locals])
        except RecursionError:
            raise BudgetExceeded("depth", run.budget.depth) from None
        return _result(Result, (value, tuple(run.warnings) if run.warnings else ()))

    def run(self, run: Run, context: Mapping[str, object] = EMPTY) -> Any:
        """The value inside a running evaluation, whose budget and warnings are shared."""
        try:
            return self._closure([run, context, *self._locals])
        except RecursionError:
            raise BudgetExceeded("depth", run.budget.depth) from None


class UnaryTestsExpression(Expression):
    """A compiled cell: tests about an input value `?`."""

    __slots__ = ()

    def test(
        self,
        value: object,
        context: Mapping[str, object] = EMPTY,
        *,
        clock: Clock | None = None,
        budget: Budget | None = None,
        functions: Mapping[str, Function] | None = None,
    ) -> Result:
        """Whether `value` passes: true, false or null (null counts as not passed)."""
        run = Run(clock, budget, functions)
        outcome = self.run_test(run, from_python(value), context)
        return Result(outcome, tuple(run.warnings)) if run.warnings else Result(outcome)

    def run_test(self, run: Run, value: Any, context: Mapping[str, object] = EMPTY) -> bool | None:
        """Whether the FEEL value `value` passes, inside a running evaluation."""
        try:
            outcome: bool | None = self._closure([run, context, value, *self._locals])
        except RecursionError:
            raise BudgetExceeded("depth", run.budget.depth) from None
        return outcome if type(outcome) is bool else None


def parse(
    text: str, *, names: frozenset[str] = NOTHING, members: frozenset[str] = NOTHING, dialect: str = EXTENDED
) -> Node:
    """The syntax tree of an expression.

    `names` are the names in scope and `members` names of context members; only names with operator characters or
    keywords in them must be listed. Raises FeelSyntaxError or BudgetExceeded (text, nesting).
    """
    return parser.parse_expression(text, names, members)


def parse_unary_tests(
    text: str, *, names: frozenset[str] = NOTHING, members: frozenset[str] = NOTHING, dialect: str = EXTENDED
) -> UnaryTests:
    """The syntax tree of a decision table cell; raises like `parse`."""
    return parser.parse_tests(text, names, members)


def compile(
    text: str,
    *,
    names: frozenset[str] = NOTHING,
    members: frozenset[str] = NOTHING,
    types: Mapping[str, Type] | None = None,
    dialect: str = EXTENDED,
) -> Expression:
    """The expression `text`, ready to run; cached by all arguments unless `types` (item definitions) are given."""
    if types is None:
        return _compiled(text, names, members, dialect)
    return compile_node(parse(text, names=names, members=members), types=types, dialect=dialect, text=text)


def compile_unary_tests(
    text: str,
    *,
    names: frozenset[str] = NOTHING,
    members: frozenset[str] = NOTHING,
    types: Mapping[str, Type] | None = None,
    dialect: str = EXTENDED,
) -> UnaryTestsExpression:
    """The unary tests `text`, ready to run; cached like `compile`."""
    if types is None:
        return _compiled_tests(text, names, members, dialect)
    return _tests(text, names, members, types, dialect)


def compile_node(
    node: Node, *, types: Mapping[str, Type] | None = None, dialect: str = EXTENDED, text: str = ""
) -> Expression:
    """An expression from a syntax tree (boxed expressions of DMN)."""
    closure, size = compile_tree(node, types, dialect == EXTENDED)
    return Expression(text, node, closure, size)


def evaluate(
    text: str,
    context: Mapping[str, object] = EMPTY,
    *,
    clock: Clock | None = None,
    budget: Budget | None = None,
    functions: Mapping[str, Function] | None = None,
    dialect: str = EXTENDED,
) -> Any:
    """The value of `text` on `context`, whose keys are the names in scope. Raises FeelSyntaxError, BudgetExceeded."""
    expression = compile(text, names=odd_names(context) | odd_names(functions or {}), dialect=dialect)
    return expression.evaluate(context, clock=clock, budget=budget, functions=functions).value


def unary_test(
    text: str,
    value: object,
    context: Mapping[str, object] = EMPTY,
    *,
    clock: Clock | None = None,
    budget: Budget | None = None,
    functions: Mapping[str, Function] | None = None,
    dialect: str = EXTENDED,
) -> bool:
    """Whether `value` passes the unary tests `text`; null counts as no."""
    tests = compile_unary_tests(text, names=odd_names(context) | odd_names(functions or {}), dialect=dialect)
    return tests.test(value, context, clock=clock, budget=budget, functions=functions).value is True


def names_used(expression: Expression | Node, *, in_filters: bool = True) -> tuple[Name, ...]:
    """The free names of an expression in the order of the text, each with its position; built-ins that are called
    are not listed, a built-in's bare name is, for a variable of that name hides it.

    Inside a filter (`orders[total > limit]`) a name may be the item's member or a variable; `in_filters=False` leaves
    those names out, so that what remains are certainly variables.
    """
    node = expression.node if isinstance(expression, Expression) else expression
    return free_names(node, in_filters=in_filters)


def check(text: str, scope: Mapping[str, Any], *, unary: bool = False, dialect: str = EXTENDED) -> tuple[Finding, ...]:
    """What can be said without evaluating: syntax, unknown names, wrong argument counts, conflicting types.

    `scope` maps the known names to their types (`feel.types.Type`, type texts, or None when unknown).
    """
    return checks.check_text(text, scope, unary=unary, extended=dialect == EXTENDED)


def built_ins(*, dialect: str = EXTENDED) -> tuple[Mapping[str, Any], ...]:
    """The built-in functions as JSON-ready data, for an editor's completion."""
    return tuple(found.describe() for found in BUILT_INS.values() if dialect == EXTENDED or not found.extension)


CACHED_TEXT = 4_000


def odd_names(context: Mapping[str, Any]) -> frozenset[str]:
    """The names of a context that the parser must be told of: those with operator characters or keywords."""
    return frozenset(name for name in context if not name.isidentifier() and not is_regular(name))


def _compiled(text: str, names: frozenset[str], members: frozenset[str], dialect: str) -> Expression:
    """From the cache; long texts are not kept in memory."""
    if len(text) > CACHED_TEXT:
        return compile_node(parse(text, names=names, members=members), dialect=dialect, text=text)
    return _cached(text, names, members, dialect)


@lru_cache(maxsize=4096)
def _cached(text: str, names: frozenset[str], members: frozenset[str], dialect: str) -> Expression:
    return compile_node(parse(text, names=names, members=members), dialect=dialect, text=text)


def _compiled_tests(text: str, names: frozenset[str], members: frozenset[str], dialect: str) -> UnaryTestsExpression:
    if len(text) > CACHED_TEXT:
        return _tests(text, names, members, None, dialect)
    return _cached_tests(text, names, members, dialect)


@lru_cache(maxsize=4096)
def _cached_tests(text: str, names: frozenset[str], members: frozenset[str], dialect: str) -> UnaryTestsExpression:
    return _tests(text, names, members, None, dialect)


def _tests(
    text: str, names: frozenset[str], members: frozenset[str], types: Mapping[str, Type] | None, dialect: str
) -> UnaryTestsExpression:
    node = parse_unary_tests(text, names=names, members=members)
    closure, size = compile_tree(node, types, dialect == EXTENDED)
    return UnaryTestsExpression(text, node, closure, size)
