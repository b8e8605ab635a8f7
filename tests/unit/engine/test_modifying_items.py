"""Moving tokens by hand among the items and rounds of repeated activities."""

from bpmn.model import Loop
from tests.unit.engine.drawing import draw, each, end, flow, start, sub, user
from tests.unit.engine.driver import Story
from tests.unit.engine.moving import modify, refused
from workflows.engine import inspect
from workflows.engine.api import Entry, Obstacle, Outcome


def several(**loop):
    return draw(
        start(),
        user("first"),
        user("ask", loop=each("people", "who", output="said", collect="all_said", **loop)),
        user("then"),
        end(),
        flow("start", "first", "ask", "then", "end"),
    )


def test_a_repeated_activity_is_started_as_a_whole():
    story = Story(several(), {"people": ["x", "y"]})
    modify(story, "ask", end=["first"])
    assert story.waiting == ["ask", "ask"]


def test_an_ended_item_counts_no_more_and_the_rest_complete_the_whole():
    story = Story(several(), {"people": ["x", "y", "z"]})
    story.complete("first")
    story.complete("ask", 1, said="yes")
    modify(story, end=[story.step("ask", 2).step])
    assert story.waiting == ["ask"]
    story.complete("ask", 1, said="no")
    assert story.waiting == ["then"]
    assert sorted(filter(None, story.variables["all_said"])) == ["no", "yes"]


def test_the_last_item_ended_lets_the_completed_ones_count():
    story = Story(several(), {"people": ["x", "y"]})
    story.complete("first")
    story.complete("ask", 1, said="yes")
    modify(story, end=[story.step("ask").step])
    assert story.waiting == ["then"]


def test_when_no_item_was_completed_the_whole_ends():
    story = Story(several(), {"people": ["x", "y"]})
    story.complete("first")
    modify(story, end=[story.step("ask", 1).step, story.step("ask", 2).step])
    assert story.finished.outcome is Outcome.CANCELLED


def test_by_its_element_the_repeated_activity_ends_as_a_whole():
    story = Story(several(), {"people": ["x", "y"]})
    story.complete("first")
    modify(story, "then", end=["ask"])
    assert story.waiting == ["then"]


def test_of_a_sequence_the_next_item_begins():
    story = Story(several(sequential=True), {"people": ["x", "y"]})
    story.complete("first")
    modify(story, end=[story.step("ask").step])
    assert story.waiting == ["ask"]
    story.complete("ask", said="y")
    assert story.waiting == ["then"]


def test_ended_items_are_told_to_the_completion_condition():
    story = Story(several(until="numberOfTerminatedInstances = 1"), {"people": ["x", "y", "z"]})
    story.complete("first")
    modify(story, end=[story.step("ask", 1).step])
    story.complete("ask", 1)
    assert story.waiting == ["then"]


def test_items_of_a_large_one_can_be_ended():
    story = Story(several(), {"people": list(range(100))})
    story.complete("first")
    modify(story, end=[story.step("ask", 70).step])
    assert len(story.waiting) == 99


def repeated_scope():
    return draw(
        start(),
        user("first"),
        sub("s", start("ss"), user("a"), user("b"), flow("ss", "a", "b"), loop=each("people", "who")),
        end(),
        flow("start", "first", "s", "end"),
    )


def test_into_a_repeated_sub_process_only_where_an_item_runs():
    story = Story(repeated_scope(), {"people": ["x", "y"]})
    assert refused(story, "b") is Obstacle.NO_ITEM
    story.complete("first")
    assert refused(story, "b") is Obstacle.SEVERAL_SCOPES
    modify(story, "b", end=[story.step("a", 2).step])
    assert story.waiting == ["a", "b"]
    assert story.step("b").path == (2,)
    item = next(step.scope for step in inspect(story.definition, story.state).steps if step.element == "a")
    modify(story, Entry("b", ancestor=item))
    assert sorted(step.path for step in story.steps.values() if step.element == "b") == [(1,), (2,)]


def test_a_standard_loop_ends_with_its_round():
    loop = Loop(standard=True, loop_maximum="3")
    process = draw(start(), user("a", loop=loop), user("b"), flow("start", "a", "b"))
    story = Story(process)
    modify(story, "b", end=[story.step("a").step])
    assert story.waiting == ["b"]
