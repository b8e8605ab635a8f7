"""How a token that waits for the outside is described: step, timer, subscription."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflows.engine.api import OpenedStep, StepKind

if TYPE_CHECKING:
    from workflows.engine.token import Token


def open_step(token: Token, kind: StepKind, **details: Any) -> None:
    """Show the token outside as an open step."""
    token.internal_data["k"] = kind.value
    token.instance.changes.open_step(describe(token, kind, **details))


def describe(token: Token, kind: StepKind, **details: Any) -> OpenedStep:
    """The open step a token stands for."""
    node, holder = token.task_spec.node, token.holder
    return OpenedStep(
        step=token.key,
        kind=kind,
        element=node.id,
        name=node.name,
        loop=token.loop,
        lane=node.lane,
        scope=node.scope,
        path=token.indexes,
        headers=node.headers,
        part_of=None if holder is None else holder.key,
        signing=token.internal_data["s"][0] if "s" in token.internal_data else "",
        **details,
    )


def incident_step(token: Token) -> OpenedStep:
    """A step that waits for nothing but somebody to deal with its incident."""
    return describe(token, StepKind.INCIDENT)


def moment(text: str | None) -> datetime | None:
    """A stored moment."""
    return None if text is None else datetime.fromisoformat(text)
