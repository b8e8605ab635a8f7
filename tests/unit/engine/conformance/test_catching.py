"""Who catches what is thrown: errors and escalations through scopes, event sub-processes, items and calls."""

from dataclasses import replace

import pytest

from bpmn.model import EventKind, VariableMapping
from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    duration,
    each,
    end,
    error,
    escalation,
    event,
    event_sub,
    flow,
    fork,
    message,
    script,
    service,
    signal,
    start,
    sub,
    task,
    throw,
    user,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine.api import Fault, LogKind


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


def test_an_error_of_a_non_interrupting_event_sub_process_is_caught_by_its_neighbour():
    process = draw(
        start(),
        user("a"),
        flow("start", "a"),
        event_sub("m", start("ms", message(), interrupting=False), end("me", error("E")), flow("ms", "me")),
        event_sub("e", start("es", error("E")), user("repair"), flow("es", "repair")),
    )
    story = Story(process)
    story.message()
    assert story.waiting == ["repair"]


def test_of_two_interrupting_event_sub_processes_only_one_ever_runs():
    """The one that took over throws an error: its scope starts no second one, the boundary has it."""
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            user("a"),
            flow("is", "a"),
            event_sub("m", start("ms", message()), end("me", error("E")), flow("ms", "me")),
            event_sub("e", start("es", error("E")), user("repair"), flow("es", "repair")),
        ),
        boundary("b", error("E"), "s"),
        user("outside"),
        flow("start", "s"),
        flow("b", "outside"),
    )
    story = Story(process)
    story.message()
    assert story.waiting == ["outside"]


def test_the_event_sub_process_goes_before_the_boundary_of_its_scope():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            end("ie", error("E")),
            flow("is", "ie"),
            event_sub("e", start("es", error()), user("inside"), flow("es", "inside")),
        ),
        boundary("b", error("E"), "s"),
        user("outside"),
        user("after"),
        flow("start", "s", "after"),
        flow("b", "outside"),
    )
    story = Story(process)
    assert story.waiting == ["inside"]
    story.complete("inside")
    assert story.waiting == ["after"], "a caught error lets the scope complete in the ordinary way"


def test_an_error_of_a_handler_brings_its_variables_to_the_event_sub_process():
    ports = StubPorts()
    ports.handlers["s"] = Fault("E", "no stock", {"missing": 3})
    process = draw(
        start(),
        service("s"),
        end(),
        flow("start", "s", "end"),
        event_sub("e", start("es", error("E"), outs={"found": "= missing + 1"}), user("repair"), flow("es", "repair")),
    )
    story = Story(process, ports=ports)
    assert story.waiting == ["repair"]
    assert story.variables == {"found": 4}


def test_an_error_event_sub_process_in_a_sub_process_ends_only_that_scope():
    process = draw(
        start(),
        fork("f"),
        sub(
            "s",
            start("is"),
            fork("g"),
            user("x"),
            end("ie", error("E")),
            user("y"),
            flow("is", "g", "x"),
            flow("g", "y", "ie"),
            event_sub("e", start("es", error("E")), task("repair"), flow("es", "repair")),
        ),
        user("beside"),
        user("after"),
        flow("start", "f", "s", "after"),
        flow("f", "beside"),
    )
    story = Story(process)
    story.complete("y")
    assert story.waiting == ["after", "beside"]
    assert story.counts["repair"] == 1


def test_an_error_ends_all_items_and_a_catch_all_on_the_whole_takes_it():
    process = draw(
        start(),
        sub("s", start("is"), user("u"), end("ie", error("E")), flow("is", "u", "ie"), loop=each("= items")),
        boundary("b", error(), "s"),
        user("repair"),
        flow("start", "s"),
        flow("b", "repair"),
    )
    story = Story(process, {"items": [1, 2, 3]})
    story.complete("u", 2)
    assert story.waiting == ["repair"]


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


def test_a_boundary_error_without_code_catches_what_no_other_names():
    ports = StubPorts()
    ports.handlers["s"] = Fault("OTHER")
    process = draw(
        start(),
        service("s"),
        boundary("named", error("E"), "s"),
        boundary("any", error(), "s"),
        user("x"),
        user("y"),
        flow("start", "s"),
        flow("named", "x"),
        flow("any", "y"),
    )
    assert Story(process, ports=ports).waiting == ["y"]


def test_an_inner_catch_all_goes_before_an_outer_exact_code():
    process = draw(
        start(),
        sub(
            "o",
            start("os"),
            sub("i", start("is"), end("ie", error("E")), flow("is", "ie")),
            boundary("any", error(), "i"),
            user("inner"),
            flow("os", "i"),
            flow("any", "inner"),
        ),
        boundary("exact", error("E"), "o"),
        user("outer"),
        flow("start", "o"),
        flow("exact", "outer"),
    )
    assert Story(process).waiting == ["inner"]


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
        ),
    )
    process = _with_inputs(process, "e", {"hidden": "= 41"})
    story = Story(process)
    story.message()
    assert "hidden" not in story.variables


def _with_inputs(process, id, inputs):
    mappings = tuple(VariableMapping(source, target) for target, source in inputs.items())
    nodes = {**process.nodes, id: replace(process.nodes[id], inputs=mappings)}
    return replace(process, nodes=nodes)


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
