"""Bringing an instance back to a state it was in under another version, as long as nothing has happened to it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.engine.advancing import begin
from workflows.engine.api import Advance, Budget, Closing, OpenedSubscription, Ports, StepKind
from workflows.engine.changes import Changes
from workflows.engine.codec import encode
from workflows.engine.definition import Definition
from workflows.engine.migrating.footprint import is_listener
from workflows.engine.migrating.moving import describe_step
from workflows.engine.views import InstanceView, inspect


def restore(
    now: tuple[Definition, bytes],
    before: tuple[Definition, bytes],
    ports: Ports,
    subscriptions: Mapping[str, OpenedSubscription],
) -> Advance:
    """The advance that leads from the state of ``now`` back to the one of ``before``.

    Numbers given out meanwhile are not given out again, so that no step and no activation is mistaken for another.
    ``subscriptions`` are those that were closed in between, by key.
    """
    here, there = inspect(*now), inspect(*before)
    instance, later = begin(*before, ports, Budget()), begin(*now, ports, Budget())
    instance.next_id = later.next_id
    for element, count in later.loops.items():
        instance.loops[element] = max(count, instance.loops.get(element, 0))
    changes = Changes()
    for step in _gone(here, there):
        changes.close_step(*step)
    for token in instance.all_tokens():
        if token.kind is not None and not is_listener(token):
            changes.kept.append(describe_step(token))
    _timers(changes, here, there)
    for key in set(here.subscriptions) - set(there.subscriptions):
        changes.close_subscription(key)
    for key in set(there.subscriptions) - set(here.subscriptions):
        changes.open_subscription(subscriptions[key])
    _incidents(changes, here, there)
    return changes.result(encode(instance))


def _gone(here: InstanceView, there: InstanceView) -> Iterable[tuple[str, str, Closing, StepKind]]:
    known = {step.step for step in there.steps}
    return [(step.step, step.element, Closing.CANCELLED, step.kind) for step in here.steps if step.step not in known]


def _timers(changes: Changes, here: InstanceView, there: InstanceView) -> None:
    before, after = ({timer.timer: timer for timer in view.timers} for view in (here, there))
    for key in before.keys() - after.keys():
        changes.close_timer(key)
    for key in after.keys() - before.keys():
        changes.open_timer(after[key])
    for key in after.keys() & before.keys():
        if (before[key].due, before[key].repetitions) != (after[key].due, after[key].repetitions):
            changes.open_timer(after[key], known=True)


def _incidents(changes: Changes, here: InstanceView, there: InstanceView) -> None:
    before, after = ({incident.step: incident for incident in view.incidents} for view in (here, there))
    for key in before.keys() - after.keys():
        changes.close_incident(key)
    for key in after.keys() - before.keys():
        found = after[key]
        changes.open_incident(key, found.element, found.kind, found.message, found.detail)
