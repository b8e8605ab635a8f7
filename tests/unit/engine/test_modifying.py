"""Moving tokens by hand: what starts and what ends."""

import pytest

from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    draw,
    duration,
    end,
    flow,
    fork,
    inclusive,
    link,
    message,
    script,
    service,
    start,
    throw,
    user,
    xor,
)
from tests.unit.engine.driver import Story, StubPorts
from tests.unit.engine.moving import line, modify
from workflows.engine import inspect
from workflows.engine.api import Budget, Entry, Failed, IncidentKind, Modify, Outcome, StimulusRefused


def test_a_token_moves_to_another_step_in_one_act():
    story = Story(line("a", "b", "c"))
    modify(story, "c", end=["a"], amount=7)
    assert story.waiting == ["c"]
    assert story.variables == {"amount": 7}
    assert "a" not in story.completed
    story.complete("c")
    assert story.finished.outcome is Outcome.COMPLETED


def test_starting_beside_what_is_open_makes_a_second_token():
    story = Story(line("a", "b"))
    modify(story, "b")
    assert story.waiting == ["a", "b"]
    story.complete("b")
    assert not story.ended
    story.complete("a")
    story.complete("b")
    assert story.ended


def test_steps_are_named_by_key_or_all_of_an_element():
    story = Story(line("a", "b"))
    modify(story, "b", "b")
    first = story.step("b").step
    modify(story, end=[first])
    assert story.waiting == ["a", "b"]
    modify(story, "b", end=["b"])
    assert story.waiting == ["a", "b"]


def test_the_new_tokens_own_variables_are_its_own_and_no_results():
    story = Story(draw(start(), user("a"), user("b"), end(), flow("start", "a", "b", "end")), {"x": 1})
    modify(story, Entry("b", variables={"x": 2}), end=["a"])
    view = inspect(story.definition, story.state)
    assert view.steps[0].local == {"x": 2}
    assert view.variables == {"x": 1}


def test_starting_after_an_element_takes_the_flows_its_completion_would_take_and_does_not_say_it_was_completed():
    process = draw(
        start(),
        user("a"),
        xor("w", default="w>low"),
        user("high"),
        user("low"),
        flow("start", "a", "w"),
        flow("w", "high", when="x > 5"),
        flow("w", "low"),
    )
    story = Story(process, {"x": 1})
    modify(story, Entry("w", after=True), end=["a"], x=9)
    assert story.waiting == ["high"]
    assert "w" not in story.completed
    modify(story, Entry("w", after=True, variables={"x": 2}), end=["high"])
    assert story.waiting == ["low"]


def test_after_a_boundary_event_is_as_though_it_had_happened():
    process = draw(
        start(),
        user("a"),
        boundary("late", duration("PT1H"), "a"),
        user("remind"),
        end(),
        flow("start", "a", "end"),
        flow("late", "remind"),
    )
    story = Story(process)
    modify(story, Entry("late", after=True))
    assert story.waiting == ["a", "remind"]
    assert len(story.timers) == 1


def test_what_a_step_listened_for_goes_with_it():
    process = draw(
        start(),
        user("a"),
        boundary("late", duration("PT1H"), "a"),
        boundary("note", message(), "a", interrupting=False),
        user("b"),
        end(),
        flow("start", "a", "b", "end"),
        flow("late", "b"),
        flow("note", "b"),
    )
    story = Story(process)
    modify(story, "b", end=["a"])
    assert (story.timers, story.subscriptions) == ({}, {})


@pytest.mark.parametrize("gateway", [fork("join"), inclusive("join")])
def test_a_joining_gateway_started_by_hand_waits_for_nobody(gateway):
    process = draw(
        start(),
        fork("split"),
        user("a"),
        user("b"),
        gateway,
        user("c"),
        flow("start", "split", "a", "join", "c"),
        flow("split", "b", "join"),
    )
    story = Story(process)
    modify(story, "join", end=["a", "b"])
    assert story.waiting == ["c"]


def test_a_token_waiting_at_a_join_can_be_ended():
    process = draw(
        start(),
        fork("split"),
        user("a"),
        user("b"),
        fork("join"),
        user("c"),
        flow("start", "split", "a", "join", "c"),
        flow("split", "b", "join"),
    )
    story = Story(process)
    story.complete("a")
    modify(story, "a", end=["join"])
    assert story.waiting == ["a", "b"]
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["c"]


def test_the_inclusive_join_goes_on_when_the_only_missing_branch_is_ended():
    process = draw(
        start(),
        inclusive("split"),
        user("a"),
        user("b"),
        inclusive("join"),
        user("c"),
        flow("start", "split", "a", "join", "c"),
        flow("split", "b", "join"),
    )
    story = Story(process)
    story.complete("a")
    modify(story, end=["b"])
    assert story.waiting == ["c"]


def test_a_call_activity_that_ends_closes_its_call():
    process = draw(start(), call("sub", "other"), user("b"), end(), flow("start", "sub", "b", "end"))
    story = Story(process)
    result = modify(story, "b", end=["sub"])
    assert [closed.element for closed in result.closed] == ["sub"]
    assert story.waiting == ["b"]


def test_an_incident_goes_with_its_step():
    ports = StubPorts()
    ports.handlers["job"] = Failed("down")
    process = draw(start(), service("s", "job"), user("b"), end(), flow("start", "s", "b", "end"))
    story = Story(process, ports=ports)
    modify(story, "b", end=["s"])
    assert (story.troubled, story.waiting) == ([], ["b"])


def test_where_everything_is_ended_the_instance_ends():
    story = Story(line("a", "b"))
    modify(story, end=["a"])
    assert story.finished.outcome is Outcome.CANCELLED
    with pytest.raises(StimulusRefused):
        modify(story, "b")


def test_a_spent_budget_does_not_hold_what_is_left_when_its_step_is_ended():
    process = draw(
        start(),
        fork("split"),
        script("loop", "n + 1", "n"),
        xor("again", default="again>loop"),
        user("b"),
        end(),
        flow("start", "split", "loop", "again", "loop"),
        flow("split", "b"),
        flow("again", "end", when="false"),
    )
    story = Story(process, {"n": 0}, budget=Budget(steps=200))
    assert [incident.kind for incident in story.incidents.values()] == [IncidentKind.BUDGET]
    held = next(iter(story.incidents))
    modify(story, end=[held])
    assert story.waiting == ["b"]
    assert not story.incidents


def test_a_link_can_be_started_and_a_modification_survives_the_way_through_json():
    process = draw(
        start(),
        user("a"),
        throw("go", link("there")),
        catch("there", link("there")),
        user("b"),
        flow("start", "a", "go"),
        flow("there", "b"),
    )
    story = Story(process)
    stored = {"start": [{"element": "there", "after": False, "ancestor": None, "variables": {}}], "end": ["a"]}
    story.do(Modify(**stored))
    assert story.waiting == ["b"]
    modify(story, Entry("go", after=True), end=["b"])
    assert story.waiting == ["b"]
