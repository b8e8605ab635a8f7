"""Decision tables: which rules match, and what the hit policy makes of their outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dmn.model import Aggregation, HitPolicy, Rule, TableBox, TableOutput, UnaryText
from dmn.recording import TableRecord
from feel import numbers, syntax
from feel.values import compare, equal

if TYPE_CHECKING:
    from dmn.lowering import Lowering, Scope

Frame = list[Any]
Closure = Callable[[Frame], Any]
RUN, INPUT = 0, 2


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to run: the tests that can fail, in the order of the columns, and its outputs."""

    tests: tuple[tuple[int, Closure], ...]
    outputs: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table ready to run; it is shared between threads and keeps nothing of an evaluation."""

    box: TableBox
    inputs: tuple[Closure, ...]
    allowed: tuple[tuple[int, Closure], ...]
    rules: tuple[CompiledRule, ...]
    defaults: tuple[Closure, ...]
    priorities: tuple[tuple[Closure, ...], ...]

    def evaluate(self, frame: Frame) -> Any:
        """The table's value in a frame; what happened is noted when the evaluation keeps records."""
        run, outer = frame[RUN], frame[INPUT]
        run.spend(1 + len(self.rules))
        values = [read(frame) for read in self.inputs]
        record = None
        recorder = getattr(run, "recorder", None)
        if recorder is not None:
            record = TableRecord(table=self, values=values, frame=frame.copy())
            recorder.add(record)
        try:
            refused = self._refused_input(frame, values)
            if refused is not None:
                if record is not None:
                    record.refused_input = refused
                return run.fail("dmn.input-not-allowed", None, table=self.box.id, input=self.box.inputs[refused].id)
            matched = self._matching(frame, values, record)
        finally:
            frame[INPUT] = outer
        return self._answer(frame, matched, record)

    def _refused_input(self, frame: Frame, values: list[Any]) -> int | None:
        """The first column whose value is none of its input values (DMN 8.3.2)."""
        for column, test in self.allowed:
            frame[INPUT] = values[column]
            if test(frame) is not True:
                return column
        return None

    def _matching(self, frame: Frame, values: list[Any], record: TableRecord | None) -> list[int]:
        """The indexes of the rules all of whose tests hold; FIRST stops at the first."""
        only_first = self.box.hit_policy is HitPolicy.FIRST
        matched = []
        for index, rule in enumerate(self.rules):
            for column, test in rule.tests:
                frame[INPUT] = values[column]
                if test(frame) is not True:
                    break
            else:
                matched.append(index)
                if only_first:
                    break
        if record is not None:
            record.matched = matched
        return matched

    def failing_columns(self, frame: Frame, values: list[Any], index: int) -> list[int]:
        """The columns in which a rule does not hold, for explaining afterwards."""
        failing = []
        for column, test in self.rules[index].tests:
            frame[INPUT] = values[column]
            if test(frame) is not True:
                failing.append(column)
        return failing

    # ── hit policies ────────────────────────────────────────────────────────────────────────────

    def _answer(self, frame: Frame, matched: list[int], record: TableRecord | None) -> Any:
        if not matched:
            return self._without_match(frame, record)
        policy = self.box.hit_policy
        if policy is HitPolicy.UNIQUE:
            if len(matched) > 1:
                return self._conflict(frame, record, "dmn.several-rules-match", matched)
            return self._chosen(record, matched[0], self._output(frame, matched[0]))
        if policy is HitPolicy.FIRST:
            return self._chosen(record, matched[0], self._output(frame, matched[0]))
        if policy is HitPolicy.ANY:
            return self._any(frame, matched, record)
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            ranked = self._ranked(frame, matched)
            if policy is HitPolicy.PRIORITY:
                return self._chosen(record, *ranked[0])
            return self._listed(frame, record, ranked)
        outputs = [(index, self._output(frame, index)) for index in matched]
        if policy is HitPolicy.COLLECT and self.box.aggregation is not Aggregation.LIST:
            if record is not None:
                record.chosen = matched
            return self._aggregate(frame, [value for _, value in outputs])
        return self._listed(frame, record, outputs)

    def _without_match(self, frame: Frame, record: TableRecord | None) -> Any:
        """The default outputs; without any the empty list or count of the multiple hit policies, else null."""
        if self.defaults:
            if record is not None:
                record.used_default = True
            value = self._shape([read(frame) for read in self.defaults])
            several = self.box.hit_policy in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)
            single = self.box.aggregation is not Aggregation.LIST and self.box.hit_policy is HitPolicy.COLLECT
            return [value] if several and not single and not isinstance(value, list) else value
        if self.box.hit_policy is HitPolicy.COLLECT:
            if self.box.aggregation is Aggregation.LIST:
                return []
            if self.box.aggregation is Aggregation.COUNT:
                return numbers.ZERO
        if self.box.hit_policy in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER):
            return []
        return frame[RUN].fail("dmn.no-rule-matches", None, table=self.box.id)

    def _any(self, frame: Frame, matched: list[int], record: TableRecord | None) -> Any:
        """All matching rules must agree (DMN 8.2.8)."""
        first = self._output(frame, matched[0])
        for index in matched[1:]:
            if equal(first, self._output(frame, index)) is not True:
                return self._conflict(frame, record, "dmn.rules-disagree", matched)
        if record is not None:
            record.chosen = matched
        return first

    def _ranked(self, frame: Frame, matched: list[int]) -> list[tuple[int, Any]]:
        """Rules with their outputs, the output values that are listed first coming first; rule order decides ties."""
        ranked = []
        for index in matched:
            cells = [read(frame) for read in self.rules[index].outputs]
            rank = tuple(self._rank(frame, column, cell) for column, cell in enumerate(cells))
            ranked.append((rank, index, self._shape(cells)))
        ranked.sort(key=lambda item: item[:2])
        return [(index, value) for _, index, value in ranked]

    def _rank(self, frame: Frame, column: int, cell: Any) -> int:
        tests = self.priorities[column]
        outer = frame[INPUT]
        frame[INPUT] = cell
        try:
            return next((place for place, test in enumerate(tests) if test(frame) is True), len(tests))
        finally:
            frame[INPUT] = outer

    def _aggregate(self, frame: Frame, values: list[Any]) -> Any:
        run = frame[RUN]
        run.made_list(len(values))
        if self.box.aggregation is Aggregation.COUNT:
            return numbers.CONTEXT.create_decimal(len(values))
        if self.box.aggregation is Aggregation.SUM:
            return self._sum(frame, values)
        wanted = -1 if self.box.aggregation is Aggregation.MIN else 1
        best = values[0]
        for value in values:
            order = compare(value, best)
            if order is None:
                return run.fail("dmn.outputs-not-comparable", None, table=self.box.id)
            if order == wanted:
                best = value
        return best

    def _sum(self, frame: Frame, values: list[Any]) -> Any:
        total = numbers.ZERO
        for value in values:
            if not isinstance(value, Decimal):
                return frame[RUN].fail("dmn.output-not-a-number", None, table=self.box.id)
            try:
                total = numbers.ADD(total, value)
            except numbers.ArithmeticFault:
                return frame[RUN].fail("dmn.sum-out-of-range", None, table=self.box.id)
        return total

    def _output(self, frame: Frame, index: int) -> Any:
        return self._shape([read(frame) for read in self.rules[index].outputs])

    def _shape(self, cells: list[Any]) -> Any:
        """One output is the value itself, several are a context."""
        if len(cells) == 1:
            return cells[0]
        return {output.name: cell for output, cell in zip(self.box.outputs, cells, strict=True)}

    def _chosen(self, record: TableRecord | None, index: int, value: Any) -> Any:
        if record is not None:
            record.chosen = [index]
        return value

    def _listed(self, frame: Frame, record: TableRecord | None, outputs: list[tuple[int, Any]]) -> Any:
        frame[RUN].made_list(len(outputs))
        if record is not None:
            record.chosen = [index for index, _ in outputs]
        return [value for _, value in outputs]

    def _conflict(self, frame: Frame, record: TableRecord | None, code: str, matched: list[int]) -> Any:
        if record is not None:
            record.conflict = code
        rules = ", ".join(self.box.rules[index].id for index in matched)
        return frame[RUN].fail(code, None, table=self.box.id, rules=rules)


