"""Conditional and default flows of activities."""

import pytest

from tests.unit.engine.drawing import (
    draw,
    flow,
    start,
    user,
)
from tests.unit.engine.driver import Story


@pytest.mark.parametrize(("x", "waiting"), [(9, ["b", "c"]), (5, ["b"]), (1, ["d"])])
def test_conditional_and_default_flows_of_an_activity(x, waiting):
    process = draw(
        start(),
        user("a", default="a>d"),
        user("b"),
        user("c"),
        user("d"),
        flow("start", "a"),
        flow("a", "b", when="= x > 3"),
        flow("a", "c", when="= x > 7"),
        flow("a", "d"),
    )
    story = Story(process, {"x": x})
    story.complete("a")
    assert story.waiting == waiting


def test_an_unconditional_flow_of_an_activity_is_always_taken():
    process = draw(start(), user("a"), user("b"), user("c"), flow("start", "a", "b"), flow("a", "c", when="= false"))
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b"]


def test_results_survive_an_incident_at_the_flows():
    process = draw(start(), user("a"), user("b"), flow("start", "a"), flow("a", "b", when="= ok"))
    story = Story(process)
    story.complete("a", comment="kept")
    assert story.troubled == ["a"]
    assert story.variables == {"comment": "kept"}
    story.retry("a", ok=True)
    assert story.waiting == ["b"]
