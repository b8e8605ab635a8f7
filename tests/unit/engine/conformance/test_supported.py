"""The supported list and the engine say the same: what is on it compiles, what is not is refused."""

import pytest

from bpmn.model import Event, EventKind, Kind, TimerKind
from bpmn.supported import EVENTS_AT, NODES, Position, Support
from tests.unit.engine.drawing import boundary, catch, draw, end, flow, node, start, sub, throw, undo, user
from workflows.engine import DefinitionRefused, compile_definition

DETAILS = {
    EventKind.MESSAGE: {"name": "m"},
    EventKind.SIGNAL: {"name": "s"},
    EventKind.LINK: {"name": "L"},
    EventKind.ERROR: {"code": "E"},
    EventKind.ESCALATION: {"code": "X"},
    EventKind.TIMER: {"timer_kind": TimerKind.DURATION, "timer": "PT1H"},
}


def drawn(position: Position, on: Event):
    """A process with this event there; a link gets its other half."""
    match position:
        case Position.START:
            return draw(start("e", on), user("a"), flow("e", "a"))
        case Position.SUB_PROCESS_START:
            return draw(start(), sub("s", start("e", on), user("a"), flow("e", "a")), flow("start", "s"))
        case Position.EVENT_SUB_PROCESS_START | Position.EVENT_SUB_PROCESS_START_PARALLEL:
            first = start("e", on, interrupting=position is Position.EVENT_SUB_PROCESS_START)
            inner = sub("s", first, user("b"), flow("e", "b"), triggered_by_event=True)
            return draw(start(), user("a"), inner, flow("start", "a"))
        case Position.CATCH:
            other = throw("t", on) if on.kind is EventKind.LINK else []
            return draw(start(), user("a"), catch("e", on), other, user("b"), flow("start", "a"), flow("e", "b"))
        case Position.THROW:
            other = catch("c", on) if on.kind is EventKind.LINK else []
            return draw(start(), throw("e", on), other, flow("start", "e"))
        case Position.END:
            return draw(start(), end("e", on), flow("start", "e"))
    if on.kind is EventKind.COMPENSATION:
        handled = [undo("e", "a", "h"), user("h", for_compensation=True)]
        return draw(start(), user("a"), handled, flow("start", "a"))
    attached = boundary("e", on, "a", interrupting=position is Position.BOUNDARY)
    return draw(start(), user("a"), attached, user("b"), flow("start", "a"), flow("e", "b"))


PLACES = [
    (position, kind)
    for position in Position
    for kind in EventKind
    if (position, kind) != (Position.BOUNDARY_PARALLEL, EventKind.COMPENSATION)  # it interrupts nothing: one place
]


@pytest.mark.parametrize(("position", "kind"), PLACES)
def test_the_engine_takes_the_events_of_the_list_and_no_other(position, kind):
    process = drawn(position, Event(kind, **DETAILS.get(kind, {})))
    if EVENTS_AT[position].get(kind, Support.NO) is Support.NO:
        with pytest.raises(DefinitionRefused) as refused:
            compile_definition(process)
        assert refused.value.element in {"e", "s", "t", "c"}
    else:
        assert "e" in compile_definition(process).nodes


@pytest.mark.parametrize("kind", [kind for kind, support in NODES.items() if support is Support.NO])
def test_elements_that_are_not_on_the_list_are_refused(kind):
    with pytest.raises(DefinitionRefused):
        compile_definition(draw(start(), node("x", Kind(kind)), flow("start", "x")))
