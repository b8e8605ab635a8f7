"""Who hears an escalation: the nearest that listens, once for each throw, and never the one that threw it."""

from tests.unit.engine.drawing import (
    boundary,
    draw,
    each,
    end,
    escalation,
    event_sub,
    flow,
    fork,
    start,
    sub,
    task,
    throw,
    user,
)
from tests.unit.engine.driver import Story


def test_an_event_sub_process_does_not_catch_the_escalation_it_throws_itself():
    """A catching one that throws the same again would start itself for ever."""
    process = draw(
        start(),
        throw("t", escalation("X")),
        user("a"),
        end(),
        flow("start", "t", "a", "end"),
        event_sub(
            "es",
            start("ess", escalation("X"), interrupting=False),
            task("handled"),
            end("again", escalation("X")),
            flow("ess", "handled", "again"),
        ),
    )
    story = Story(process)
    assert story.waiting == ["a"]
    assert story.counts["handled"] == 1


def test_an_escalation_of_a_nested_event_sub_process_reaches_the_outer_one():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            throw("t", escalation("X")),
            user("a"),
            flow("is", "t", "a"),
            event_sub(
                "inner",
                start("inners", escalation("X"), interrupting=False),
                end("innere", escalation("X")),
                flow("inners", "innere"),
            ),
        ),
        flow("start", "s"),
        event_sub(
            "outer",
            start("outers", escalation(), interrupting=False),
            user("told"),
            flow("outers", "told"),
        ),
    )
    story = Story(process)
    assert story.waiting == ["a", "told"]


def test_an_interrupting_escalation_ends_the_thrower_and_its_siblings():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            fork("f"),
            user("a"),
            user("b"),
            throw("t", escalation("X")),
            user("c"),
            flow("is", "f", "a", "t", "c"),
            flow("f", "b"),
        ),
        boundary("e", escalation("X"), "s"),
        user("out"),
        flow("start", "s"),
        flow("e", "out"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["out"]
    assert story.counts["t"] == 1, "a throw event that was heard is completed"


def test_a_non_interrupting_escalation_of_every_round_is_heard_every_time():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            throw("t", escalation("X")),
            user("a"),
            flow("is", "t", "a"),
            loop=each("= items", sequential=True),
        ),
        boundary("e", escalation("X"), "s", interrupting=False),
        user("told"),
        end(),
        flow("start", "s", "end"),
        flow("e", "told"),
    )
    story = Story(process, {"items": [1, 2]})
    story.complete("a")
    assert story.waiting == ["a", "told", "told"]
