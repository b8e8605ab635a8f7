"""Evaluating a decision: what it requires first, each node once, services and knowledge models as functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import feel
from dmn.findings import Finding, Severity
from dmn.graph import Graph, Visible
from dmn.lowering import Lowering, Scope, Text
from dmn.model import (
    ContextEntry,
    Decision,
    InputData,
    Knowledge,
    Node,
    Ref,
    RelationBox,
    Service,
    TableBox,
    TableOutput,
    boxes,
)
from dmn.recording import DecisionRun
from dmn.types import Types
from feel import syntax
from feel.functions import Function, NativeFunction, Parameter
from feel.types import ANY, MISMATCH, FunctionType, Type

Memo = dict[Ref, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A decision or a knowledge model ready to run: its expression and the names it reads."""

    reads: tuple[Visible, ...]
    expression: feel.Expression | None
    texts: tuple[Text, ...] = ()
    tables: tuple[tuple[TableBox, Scope], ...] = ()


class Engine:
    """Computes the nodes of a graph. Holds nothing of an evaluation, so threads share it."""

    def __init__(self, graph: Graph, types: Mapping[int, Types], findings: list[Finding]) -> None:
        self.graph = graph
        self.findings = findings
        self._type_of_file = {id(file): types[index] for index, file in enumerate(graph.files)}
        self._plans: dict[Ref, Plan] = {}
        self._inputs: dict[Ref, Type] = {}
        self._services: dict[Ref, Function] = {}
        self._orders: dict[Ref, tuple[Ref, ...]] = {}
        self._members = frozenset(_member_names(graph, types.values()))

    # ── before any evaluation ───────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Read every text of the model now, so that all findings are known."""
        for ref, node in self.graph.nodes.items():
            if isinstance(node, (Decision, Knowledge)):
                self.plan(ref)
            elif isinstance(node, InputData):
                self._input_type(node)
            else:
                self._service(node)

    def plan(self, ref: Ref) -> Plan:
        """The node's plan, made when first needed."""
        if (known := self._plans.get(ref)) is None:
            known = self._plans[ref] = self._make_plan(ref)
        return known

    def types(self, ref: Ref) -> Types:
        """The type names that the node's file may use."""
        return self._type_of_file[id(self.graph.home[ref])]

    def scope(self, ref: Ref) -> Scope:
        """The names an expression of the node may use, with their types; a knowledge model may call itself."""
        node = self.graph.nodes[ref]
        scope: dict[str, Type | None] = {node.variable.name: None} if isinstance(node, Knowledge) else {}
        for item in self.graph.visible(ref):
            needed = self.graph.nodes[item.ref]
            plain = item.alias is None and isinstance(needed, (InputData, Decision))
            name = needed.variable.type_ref
            scope[item.alias or item.name] = self.types(item.ref).find(name) if plain and name else None
        return scope

    def _make_plan(self, ref: Ref) -> Plan:
        node, types = self.graph.nodes[ref], self.types(ref)
        lowering = Lowering(types, self._members, self.findings)
        reads = tuple(self.graph.visible(ref))
        names = self.scope(ref)
        root: syntax.Node | None = None
        if isinstance(node, Decision) and node.expression is not None:
            root = self._typed(lowering.typed(node.expression, names), node, lowering)
        elif isinstance(node, Knowledge) and node.logic is not None:
            result = self._result_type(node)
            returned = None if result is ANY else syntax.ResolvedType(result)
            root = lowering.function(node.logic, names, node.variable.name, returned)
        if root is None:
            return Plan(reads, None)
        texts, tables = tuple(lowering.texts), tuple(lowering.tables)
        try:
            return Plan(reads, feel.compile_node(root, types=types.all()), texts, tables)
        except feel.FeelError as error:
            values = {"reason": error.code, "message": str(error), **error.values}
            self.findings.append(Finding(code="feel-invalid", element=ref.id, line=node.line, values=values))
            return Plan(reads, None, texts, tables)

    def _typed(self, root: syntax.Node, node: Decision, lowering: Lowering) -> syntax.Node:
        kind = self._variable_type(node)
        if kind is ANY:
            return root
        return syntax.Located(syntax.Coerced(root, syntax.ResolvedType(kind)), node.ref.id)

    def _variable_type(self, node: Node) -> Type:
        """The type of a node's variable; an unknown name is a finding and anything."""
        name = node.variable.type_ref
        if name is None:
            return ANY
        found = self.types(node.ref).find(name)
        if found is None:
            values = {"type": name, "name": node.name}
            self.findings.append(Finding(code="type-unknown", element=node.ref.id, line=node.line, values=values))
            return ANY
        return found

    def _result_type(self, node: Knowledge | Service) -> Type:
        """What a function gives back: its variable has a function type, or in older files the result's type."""
        kind = self._variable_type(node)
        return kind.result if isinstance(kind, FunctionType) else kind

    def _input_type(self, node: Node) -> Type:
        if (known := self._inputs.get(node.ref)) is None:
            known = self._inputs[node.ref] = self._variable_type(node)
        return known

    # ── evaluation ──────────────────────────────────────────────────────────────────────────────

    def evaluate(self, run: DecisionRun, ref: Ref, given: Mapping[str, Any]) -> Any:
        """The FEEL value of a decision, or of a service called with its parameters by name."""
        memo: Memo = {}
        for need in self._order(ref):
            memo[need] = self._compute(run, need, memo, given)
        node = self.graph.nodes[ref]
        if not isinstance(node, Service):
            return memo.get(ref)
        parameters = self._service_parameters(node)
        arguments = [
            self._fit(run, self.graph.nodes[p], given.get(self.graph.nodes[p].variable.name)) for p in parameters
        ]
        return memo[ref].call(run, arguments)

    def _order(self, ref: Ref) -> tuple[Ref, ...]:
        if (known := self._orders.get(ref)) is None:
            known = self._orders[ref] = self.graph.ordered((ref,))
        return known

    def _compute(self, run: DecisionRun, ref: Ref, memo: Memo, given: Mapping[str, Any]) -> Any:
        node = self.graph.nodes[ref]
        if isinstance(node, InputData):
            return self._read_input(run, node, given)
        if isinstance(node, Service):
            return self._service(node)
        plan = self.plan(ref)
        if plan.expression is None:
            return None
        hidden = self.graph.by_name(self.graph.home[ref])
        scope = feel.Values((name, value) for name, value in run.outside.items() if name not in hidden)
        for item in plan.reads:
            if item.alias is None:
                scope[item.name] = memo.get(item.ref)
            else:
                members = scope.get(item.alias)
                scope[item.alias] = {**(members if isinstance(members, dict) else {}), item.name: memo.get(item.ref)}
        if isinstance(node, Knowledge):
            value = plan.expression.run(run, scope)
            scope[node.variable.name] = value
            return value
        if run.recorder is None:
            return plan.expression.run(run, scope)
        record = run.recorder.enter(ref, run.service)
        value = None
        try:
            value = plan.expression.run(run, scope)
        finally:
            run.recorder.leave(record, value)
        return value

    def _read_input(self, run: DecisionRun, node: InputData, given: Mapping[str, Any]) -> Any:
        value = given.get(node.variable.name, given.get(node.name))
        value = self._fit(run, node, value)
        if run.recorder is not None:
            run.recorder.leave(run.recorder.enter(node.ref, run.service), value)
        return value

    def _fit(self, run: DecisionRun, node: Node, value: Any) -> Any:
        """A value from outside as the node's type, else null with the reason."""
        kind = self._input_type(node)
        fitted = kind.coerce(value)
        if fitted is MISMATCH:
            return run.fail("dmn.input-mismatch", None, name=node.variable.name, type=str(kind), element=node.ref.id)
        return fitted

    # ── services ────────────────────────────────────────────────────────────────────────────────

    def _service_parameters(self, node: Service) -> tuple[Ref, ...]:
        """Input data come before input decisions (DMN 10.4)."""
        return tuple(ref for ref in (*node.input_data, *node.input_decisions) if ref in self.graph.nodes)

    def _service(self, node: Service) -> Function:
        if (known := self._services.get(node.ref)) is None:
            known = self._services[node.ref] = self._make_service(node)
        return known

    def _make_service(self, node: Service) -> Function:
        refs = self._service_parameters(node)
        inputs = [self.graph.nodes[ref] for ref in refs]
        parameters = [Parameter(item.variable.name, self._input_type(item)) for item in inputs]
        outputs = tuple(ref for ref in node.outputs if ref in self.graph.nodes)
        order = self.graph.ordered(outputs, given=frozenset(refs))
        result = self._result_type(node)

        def body(run: DecisionRun, *arguments: Any) -> Any:
            if run.depth >= run.budget.depth:
                raise feel.BudgetExceeded("depth", run.budget.depth)
            memo: Memo = dict(zip(refs, arguments, strict=True))
            run.spend(1 + len(order))
            run.depth += 1
            outer, run.service = run.service, node.ref
            try:
                for ref in order:
                    if ref not in memo:
                        memo[ref] = self._compute(run, ref, memo, {})
            finally:
                run.depth -= 1
                run.service = outer
            values = {self.graph.nodes[ref].variable.name: memo[ref] for ref in outputs}
            value = next(iter(values.values())) if len(outputs) == 1 else values
            fitted = result.coerce(value)
            if fitted is MISMATCH:
                return run.fail("dmn.result-mismatch", None, type=str(result), element=node.ref.id)
            return fitted

        return NativeFunction(node.variable.name, parameters, body, result)


