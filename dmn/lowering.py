"""Boxed expressions become FEEL syntax, so that one interpreter runs everything a DMN file says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

import feel
from dmn import model
from dmn.findings import Finding, unreadable
from dmn.tables import table_node
from dmn.types import Types
from feel import syntax
from feel.types import Type

Scope = Mapping[str, Type | None]
"""The names an expression may use, with their types where they are known."""
Closure = Callable[[list[Any]], Any]
NULL = syntax.Literal(None)


@dataclass(frozen=True, slots=True)
class Text:
    """A FEEL text of the file with its scope, for checks that come after reading."""

    id: str
    line: int
    text: str
    scope: Scope
    is_test: bool


class Lowering:
    """Turns the expressions of one file into syntax; texts that are no FEEL become findings and null."""

    def __init__(self, types: Types, members: frozenset[str], findings: list[Finding]) -> None:
        self.types = types
        self.members = members
        self.findings = findings
        self.texts: list[Text] = []
        self.tables: list[tuple[model.TableBox, Scope]] = []

    def typed(self, boxed: model.Boxed, names: Scope) -> syntax.Node:
        """The syntax of an expression whose value is coerced to the type it names."""
        node = self.node(boxed, names)
        if boxed.type_ref is None or self.types.is_any(boxed.type_ref):
            return node
        return syntax.Located(syntax.Coerced(node, self.type(boxed.type_ref, boxed)), boxed.id)

    def type(self, name: str, where: model.Boxed) -> syntax.TypeNode:
        """The syntax of a named type; an unknown one is a finding and anything."""
        found = self.types.find(name)
        if found is None:
            self.findings.append(Finding(code="type-unknown", element=where.id, line=where.line, values={"type": name}))
            return syntax.NamedType("Any")
        return syntax.ResolvedType(found)

    def text(self, source: model.Literal, names: Scope) -> syntax.Node:
        """The syntax of a FEEL text; an empty one is null."""
        if not source.text.strip():
            return NULL
        self.texts.append(Text(source.id, source.line, source.text, names, is_test=False))
        try:
            node = feel.parse(source.text, names=frozenset(names), members=self.members)
        except feel.FeelError as error:
            return self._broken(error, source.id, source.line, source.text)
        return syntax.Located(node, source.id)

    def tests(self, source: model.UnaryText, names: Scope) -> syntax.Node:
        """The syntax of a text of unary tests; an empty one lets everything pass."""
        if not source.text.strip():
            return syntax.UnaryTests(())
        self.texts.append(Text(source.id, source.line, source.text, names, is_test=True))
        try:
            node = feel.parse_unary_tests(source.text, names=frozenset(names), members=self.members)
        except feel.FeelError as error:
            return self._broken(error, source.id, source.line, source.text)
        return node

    def function(
        self, box: model.FunctionBox, names: Scope, name: str, result: syntax.TypeNode | None = None
    ) -> syntax.Node:
        """The syntax of a function definition; its parameters shadow what is around it."""
        parameters = tuple(
            syntax.ParameterNode(item.name, self.type(item.type_ref, box) if item.type_ref else None)
            for item in box.parameters
        )
        inner = {**names, **{item.name: self._known(item.type_ref) for item in box.parameters}}
        external = box.kind is not model.FunctionKind.FEEL
        body = NULL if external or box.body is None else self.typed(box.body, inner)
        return syntax.FunctionDefinition(parameters, body, external=external, result=result, name=name)

    @singledispatchmethod
    def node(self, boxed: model.Boxed, names: Scope) -> syntax.Node:
        """The syntax of an expression, without the coercion to its own type."""
        raise TypeError(f"no expression: {boxed!r}")

    @node.register
    def _(self, boxed: model.Literal, names: Scope) -> syntax.Node:
        return self.text(boxed, names)

    @node.register
    def _(self, boxed: model.ContextBox, names: Scope) -> syntax.Node:
        entries, result = [], None
        for entry in boxed.entries:
            value = self.typed(entry.value, names)
            if entry.variable is None:
                result = value
                continue
            kind = self.type(entry.variable.type_ref, boxed) if entry.variable.type_ref else None
            entries.append(syntax.ContextEntry(entry.variable.name, value, kind))
            names = {**names, entry.variable.name: self._known(entry.variable.type_ref or entry.value.type_ref)}
        return syntax.ContextLiteral(tuple(entries), result)

    @node.register
    def _(self, boxed: model.ListBox, names: Scope) -> syntax.Node:
        return syntax.ListLiteral(tuple(self.typed(item, names) for item in boxed.items))

    @node.register
    def _(self, boxed: model.RelationBox, names: Scope) -> syntax.Node:
        kinds = [self.type(column.type_ref, boxed) if column.type_ref else None for column in boxed.columns]
        rows = tuple(
            syntax.ContextLiteral(
                tuple(
                    syntax.ContextEntry(column.name, self.typed(cell, names), kind)
                    for column, kind, cell in zip(boxed.columns, kinds, row, strict=False)
                )
            )
            for row in boxed.rows
        )
        return syntax.ListLiteral(rows)

    @node.register
    def _(self, boxed: model.InvocationBox, names: Scope) -> syntax.Node:
        arguments = tuple(
            syntax.NamedArgument(
                binding.parameter.name, NULL if binding.value is None else self.typed(binding.value, names)
            )
            for binding in boxed.bindings
        )
        return syntax.Located(syntax.Invoke(self.node(boxed.function, names), (), arguments), boxed.id)

    @node.register
    def _(self, boxed: model.FunctionBox, names: Scope) -> syntax.Node:
        return self.function(boxed, names, "")

    @node.register
    def _(self, boxed: model.ConditionalBox, names: Scope) -> syntax.Node:
        condition = _condition(self.typed(boxed.condition, names))
        return _strict(
            syntax.If(condition, self.typed(boxed.then, names), self.typed(boxed.otherwise, names)), boxed.id
        )

    @node.register
    def _(self, boxed: model.FilterBox, names: Scope) -> syntax.Node:
        match = _condition(self.typed(boxed.match, {**names, "item": None}))
        return _strict(syntax.Filter(self.typed(boxed.source, names), match), boxed.id)

    @node.register
    def _(self, boxed: model.IteratorBox, names: Scope) -> syntax.Node:
        iteration = (syntax.Iteration(boxed.variable, self.typed(boxed.source, names)),)
        body = self.typed(boxed.body, {**names, boxed.variable: None, "partial": None})
        if boxed.kind is model.IteratorKind.FOR:
            return syntax.For(iteration, body)
        quantifier = syntax.Some if boxed.kind is model.IteratorKind.SOME else syntax.Every
        return _strict(quantifier(iteration, _condition(body)), boxed.id)

    @node.register
    def _(self, boxed: model.TableBox, names: Scope) -> syntax.Node:
        self.tables.append((boxed, names))
        return table_node(boxed, self, names)

    def _known(self, name: str | None) -> Type | None:
        """The type of a name, or None where it says nothing."""
        return None if name is None else self.types.find(name)

    def _broken(self, error: feel.FeelError, element: str, line: int, text: str) -> syntax.Node:
        self.findings.append(unreadable(error, element, line, text))
        return _null_because("dmn.expression-unreadable", element)


def _null_because(code: str, element: str) -> syntax.Node:
    """A node that is always null and says why."""

    def build(_: Sequence[Closure]) -> Closure:
        return lambda frame: frame[0].fail(code, None, element=element)

    return syntax.Extension((), build)


class _NotBoolean(Exception):
    """A condition of a box was neither true, false nor null."""


def _condition(node: syntax.Node) -> syntax.Node:
    """A condition that gives up its whole box when it is no boolean."""

    def build(parts: Sequence[Closure]) -> Closure:
        condition = parts[0]

        def run(frame: list[Any]) -> Any:
            outcome = condition(frame)
            if outcome is not None and type(outcome) is not bool:
                raise _NotBoolean
            return outcome

        return run

    return syntax.Extension((node,), build)


def _strict(box: syntax.Node, element: str) -> syntax.Node:
    """A box that is null as soon as one of its conditions is no boolean (DMN 1.5, 10.2.2)."""

    def build(parts: Sequence[Closure]) -> Closure:
        inside = parts[0]

        def run(frame: list[Any]) -> Any:
            try:
                return inside(frame)
            except _NotBoolean:
                return frame[0].fail("dmn.condition-not-boolean", None, element=element)

        return run

    return syntax.Extension((box,), build)
