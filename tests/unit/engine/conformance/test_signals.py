"""Who hears a signal of the same instance."""

from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    end,
    flow,
    fork,
    signal,
    start,
    sub,
    throw,
    user,
)
from tests.unit.engine.driver import Story


def test_a_signal_thrown_at_oneself_interrupts_the_thrower():
    process = draw(
        start(),
        sub("s", start("is"), throw("t", signal("x")), user("never"), flow("is", "t", "never")),
        boundary("b", signal("x"), "s"),
        user("z"),
        flow("start", "s"),
        flow("b", "z"),
    )
    story = Story(process)
    assert story.waiting == ["z"]
    assert story.counts["t"] == 1


def test_a_signal_end_is_heard_by_every_waiting_branch():
    process = draw(
        start(),
        fork("f"),
        catch("c1", signal("x")),
        catch("c2", signal("x")),
        user("a"),
        end("e", signal("x")),
        user("z"),
        flow("start", "f", "c1", "z"),
        flow("f", "c2", "z"),
        flow("f", "a", "e"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["z", "z"]