# ── from the file to closures ───────────────────────────────────────────────────────────────────


def table_node(box: TableBox, lowering: Lowering, names: Scope) -> syntax.Node:
    """The syntax node of a table: its texts are parts, compiled in the scope where the table stands."""
    layout = _Layout()
    inputs = [layout.put(lowering.typed(item.expression, names)) for item in box.inputs]
    allowed = [(c, layout.put(lowering.tests(i.values, names))) for c, i in enumerate(box.inputs) if i.values]
    rules = [_lower_rule(rule, box, lowering, names, layout) for rule in box.rules]
    defaults = _lower_defaults(box, lowering, names, layout)
    priorities = [[layout.put(test) for test in _priority_tests(o.values, lowering, names)] for o in box.outputs]

    def build(parts: Sequence[Closure]) -> Closure:
        table = CompiledTable(
            box=box,
            inputs=tuple(parts[place] for place in inputs),
            allowed=tuple((column, parts[place]) for column, place in allowed),
            rules=tuple(
                CompiledRule(
                    tests=tuple((column, parts[place]) for column, place in tests),
                    outputs=tuple(parts[place] for place in outputs),
                )
                for tests, outputs in rules
            ),
            defaults=tuple(parts[place] for place in defaults),
            priorities=tuple(tuple(parts[place] for place in places) for places in priorities),
        )
        return table.evaluate

    return syntax.Extension(tuple(layout.nodes), build)


