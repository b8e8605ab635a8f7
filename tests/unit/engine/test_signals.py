"""Signals inside one instance."""

from tests.unit.engine.drawing import (
    catch,
    draw,
    end,
    flow,
    fork,
    signal,
    start,
    throw,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import (
    SignalSent,
)


def test_a_signal_reaches_what_listens_in_the_same_instance_at_that_moment():
    process = draw(
        start(),
        fork("f"),
        catch("c", signal("go")),
        user("u"),
        user("a"),
        end("se", signal("go")),
        end(),
        flow("start", "f", "c", "u", "end"),
        flow("f", "a", "se"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["u"]
    assert story.sent == [SignalSent("go", {}, "se", 1)]


def test_a_name_that_is_no_text_is_an_incident_on_both_sides():
    """A catch of the same number would wait for ever."""
    for one in (throw("x", signal("= 5")), catch("x", signal("= 5"))):
        assert Story(draw(start(), one, flow("start", "x"))).troubled == ["x"]


def test_a_signal_thrown_before_anybody_listens_is_not_heard():
    process = draw(start(), throw("t", signal("go")), catch("c", signal("go")), end(), flow("start", "t", "c", "end"))
    assert Story(process).waiting == ["c"]
