"""Embedded sub-processes, event sub-processes and transactions."""

import pytest

from bpmn.model import EventKind, Kind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    cycle,
    draw,
    duration,
    end,
    error,
    escalation,
    event,
    event_sub,
    flow,
    message,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    undo,
    user,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import DefinitionRefused, compile_definition
from workflows.engine.api import Fault


def guarded(on, *, interrupting=True):
    handler = event_sub("es", start("ess", on, interrupting=interrupting), user("h"), end("ee"), flow("ess", "h", "ee"))
    return draw(start(), user("u"), user("v"), end(), flow("start", "u", "end"), flow("start", "v", "end"), handler)


@pytest.mark.parametrize(
    ("on", "act"),
    [
        (message(), lambda story: story.message(x=1)),
        (signal(), lambda story: story.signal(x=1)),
        (duration("PT1H"), lambda story: story.wait(hours=1)),
        (error("X"), lambda story: story.throw("u", "X", x=1)),
    ],
)
def test_an_interrupting_event_sub_process_takes_over(on, act):
    story = Story(guarded(on))
    act(story)
    assert story.waiting == ["h"]
    assert (story.timers, story.subscriptions) == ({}, {})
    story.complete("h")
    assert story.finished.ends == ("ee",)


@pytest.mark.parametrize(
    ("on", "act"), [(message(), lambda story: story.message()), (signal(), lambda story: story.signal())]
)
def test_a_non_interrupting_event_sub_process_runs_beside_as_often_as_it_is_called(on, act):
    story = Story(guarded(on, interrupting=False))
    act(story)
    act(story)
    assert story.waiting == ["h", "h", "u", "v"]
    story.complete("u")
    story.complete("v")
    assert not story.ended
    story.complete("h")
    assert len(story.subscriptions) == 1
    story.complete("h")
    assert story.ended


def test_a_cycle_starts_it_again_and_again():
    story = Story(guarded(cycle("R2/PT1H"), interrupting=False))
    story.wait(hours=5)
    assert story.waiting == ["h", "h", "u", "v"]


def test_an_idle_event_sub_process_does_not_keep_the_instance_alive():
    story = Story(guarded(message()))
    story.complete("u")
    story.complete("v")
    assert story.ended


def test_variables_of_the_event_are_seen_in_it():
    handler = event_sub(
        "es",
        start("ess", message("m"), outs={"amount": "= a"}),
        script("s", "= amount * 2", "twice"),
        end("ee"),
        flow("ess", "s", "ee"),
    )
    story = Story(draw(start(), user("u"), flow("start", "u"), handler))
    story.message("m", a=2, b=3)
    assert story.variables == {"amount": 2, "twice": 4}


def test_an_event_sub_process_inside_a_sub_process_takes_over_only_that():
    handler = event_sub("es", start("ess", error("42")), user("h"), end("ee"), flow("ess", "h", "ee"))
    inner = sub("sp", start("is"), user("iu"), end("ie", error("42")), flow("is", "iu", "ie"), handler)
    story = Story(draw(start(), inner, user("after"), end(), flow("start", "sp", "after", "end")))
    story.complete("iu")
    assert story.waiting == ["h"]
    story.complete("h")
    assert story.waiting == ["after"]
    assert "ie" in story.completed


def test_an_event_sub_process_inside_an_event_sub_process():
    deep = event_sub("deep", start("ds", message("m2")), user("d"), flow("ds", "d"))
    handler = event_sub("es", start("ess", message("m1")), user("h"), flow("ess", "h"), deep)
    story = Story(draw(start(), user("u"), flow("start", "u"), handler))
    assert [s.name for s in story.subscriptions.values()] == ["m1"]
    story.message("m1")
    assert [s.name for s in story.subscriptions.values()] == ["m2"]
    story.message("m2")
    assert story.waiting == ["d"]
    story.complete("d")
    assert story.ended


def test_an_error_inside_an_interrupting_event_sub_process_goes_outward():
    handler = event_sub("es", start("ess", error()), end("again", error("Y")), flow("ess", "again"))
    inner = sub("sp", start("is"), end("boom", error("X")), flow("is", "boom"), handler)
    process = draw(
        start(),
        inner,
        boundary("b", error("Y"), "sp"),
        user("u"),
        end(),
        flow("start", "sp", "end"),
        flow("b", "u", "end"),
    )
    assert Story(process).waiting == ["u"]


