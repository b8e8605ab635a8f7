"""Leaving a failed step without carrying it out, as though it had been completed with given results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows.engine.api import LogKind
from workflows.engine.specs.event_based import EventBasedGateway
from workflows.engine.specs.multi_instance import Repeated
from workflows.engine.token import Phase
from workflows.engine.variables import propagate

if TYPE_CHECKING:
    from workflows.engine.token import Token


def is_resolvable(token: Token) -> bool:
    """Whether the step can be left: an event-based gateway cannot, only an event says where to go on."""
    if isinstance(token.task_spec, EventBasedGateway):
        return False
    return token.holder is None or token.task_spec.repeated is not None


def leave_unfinished(token: Token, variables: Mapping[str, Any]) -> None:
    """Put the token where its work is done, with these results; raises nothing, what still fails is an incident."""
    spec = token.task_spec
    if token.phase == Phase.ENTER and spec.numbered and not token.loop:
        token.loop = token.instance.next_loop(spec.bpmn_id)
        token.instance.changes.log(LogKind.ENTERED, spec.bpmn_id, token.key, {"loop": token.loop})
    if isinstance(spec, Repeated):
        for item in token.kids():
            item.cancel()
        propagate(token, variables, above=True)
        token.internal_data.setdefault("m", {"n": 0, "s": 0, "c": 0, "o": None})
    elif token.phase >= Phase.FLOWS:
        propagate(token, variables)
    else:
        token.results = variables
    token.phase = max(Phase(token.phase), Phase.LEAVE)
