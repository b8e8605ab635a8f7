"""What event sub-processes listen for, what they see, and what they end."""

import pytest

from tests.unit.engine.drawing import (
    draw,
    duration,
    each,
    end,
    event_sub,
    flow,
    message,
    script,
    signal,
    start,
    sub,
    user,
)
from tests.unit.engine.driver import Story


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_timer_event_sub_process_inside_a_sub_process(interrupting):
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            user("a"),
            flow("is", "a"),
            event_sub("e", start("es", duration("PT1H"), interrupting=interrupting), user("late"), flow("es", "late")),
        ),
        user("z"),
        flow("start", "s", "z"),
    )
    story = Story(process)
    story.wait(hours=3)
    assert story.waiting == (["late"] if interrupting else ["a", "late"])
    for name in list(story.waiting):
        story.complete(name)
    assert story.waiting == ["z"]
    assert not story.timers


def test_a_scope_waits_for_its_running_event_sub_process_and_still_listens():
    process = draw(
        start(),
        user("a"),
        end(),
        flow("start", "a", "end"),
        event_sub("e", start("es", message(), interrupting=False), user("more"), flow("es", "more")),
    )
    story = Story(process)
    story.message()
    story.complete("a")
    assert story.waiting == ["more"]
    story.message()
    assert story.waiting == ["more", "more"]
    story.complete("more")
    story.complete("more")
    assert story.ended


def test_an_interrupting_event_sub_process_ends_running_ones_beside_it_and_their_listeners():
    process = draw(
        start(),
        user("a"),
        flow("start", "a"),
        event_sub("m", start("ms", message("more"), interrupting=False), user("more"), flow("ms", "more")),
        event_sub("s", start("ss", signal("stop")), user("stopped"), flow("ss", "stopped")),
        event_sub("t", start("ts", duration("PT1H"), interrupting=False), user("late"), flow("ts", "late")),
    )
    story = Story(process)
    story.message("more")
    story.signal("stop")
    assert story.waiting == ["stopped"]
    assert not story.timers
    assert not story.subscriptions


def test_start_mappings_are_done_before_the_process_listens():
    """A message brings the key that an event sub-process listens for, through the start event's mapping."""
    process = draw(
        start("begin", message("go"), outs={"number": "= order.id"}),
        user("a"),
        flow("begin", "a"),
        event_sub("e", start("es", message("stop", "= number")), user("stopped"), flow("es", "stopped")),
    )
    story = Story(process, {"order": {"id": "A-1"}}, event="begin")
    assert not story.troubled
    story.message("stop", "A-1")
    assert story.waiting == ["stopped"]


def test_input_mappings_of_a_sub_process_are_seen_by_what_listens_inside():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            user("a"),
            flow("is", "a"),
            event_sub("e", start("es", message("stop", "= key")), user("stopped"), flow("es", "stopped")),
            loop=each("= keys", "key"),
        ),
        flow("start", "s"),
    )
    story = Story(process, {"keys": ["p", "q"]})
    story.message("stop", "q")
    assert story.waiting == ["a", "stopped"]


def test_local_variables_of_an_event_sub_process_stay_in_it():
    process = draw(
        start(),
        user("a"),
        flow("start", "a"),
        event_sub(
            "e",
            start("es", message(), interrupting=False),
            script("x", "= hidden + 1", "hidden"),
            user("more"),
            flow("es", "x", "more"),
            ins={"hidden": "= 41"},
        ),
    )
    story = Story(process)
    story.message()
    assert "hidden" not in story.variables
