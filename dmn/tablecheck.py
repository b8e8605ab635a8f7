"""The check of one decision table: overlaps, gaps, rules that never count, missing defaults; each with an example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from dmn.axes import WHOLE_NUMBERS, Axis, make_axis, try_constant
from dmn.coverage import Cover
from dmn.effort import Effort, TooComplex
from dmn.findings import Finding, Severity
from dmn.lowering import Lowering, Scope
from dmn.model import Aggregation, HitPolicy, Rule, TableBox, TableInput, UnaryText
from dmn.trace import brief
from dmn.types import Types
from feel import syntax
from feel.types import Type
from feel.values import equal

MAX_FINDINGS = 20
"""Gaps, and overlaps, reported of one table; more help nobody."""
SINGLE_HIT = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY})


def check_table(box: TableBox, scope: Scope, types: Types) -> Iterator[Finding]:
    """What is wrong with a table. Null inputs are looked at only where a cell speaks of null."""
    if not box.rules:
        yield _finding("table-without-rules", box, Severity.WARNING)
        return
    yield from _names(box)
    yield from TableCheck(box, scope, types).findings()


def _names(box: TableBox) -> Iterator[Finding]:
    """Several outputs need names, each its own."""
    names: set[str] = set()
    for output in box.outputs if len(box.outputs) > 1 else ():
        if not output.name:
            yield _finding("output-name-missing", box, Severity.ERROR, output=output.id)
        elif output.name in names:
            yield _finding("output-name-twice", box, Severity.ERROR, output=output.id, name=output.name)
        names.add(output.name)
    if box.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not any(o.values for o in box.outputs):
        yield _finding("output-values-missing", box, Severity.ERROR, hit_policy=str(box.hit_policy))


class TableCheck:
    """One table over its axes: one per tested expression, however many columns test it."""

    def __init__(self, box: TableBox, scope: Scope, types: Types) -> None:
        self.box = box
        self.scope = scope
        self.types = types
        # Texts were read and reported when the model was loaded: findings are not wanted twice.
        self.lowering = Lowering(types, frozenset(types.members()), [])
        self.effort = Effort()

    def findings(self) -> Iterator[Finding]:
        """All findings of the table."""
        try:
            cover = Cover(self._axes(), len(self.box.rules), self.effort)
            yield from self._empty_rules(cover)
            yield from self._overlaps(cover)
            yield from self._shadowed(cover)
            yield from self._gaps(cover)
            yield from self._open_questions(cover)
        except TooComplex:
            yield _finding("table-too-complex", self.box, Severity.HINT)

    # ── columns ─────────────────────────────────────────────────────────────────────────────────

    def _axes(self) -> list[Axis]:
        """The axes of the table."""
        columns: dict[str, list[int]] = {}
        for place, item in enumerate(self.box.inputs):
            columns.setdefault(" ".join(item.expression.text.split()), []).append(place)
        return [self._axis(expression, places) for expression, places in columns.items()]

    def _axis(self, expression: str, places: Sequence[int]) -> Axis:
        cells = [
            [self.lowering.tests(rule.inputs[place], self.scope) for place in places if place < len(rule.inputs)]
            for rule in self.box.rules
        ]
        first = self.box.inputs[places[0]]
        kind, allowed = self._kind(first)
        domain = [self.lowering.tests(item, self.scope) for item in allowed]
        domain += [self.lowering.tests(v, self.scope) for p in places if (v := self.box.inputs[p].values)]
        whole = first.expression.type_ref in WHOLE_NUMBERS
        return make_axis(expression, cells, domain, kind=kind, whole=whole, effort=self.effort)

    def _kind(self, column: TableInput) -> tuple[Type | None, list[UnaryText]]:
        """The type of a column, written at it or known of the name it tests, and the values that type allows."""
        name = column.expression.type_ref
        kind = self.types.find(name) if name else None
        allowed: list[UnaryText] = []
        seen: set[str | None] = set()
        while name not in seen and (item := self.types.definition(name)) is not None and not item.is_collection:
            seen.add(name)
            allowed += [tests for tests in (item.allowed_values, item.type_constraint) if tests]
            name = item.type_ref
        if kind is None or self.types.is_any(column.expression.type_ref or ""):
            kind = self.scope.get(" ".join(column.expression.text.split()))
        return kind, allowed

    # ── findings ────────────────────────────────────────────────────────────────────────────────

    def _empty_rules(self, cover: Cover) -> Iterator[Finding]:
        for number, (rule, accepted) in enumerate(zip(self.box.rules, cover.boxes, strict=True)):
            for axis, mask in zip(cover.axes, accepted, strict=True):
                if not mask:
                    yield _finding(
                        "rule-never-matches",
                        self.box,
                        Severity.ERROR,
                        at=rule,
                        number=number + 1,
                        input=axis.expression,
                    )
                    break

    def _overlaps(self, cover: Cover) -> Iterator[Finding]:
        """Two rules for one input: wrong under UNIQUE, and under ANY where they do not agree."""
        if self.box.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
            return
        found = 0
        for one, other, common in cover.overlaps(cover.sure):
            rules = self.box.rules[one], self.box.rules[other]
            if self.box.hit_policy is HitPolicy.ANY and self._agree(*rules) is not False:
                continue
            code = "rules-overlap" if self.box.hit_policy is HitPolicy.UNIQUE else "rules-disagree"
            yield _finding(
                code,
                self.box,
                Severity.ERROR,
                at=rules[1],
                rules=[rules[0].id, rules[1].id],
                numbers=[one + 1, other + 1],
                example=_shown(cover.example(common)),
            )
            found += 1
            if found == MAX_FINDINGS:
                return

    def _agree(self, one: Rule, other: Rule) -> bool | None:
        """Whether two rules give the same outputs; None when that cannot be known."""
        outcome: bool | None = True
        for left, right in zip(one.outputs, other.outputs, strict=False):
            if left.text.strip() == right.text.strip():
                continue
            first = try_constant(self.lowering.text(left, self.scope))
            second = try_constant(self.lowering.text(right, self.scope))
            if not (first[0] and second[0]):
                outcome = None
            elif equal(first[1], second[1]) is not True:
                return False
        return outcome

    def _shadowed(self, cover: Cover) -> Iterator[Finding]:
        """Rules that match but never count: earlier ones (FIRST) or better ones (PRIORITY) take all their inputs."""
        for rule, box in enumerate(cover.boxes):
            rivals = self._rivals(rule)
            if rivals is None or not all(box) or not cover.is_sure(rule):
                continue
            sure = [other for other in rivals if cover.is_sure(other)]
            self.effort.spend(1 + len(sure) // 8)
            if sure and next(cover.uncovered(box, sure), None) is None:
                takers = [other for other in sure if all(a & b for a, b in zip(cover.boxes[other], box, strict=True))]
                yield _finding(
                    "rule-unreachable",
                    self.box,
                    Severity.ERROR,
                    at=self.box.rules[rule],
                    number=rule + 1,
                    taken_by=[self.box.rules[other].id for other in takers],
                    numbers=[other + 1 for other in takers],
                    example=_shown(cover.example(box)),
                )

    def _rivals(self, rule: int) -> list[int] | None:
        """The rules that win over a rule wherever both match; None when there is no such order."""
        if self.box.hit_policy is HitPolicy.FIRST:
            return list(range(rule))
        if self.box.hit_policy is not HitPolicy.PRIORITY:
            return None
        ranks = self._ranks
        mine = ranks[rule]
        if mine is None:
            return None
        return [
            other
            for other, theirs in enumerate(ranks)
            if theirs is not None and other != rule and (theirs, other) < (mine, rule)
        ]

    @cached_property
    def _ranks(self) -> list[tuple[int, ...] | None]:
        return [self._rank(rule) for rule in self.box.rules]

    def _rank(self, rule: Rule) -> tuple[int, ...] | None:
        """The priority of a rule with constant outputs: places among the output values."""
        places = []
        for cell, output in zip(rule.outputs, self.box.outputs, strict=False):
            if output.values is None:
                places.append(0)
                continue
            is_known, value = try_constant(self.lowering.text(cell, self.scope))
            tests = self.lowering.tests(output.values, self.scope)
            if not is_known or not isinstance(tests, syntax.UnaryTests):
                return None
            listed = [try_constant(test) for test in tests.tests]
            if not all(is_constant for is_constant, _ in listed):
                return None
            places.append(next((p for p, (_, item) in enumerate(listed) if equal(item, value) is True), len(listed)))
        return tuple(places)

    def _gaps(self, cover: Cover) -> Iterator[Finding]:
        """Inputs for which no rule matches, unless every output has a default or no match is an answer by itself."""
        if not self._needs_match() or all(output.default for output in self.box.outputs):
            return
        gaps = list(islice(cover.uncovered(cover.everything, cover.rules), MAX_FINDINGS))
        for gap in gaps:
            yield _finding("table-gap", self.box, Severity.WARNING, example=_shown(cover.example(gap)))
        if gaps:
            missing = [output.id for output in self.box.outputs if not output.default]
            yield _finding("default-missing", self.box, Severity.WARNING, outputs=missing)

    def _open_questions(self, cover: Cover) -> Iterator[Finding]:
        """What rules with an undecidable cell leave open: a gap they may close, an overlap they may make."""
        unsure = [rule for rule in cover.rules if not cover.is_sure(rule)]
        if not unsure:
            return
        questions = []
        if self._needs_match() and not all(output.default for output in self.box.outputs):
            definite = next(cover.uncovered(cover.everything, cover.rules), None)
            if definite is None and next(cover.uncovered(cover.everything, cover.sure), None):
                questions.append("gaps")
        if self.box.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY) and any(
            not (cover.is_sure(one) and cover.is_sure(other)) for one, other, _ in cover.overlaps(cover.rules)
        ):
            questions.append("overlaps")
        if questions:
            undecided = [self.box.rules[rule].id for rule in unsure]
            yield _finding("table-not-decided", self.box, Severity.HINT, questions=questions, rules=undecided)

    def _needs_match(self) -> bool:
        """Whether no match means null, and not just an empty list or a count of none."""
        if self.box.hit_policy in SINGLE_HIT:
            return True
        return self.box.hit_policy is HitPolicy.COLLECT and self.box.aggregation not in (
            Aggregation.LIST,
            Aggregation.COUNT,
        )


def _shown(example: dict[str, Any]) -> dict[str, Any]:
    """An example as JSON-ready data; temporal values as their FEEL text."""
    return {name: brief(value) for name, value in example.items()}


def _finding(code: str, box: TableBox, severity: Severity, at: Rule | None = None, **values: object) -> Finding:
    element, line = (at.id, at.line) if at else (box.id, box.line)
    return Finding(code=code, element=element, severity=severity, values={"table": box.id, **values}, line=line)
