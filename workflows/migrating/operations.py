"""One instance goes over, or back, inside the transaction that holds its family's lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db import connection

from bpmn.models import ProcessVersion
from workflows import statements
from workflows.definitions import loaded
from workflows.engine.api import Advance, LogKind, Migrate, OpenedSubscription, StepKind
from workflows.engine.migrating import (
    MigrationBroken,
    Problem,
    check_migrated,
    elements,
    footprint,
    judge,
    migrate,
    restore,
)
from workflows.engine.migrating import MigrationRefused as EngineRefused
from workflows.engine.migrating.fitting import Fitting
from workflows.families import Family
from workflows.migrating.choices import Choice
from workflows.migrating.queries import Sorting, key_of
from workflows.models import Effect, Incident, MigrationBatch, MigrationResult, ProcessInstance, Subscription, Timer
from workflows.ports import LivePorts
from workflows.rows import Table

Status = MigrationResult.Status
_TIMERS, _SUBSCRIPTIONS, _INCIDENTS = Table(Timer), Table(Subscription), Table(Incident)


def go_over(family: Family, result: MigrationResult, batch: MigrationBatch, sorting: Sorting) -> None:
    """Move the instance of ``result`` if it still may move, and write down in ``result`` what became of it.

    It stays, with the reason, when it ended or moved meanwhile, or stands where something speaks against it now.
    """
    assert connection.in_atomic_block
    instance = family.member(result.instance_id)
    if not instance.is_live or instance.version_id != batch.source_id:
        _leave(result, "ended" if not instance.is_live else "moved-elsewhere")
        return
    before = bytes(instance.state)
    stands = footprint(sorting.old, before)
    result.group = key_of(stands)
    choice = sorting.choices.get(result.group, Choice())
    fitting = sorting.fitting(result.group)
    problems = judge(fitting, stands).problems
    if choice.leave or problems:
        _leave(result, "" if choice.leave else "needs-a-choice", problems)
        return
    ports = LivePorts(instance, loaded(batch.target_id).bundle.decisions, family.now, family.actor)
    try:
        advance = migrate(fitting, before, ports, reason=batch.reason)
    except EngineRefused as refused:
        _leave(result, "refused", refused.problems)
        return
    closed = _subscriptions(instance, advance.subscriptions_closed)
    check_migrated(sorting.old, before, sorting.new, advance)
    _store(family, instance, batch, fitting, advance, undo=False)
    result.status, result.revision = Status.MIGRATED, instance.revision
    if _leaves_no_trace(advance):
        result.state_before, result.closed = before, [asdict(entry) for entry in closed.values()]


def go_back(family: Family, result: MigrationResult, batch: MigrationBatch, fitting: Fitting) -> None:
    """Bring the instance of ``result`` back to where it was; the caller has checked that it may."""
    assert connection.in_atomic_block
    instance = family.member(result.instance_id)
    old, new = loaded(batch.source_id).definition, loaded(batch.target_id).definition
    now, before = (new, bytes(instance.state)), (old, bytes(result.state_before or b""))
    ports = LivePorts(instance, loaded(batch.source_id).bundle.decisions, family.now, family.actor)
    closed = {entry["subscription"]: OpenedSubscription(**entry) for entry in result.closed}
    advance = restore(now, before, ports, closed)
    check_migrated(*now, old, advance)
    _store(family, instance, batch, fitting, advance, undo=True)
    _want_effects_again(instance, advance)


def _leave(result: MigrationResult, why: str, problems: Iterable[Problem] = ()) -> None:
    result.status, result.message = Status.LEFT, why
    result.problems = problems_data(problems)


def problems_data(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems as they are stored with a result."""
    return [{"element": problem.element, "reason": problem.reason.value} for problem in problems]


def _store(
    family: Family,
    instance: ProcessInstance,
    batch: MigrationBatch,
    fitting: Fitting,
    advance: Advance,
    *,
    undo: bool,
) -> None:
    source, target = (batch.target, batch.source) if undo else (batch.source, batch.target)
    mapping = {old: new for old, new in fitting.plan.mapping.items() if old != new}
    if undo:
        mapping = {new: old for old, new in mapping.items()}
    end = tuple(sorted(fitting.plan.end))
    stimulus = Migrate(source.number, target.number, mapping, end, undo, batch.reason)
    family.adopt(instance.pk, target.pk, stimulus, advance)
    if instance.is_live:
        _name_rows(instance, target)


def _name_rows(instance: ProcessInstance, version: ProcessVersion) -> None:
    """Rows of what waits name the new elements; they must be exactly what the engine waits for."""
    found = elements(loaded(version.pk).definition, bytes(instance.state))
    timers, subscriptions = list(Timer.objects.filter(instance=instance)), _rows_of(instance)
    _same("timers", {row.timer for row in timers}, found.timers)
    _same("subscriptions", {row.subscription for row in subscriptions}, found.subscriptions)
    incidents = list(Incident.objects.filter(instance=instance, closed_at=None))
    _same("incidents", {row.step for row in incidents}, found.incidents)
    with statements.together():
        _rename(_TIMERS, timers, "timer", found.timers)
        _rename(_SUBSCRIPTIONS, subscriptions, "subscription", found.subscriptions)
        _rename(_INCIDENTS, incidents, "step", found.incidents)


def _rename(table: Table[Any], rows: list[Any], key: str, elements: Mapping[str, str]) -> None:
    changed = [row for row in rows if row.element != elements[getattr(row, key)]]
    for row in changed:
        row.element = elements[getattr(row, key)]
    table.update(changed, "element")


def _same(what: str, rows: set[str], engine: Mapping[str, str]) -> None:
    if rows != set(engine):
        raise MigrationBroken(f"{what}: rows {sorted(rows)}, engine {sorted(engine)}")


def _rows_of(instance: ProcessInstance) -> list[Subscription]:
    return list(Subscription.objects.filter(instance=instance))


def _subscriptions(instance: ProcessInstance, keys: Any) -> dict[str, OpenedSubscription]:
    """Subscriptions that are about to go, as they are now."""
    if not keys:
        return {}
    return {
        row.subscription: OpenedSubscription(row.subscription, row.element, row.name, row.correlation_key, row.signal)
        for row in _rows_of(instance)
        if row.subscription in keys
    }


def _leaves_no_trace(advance: Advance) -> bool:
    """Whether taking it back would take everything back: nothing was asked, sent, called or ended outside."""
    outside = advance.messages or advance.signals or advance.thrown or advance.finished
    calls = any(step.kind in {StepKind.CALL, StepKind.JOB} for step in advance.opened)
    calls = calls or any(step.kind is StepKind.CALL for step in advance.closed)
    return not outside and not calls and all(entry.kind is not LogKind.CALLED for entry in advance.log)


def _want_effects_again(instance: ProcessInstance, advance: Advance) -> None:
    """Effects of jobs that are open again are wanted as before; their idempotency keys are the same."""
    jobs = [step.step for step in advance.kept if step.kind is StepKind.JOB]
    if jobs:
        cancelled = Effect.objects.filter(instance=instance, step__in=jobs, status=Effect.Status.CANCELLED)
        cancelled.update(status=Effect.Status.PENDING, claim=None, finished_at=None, next_attempt_at=instance.moved_at)
