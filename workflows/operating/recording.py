"""One event for every operator's act: who did what, why, and how the instance stood before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from workflows.definitions import loaded
from workflows.engine.views import InstanceView, inspect
from workflows.families import Family
from workflows.models import HistoryEvent, ProcessInstance
from workflows.storing import record_event

Standing = dict[str, Any]


@contextmanager
def act(family: Family, instance_id: UUID, name: str, reason: str = "", **details: Any) -> Iterator[dict[str, Any]]:
    """Record what the block does to a member of a locked family as one event, with who and why.

    ``before`` and ``after`` are the status, the open elements, and of the variables those that differ. What the block
    puts into the yielded ``details`` is recorded, too. A block that raises leaves nothing, like its transaction.
    """
    before = _standing(family.member(instance_id))
    yield details
    member = family.member(instance_id)
    after = _standing(member)
    _keep_differences(before, after)
    data = {"act": name, "reason": reason, **details, "before": before, "after": after}
    record_event(member, HistoryEvent.Kind.OPERATED, now=family.now, actor=family.actor, data=data)


def _standing(instance: ProcessInstance) -> Standing:
    status = str(instance.status)
    if not instance.revision:
        return {"status": "", "elements": [], "variables": {}}
    view = inspect(loaded(instance.version_id).definition, bytes(instance.state))
    return {"status": status, "elements": [step.element for step in view.steps], "variables": _variables(view)}


def _variables(view: InstanceView) -> dict[str, Any]:
    """The variables of all scopes; those of inner ones named by the element and the key of the step."""
    found: dict[str, Any] = dict(view.variables)
    todo = list(view.scopes.children)
    while todo:
        scope = todo.pop()
        found |= {f"{scope.element}#{scope.key}.{name}": value for name, value in scope.variables.items()}
        todo += scope.children
    return found


def _keep_differences(before: Standing, after: Standing) -> None:
    old, new = before["variables"], after["variables"]
    before["variables"] = {name: old[name] for name in sorted(old) if name not in new or new[name] != old[name]}
    after["variables"] = {name: new[name] for name in sorted(new) if name not in old or new[name] != old[name]}