def test_an_error_end_is_caught_at_the_boundary_of_its_sub_process():
    inner = sub(
        "sp", start("is"), user("a"), user("b"), end("boom", error("X")), flow("is", "a", "boom"), flow("is", "b")
    )
    process = draw(
        start(),
        inner,
        boundary("b1", error("X"), "sp"),
        user("u"),
        end(),
        flow("start", "sp", "end"),
        flow("b1", "u", "end"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["u"]
    assert "boom" in story.completed
    assert "sp" not in story.completed


def test_an_error_crosses_several_scopes():
    innermost = sub("s3", start("i3"), service("boom"), flow("i3", "boom"))
    middle = sub("s2", start("i2"), innermost, boundary("no", error("OTHER"), "s3"), flow("i2", "s3"))
    outer = sub("s1", start("i1"), middle, flow("i1", "s2"))
    process = draw(
        start(),
        outer,
        boundary("b", error("X"), "s1"),
        user("u"),
        end(),
        flow("start", "s1", "end"),
        flow("b", "u", "end"),
    )
    ports = StubPorts()
    ports.handlers["boom"] = Fault("X")
    assert Story(process, ports=ports).waiting == ["u"]


def test_an_uncaught_error_end_is_an_incident_there():
    story = Story(draw(start(), end("boom", error("X")), flow("start", "boom")))
    assert story.troubled == ["boom"]
    assert not story.ended


def test_an_empty_sub_process_is_passed():
    assert Story(draw(start(), sub("sp"), end(), flow("start", "sp", "end"))).ended


def test_sub_processes_without_start_event_begin_where_no_flow_leads():
    story = Story(draw(start(), sub("sp", user("a"), user("b"), flow("a", "b")), end(), flow("start", "sp", "end")))
    assert story.waiting == ["a"]
    story.complete("a")
    story.complete("b")
    assert story.ended


def test_deeply_nested_sub_processes():
    part = [user("u")]
    for depth in range(30):
        part = sub(f"s{depth}", *part)
    story = Story(draw(start(), part, end(), flow("start", "s29", "end")))
    story.complete("u")
    assert story.ended


def test_an_event_sub_process_needs_one_start_event_with_an_event():
    with pytest.raises(DefinitionRefused, match="es: "):
        compile_definition(draw(start(), user("u"), flow("start", "u"), event_sub("es", user("h"))))
    with pytest.raises(DefinitionRefused, match="ess: "):
        compile_definition(draw(start(), user("u"), flow("start", "u"), event_sub("es", start("ess"), user("h"))))


def test_a_failing_listener_is_an_incident_where_the_scope_begins():
    handler = event_sub("es", start("ess", message("m", "= key")), user("h"), flow("ess", "h"))
    story = Story(draw(start(), user("u"), flow("start", "u"), handler))
    assert story.troubled == ["start"]
    story.retry("start", key="1")
    assert story.waiting == ["u"]
    assert len(story.subscriptions) == 1


def transaction(*more):
    return sub(
        "tx",
        start("is"),
        user("a"),
        undo("ba", "a", "ua"),
        user("ua", for_compensation=True),
        user("c"),
        end("no", event(EventKind.CANCEL)),
        end("yes"),
        flow("is", "a", "c"),
        flow("c", "no", when="= cancelled"),
        flow("c", "yes", when="= not(cancelled)"),
        *more,
        kind=Kind.TRANSACTION,
    )


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event():
    process = draw(
        start(),
        transaction(),
        boundary("bc", event(EventKind.CANCEL), "tx"),
        user("u"),
        end(),
        flow("start", "tx", "end"),
        flow("bc", "u", "end"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("c", cancelled=True)
    assert story.waiting == ["ua"]
    story.complete("ua")
    assert story.waiting == ["u"]
    story.complete("u")
    assert story.ended
    happy = Story(process)
    happy.complete("a")
    happy.complete("c", cancelled=False)
    assert happy.ended


def test_escalation_event_sub_process_beside_and_instead():
    for interrupting, waiting in ((False, ["after", "h"]), (True, ["h"])):
        handler = event_sub("es", start("ess", escalation("E"), interrupting=interrupting), user("h"), flow("ess", "h"))
        process = draw(start(), throw("t", escalation("E")), user("after"), flow("start", "t", "after"), handler)
        story = Story(process)
        assert story.waiting == waiting
        assert "t" in story.completed


def test_catch_events_inside_sub_processes():
    inner = sub("sp", start("is"), catch("m", message("m")), end("ie"), flow("is", "m", "ie"))
    story = Story(draw(start(), inner, end(), flow("start", "sp", "end")))
    story.message("m", x=1)
    assert story.finished.ends == ("ie", "end")


def test_an_error_without_code_is_caught_by_what_catches_everything():
    def thrown(caught):
        inner = sub("sp", start("is"), end("boom", error()), flow("is", "boom"))
        return Story(
            draw(
                start(),
                inner,
                boundary("b", error(caught), "sp"),
                user("u"),
                end(),
                flow("start", "sp", "end"),
                flow("b", "u", "end"),
            )
        )

    assert thrown(None).waiting == ["u"]
    assert thrown("X").troubled == ["boom"]
