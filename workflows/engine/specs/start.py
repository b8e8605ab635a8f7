"""Start events: where the tokens of a scope begin."""

from __future__ import annotations

from workflows.engine.specs.base import FlowNode


class StartEvent(FlowNode):
    """What started it has happened already; results it brought are written like those of any event.

    Only then do the scope's event sub-processes listen: their keys and dates may need what was brought.
    """

    begins_scope = False
