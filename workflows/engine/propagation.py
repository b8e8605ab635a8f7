"""Errors and escalations on their way up the scopes to the event that catches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bpmn.model import EventKind
from workflows.engine.api import IncidentKind, LogKind
from workflows.engine.failures import StepFailed

if TYPE_CHECKING:
    from workflows.engine.specs.boundary import BoundaryEvent
    from workflows.engine.specs.event_sub_process import EventSubProcess
    from workflows.engine.token import Token


class Catch(NamedTuple):
    """Where something thrown is caught: ``interrupting`` takes the thrower away, ``trigger`` starts the handling."""

    interrupting: bool
    trigger: Callable[[Mapping[str, Any]], None]


def throw_error(origin: Token, code: str, message: str, variables: Mapping[str, Any]) -> None:
    """Hand the error to whoever catches it; raises StepFailed (an incident at ``origin``) when nobody does."""
    catch = find_catch(origin, EventKind.ERROR, code)
    if catch is None:
        origin.instance.throw_to_caller(origin, code, message, variables, escalation=False)
        text = f"error {code} is not caught" + (f": {message}" if message else "")
        raise StepFailed(IncidentKind.ERROR, text, code)
    catch.trigger(variables)


def find_escalation_catch(origin: Token, code: str) -> Catch | None:
    """Whoever catches the escalation; where nobody does it has no effect, and the log says so."""
    catch = find_catch(origin, EventKind.ESCALATION, code)
    if catch is None:
        origin.instance.changes.log(LogKind.WARNING, origin.element, origin.key, {"escalation": code, "caught": False})
    return catch


def find_catch(origin: Token, kind: EventKind, code: str | None) -> Catch | None:
    """The nearest catching event: on the activity itself, then scope by scope its event sub-process and boundary.

    At each place an event naming the code goes before one that catches everything. A scope that an interrupting
    event sub-process took over starts no further one, and none catches what it threw itself.
    """
    at: Token | None = origin
    while at is not None:
        boundary = _best(at.task_spec.boundary, kind, code)
        if boundary is not None:
            return _boundary_catch(boundary, at)
        holder = at.holder
        if holder is None:
            scope = at.workflow
            if not scope.interrupted and scope.begun:
                others = tuple(sub for sub in scope.spec.event_sub_processes if sub is not at.task_spec)
                sub = _best_sub(others, kind, code)
                if sub is not None:
                    return _sub_catch(sub, scope)
            holder = scope.owner
        at = holder
    return None


def _boundary_catch(boundary: BoundaryEvent, at: Token) -> Catch:
    return Catch(boundary.interrupting, lambda variables: boundary.trigger(at, variables))


def _sub_catch(sub: EventSubProcess, scope: Any) -> Catch:
    return Catch(sub.start.interrupting, lambda variables: sub.trigger(scope, variables))


def _best(events: tuple[BoundaryEvent, ...], kind: EventKind, code: str | None) -> BoundaryEvent | None:
    fitting = [event for event in events if event.event.kind is kind and event.event.code in {code, None}]
    return max(fitting, key=lambda event: event.event.code is not None, default=None)


def _best_sub(subs: tuple[EventSubProcess, ...], kind: EventKind, code: str | None) -> EventSubProcess | None:
    fitting = [sub for sub in subs if sub.start.event.kind is kind and sub.start.event.code in {code, None}]
    return max(fitting, key=lambda sub: sub.start.event.code is not None, default=None)
