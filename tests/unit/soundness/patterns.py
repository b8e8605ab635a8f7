"""What the patterns that books on process models warn of are drawn with."""

from __future__ import annotations

from bpmn.model import Event, EventKind, Loop
from tests.unit.engine.drawing import end, flow, start, user

MANY = Loop(input_collection="=items", input_element="item")
IN_TURN = Loop(sequential=True, input_collection="=items", input_element="item")
TERMINATE = Event(EventKind.TERMINATE)
INSIDE = [start("is"), user("iu"), end("ie"), *flow("is", "iu", "ie")]
