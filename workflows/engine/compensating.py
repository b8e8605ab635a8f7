"""Compensation: completed activities are remembered with the variables they saw, and undone newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflows.engine.api import IncidentKind
from workflows.engine.failures import StepFailed
from workflows.engine.memory import MAX_BYTES, MAX_RECORDS, Entry, Record, first, stored_form, whole
from workflows.engine.scopes import Scope
from workflows.engine.token import Phase
from workflows.engine.variables import visible

if TYPE_CHECKING:
    from workflows.engine.specs.activity import Activity
    from workflows.engine.token import Token


def ensure_room(token: Token) -> None:
    """Raises StepFailed when the scope of ``token`` remembers as much as it may: then nothing more completes in it."""
    if token.workflow.memory.is_full:
        limit = f"{MAX_RECORDS} completed activities or {MAX_BYTES} bytes of their variables"
        raise StepFailed(IncidentKind.BUDGET, f"a scope remembers at most {limit} for compensation", "compensation")


def remember(token: Token, activity: Activity) -> None:
    """The activity is completed and may have to be undone, seeing the variables as they are now."""
    handler = activity.handler
    assert handler is not None
    _add(token, {"e": activity.bpmn_id, "h": handler.name, "z": visible(token)})


def remember_scope(token: Token, activity: Activity, scope: Scope) -> None:
    """A sub-process is completed: without a handler of its own, what it remembers is undone for it."""
    whole_activity = activity.repeated or activity
    if scope.memory and whole_activity.handler is None:
        _add(token, {"e": activity.bpmn_id, "h": None, "u": scope.records})


def _add(token: Token, record: Record) -> None:
    token.instance.meter.add(token.workflow.memory.add(record))


def to_undo(token: Token, activity: str | None) -> list[Entry]:
    """What a throw at ``token`` has to undo, newest first; taken off the memory so that nothing is undone twice.

    A throw in an event sub-process also reaches the scope it belongs to.
    """
    scopes: list[Any] = [token.workflow]
    while (owner := scopes[-1].owner) is not None and owner.task_spec.is_event_sub_process:
        scopes.append(owner.workflow)
    todo: list[Record] = []
    for scope in scopes:
        chosen: list[Record] = []
        kept: list[Record] = []
        for record in scope.records:
            (chosen if activity is None or record["e"] == activity else kept).append(record)
        scope.records = kept
        todo += _flat(chosen)
    return stored_form(todo)


def _flat(records: list[Record]) -> list[Record]:
    found: list[Record] = []
    for record in reversed(records):
        if record["h"] is not None:
            found.append(record)
        else:
            found += _flat(record["u"])
    return found


def left_to_undo(token: Token) -> list[Record]:
    """What the throw at ``token`` still has to undo, newest first; changing the list changes that."""
    records = whole(token.internal_data.get("u", ()))
    if "u" in token.internal_data:
        token.internal_data["u"] = records
    return records


def undo_next(token: Token) -> bool:
    """Start the next handler below the throwing token; False when nothing is left to undo. Raises StepFailed."""
    todo: list[Entry] = token.internal_data.get("u", [])
    if not todo:
        return False
    record = first(todo)
    handler = token.instance.definition.nodes.get(record["h"])
    if handler is None:
        raise StepFailed(IncidentKind.EXPRESSION, f"compensation handler {record['h']} is gone")
    del todo[0]
    scope = Scope(handler.scope, token)
    scope.begun = True
    scope.interrupted = True
    token.phase = Phase.WAIT
    scope.enter(handler, z=dict(record["z"]))
    return True
