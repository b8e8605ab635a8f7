"""What stands in the way of another version, and what a choice solves."""

from __future__ import annotations

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    call,
    catch,
    compensate,
    draw,
    each,
    end,
    flow,
    fork,
    message,
    node,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    undo,
    user,
)
from tests.unit.engine.driver import Story
from tests.unit.engine.going_over import block, go_over, line, problems, verdict
from workflows.engine.migrating import (
    MigrationRefused,
    Reason,
)


def test_an_element_that_is_gone_needs_a_choice():
    story = Story(line(user("a")))
    new = line(user("b"), user("c"))
    assert problems(story, new) == [("a", Reason.GONE)]
    assert verdict(story, new).is_choice
    with pytest.raises(MigrationRefused):
        go_over(story, new)
    go_over(story, new, {"a": "c"})
    assert story.waiting == ["c"]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (user("a"), service("a"), Reason.TYPE),
        (user("a"), node("a", Kind.MANUAL_TASK), Reason.TYPE),
        (user("a"), user("a", loop=each("= [1]")), Reason.REPETITION),
        (user("a", loop=each("= [1]", sequential=True)), user("a", loop=each("= [1]")), Reason.REPETITION),
        (catch("a", message("m")), catch("a", signal("m")), Reason.EVENT),
        (call("a", "one"), call("a", "two"), Reason.CALL),
    ],
)
def test_changes_that_need_a_choice(before, after, reason):
    story = Story(line(before))
    assert problems(story, line(after)) == [("a", reason)]
    found = verdict(story, line(after), {"a": "a"})
    assert found.is_safe, "naming the element itself says: begin there anew, or keep it in spite of that"


def test_a_step_may_begin_anew_at_an_element_of_another_kind():
    story = Story(line(user("a")))
    first = story.step("a").step
    result = go_over(story, line(script("s", "= 7", "x"), user("b")), {"a": "s"})
    assert [closed.step for closed in result.closed] == [first]
    assert story.waiting == ["b"]
    assert story.variables["x"] == 7


def test_a_step_moved_into_another_scope_needs_a_choice():
    story = Story(line(user("a")))
    inside = line(sub("s", start("ss"), user("a"), end("se"), flow("ss", "a", "se")))
    assert problems(story, inside) == [("a", Reason.SCOPE)]
    assert problems(story, inside, {"a": "s"}) == []
    go_over(story, inside, {"a": "s"})
    assert story.waiting == ["a"]


def test_a_sub_process_that_is_gone_is_chosen_for_as_a_whole():
    story = Story(line(sub("s", start("ss"), user("a"), end("se"), flow("ss", "a", "se")), user("b")))
    new = line(user("a"), user("b"))
    found = verdict(story, new).problems
    assert {(problem.element, problem.within) for problem in found} == {("s", None), ("a", "s")}
    go_over(story, new, {"s": "b"})
    assert story.waiting == ["b"]


def test_ending_the_only_step_is_refused():
    story = Story(line(user("a")))
    assert problems(story, line(user("b")), end=["a"]) == [("a", Reason.ENDS)]


def test_a_memory_of_compensation_may_be_dropped_by_choice_only():
    def model(*handled):
        return line(user("a"), user("b"), throw("back", compensate()), extra=handled)

    story = Story(model(undo("u", "a", "h"), node("h", Kind.USER_TASK, for_compensation=True)))
    story.complete("a")
    assert problems(story, model()) == [("a", Reason.UNDO)]
    go_over(story, model(), end=["a"])
    story.complete("b")
    assert story.ended


def test_mapping_to_nothing_or_to_what_cannot_be_started_is_refused():
    story = Story(line(user("a")))
    assert problems(story, line(user("b")), {"a": "nowhere"}) == [("a", Reason.TARGET)]
    assert problems(story, line(user("b")), {"a": "start"}) == [("a", Reason.TARGET)]


def test_an_ended_instance_does_not_move():
    story = Story(line(script("s", "= 1", "x")))
    with pytest.raises(MigrationRefused):
        go_over(story, line(user("a")))


def test_two_steps_that_become_one_element_stay_two_activations():
    story = Story(block("a", "b"))
    new = draw(start(), fork("s"), user("m"), end(), flow("start", "s", "m", "end"))
    go_over(story, new, {"a": "m", "b": "m"})
    assert sorted(step.loop for step in story.steps.values()) == [1, 2]
