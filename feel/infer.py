"""What type an expression has as far as its text shows: for the results of functions and for static checks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from feel.errors import FeelError
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Coerced,
    Comparison,
    ContextLiteral,
    Every,
    For,
    FunctionDefinition,
    If,
    In,
    InstanceOf,
    Invoke,
    ListLiteral,
    Literal,
    Located,
    Name,
    Negate,
    Node,
    Or,
    Path,
    RangeLiteral,
    Some,
    TypeNode,
    UnaryTests,
)
from feel.temporal import Date, DateTime, Duration, Months, Time
from feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    resolve,
)

BY_KIND: Mapping[type, Type] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: STRING,
    Date: DATE,
    Time: TIME,
    DateTime: DATE_TIME,
    Duration: DAYS_DURATION,
    Months: MONTHS_DURATION,
}
TRUTHS = (And, Or, Comparison, Between, In, InstanceOf, Some, Every, UnaryTests)


def infer(node: Node, names: Mapping[str, Type], types: Mapping[str, Type] | None = None) -> Type:
    """The type of `node` where `names` are known; Any when the text does not show it."""
    if isinstance(node, Literal):
        return BY_KIND.get(type(node.value), ANY)
    if isinstance(node, TRUTHS):
        return BOOLEAN
    if isinstance(node, Name):
        return names.get(node.name, ANY)
    if isinstance(node, ListLiteral):
        return ListType(common([infer(item, names, types) for item in node.items]))
    if isinstance(node, RangeLiteral):
        ends = [infer(end, names, types) for end in (node.low, node.high) if end is not None]
        return RangeType(common(ends))
    if isinstance(node, ContextLiteral):
        return _context(node, names, types)
    return _compound(node, names, types)


def _compound(node: Node, names: Mapping[str, Type], types: Mapping[str, Type] | None) -> Type:
    if isinstance(node, If):
        return common([infer(node.yes, names, types), infer(node.no, names, types)])
    if isinstance(node, Negate):
        return infer(node.operand, names, types)
    if isinstance(node, Arithmetic):
        return _arithmetic(node, names, types)
    if isinstance(node, Path):
        return _member(infer(node.source, names, types), node.member)
    if isinstance(node, For):
        return ListType(ANY)
    if isinstance(node, Located):
        return infer(node.expression, names, types)
    if isinstance(node, Coerced):
        return _written(node.type, types)
    if isinstance(node, FunctionDefinition):
        return _function(node, names, types)
    if isinstance(node, Invoke) and isinstance(node.function, Name) and node.function.name not in names:
        from feel.registry import BUILT_INS

        found = BUILT_INS.get(node.function.name)
        return found.result if found is not None else ANY
    return ANY


def common(kinds: list[Type]) -> Type:
    """The one type all of them are, null aside; Any when they differ."""
    rest = [kind for kind in kinds if kind != NULL]
    if not rest:
        return NULL if kinds else ANY
    return rest[0] if all(kind == rest[0] for kind in rest) else ANY


def _written(node: TypeNode | None, types: Mapping[str, Type] | None) -> Type:
    if node is None:
        return ANY
    try:
        return resolve(node, types)
    except FeelError:
        return ANY


def _context(node: ContextLiteral, names: Mapping[str, Type], types: Mapping[str, Type] | None) -> Type:
    known = dict(names)
    members = []
    for entry in node.entries:
        kind = _written(entry.type, types) if entry.type is not None else infer(entry.value, known, types)
        known[entry.key] = kind
        members.append((entry.key, kind))
    return ContextType(tuple(members)) if node.result is None else infer(node.result, known, types)


def _function(node: FunctionDefinition, names: Mapping[str, Type], types: Mapping[str, Type] | None) -> Type:
    formal = {parameter.name: _written(parameter.type, types) for parameter in node.parameters}
    return FunctionType(tuple(formal.values()), infer(node.body, {**names, **formal}, types))


def _arithmetic(node: Arithmetic, names: Mapping[str, Type], types: Mapping[str, Type] | None) -> Type:
    right = infer(node.right, names, types)
    left_node = node.left
    while isinstance(left_node, Arithmetic) and node.operator == left_node.operator == "+":
        left_node = left_node.left
    left = infer(left_node, names, types)
    if left == right == NUMBER or (node.operator == "+" and left == right == STRING):
        return left
    return ANY


def _member(source: Type, name: str) -> Type:
    while isinstance(source, ConstrainedType):
        source = source.base
    if isinstance(source, ContextType):
        return dict(source.members).get(name, ANY)
    if isinstance(source, ListType):
        return ListType(_member(source.item, name))
    return ANY
