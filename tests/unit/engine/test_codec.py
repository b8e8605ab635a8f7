"""The stored form: golden files stay readable, foreign bytes are refused, definitions may change under it."""

import base64
from pathlib import Path

import pytest

from tests.unit.engine.drawing import (
    boundary,
    compensate,
    cycle,
    draw,
    each,
    end,
    event_sub,
    flow,
    fork,
    message,
    script,
    start,
    sub,
    throw,
    undo,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine import StateUnreadable, advance, compile_definition, inspect
from workflows.engine.api import CompleteStep, FireTimer, Receive

GOLDEN = Path(__file__).parent / "golden"


def everything():
    """A process whose state has one of every kind of row."""
    inner = sub("sp", start("is"), user("iu"), end("ie"), flow("is", "iu", "ie"), ins={"loc": "= x"})
    handler = event_sub("es", start("ess", message("m", "= key"), interrupting=False), user("h"), flow("ess", "h"))
    return draw(
        start(),
        fork("f"),
        user("x1"),
        undo("bx", "x1", "ux"),
        user("ux", for_compensation=True),
        inner,
        boundary("tick", cycle("R3/PT1H"), "sp", interrupting=False),
        user("late"),
        user("many", loop=each("= items", "it", output="= r", collect="outs")),
        user("z"),
        fork("j"),
        throw("ct", compensate()),
        script("s", "= 1", "done"),
        end(),
        flow("start", "f", "x1", "j", "ct", "s", "end"),
        flow("f", "sp", "j"),
        flow("f", "many", "j"),
        flow("tick", "late"),
        handler,
    )


def played():
    """Its state in the middle of things."""
    story = Story(everything(), {"x": 1, "key": "k", "items": ["a", "b", "c"]})
    story.complete("x1", y=2)
    story.complete("many", r=1)
    story.wait(hours=1)
    story.message("m", "k", z=3)
    return story


def finish(story):
    while not story.ended:
        step = next(iter(story.steps.values()))
        story.do(CompleteStep(step.step, {"r": 1} if step.element == "many" else {}))
    return story.finished


def test_a_state_of_codec_version_1_is_still_read():
    """The golden file was written when version 1 was new; it is never written again."""
    stored = base64.b64decode((GOLDEN / "state-v1.b64").read_bytes())
    story = played()
    view, now = inspect(story.definition, stored), inspect(story.definition, story.state)
    assert view == now
    story.state = stored
    assert finish(story).variables == finish(played()).variables


def test_the_whole_story_can_be_told_from_its_bytes():
    story = played()
    assert sorted(step.element for step in inspect(story.definition, story.state).steps) == [
        "h",
        "iu",
        "late",
        "many",
        "many",
    ]
    finished = finish(story)
    assert finished.variables["outs"] == [1, 1, 1]
    assert story.counts["ux"] == 1


@pytest.mark.parametrize("state", [b"", b"\x07\x00\x00\x00\x00", b"nonsense"])
def test_foreign_bytes_are_refused(state):
    story = played()
    with pytest.raises(StateUnreadable):
        advance(story.definition, state, CompleteStep("1"), story.ports)


def test_a_state_at_an_element_that_is_gone_is_refused():
    story = Story(draw(start(), user("a"), flow("start", "a")))
    other = compile_definition(draw(start(), user("b"), flow("start", "b")))
    with pytest.raises(StateUnreadable, match="a is not in"):
        advance(other, story.state, CompleteStep("2"), story.ports)


def test_a_state_continues_under_a_changed_definition_with_the_same_elements():
    story = Story(draw(start(), user("a"), end(), flow("start", "a", "end")))
    story.definition = compile_definition(draw(start(), user("a"), user("b"), end(), flow("start", "a", "b", "end")))
    story.complete("a")
    assert story.waiting == ["b"]


def test_the_first_byte_is_the_codec_version():
    assert played().state[0] == 1


def test_keys_of_timers_and_subscriptions_are_never_reused():
    story = played()
    (timer,) = story.timers
    story.do(FireTimer(timer))
    (again,) = story.timers
    assert again != timer
    story.do(Receive(next(iter(story.subscriptions)), {}))
    assert len(set(story.steps)) == len(story.steps)
