"""Event-based gateways: several events at once, the first one decides."""

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    duration,
    either,
    end,
    flow,
    message,
    node,
    signal,
    start,
    sub,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine import compile_definition


def choice():
    return draw(
        start(),
        either("g"),
        catch("t1", duration("PT1H")),
        catch("t2", duration("PT30M")),
        catch("m", message("m", "= k")),
        catch("s", signal()),
        user("u1"),
        user("u2"),
        user("um"),
        user("us"),
        flow("start", "g", "t1", "u1"),
        flow("g", "t2", "u2"),
        flow("g", "m", "um"),
        flow("g", "s", "us"),
    )


def test_an_event_based_gateway_is_one_step_for_all_its_events():
    story = Story(choice(), {"k": "1"})
    assert story.waiting == ["g"]
    assert (len(story.timers), len(story.subscriptions)) == (2, 2)


def test_of_two_timers_the_earlier_fires():
    story = Story(choice(), {"k": "1"})
    story.wait(hours=2)
    assert story.waiting == ["u2"]
    assert story.flows == ["start>g", "g>t2", "t2>u2"]
    assert (story.timers, story.subscriptions) == ({}, {})


def test_a_message_decides_and_brings_its_variables():
    story = Story(choice(), {"k": "1"})
    story.message("m", "1", x=2)
    assert (story.waiting, story.variables) == (["um"], {"k": "1", "x": 2})
    assert story.completed == ["start", "g", "m"]


def test_a_signal_decides():
    story = Story(choice(), {"k": "1"})
    story.signal()
    assert story.waiting == ["us"]


def test_receive_tasks_behind_an_event_based_gateway():
    process = draw(
        start(),
        either("g"),
        node("r", Kind.RECEIVE_TASK, event=message("m")),
        catch("t", duration("PT1H")),
        user("u"),
        flow("start", "g", "r", "u"),
        flow("g", "t"),
    )
    story = Story(process)
    assert story.waiting == ["g"]
    story.message("m", x=1)
    assert (story.waiting, story.variables) == (["u"], {"x": 1})


def test_an_event_based_gateway_can_be_interrupted():
    inner = sub(
        "sp",
        start("is"),
        either("g"),
        catch("m", message("m")),
        catch("t", duration("PT9H")),
        flow("is", "g", "m"),
        flow("g", "t"),
    )
    process = draw(
        start(),
        inner,
        boundary("b", duration("PT1H"), "sp"),
        user("late"),
        end(),
        flow("start", "sp", "end"),
        flow("b", "late", "end"),
    )
    story = Story(process)
    story.wait(hours=1)
    assert story.waiting == ["late"]
    assert (story.timers, story.subscriptions) == ({}, {})


def test_every_node_has_a_spec():
    process = choice()
    definition = compile_definition(process)
    assert set(process.nodes) == {name for name, spec in definition.nodes.items() if not spec.is_signer}
    assert set(definition.nodes) <= set(definition.root.task_specs)
