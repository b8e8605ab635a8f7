"""Exclusive gateways: the first condition that holds, else the default, else an incident."""

import pytest

from tests.unit.engine.drawing import (
    draw,
    end,
    flow,
    fork,
    start,
    task,
    user,
    xor,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import IncidentKind, LogKind


def routed(**conditions):
    return draw(
        start(),
        xor("g", "g>c"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flow("start", "g"),
        flow("g", "a", when=conditions.get("a")),
        flow("g", "b", when=conditions.get("b")),
        flow("g", "c"),
        flow("a", "end"),
        flow("b", "end"),
        flow("c", "end"),
    )


@pytest.mark.parametrize(("x", "taken"), [(1, "a"), (5, "b"), (9, "c")])
def test_the_first_condition_that_holds_decides(x, taken):
    assert Story(routed(a="= x < 5", b="= x < 9"), {"x": x}).waiting == [taken]


def test_conditions_without_equals_sign_are_feel_too():
    assert Story(routed(a="x < 5", b="false"), {"x": 1}).waiting == ["a"]


def test_a_null_condition_counts_as_no_and_the_log_says_why():
    story = Story(routed(a='= x < "a"', b="= missing > 1"), {"x": 1})
    assert story.waiting == ["c"]
    conditions = [entry for entry in story.log if entry.kind is LogKind.CONDITION]
    assert [entry.element for entry in conditions] == ["g>a", "g>b"]
    assert all(entry.data["value"] is None and entry.data["reasons"] for entry in conditions)


def test_a_condition_that_is_neither_true_nor_false_is_an_incident():
    story = Story(routed(a="= x + 1", b="= true"), {"x": 1})
    assert next(iter(story.incidents.values())).kind is IncidentKind.EXPRESSION
    story.retry("g", x=None)
    assert story.waiting == ["b"]


def test_no_way_out_is_an_incident_and_not_the_end():
    process = draw(
        start(),
        xor("g"),
        user("a"),
        user("b"),
        flow("start", "g"),
        flow("g", "a", when="= x = 1"),
        flow("g", "b", when="= x = 2"),
    )
    story = Story(process, {"x": 3})
    assert story.troubled == ["g"]
    assert not story.ended
    story.retry("g", x=2)
    assert story.waiting == ["b"]


def test_an_exclusive_gateway_passes_every_token():
    process = draw(
        start(),
        fork("f"),
        task("a"),
        task("b"),
        xor("m"),
        user("u"),
        end(),
        flow("start", "f", "a", "m", "u", "end"),
        flow("f", "b", "m"),
    )
    assert Story(process).waiting == ["u", "u"]


def test_every_flow_taken_is_in_the_log():
    story = Story(routed(a="= x < 5"), {"x": 1})
    story.complete("a")
    assert story.flows == ["start>g", "g>a", "a>end"]
