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
Known = dict[tuple[int, int], Type]
"""Types worked out before, by node and by the names around it (both are kept alive by whoever keeps this)."""
TRUTHS = (And, Or, Comparison, Between, In, InstanceOf, Some, Every, UnaryTests)


def infer(
    node: Node, names: Mapping[str, Type], types: Mapping[str, Type] | None = None, known: Known | None = None
) -> Type:
    """The type of `node` where `names` are known; Any when the text does not show it."""
    if isinstance(node, Literal):
        return BY_KIND.get(type(node.value), ANY)
    if isinstance(node, TRUTHS):
        return BOOLEAN
    if isinstance(node, Name):
        return names.get(node.name, ANY)
    return Inference(types, {} if known is None else known).of(node, names)


class Inference:
    """Works out types; every part of a tree once for the same names."""

    def __init__(self, types: Mapping[str, Type] | None, known: Known) -> None:
        self.types = types
        self.known = known

    def of(self, node: Node, names: Mapping[str, Type]) -> Type:
        """The type of a node."""
        if isinstance(node, Literal):
            return BY_KIND.get(type(node.value), ANY)
        if isinstance(node, TRUTHS):
            return BOOLEAN
        if isinstance(node, Name):
            return names.get(node.name, ANY)
        key = (id(node), id(names))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._worked_out(node, names)
        return found

    def _worked_out(self, node: Node, names: Mapping[str, Type]) -> Type:
        if isinstance(node, ListLiteral):
            return ListType(common([self.of(item, names) for item in node.items]))
        if isinstance(node, RangeLiteral):
            return RangeType(common([self.of(end, names) for end in (node.low, node.high) if end is not None]))
        if isinstance(node, ContextLiteral):
            return self._context(node, names)
        if isinstance(node, If):
            return common([self.of(node.yes, names), self.of(node.no, names)])
        if isinstance(node, Negate):
            return self.of(node.operand, names)
        if isinstance(node, Arithmetic):
            return self._arithmetic(node, names)
        if isinstance(node, Path):
            return _member(self.of(node.source, names), node.member)
        if isinstance(node, For):
            return ListType(ANY)
        if isinstance(node, Located):
            return self.of(node.expression, names)
        if isinstance(node, Coerced):
            return _written(node.type, self.types)
        if isinstance(node, FunctionDefinition):
            formal = {parameter.name: _written(parameter.type, self.types) for parameter in node.parameters}
            return FunctionType(tuple(formal.values()), infer(node.body, {**names, **formal}, self.types))
        return _built_in_result(node, names)

    def _context(self, node: ContextLiteral, names: Mapping[str, Type]) -> Type:
        around = dict(names)
        members = []
        for entry in node.entries:
            written = entry.type is not None
            kind = _written(entry.type, self.types) if written else infer(entry.value, around, self.types)
            around[entry.key] = kind
            members.append((entry.key, kind))
        return ContextType(tuple(members)) if node.result is None else infer(node.result, around, self.types)

    def _arithmetic(self, node: Arithmetic, names: Mapping[str, Type]) -> Type:
        right = self.of(node.right, names)
        first = node.left
        while isinstance(first, Arithmetic) and node.operator == first.operator == "+":
            if (id(first), id(names)) in self.known:
                break
            first = first.left
        left = self.of(first, names)
        if left == right == NUMBER or (node.operator == "+" and left == right == STRING):
            return left
        return ANY


def _built_in_result(node: Node, names: Mapping[str, Type]) -> Type:
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


def _member(source: Type, name: str) -> Type:
    while isinstance(source, ConstrainedType):
        source = source.base
    if isinstance(source, ContextType):
        return dict(source.members).get(name, ANY)
    if isinstance(source, ListType):
        return ListType(_member(source.item, name))
    return ANY
