"""What a terminate end takes with it: its own scope and nothing around it."""

from bpmn.model import EventKind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    duration,
    each,
    end,
    error,
    event,
    event_sub,
    flow,
    fork,
    message,
    signal,
    start,
    sub,
    task,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import LogKind


def test_a_terminate_end_in_an_event_sub_process_ends_only_that():
    process = draw(
        start(),
        user("a"),
        flow("start", "a"),
        event_sub(
            "e",
            start("es", message(), interrupting=False),
            fork("f"),
            user("x"),
            end("stop", event(EventKind.TERMINATE)),
            flow("es", "f", "x"),
            flow("f", "stop"),
        ),
    )
    story = Story(process)
    story.message()
    assert story.waiting == ["a"]


def test_a_terminated_sub_process_is_left_in_the_ordinary_way():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            fork("f"),
            user("x"),
            end("stop", event(EventKind.TERMINATE)),
            flow("is", "f", "x"),
            flow("f", "stop"),
        ),
        boundary("b", error(), "s"),
        user("error"),
        user("after"),
        flow("start", "s", "after"),
        flow("b", "error"),
    )
    story = Story(process)
    assert story.waiting == ["after"]
    assert any(entry.kind is LogKind.CANCELLED and entry.element == "x" for entry in story.log)


def test_a_terminated_item_lets_the_others_go_on():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            user("u"),
            fork("f"),
            user("x"),
            end("stop", event(EventKind.TERMINATE)),
            flow("is", "u", "f", "x"),
            flow("f", "stop"),
            loop=each("= items"),
        ),
        user("z"),
        flow("start", "s", "z"),
    )
    story = Story(process, {"items": [1, 2]})
    story.complete("u")
    assert story.waiting == ["u"]
    story.complete("u")
    assert story.waiting == ["z"]


def test_terminate_takes_branches_calls_timers_and_event_scopes_with_it():
    process = draw(
        start(),
        fork("f"),
        catch("t", duration("PT1H")),
        sub("s", start("is"), user("u"), flow("is", "u")),
        boundary("b", signal("x"), "s", interrupting=False),
        task("n"),
        user("a"),
        end("stop", event(EventKind.TERMINATE)),
        flow("start", "f", "t"),
        flow("f", "s"),
        flow("f", "a", "stop"),
        flow("b", "n"),
    )
    story = Story(process)
    story.complete("a")
    assert story.finished.ends == ("stop",)
