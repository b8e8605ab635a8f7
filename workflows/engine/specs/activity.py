"""What tasks, sub-processes and call activities share: they can be compensated once they are completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.engine.compensating import ensure_room, remember
from workflows.engine.specs.base import FlowNode

if TYPE_CHECKING:
    from workflows.engine.token import Token


class Activity(FlowNode):
    """``handler`` is the activity that undoes this one, linked by a compensation boundary event."""

    handler: FlowNode | None = None

    def leave(self, token: Token) -> None:
        if self.handler is not None and self.repeated is None:
            ensure_room(token)
        super().leave(token)

    def completed(self, token: Token) -> None:
        if self.handler is not None and self.repeated is None and not token.is_detour:
            remember(token, self)
