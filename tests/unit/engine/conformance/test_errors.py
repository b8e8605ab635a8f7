"""Who catches an error: scopes inside out, exact codes before catch-alls, never the one that threw it."""

from tests.unit.engine.drawing import (
    boundary,
    draw,
    each,
    end,
    error,
    event_sub,
    flow,
    fork,
    message,
    service,
    start,
    sub,
    task,
    user,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine.api import Fault


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
