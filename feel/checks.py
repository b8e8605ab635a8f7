"""What can be said about an expression without evaluating it: findings against a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from feel.calls import find_built_in
from feel.compiler import TEMPORAL
from feel.errors import BudgetExceeded, FeelError, FeelSyntaxError, Finding, line_and_column
from feel.free import NO_NAMES, Bound, outer_names, parts_of
from feel.functions import Function
from feel.infer import Known, infer
from feel.parser import parse_expression, parse_tests
from feel.registry import BuiltIn
from feel.syntax import (
    Arithmetic,
    Comparison,
    Invoke,
    Name,
    Node,
    Unreadable,
    walk,
)
from feel.tokens import is_regular
from feel.types import (
    ANY,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    ListType,
    Type,
    read_type,
)

MAX_FINDINGS = 200
"""What is told about one expression; nobody reads more."""


# ── findings ────────────────────────────────────────────────────────────────────────────────────
def check_text(text: str, scope: Mapping[str, Any], *, unary: bool, extended: bool) -> tuple[Finding, ...]:
    """Findings of an expression (or a cell) whose outer names are the keys of `scope`."""
    kinds = {name: _type_of(value) for name, value in scope.items()}
    odd = frozenset(name for name in scope if not is_regular(name))
    try:
        node: Node = parse_tests(text, odd, odd) if unary else parse_expression(text, odd, odd)
    except FeelSyntaxError as error:
        return (Finding(error.code, error.details, error.offset, error.offset, error.line, error.column),)
    except BudgetExceeded as error:
        return (Finding(error.code, {"allowed": error.allowed}),)
    try:
        parts, free = list(walk(node)), list(outer_names(node))
        found = [
            *_unreadable(parts),
            *_unknown_names(parts, free, scope, extended),
            *_calls(parts, free, scope, extended),
            *_conflicts(node, kinds),
        ]
    except RecursionError:
        return (Finding("budget.nesting", {"allowed": 0}),)
    found.sort(key=lambda item: item[1].start)
    return tuple(_finding(text, *item) for item in found[:MAX_FINDINGS])


Found = tuple[str, Node, dict[str, Any]]


def _finding(text: str, code: str, node: Node, values: dict[str, Any]) -> Finding:
    severity = "warning" if values.pop("certain", True) is False else "error"
    return Finding(code, values, node.start, node.end, *line_and_column(text, node.start), severity)


def _type_of(value: Any) -> Type:
    if isinstance(value, Type):
        return value
    if isinstance(value, str):
        try:
            return read_type(value)
        except FeelError:
            return ANY
    return ANY


Free = list[tuple[Name, bool]]
"""Names that come from outside, and whether each stands in a filter."""


def _unreadable(parts: list[Node]) -> Iterator[Found]:
    """`@` literals that mean nothing."""
    for node in parts:
        if isinstance(node, Unreadable):
            yield "temporal.text", node, {"found": node.text, "kind": TEMPORAL}


def _unknown_names(parts: list[Node], free: Free, scope: Mapping[str, Any], extended: bool) -> Iterator[Found]:
    called = {id(node.function) for node in parts if isinstance(node, Invoke)}
    for name, filtered in free:
        if name.name in scope or find_built_in(name.name, extended) is not None:
            continue
        if id(name) in called:
            yield "function.unknown", name, {"name": name.name}
        elif not filtered:
            yield "name.unknown", name, {"name": name.name}


def _calls(parts: list[Node], free: Free, scope: Mapping[str, Any], extended: bool) -> Iterator[Found]:
    """Calls of known functions with a wrong number of arguments or wrong names."""
    outside = {id(name) for name, _ in free}
    for node in parts:
        if not (isinstance(node, Invoke) and isinstance(node.function, Name) and id(node.function) in outside):
            continue
        name = node.function.name
        lent = scope.get(name)
        function = lent if isinstance(lent, Function) else find_built_in(name, extended)
        if function is not None and not _fits(function, node, extended):
            values = {"function": name, "found": len(node.positional) + len(node.named)}
            yield "argument.count", node, {**values, "expected": _arities(function)}


def _shapes(function: Function) -> list[Any]:
    return (
        [overload.parameters for overload in function.overloads]
        if isinstance(function, BuiltIn)
        else [function.parameters]
    )


def _fits(function: Function, node: Invoke, extended: bool) -> bool:
    for parameters in _shapes(function):
        if node.named:
            given = {argument.name for argument in node.named}
            known = {parameter.name for parameter in parameters}
            needed = {p.name for p in parameters if not (p.optional or p.variadic)}
            if needed <= given <= known:
                return True
            continue
        least = sum(1 for p in parameters if not (p.optional or p.variadic))
        variadic = bool(parameters) and parameters[-1].variadic
        if least <= len(node.positional) and (variadic or len(node.positional) <= len(parameters)):
            return True
    return False


def _arities(function: Function) -> str:
    texts = []
    for parameters in _shapes(function):
        least = sum(1 for p in parameters if not (p.optional or p.variadic))
        most = "more" if parameters and parameters[-1].variadic else str(len(parameters))
        texts.append(most if str(least) == most else f"{least} to {most}")
    return " or ".join(dict.fromkeys(texts))


# ── types ───────────────────────────────────────────────────────────────────────────────────────
ORDERED: Final = (NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION)
DURATIONS: Final = (DAYS_DURATION, MONTHS_DURATION)
MOMENTS: Final = (DATE, TIME, DATE_TIME)


def _conflicts(root: Node, kinds: Mapping[str, Type]) -> Iterator[Found]:
    """Operators between types that can never give a value; parts first, so that each is worked out once."""
    known: Known = {}
    for node, names in reversed(list(_scoped(root, kinds))):
        if isinstance(node, (Arithmetic, Comparison)):
            left, right = (infer(part, names, known=known) for part in (node.left, node.right))
            if not _combines(node, left, right):
                values = {"operator": node.operator, "left": str(left), "right": str(right)}
                yield "type.conflict", node, values


def _scoped(root: Node, kinds: Mapping[str, Type]) -> Iterator[tuple[Node, Mapping[str, Type]]]:
    """Every node with the types of the names around it; names bound inside are unknown."""
    inside: dict[int, Mapping[str, Type]] = {}
    waiting: list[tuple[Node, Bound, bool]] = [(root, NO_NAMES, False)]
    while waiting:
        node, bound, filtered = waiting.pop()
        if filtered:
            names = UNKNOWN
        elif bound is NO_NAMES:
            names = kinds
        else:
            names = inside.setdefault(id(bound), _Unbound(kinds, bound))
        yield node, names
        waiting.extend(parts_of(node, bound, filtered))


class _Unbound(Mapping[str, Type]):
    """The known types without the names that mean something else inside."""

    def __init__(self, kinds: Mapping[str, Type], bound: Bound) -> None:
        self._kinds = kinds
        self._bound = bound

    def __getitem__(self, name: str) -> Type:
        if name in self._bound:
            raise KeyError(name)
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._kinds if name not in self._bound)

    def __len__(self) -> int:
        return sum(1 for _ in self)


UNKNOWN: Final[Mapping[str, Type]] = {}


def _combines(node: Arithmetic | Comparison, left: Type, right: Type) -> bool:
    if not (_is_certain(left) and _is_certain(right)):
        return True
    if isinstance(node, Comparison):
        if node.operator in ("=", "!="):
            return NULL in (left, right) or left == right or type(left) is type(right) is not type(NUMBER)
        return left == right and left in ORDERED
    return _calculates(node.operator, left, right)


def _is_certain(kind: Type) -> bool:
    return kind in ORDERED or kind == NULL or isinstance(kind, (ListType, ContextType)) or str(kind) == "boolean"


def _calculates(operator: str, left: Type, right: Type) -> bool:
    if left == right == NUMBER:
        return True
    if operator == "+" and left == right == STRING:
        return True
    if operator in ("+", "-"):
        if left == right and left in DURATIONS:
            return True
        if left in MOMENTS and right in DURATIONS:
            return not (left == TIME and right == MONTHS_DURATION)
        if operator == "+" and left in DURATIONS and right in MOMENTS:
            return not (right == TIME and left == MONTHS_DURATION)
        return operator == "-" and left in MOMENTS and right in MOMENTS and (left == TIME) == (right == TIME)
    if operator == "*":
        return {left, right} <= {NUMBER, *DURATIONS} and NUMBER in (left, right)
    if operator == "/":
        return left in DURATIONS and right in (NUMBER, left)
    return False
