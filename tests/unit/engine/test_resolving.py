"""Leaving a step with an incident without carrying it out."""

import pytest

from tests.unit.engine.drawing import boundary, draw, duration, each, end, error, flow, service, start, sub, user, xor
from tests.unit.engine.driver import Story, StubPorts
from tests.unit.engine.moving import line
from workflows.engine.api import Failed, LogKind, Resolve, StimulusRefused


def resolve(story, element, *, error=None, **variables):
    key = next(key for key, incident in story.incidents.items() if incident.element == element)
    return story.do(Resolve(key, variables, error))


def failing():
    ports = StubPorts()
    ports.handlers["job"] = Failed("down")
    return ports


def test_a_failed_step_is_left_with_given_results_through_its_output_mapping():
    process = draw(
        start(),
        service("s", "job", outs={"total": "=amount * 2"}),
        user("b"),
        end(),
        flow("start", "s", "b", "end"),
    )
    story = Story(process, ports=failing())
    resolve(story, "s", amount=4)
    assert story.waiting == ["b"]
    assert story.variables == {"total": 8}
    assert story.counts["s"] == 1


def test_a_failed_step_is_left_by_an_error():
    process = draw(
        start(),
        service("s", "job"),
        boundary("caught", error("E"), "s"),
        user("h"),
        user("b"),
        flow("start", "s", "b"),
        flow("caught", "h"),
    )
    story = Story(process, ports=failing())
    resolve(story, "s", error="E", why="x")
    assert story.waiting == ["h"]
    assert story.variables == {"why": "x"}


def test_an_error_nobody_catches_leaves_the_incident_with_the_new_reason():
    story = Story(draw(start(), service("s", "job"), user("b"), flow("start", "s", "b")), ports=failing())
    resolve(story, "s", error="OTHER")
    assert [incident.message for incident in story.incidents.values()] == ["error OTHER is not caught"]


def test_a_step_whose_inputs_fail_is_left_as_entered_and_completed():
    process = draw(
        start(),
        user("a", loop=each("people", "who", output="said", collect="answers")),
        user("b"),
        flow("start", "a", "b"),
    )
    story = Story(process, {"people": "no list"})
    assert story.troubled == ["a"]
    resolve(story, "a", answers=["given"])
    assert story.waiting == ["b"]
    assert story.variables["answers"] == ["given"]


def test_a_sub_process_that_cannot_begin_is_passed():
    process = draw(
        start(),
        sub("s", start("ss"), user("a"), flow("ss", "a")),
        boundary("late", duration("=1 + 1"), "s"),
        user("b"),
        flow("start", "s", "b"),
        flow("late", "b"),
    )
    story = Story(process)
    assert story.troubled == ["s"]
    resolve(story, "s")
    assert story.waiting == ["b"]
    entered = [entry.element for entry in story.log if entry.kind is LogKind.ENTERED]
    assert entered.count("s") == 1


def test_a_gateway_without_a_way_needs_values_that_open_one():
    process = draw(
        start(),
        xor("w"),
        user("a"),
        user("b"),
        flow("start", "w"),
        flow("w", "a", when="x = 1"),
        flow("w", "b", when="x = 2"),
    )
    story = Story(process, {"x": 0})
    resolve(story, "w")
    assert story.troubled == ["w"]
    resolve(story, "w", x=2)
    assert story.waiting == ["b"]


def test_a_step_without_incident_is_not_resolved():
    story = Story(line("a", "b"))
    with pytest.raises(StimulusRefused):
        story.do(Resolve(story.step("a").step))
