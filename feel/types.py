"""Types of FEEL values: membership (`instance of`), conformance and coercion, built in or defined by a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from feel.errors import FeelError
from feel.syntax import (
    ContextTypeNode,
    FunctionTypeNode,
    ListTypeNode,
    NamedType,
    RangeTypeNode,
    ResolvedType,
    TypeNode,
)
from feel.temporal import Date, DateTime, Duration, Months, Time, at_midnight_utc

if TYPE_CHECKING:
    from feel.functions import Function


class _Mismatch:
    """The answer of a coercion that does not fit."""

    def __repr__(self) -> str:
        return "MISMATCH"


MISMATCH: Final = _Mismatch()


class Type:
    """A set of FEEL values."""

    def contains(self, value: Any) -> bool:
        """Whether a value that is not null belongs to the type (`instance of`)."""
        raise NotImplementedError

    def conforms(self, other: Type) -> bool:
        """Whether every value of this type is one of `other`."""
        return isinstance(other, AnyType) or self == other

    def coerce(self, value: Any) -> Any:
        """The value as one of this type (singleton list to value and back, date to date and time), or MISMATCH.

        Null fits every type.
        """
        if value is None or self.contains(value):
            return value
        if type(value) is list and len(value) == 1 and value[0] is not None and self.contains(value[0]):
            return value[0]
        return MISMATCH


@dataclass(frozen=True, slots=True)
class AnyType(Type):
    """Everything."""

    def contains(self, value: Any) -> bool:
        """Always."""
        return value is not None

    def conforms(self, other: Type) -> bool:
        """Only to itself."""
        return isinstance(other, AnyType)

    def coerce(self, value: Any) -> Any:
        """The value as it is."""
        return value

    def __str__(self) -> str:
        return "Any"


@dataclass(frozen=True, slots=True)
class NullType(Type):
    """Null alone; it conforms to every type."""

    def contains(self, value: Any) -> bool:
        """Only null."""
        return value is None

    def conforms(self, other: Type) -> bool:
        """Always."""
        return True

    def coerce(self, value: Any) -> Any:
        """Only null fits."""
        return None if value is None else MISMATCH

    def __str__(self) -> str:
        return "Null"


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A type whose values are known by their Python class."""

    name: str
    kind: type

    def contains(self, value: Any) -> bool:
        """By the value's class."""
        return type(value) is self.kind

    def coerce(self, value: Any) -> Any:
        """As every type, and a date becomes midnight UTC where a date and time is asked for."""
        if type(value) is self.kind or value is None:
            return value
        if type(value) is list and len(value) == 1 and type(value[0]) is not list:
            return self.coerce(value[0]) if value[0] is not None else MISMATCH
        if self.kind is DateTime and type(value) is Date:
            return at_midnight_utc(value)
        return MISMATCH

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list whose items all belong to one type."""

    item: Type

    def contains(self, value: Any) -> bool:
        """A list of items of the type; null items belong to none but Any."""
        if type(value) is not list:
            return False
        return isinstance(self.item, AnyType) or all(i is not None and self.item.contains(i) for i in value)

    def conforms(self, other: Type) -> bool:
        """Covariant."""
        return isinstance(other, AnyType) or (isinstance(other, ListType) and self.item.conforms(other.item))

    def coerce(self, value: Any) -> Any:
        """A single value becomes a list of one; items are coerced."""
        if value is None:
            return None
        if isinstance(self.item, AnyType):
            return value if type(value) is list else [value]
        items = [self.item.coerce(item) for item in value] if type(value) is list else [self.item.coerce(value)]
        return MISMATCH if any(item is MISMATCH for item in items) else items

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range with ends of one type."""

    item: Type

    def contains(self, value: Any) -> bool:
        """A range whose ends belong to the type or are missing."""
        from feel.values import Range

        if type(value) is not Range:
            return False
        return all(end is None or self.item.contains(end) for end in (value.low, value.high))

    def conforms(self, other: Type) -> bool:
        """Covariant."""
        return isinstance(other, AnyType) or (isinstance(other, RangeType) and self.item.conforms(other.item))

    def __str__(self) -> str:
        return f"range<{self.item}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context with at least these members; a member may be null."""

    members: tuple[tuple[str, Type], ...] = ()

    def contains(self, value: Any) -> bool:
        """Structural: extra members are allowed."""
        if type(value) is not dict:
            return False
        return all(key in value and (value[key] is None or kind.contains(value[key])) for key, kind in self.members)

    def conforms(self, other: Type) -> bool:
        """Structural, member by member."""
        if isinstance(other, AnyType):
            return True
        if not isinstance(other, ContextType):
            return False
        mine = dict(self.members)
        return all(key in mine and mine[key].conforms(kind) for key, kind in other.members)

    def coerce(self, value: Any) -> Any:
        """A context whose members are coerced; a missing member does not fit."""
        if value is None:
            return None
        if type(value) is list and len(value) == 1:
            value = value[0]
        if type(value) is not dict:
            return MISMATCH
        changed = {}
        for key, kind in self.members:
            if key not in value:
                return MISMATCH
            member = kind.coerce(value[key])
            if member is MISMATCH:
                return MISMATCH
            if member is not value[key]:
                changed[key] = member
        return {**value, **changed} if changed else value

    def __str__(self) -> str:
        return f"context<{', '.join(f'{key}: {kind}' for key, kind in self.members)}>"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """Functions by their parameter types and result type."""

    parameters: tuple[Type, ...]
    result: Type

    def contains(self, value: Any) -> bool:
        """A function that takes these arguments and gives such a result."""
        from feel.functions import Function

        if not isinstance(value, Function):
            return False
        return FunctionType(tuple(p.type for p in value.parameters), value.result).conforms(self)

    def coerce(self, value: Any) -> Any:
        """A function that can be called so: what it does not say about its own types is no reason to refuse it."""
        from feel.functions import Function

        if type(value) is list and len(value) == 1:
            value = value[0]
        if value is None or (isinstance(value, Function) and self._accepts(value)):
            return value
        return MISMATCH

    def _accepts(self, function: Function) -> bool:
        formal = list(function.parameters)
        if formal and formal[-1].variadic:
            formal += [formal[-1]] * (len(self.parameters) - len(formal))
        if len(formal) < len(self.parameters) or any(not p.optional for p in formal[len(self.parameters) :]):
            return False
        pairs = zip(self.parameters, formal, strict=False)
        if not all(p.variadic or isinstance(given, AnyType) or given.conforms(p.type) for given, p in pairs):
            return False
        return isinstance(function.result, AnyType) or function.result.conforms(self.result)

    def conforms(self, other: Type) -> bool:
        """Parameters contravariant, result covariant."""
        if isinstance(other, AnyType):
            return True
        if not isinstance(other, FunctionType) or len(self.parameters) != len(other.parameters):
            return False
        pairs = zip(other.parameters, self.parameters, strict=True)
        return all(theirs.conforms(mine) for theirs, mine in pairs) and self.result.conforms(other.result)

    def __str__(self) -> str:
        return f"function<{', '.join(map(str, self.parameters))}>->{self.result}"


