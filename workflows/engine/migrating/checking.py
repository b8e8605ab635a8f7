"""What must hold after a migration: nothing lost, nothing doubled, every timer due when it was."""

from __future__ import annotations

from workflows.engine.api import Advance
from workflows.engine.definition import Definition
from workflows.engine.views import InstanceView, inspect


class MigrationBroken(Exception):
    """The migrated state is not what the migration said; nothing of it may be stored."""


def check_migrated(old: Definition, state: bytes, new: Definition, result: Advance) -> InstanceView:
    """Read the migrated state as the new version reads it and compare it with the old one and the differences told.

    Raises MigrationBroken naming what differs; returns the migrated instance's view.
    """
    before, after = inspect(old, state), inspect(new, result.state)
    if result.finished is not None:
        return after
    closed = {entry.step for entry in result.closed}
    opened = {entry.step for entry in result.opened}
    kept = {entry.step for entry in result.kept}
    _same("steps", {s.step for s in before.steps} - closed | opened | kept, {s.step for s in after.steps})
    _same("timers", _timers(before, result), {timer.timer: timer.due for timer in after.timers})
    subscriptions = set(before.subscriptions) - set(result.subscriptions_closed)
    subscriptions |= {entry.subscription for entry in result.subscriptions}
    _same("subscriptions", subscriptions, set(after.subscriptions))
    incidents = {entry.step for entry in before.incidents} - set(result.incidents_closed)
    incidents |= {entry.step for entry in result.incidents}
    _same("incidents", incidents, {entry.step for entry in after.incidents})
    return after


def _timers(before: InstanceView, result: Advance) -> dict[str, object]:
    due: dict[str, object] = {timer.timer: timer.due for timer in before.timers}
    for key in result.timers_closed:
        due.pop(key, None)
    return due | {timer.timer: timer.due for timer in result.timers}


def _same(what: str, expected: object, actual: object) -> None:
    if expected != actual:
        raise MigrationBroken(f"{what}: {expected} became {actual}")
