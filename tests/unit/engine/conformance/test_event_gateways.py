"""Event-based gateways: one way only, every token for itself."""

from tests.unit.engine.drawing import (
    catch,
    draw,
    duration,
    either,
    flow,
    fork,
    message,
    signal,
    start,
    user,
    xor,
)
from tests.unit.engine.driver import Story


def test_the_gateway_of_two_timers_and_a_message_takes_one_way_only():
    process = draw(
        start(),
        either("g"),
        catch("slow", duration("PT5H")),
        catch("fast", duration("PT1H")),
        catch("m", message()),
        user("a"),
        user("b"),
        user("c"),
        flow("start", "g", "slow", "a"),
        flow("g", "fast", "b"),
        flow("g", "m", "c"),
    )
    story = Story(process)
    assert story.waiting == ["g"]
    story.wait(hours=6)
    assert story.waiting == ["b"]
    assert not story.timers
    assert not story.subscriptions


def test_every_token_waits_at_the_event_gateway_for_itself():
    process = draw(
        start(),
        fork("f"),
        xor("x"),
        either("g"),
        catch("s", signal("go")),
        catch("t", duration("PT1H")),
        user("a"),
        user("b"),
        flow("start", "f", "x", "g", "s", "a"),
        flow("f", "x", id="second"),
        flow("g", "t", "b"),
    )
    story = Story(process)
    assert story.waiting == ["g", "g"]
    story.signal("go")
    assert story.waiting == ["a", "a"]