@dataclass(frozen=True, slots=True)
class AnyFunctionType(Type):
    """Any function at all (a parameter that is called)."""

    def contains(self, value: Any) -> bool:
        """Every function."""
        from feel.functions import Function

        return isinstance(value, Function)

    def __str__(self) -> str:
        return "function"


@dataclass(frozen=True, slots=True)
class ConstrainedType(Type):
    """A named type whose values must also pass `allows` (allowed values of an item definition)."""

    name: str
    base: Type
    allows: Callable[[Any], bool] | None = field(default=None, compare=False)

    def contains(self, value: Any) -> bool:
        """A value of the base type that is allowed."""
        return self.base.contains(value) and (self.allows is None or self.allows(value))

    def conforms(self, other: Type) -> bool:
        """As its base does."""
        if isinstance(other, ConstrainedType):
            if self.name == other.name and self.base == other.base:
                return True
            other = other.base
        return self.base.conforms(other)

    def coerce(self, value: Any) -> Any:
        """Coerced as the base, then tested."""
        fitted = self.base.coerce(value)
        if fitted is MISMATCH or fitted is None or self.allows is None or self.allows(fitted):
            return fitted
        return MISMATCH

    def __str__(self) -> str:
        return self.name


ANY: Final = AnyType()
NULL: Final = NullType()
NUMBER: Final = SimpleType("number", Decimal)
STRING: Final = SimpleType("string", str)
BOOLEAN: Final = SimpleType("boolean", bool)
DATE: Final = SimpleType("date", Date)
TIME: Final = SimpleType("time", Time)
DATE_TIME: Final = SimpleType("date and time", DateTime)
DAYS_DURATION: Final = SimpleType("days and time duration", Duration)
MONTHS_DURATION: Final = SimpleType("years and months duration", Months)
LIST: Final = ListType(ANY)
CONTEXT: Final = ContextType()
RANGE: Final = RangeType(ANY)
FUNCTION: Final = AnyFunctionType()

BUILT_IN: Final[Mapping[str, Type]] = {
    str(kind): kind
    for kind in (NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION, ANY, NULL)
} | {
    "dateTime": DATE_TIME,
    "date time": DATE_TIME,
    "dayTimeDuration": DAYS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
    "days and time duration": DAYS_DURATION,
    "years and months duration": MONTHS_DURATION,
    "list": LIST,
    "context": CONTEXT,
    "range": RANGE,
    "function": FUNCTION,
    "any": ANY,
    "null": NULL,
}


def resolve(node: TypeNode, types: Mapping[str, Type] | None = None) -> Type:
    """The type a type expression means; raises FeelError `type.unknown` for a name that is none."""
    if isinstance(node, NamedType):
        found = (types or {}).get(node.name) or BUILT_IN.get(node.name)
        if found is None:
            raise FeelError("type.unknown", name=node.name, start=node.start)
        return found
    if isinstance(node, ResolvedType):
        assert isinstance(node.type, Type)
        return node.type
    if isinstance(node, ListTypeNode):
        return ListType(resolve(node.item, types))
    if isinstance(node, RangeTypeNode):
        return RangeType(resolve(node.item, types))
    if isinstance(node, ContextTypeNode):
        return ContextType(tuple((key, resolve(kind, types)) for key, kind in node.members))
    assert isinstance(node, FunctionTypeNode)
    return FunctionType(tuple(resolve(kind, types) for kind in node.parameters), resolve(node.result, types))


@lru_cache(maxsize=512)
def read_type(text: str) -> Type:
    """The built-in type a text like `list<number>` means; raises FeelError."""
    from feel.parser import parse_type

    return BUILT_IN.get(text) or resolve(parse_type(text))
