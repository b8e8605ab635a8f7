"""Closures of the constructs that choose and repeat: if, for, some, every."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from feel.compiler import Closure, Compiler, compiles, fit
from feel.errors import BudgetExceeded
from feel.numbers import is_integer
from feel.run import RUN, Frame
from feel.scope import Scope
from feel.syntax import Every, For, If, Iteration, Some
from feel.temporal import Date, date_from_ordinal
from feel.types import Type
from feel.values import Range, kind_of


@compiles(If)
def _if(compiler: Compiler, node: If, scope: Scope | None) -> Closure:
    condition, yes, no = (compiler.compile(part, scope) for part in (node.condition, node.yes, node.no))

    def choose(frame: Frame) -> Any:
        outcome = condition(frame)
        if outcome is True:
            return yes(frame)
        if outcome is not False and outcome is not None:
            frame[RUN].fail("condition.no-boolean", node.condition, found=kind_of(outcome))
        return no(frame)

    return choose


# ── iteration ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Domain:
    """One compiled `name in domain`."""

    node: Iteration
    slot: int
    start: Closure
    stop: Closure | None
    type: Type | None

    def items(self, frame: Frame) -> Iterable[Any] | None:
        """What the name stands for in turn; None (with a warning) when this cannot be gone through."""
        domain = self.start(frame)
        if self.stop is None:
            return self._of(frame, domain)
        last = self.stop(frame)
        if (steps := count_between(domain, last)) is None:
            self._refuse(frame, domain if domain is None else last)
        return steps

    def _of(self, frame: Frame, domain: Any) -> Iterable[Any] | None:
        if type(domain) is list:
            return domain
        if type(domain) is Range:
            steps = None if domain.test else count_within(domain)
            if steps is None:
                self._refuse(frame, domain)
            return steps
        if domain is None:
            self._refuse(frame, domain)
            return None
        return [domain]

    def _refuse(self, frame: Frame, found: Any) -> None:
        frame[RUN].fail("iteration.domain", self.node, found=kind_of(found))


def count_between(first: Any, last: Any) -> Iterator[Any] | None:
    """Whole numbers or days from first to last, up or down; None for anything else."""
    if type(first) is Decimal and type(last) is Decimal and is_integer(first) and is_integer(last):
        return map(Decimal, _counting(int(first), int(last)))
    if type(first) is Date and type(last) is Date:
        return map(date_from_ordinal, _counting(first.ordinal, last.ordinal))
    return None


def _counting(first: int, last: int) -> range:
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def count_within(span: Range) -> Iterator[Any] | None:
    """Whole numbers or days inside a range."""
    if type(span.low) is Decimal and type(span.high) is Decimal:
        if not (is_integer(span.low) and is_integer(span.high)):
            return None
        low, high = int(span.low), int(span.high)
        return map(Decimal, range(low + (not span.low_included), high + span.high_included))
    if type(span.low) is Date and type(span.high) is Date:
        low, high = span.low.ordinal, span.high.ordinal
        return map(date_from_ordinal, range(low + (not span.low_included), high + span.high_included))
    return None


def _domains(
    compiler: Compiler, iterations: tuple[Iteration, ...], scope: Scope | None
) -> tuple[list[Domain], Scope | None]:
    domains = []
    for node in iterations:
        start = compiler.compile(node.domain, scope)
        stop = compiler.compile(node.to, scope) if node.to is not None else None
        kind = compiler.type(node.type) if node.type is not None else None
        scope = compiler.declare(node.name, scope)
        domains.append(Domain(node, scope.slot, start, stop, kind))
    return domains, scope


def _run(frame: Frame, domains: list[Domain], level: int, visit: Callable[[Frame], bool]) -> bool | None:
    """Visit every combination; stops when `visit` answers true. None when a domain cannot be gone through."""
    domain = domains[level]
    items = domain.items(frame)
    if items is None:
        return None
    run, slot, kind = frame[RUN], domain.slot, domain.type
    last = level == len(domains) - 1
    for item in items:
        run.spend(1)
        frame[slot] = item if kind is None else fit(frame, item, kind, domain.node)
        done = visit(frame) if last else _run(frame, domains, level + 1, visit)
        if done is not False:
            return done
    return False


@compiles(For)
def _for(compiler: Compiler, node: For, scope: Scope | None) -> Closure:
    domains, inner = _domains(compiler, node.iterations, scope)
    partial = compiler.declare("partial", inner)
    compiler.partials.discard(partial.slot)
    body = compiler.compile(node.body, partial)
    uses_partial = partial.slot in compiler.partials

    def loop(frame: Frame) -> Any:
        results: list[Any] = []
        longest = frame[RUN].budget.list

        def visit(frame: Frame) -> bool:
            if uses_partial:  # a copy, so that the results can never contain themselves
                frame[RUN].spend(len(results) >> 4)
                frame[partial.slot] = results.copy()
            results.append(body(frame))
            if len(results) > longest:
                raise BudgetExceeded("list", longest)
            return False

        return None if _run(frame, domains, 0, visit) is None else results

    return loop


@compiles(Some)
def _some(compiler: Compiler, node: Some, scope: Scope | None) -> Closure:
    return _quantified(compiler, node, scope, True)


@compiles(Every)
def _every(compiler: Compiler, node: Every, scope: Scope | None) -> Closure:
    return _quantified(compiler, node, scope, False)


def _quantified(compiler: Compiler, node: Some | Every, scope: Scope | None, decisive: bool) -> Closure:
    domains, inner = _domains(compiler, node.iterations, scope)
    condition = compiler.compile(node.condition, inner)

    def quantified(frame: Frame) -> Any:
        undecided = False

        def visit(frame: Frame) -> bool:
            nonlocal undecided
            outcome = condition(frame)
            if outcome is decisive:
                return True
            if type(outcome) is not bool:
                frame[RUN].fail("condition.no-boolean", node.condition, found=kind_of(outcome))
                undecided = True
            return False

        found = _run(frame, domains, 0, visit)
        if found is None:
            return None
        return decisive if found else None if undecided else not decisive

    return quantified
