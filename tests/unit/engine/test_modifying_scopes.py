"""Moving tokens by hand into and out of sub-processes: which scope is meant, which are opened, and beginning in one."""

import pytest

from tests.unit.engine.drawing import boundary, draw, duration, end, event_sub, flow, message, start, sub, user
from tests.unit.engine.driver import Story
from tests.unit.engine.moving import modify, refused
from workflows.engine import inspect
from workflows.engine.api import Entry, ModificationRefused, Obstacle, Outcome


def nested():
    return draw(
        start(),
        user("first"),
        sub(
            "outer",
            start("os"),
            user("o"),
            sub("inner", start("is"), user("i"), user("j"), end("ie"), flow("is", "i", "j", "ie"), ins={"y": "=x"}),
            end("oe"),
            flow("os", "o", "inner", "oe"),
        ),
        boundary("stop", message(), "outer"),
        end(),
        flow("start", "first", "outer", "end"),
        flow("stop", "end"),
    )


def test_scopes_around_the_element_are_opened_with_inputs_and_boundary_events():
    story = Story(nested(), {"x": 4})
    modify(story, "j", end=["first"])
    assert story.waiting == ["j"]
    assert [subscription.element for subscription in story.subscriptions.values()] == ["stop"]
    scopes = inspect(story.definition, story.state).scopes
    assert scopes.children[0].children[0].variables == {"y": 4}
    story.complete("j")
    assert story.finished.outcome is Outcome.COMPLETED
    assert story.counts["inner"] == story.counts["outer"] == 1


def test_the_running_scope_is_used_and_ends_with_its_last_step():
    story = Story(nested(), {"x": 4})
    story.complete("first")
    story.complete("o")
    modify(story, "j", end=["i"])
    assert story.waiting == ["j"]
    assert [token.element for token in inspect(story.definition, story.state).tokens] == ["outer", "inner", "j"]
    modify(story, "first", end=["j"])
    assert story.waiting == ["first"]
    assert not story.subscriptions
    assert [token.element for token in inspect(story.definition, story.state).tokens] == ["first"]


def test_a_scope_that_is_ended_does_not_count_as_running():
    story = Story(nested(), {"x": 4})
    story.complete("first")
    story.complete("o")
    outer = next(t.step for t in inspect(story.definition, story.state).tokens if t.element == "outer")
    modify(story, "j", end=[outer])
    assert story.waiting == ["j"]
    now = next(t.step for t in inspect(story.definition, story.state).tokens if t.element == "outer")
    assert now != outer


def test_of_several_scopes_one_must_be_chosen():
    story = Story(nested(), {"x": 4})
    modify(story, "i", end=["first"])
    modify(story, Entry("i", ancestor=""))
    assert story.waiting == ["i", "i"]
    assert refused(story, "j") is Obstacle.SEVERAL_SCOPES
    inner = [t.step for t in inspect(story.definition, story.state).tokens if t.element == "inner"]
    modify(story, Entry("j", ancestor=inner[1]))
    assert story.waiting == ["i", "i", "j"]
    scope = {step.element: step.scope for step in inspect(story.definition, story.state).steps if step.element == "j"}
    assert scope["j"] == inner[1]


def test_of_several_scopes_the_one_a_step_leaves_is_meant():
    story = Story(nested(), {"x": 4})
    modify(story, "i", end=["first"])
    modify(story, Entry("i", ancestor=""))
    leaving = story.step("i", 2).step
    scope = next(step.scope for step in inspect(story.definition, story.state).steps if step.step == leaving)
    modify(story, "j", end=[leaving])
    assert {s.scope for s in inspect(story.definition, story.state).steps if s.element == "j"} == {scope}


def test_a_chosen_ancestor_further_out_gets_new_scopes_inside():
    story = Story(nested(), {"x": 4})
    story.complete("first")
    story.complete("o")
    outer = next(t.step for t in inspect(story.definition, story.state).tokens if t.element == "outer")
    modify(story, Entry("j", ancestor=outer))
    elements = sorted(token.element for token in inspect(story.definition, story.state).tokens)
    assert elements == ["i", "inner", "inner", "j", "outer"]


def test_an_ancestor_that_is_none_is_refused():
    story = Story(nested(), {"x": 4})
    first = story.step("first").step
    assert refused(story, Entry("j", ancestor=first)) is Obstacle.NO_ANCESTOR
    assert refused(story, Entry("j", ancestor="999")) is Obstacle.NO_ANCESTOR
    assert refused(story, Entry("j", ancestor="no key")) is Obstacle.NO_ANCESTOR


def test_an_event_sub_process_can_be_entered_in_its_midst_without_interrupting():
    handler = event_sub("es", start("ess", message()), user("h1"), user("h2"), end("ee"), flow("ess", "h1", "h2", "ee"))
    story = Story(draw(start(), user("u"), end(), flow("start", "u", "end"), handler))
    modify(story, "h2")
    assert story.waiting == ["h2", "u"]
    story.complete("h2")
    story.complete("u")
    assert story.finished.outcome is Outcome.COMPLETED


def test_a_scope_whose_inputs_fail_refuses_the_whole_act():
    process = draw(
        start(),
        user("a"),
        sub("s", start("ss"), user("b"), flow("ss", "b")),
        boundary("late", duration("=1 + 1"), "s"),
        end(),
        flow("start", "a", "s", "end"),
        flow("late", "end"),
    )
    story = Story(process)
    assert refused(story, "b", end=["a"]) is Obstacle.FAILED
    assert story.waiting == ["a"]


def test_an_instance_begins_where_it_is_told():
    story = Story(nested(), {"x": 4}, at=(Entry("j"),))
    assert story.waiting == ["j"]
    story.complete("j")
    assert story.finished.outcome is Outcome.COMPLETED


def test_an_instance_does_not_begin_where_nothing_can_be_started():
    with pytest.raises(ModificationRefused):
        Story(nested(), {"x": 4}, at=(Entry("stop"),))