def undeclared(engine: Engine) -> Iterable[Finding]:
    """Names of the model that an expression uses without requiring the node: it would be null for ever."""
    graph = engine.graph
    for ref, node in graph.nodes.items():
        if not isinstance(node, (Decision, Knowledge)) or (expression := engine.plan(ref).expression) is None:
            continue
        known = graph.by_name(graph.home[ref])
        visible = engine.scope(ref)
        for name in {used.name: used for used in feel.names_used(expression)}:
            if name in known and name not in visible:
                values = {"name": node.name, "uses": name, "required": known[name].ref.id}
                yield Finding(
                    code="requirement-undeclared",
                    element=ref.id,
                    line=node.line,
                    severity=Severity.ERROR,
                    values=values,
                )


def _member_names(graph: Graph, types: Iterable[Types]) -> Iterable[str]:
    """Names that may follow a dot and are more than one word: components, context keys, columns, nodes."""
    for table in types:
        yield from (name for name in table.members() if not name.isidentifier())
    for node in graph.nodes.values():
        if not node.variable.name.isidentifier():
            yield node.variable.name
        logic = node.expression if isinstance(node, Decision) else node.logic if isinstance(node, Knowledge) else None
        for part in boxes(logic):
            yield from (name for name in _keys(part) if name and not name.isidentifier())


def _keys(part: object) -> Iterable[str]:
    """The names under which a box makes members."""
    if isinstance(part, ContextEntry):
        return (part.variable.name,) if part.variable else ()
    if isinstance(part, RelationBox):
        return (column.name for column in part.columns)
    return (part.name,) if isinstance(part, TableOutput) else ()
