"""Where a stored instance stands, as far as another version must have a place for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from workflows.engine.compensating import left_to_undo
from workflows.engine.definition import Definition
from workflows.engine.views import load

if TYPE_CHECKING:
    from workflows.engine.instance import Instance
    from workflows.engine.token import Token


@dataclass(frozen=True, slots=True)
class Footprint:
    """Instances with equal footprints move alike.

    ``at``: elements that hold a token, sub-processes around it included · ``open``: those that wait for somebody ·
    ``arrived``: joins with the flows a token came by · ``undo``: completed activities that may be compensated, with
    their handler (None: what lies inside) · ``listening``: events that may happen beside · ``held``: a spent budget
    stopped it.
    """

    at: tuple[str, ...]
    open: tuple[str, ...] = ()
    arrived: tuple[tuple[str, tuple[str, ...]], ...] = ()
    undo: tuple[tuple[str, str | None], ...] = ()
    listening: tuple[str, ...] = ()
    held: bool = False


def footprint(definition: Definition, state: bytes) -> Footprint:
    """The footprint of a stored instance. Raises StateUnreadable."""
    return footprint_of(load(definition, state))


class Elements(NamedTuple):
    """The elements of what waits, by key."""

    timers: dict[str, str]
    subscriptions: dict[str, str]
    incidents: dict[str, str]


def elements(definition: Definition, state: bytes) -> Elements:
    """At which elements the timers, subscriptions and incidents of a stored instance are. Raises StateUnreadable."""
    found = Elements({}, {}, {})
    for token in load(definition, state).all_tokens():
        waits = token.internal_data.get("w")
        if waits is not None:
            (found.timers if waits == "t" else found.subscriptions)[token.key] = token.element
        if token.incident is not None:
            found.incidents[token.key] = token.element
    return found


def footprint_of(instance: Instance) -> Footprint:
    """The footprint of an instance at rest."""
    tokens = instance.all_tokens()
    flowing = [token for token in tokens if not is_listener(token)]
    return Footprint(
        at=_names(token.element for token in flowing),
        open=_names(token.element for token in flowing if token.kind is not None),
        arrived=tuple(sorted((token.element, tuple(sorted(token.internal_data["a"]))) for token in joins(flowing))),
        undo=tuple(sorted(set(_undoable(instance, flowing)), key=str)),
        listening=_names(token.element for token in tokens if is_listener(token)),
        held=instance.held is not None,
    )


def is_listener(token: Token) -> bool:
    """Whether it only waits for an event beside the flow: boundary event, event sub-process, way of a gateway."""
    holder = token.holder
    if holder is not None:
        return token.task_spec.repeated is None and not token.task_spec.is_signer and not token.is_detour
    return token.id in token.workflow.listeners


def joins(tokens: Iterable[Token]) -> list[Token]:
    """The tokens that wait at a joining gateway for others."""
    return [token for token in tokens if "a" in token.internal_data]


def scopes_of(instance: Instance) -> list[Any]:
    """The process scope and every running sub-process."""
    return [instance, *instance.subprocesses.values()]


def records_of(instance: Instance, tokens: Iterable[Token]) -> list[dict[str, Any]]:
    """What may be or is being compensated: the memory of scopes, and what throws still have to do."""
    found = [record for scope in scopes_of(instance) for record in scope.records]
    for token in tokens:
        found += left_to_undo(token)
    return found


def _undoable(instance: Instance, tokens: list[Token]) -> Iterable[tuple[str, str | None]]:
    todo = list(records_of(instance, tokens))
    while todo:
        record = todo.pop()
        yield record["e"], record["h"]
        todo += record.get("u", ())


def _names(elements: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(elements)))
