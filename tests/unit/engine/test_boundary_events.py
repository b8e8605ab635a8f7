"""Boundary events: timers, messages, signals and errors, interrupting and beside the activity."""

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    boundary,
    call,
    cycle,
    date,
    draw,
    duration,
    each,
    end,
    error,
    flow,
    message,
    node,
    service,
    signal,
    start,
    sub,
    user,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine.api import Closing, Done, Failed, Fault, FireTimer, Later, StimulusRefused


def with_boundary(on, *, interrupting=True, at=None):
    return draw(
        start(),
        at or user("a"),
        boundary("b", on, "a", interrupting=interrupting),
        user("late"),
        end(),
        end("e2"),
        flow("start", "a", "end"),
        flow("b", "late", "e2"),
    )


def test_an_interrupting_timer_ends_the_activity():
    story = Story(with_boundary(duration("PT8H")))
    assert [timer.element for timer in story.timers.values()] == ["b"]
    story.wait(hours=8)
    assert story.waiting == ["late"]
    assert [(closed.element, closed.how) for closed in story.last.closed] == [("a", Closing.CANCELLED)]
    story.complete("late")
    assert story.finished.ends == ("e2",)


def test_a_timer_is_gone_when_the_activity_is_done():
    story = Story(with_boundary(duration("PT8H")))
    key = next(iter(story.timers))
    story.complete("a")
    with pytest.raises(StimulusRefused):
        story.do(FireTimer(key))


def test_a_timer_cannot_fire_twice():
    story = Story(with_boundary(duration("PT8H"), interrupting=False))
    key = next(iter(story.timers))
    story.wait(hours=8)
    assert story.waiting == ["a", "late"]
    with pytest.raises(StimulusRefused):
        story.do(FireTimer(key))


def test_a_non_interrupting_timer_starts_something_beside():
    story = Story(with_boundary(duration("PT8H"), interrupting=False))
    story.wait(hours=9)
    story.complete("a")
    assert not story.ended
    story.complete("late")
    assert story.ended


def test_a_cycle_fires_as_often_as_it_says():
    story = Story(with_boundary(cycle("R3/PT1H"), interrupting=False))
    assert next(iter(story.timers.values())).repetitions == 2
    story.wait(hours=10)
    assert story.waiting == ["a", "late", "late", "late"]
    assert story.timers == {}


def test_an_endless_cycle_stops_with_its_activity():
    story = Story(with_boundary(cycle("R/PT1H"), interrupting=False))
    story.wait(hours=2.5)
    assert story.waiting == ["a", "late", "late"]
    story.complete("a")
    story.complete("late")
    story.complete("late")
    assert story.ended


def test_a_cycle_keeps_its_rhythm_when_it_fires_late():
    story = Story(with_boundary(cycle("R/PT1H"), interrupting=False))
    key = next(iter(story.timers))
    first = story.timers[key].due
    story.ports.moment = first.replace(minute=40)
    story.do(FireTimer(key))
    (timer,) = story.timers.values()
    assert (timer.due - first).total_seconds() == 3600


def test_a_cron_cycle():
    story = Story(with_boundary(cycle("0 30 9 * * MON-FRI"), interrupting=False))
    story.wait(days=7)
    assert story.waiting == ["a"] + ["late"] * 5


def test_a_date_and_a_null_date():
    story = Story(with_boundary(date("= due")), {"due": "2026-01-06T09:00:00Z"})
    story.wait(days=1)
    assert story.waiting == ["late"]
    parked = Story(with_boundary(date("= due")))
    assert [timer.due for timer in parked.timers.values()] == [None]
    parked.set(due="2026-01-06T09:00:00Z")
    parked.replan()
    parked.wait(days=1)
    assert parked.waiting == ["late"]


def test_a_nonsense_timer_is_an_incident_at_the_activity():
    story = Story(with_boundary(duration("= d")), {"d": "soon"})
    assert (story.troubled, story.waiting, story.timers) == (["a"], [], {})
    story.retry("a", d="PT1H")
    assert story.waiting == ["a"]
    story.wait(hours=1)
    assert story.waiting == ["late"]


def test_an_interrupting_message_brings_its_variables():
    story = Story(with_boundary(message("paid", "= order.id")), {"order": {"id": 7}})
    story.message("paid", "7", amount=3)
    assert story.waiting == ["late"]
    assert story.variables == {"order": {"id": 7}, "amount": 3}


def test_a_non_interrupting_message_may_come_again():
    story = Story(with_boundary(message("paid"), interrupting=False))
    story.message("paid", n=1)
    story.message("paid", n=2)
    assert story.waiting == ["a", "late", "late"]
    assert len(story.subscriptions) == 1


def test_output_mappings_of_a_boundary_event():
    process = draw(
        start(),
        user("a"),
        boundary("b", message("paid"), "a", outs={"paid": "= amount"}),
        user("late"),
        end(),
        flow("start", "a", "end"),
        flow("b", "late", "end"),
    )
    story = Story(process)
    story.message("paid", amount=3)
    assert story.variables == {"paid": 3}


