"""What the engine does not compile."""

import pytest

from bpmn.model import EventKind, Kind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    event,
    flow,
    message,
    node,
    script,
    service,
    start,
    sub,
    throw,
    user,
    xor,
)
from tests.unit.engine.driver import Story
from workflows.engine import DefinitionRefused, compile_definition
from workflows.engine.api import (
    IncidentKind,
)


@pytest.mark.parametrize(
    "bad",
    [
        node("x", Kind.COMPLEX_GATEWAY),
        node("x", Kind.AD_HOC_SUB_PROCESS),
        catch("x", event(EventKind.CONDITIONAL)),
        boundary("x", event(EventKind.CONDITIONAL), "a"),
        start("x", event(EventKind.ERROR)),
    ],
)
def test_what_cannot_run_as_drawn_is_refused(bad):
    with pytest.raises(DefinitionRefused) as refused:
        compile_definition(draw(start(), user("a"), bad, flow("start", "a")))
    assert refused.value.element == "x"


def test_a_flow_over_the_border_of_a_sub_process_is_refused():
    with pytest.raises(DefinitionRefused):
        compile_definition(
            draw(
                start(),
                sub("sp", start("is"), user("a"), flow("is", "a")),
                user("b"),
                flow("start", "sp"),
                flow("a", "b"),
            )
        )


def test_the_kind_of_incident_tells_what_is_wrong():
    story = Story(draw(start(), throw("t", message("= none")), flow("start", "t")))
    assert next(iter(story.incidents.values())).kind is IncidentKind.EXPRESSION
    assert Story(draw(start(), script("s", "= 1", "x"), xor("g"), service("z"), flow("start", "s", "g", "z"))).ended


def test_a_process_with_nothing_to_start_is_refused():
    with pytest.raises(DefinitionRefused, match="nowhere to start"):
        compile_definition(draw())
