"""What a DMN file says, as frozen data: decisions, knowledge, services and types, before any FEEL text is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import NamedTuple


class Ref(NamedTuple):
    """The address of a requirement graph element: namespace of its file and id."""

    namespace: str
    id: str


class HitPolicy(StrEnum):
    """Which of several matching rules count (DMN 8.2.8)."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs of the matching rules."""

    LIST = "LIST"
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


class FunctionKind(StrEnum):
    """The language of a function's body; only FEEL is ever run."""

    FEEL = "FEEL"
    JAVA = "Java"
    PMML = "PMML"


class IteratorKind(StrEnum):
    """The three boxed iterators."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


# ── boxed expressions ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """Any expression of the file; `id` is its own or that of the nearest element that has one."""

    id: str
    line: int
    type_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Boxed):
    """A FEEL text."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A name with an optional type: of a result, a parameter, a context entry or a relation's column."""

    name: str
    type_ref: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextEntry:
    """One row of a boxed context; without a variable it is the result cell."""

    variable: Variable | None
    value: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextBox(Boxed):
    """A boxed context: later entries see earlier ones."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBox(Boxed):
    """A boxed list."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationBox(Boxed):
    """A relation: a list of contexts that share their columns."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One argument of an invocation by the name of its parameter."""

    parameter: Variable
    value: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationBox(Boxed):
    """A call of a knowledge model, a service or any function with named arguments."""

    function: Boxed
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionBox(Boxed):
    """A function definition: the logic of a knowledge model, or a value inside another box."""

    parameters: tuple[Variable, ...]
    body: Boxed | None
    kind: FunctionKind = FunctionKind.FEEL


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalBox(Boxed):
    """A boxed if, then, else."""

    condition: Boxed
    then: Boxed
    otherwise: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBox(Boxed):
    """The items of a list for which `match` holds."""

    source: Boxed
    match: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class IteratorBox(Boxed):
    """A boxed for, some or every over one list."""

    kind: IteratorKind
    variable: str
    source: Boxed
    body: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryText:
    """A text of unary tests: an input cell, allowed values or a type constraint."""

    id: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInput:
    """An input column: the tested expression and the values it may have."""

    id: str
    label: str
    expression: Literal
    values: UnaryText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutput:
    """An output column; the order of `values` is the order of priority."""

    id: str
    name: str
    label: str
    type_ref: str | None
    values: UnaryText | None
    default: Literal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of a table: a test per input, a value per output."""

    id: str
    line: int
    inputs: tuple[UnaryText, ...]
    outputs: tuple[Literal, ...]
    description: str = ""
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBox(Boxed):
    """A decision table."""

    hit_policy: HitPolicy
    aggregation: Aggregation
    inputs: tuple[TableInput, ...]
    outputs: tuple[TableOutput, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()


def boxes(root: object) -> Iterator[object]:
    """An expression and everything inside it: boxes, entries, columns, rules; safe for any depth."""
    waiting = [root]
    while waiting:
        current = waiting.pop()
        if isinstance(current, tuple):
            waiting.extend(current)
        elif is_dataclass(current):
            yield current
            waiting.extend(getattr(current, slot.name) for slot in fields(current))


# ── the requirement graph ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData:
    """A value that comes from outside."""

    ref: Ref
    name: str
    variable: Variable
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A named value computed from what it requires; without an expression it is always null."""

    ref: Ref
    name: str
    variable: Variable
    line: int
    requires: tuple[Ref, ...]
    expression: Boxed | None
    question: str = ""
    allowed_answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A business knowledge model: a named function."""

    ref: Ref
    name: str
    variable: Variable
    line: int
    requires: tuple[Ref, ...]
    logic: FunctionBox | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A decision service: output decisions as a function of input data and input decisions."""

    ref: Ref
    name: str
    variable: Variable
    line: int
    outputs: tuple[Ref, ...]
    encapsulated: tuple[Ref, ...]
    input_decisions: tuple[Ref, ...]
    input_data: tuple[Ref, ...]


Node = InputData | Decision | Knowledge | Service


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionItem:
    """The shape of a function type."""

    parameters: tuple[Variable, ...]
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition:
    """A named type or a member of one: a reference, components or a function, maybe a list of it."""

    id: str
    name: str
    line: int
    type_ref: str | None
    components: tuple[ItemDefinition, ...]
    is_collection: bool
    function: FunctionItem | None = None
    allowed_values: UnaryText | None = None
    type_constraint: UnaryText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Another file's elements under a name, or without any prefix when the name is empty."""

    name: str
    namespace: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """One file."""

    id: str
    name: str
    namespace: str
    version: str
    imports: tuple[Import, ...]
    items: tuple[ItemDefinition, ...]
    nodes: tuple[Node, ...]