def test_signals_interrupt_or_accompany():
    story = Story(with_boundary(signal("frozen")))
    story.signal("frozen", why="x")
    assert story.waiting == ["late"]
    beside = Story(with_boundary(signal("frozen"), interrupting=False))
    beside.signal("frozen")
    assert beside.waiting == ["a", "late"]


def test_an_error_of_a_handler():
    ports = StubPorts()
    ports.handlers["a"] = Fault("NO_STOCK", "none", {"left": 0})
    story = Story(with_boundary(error("NO_STOCK"), at=service("a")), ports=ports)
    assert story.waiting == ["late"]
    assert story.variables == {"left": 0}
    assert "a" not in story.completed


def test_an_error_of_a_job_and_of_a_user_task():
    ports = StubPorts()
    ports.handlers["a"] = Later()
    for at in (service("a"), user("a")):
        story = Story(with_boundary(error("NOPE"), at=at), ports=ports)
        story.throw("a", "NOPE", why=1)
        assert (story.waiting, story.variables) == (["late"], {"why": 1})


def test_the_exact_code_goes_before_the_one_that_catches_all():
    process = draw(
        start(),
        user("a"),
        boundary("all", error(), "a"),
        boundary("one", error("X"), "a"),
        user("ua"),
        user("uo"),
        end(),
        flow("start", "a", "end"),
        flow("all", "ua"),
        flow("one", "uo"),
    )
    for code, waiting in (("X", ["uo"]), ("Y", ["ua"])):
        story = Story(process)
        story.throw("a", code)
        assert story.waiting == waiting


def test_another_code_is_not_caught():
    story = Story(with_boundary(error("X")))
    story.throw("a", "Y")
    assert (story.waiting, story.troubled) == (["a"], ["a"])


def test_an_interrupted_sub_process_takes_everything_in_it_away():
    inner = sub(
        "a",
        start("is"),
        user("x"),
        user("y"),
        boundary("yb", duration("PT9H"), "y"),
        end("ie"),
        flow("is", "x", "ie"),
        flow("is", "y"),
        flow("yb", "ie"),
    )
    story = Story(with_boundary(message("stop"), at=inner))
    assert story.waiting == ["x", "y"]
    story.message("stop")
    assert story.waiting == ["late"]
    assert (story.timers, story.subscriptions) == ({}, {})


def test_a_boundary_event_of_a_multi_instance_sits_on_the_whole():
    process = draw(
        start(),
        user("a", loop=each("= items", "it")),
        boundary("b", message("stop"), "a"),
        user("late"),
        end(),
        flow("start", "a", "end"),
        flow("b", "late", "end"),
    )
    story = Story(process, {"items": [1, 2, 3]})
    assert len(story.subscriptions) == 1
    story.complete("a")
    story.message("stop")
    assert story.waiting == ["late"]


def test_an_error_of_one_item_ends_the_whole_multi_instance():
    process = draw(
        start(),
        user("a", loop=each("= items", "it")),
        boundary("b", error("X"), "a"),
        user("late"),
        end(),
        flow("start", "a", "end"),
        flow("b", "late", "end"),
    )
    story = Story(process, {"items": [1, 2, 3]})
    story.throw("a", "X")
    assert story.waiting == ["late"]


def test_a_timer_beside_a_multi_instance_fires_once():
    process = draw(
        start(),
        user("a", loop=each("= items", "it")),
        boundary("b", duration("PT1H"), "a", interrupting=False),
        user("late"),
        end(),
        flow("start", "a", "end"),
        flow("b", "late", "end"),
    )
    story = Story(process, {"items": [1, 2]})
    story.wait(hours=3)
    assert story.waiting == ["a", "a", "late"]


def test_a_boundary_event_without_way_out_just_ends_the_activity():
    process = draw(start(), user("a"), boundary("b", duration("PT1H"), "a"), end(), flow("start", "a", "end"))
    story = Story(process)
    story.wait(hours=1)
    assert story.ended


def test_a_timer_on_a_receive_task_and_on_a_call():
    receive = node("a", Kind.RECEIVE_TASK, event=message("m"))
    for at in (receive, call("a", "Q")):
        story = Story(with_boundary(duration("PT1H"), at=at))
        story.wait(hours=1)
        assert story.waiting == ["late"]
        assert story.subscriptions == {}


def test_a_boundary_event_waits_while_its_activity_has_an_incident():
    ports = StubPorts()
    ports.handlers["a"] = Failed("down")
    story = Story(with_boundary(duration("PT1H"), at=service("a")), ports=ports)
    assert story.troubled == ["a"]
    story.wait(hours=1)
    assert (story.waiting, story.troubled) == (["late"], [])
    assert ports.handlers["a"] != Done()


@pytest.mark.parametrize(("text", "left"), [('= cycle(3, duration("PT1H"))', 2), ('= cycle(duration("PT1H"))', -1)])
def test_a_cycle_may_be_made_by_an_expression(text, left):
    story = Story(with_boundary(cycle(text), interrupting=False))
    (timer,) = story.timers.values()
    assert (timer.repetitions, (timer.due - story.ports.moment).total_seconds()) == (left, 3600)