class _Layout:
    """The parts of a table's node and their places."""

    def __init__(self) -> None:
        self.nodes: list[syntax.Node] = []

    def put(self, node: syntax.Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1


def _lower_rule(
    rule: Rule, box: TableBox, lowering: Lowering, names: Scope, layout: _Layout
) -> tuple[list[tuple[int, int]], list[int]]:
    tests = []
    for column, cell in enumerate(rule.inputs[: len(box.inputs)]):
        node = lowering.tests(cell, names)
        if not (isinstance(node, syntax.UnaryTests) and not node.tests and not node.negated):
            tests.append((column, layout.put(syntax.Located(node, cell.id))))
    outputs = [
        layout.put(_typed_output(lowering.typed(cell, names), output, lowering, box))
        for cell, output in zip(rule.outputs, box.outputs, strict=False)
    ]
    return tests, outputs


def _typed_output(node: syntax.Node, output: TableOutput, lowering: Lowering, box: TableBox) -> syntax.Node:
    if output.type_ref is None or lowering.types.is_any(output.type_ref):
        return node
    return syntax.Located(syntax.Coerced(node, lowering.type(output.type_ref, box)), output.id)


def _lower_defaults(box: TableBox, lowering: Lowering, names: Scope, layout: _Layout) -> list[int]:
    """One default per output; an output without one is null as soon as another output has one."""
    if not any(output.default for output in box.outputs):
        return []
    empty = syntax.Literal(None)
    return [
        layout.put(
            _typed_output(lowering.typed(output.default, names), output, lowering, box) if output.default else empty
        )
        for output in box.outputs
    ]


def _priority_tests(values: UnaryText | None, lowering: Lowering, names: Scope) -> list[syntax.Node]:
    """Each output value as a test of its own, in the order of priority."""
    if values is None:
        return []
    node = lowering.tests(values, names)
    if not isinstance(node, syntax.UnaryTests):
        return []
    return [syntax.UnaryTests((test,)) for test in node.tests]
