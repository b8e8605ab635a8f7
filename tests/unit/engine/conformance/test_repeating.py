"""What repeats: items and their variables, what is collected, when it is enough, and loops."""

from dataclasses import replace

import pytest

from bpmn.model import Kind, Loop
from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    compensate,
    draw,
    duration,
    each,
    end,
    event_sub,
    flow,
    fork,
    message,
    node,
    script,
    service,
    start,
    sub,
    throw,
    undo,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import ChildFinished


def around(*parts, **variables):
    return Story(draw(start(), *parts, user("z"), flow("start", "a", "z")), variables)


def test_a_completion_condition_sees_what_is_collected_so_far():
    loop = each("= [1, 2, 3]", output="= vote", collect="votes", until='= count(votes[item = "no"]) >= 1')
    story = around(user("a", loop=loop))
    story.complete("a", vote="yes")
    assert story.waiting == ["a", "a"]
    story.complete("a", vote="no")
    assert story.waiting == ["z"]
    assert story.variables["votes"] == ["yes", "no", None]


def test_a_later_item_sees_what_earlier_ones_gave():
    loop = each("= [1, 2, 3]", "it", sequential=True, output="= sum", collect="sums")
    story = around(script("a", "= sum(for s in sums return if s = null then 0 else s) + it", "sum", loop=loop))
    assert story.variables["sums"] == [1, 3, 7]


def test_what_is_collected_is_hidden_until_the_whole_is_done():
    story = around(user("a", loop=each("= [1, 2]", output="= x", collect="xs")), fork("f"), xs="before")
    story.complete("a", x=1)
    assert story.variables["xs"] == "before"
    story.complete("a", x=2)
    assert story.variables["xs"] == [1, 2]


def test_the_variable_an_output_element_is_taken_from_is_private_to_its_item():
    """Also when only a part of it is taken: the last item must not overwrite the process's variable of that name."""
    loop = each("= [1, 2]", output="= answer.score", collect="scores")
    story = around(user("a", loop=loop), answer="untouched")
    story.complete("a", 1, answer={"score": 5})
    story.complete("a", 1, answer={"score": 7})
    assert story.variables["scores"] == [5, 7]
    assert story.variables["answer"] == "untouched"


@pytest.mark.parametrize("sequential", [True, False])
def test_an_output_mapping_of_an_item_gives_its_output_element(sequential):
    """Of several items that each map an answer, none may end in the process and none may be collected as null."""
    loop = each("= [1, 2]", "it", sequential=sequential, output="= result", collect="results")
    story = around(user("a", loop=loop, outs={"result": "= answer * 10"}), result="untouched")
    story.complete("a", 1, answer=1)
    story.complete("a", 1, answer=2)
    assert story.variables["results"] == [10, 20]
    assert story.variables["result"] == "untouched"
    assert "answer" not in story.variables


def test_an_output_mapping_of_an_item_to_another_name_leaves_the_item():
    story = around(user("a", loop=each("= [1, 2]"), outs={"last": "= answer"}))
    story.complete("a", 1, answer=1)
    story.complete("a", 1, answer=2)
    assert story.variables["last"] == 2


@pytest.mark.parametrize("number", ["= -1", "= 2.5", '= "two"', "= null", "= true"])
def test_a_cardinality_that_is_no_number_of_times_is_an_incident(number):
    assert around(user("a", loop=Loop(cardinality=number))).troubled == ["a"]


def test_a_cardinality_may_be_written_or_computed():
    for number in ("2", "= 1 + 1", '= "2"'):
        assert around(user("a", loop=Loop(cardinality=number))).waiting == ["a", "a"]


def test_what_a_standard_loop_maps_out_is_there_for_its_next_round():
    loop = Loop(standard=True, loop_condition="= n < 3")
    story = around(script("a", "= n + 1", "m", loop=loop, ins={"n": "= n"}, outs={"n": "= m"}), n=0)
    assert story.variables["n"] == 3


def test_an_output_element_may_be_the_input_element():
    story = around(user("a", loop=each("= [1, 2]", "it", output="= it", collect="outs")))
    story.complete("a")
    story.complete("a")
    assert story.variables["outs"] == [1, 2]


def test_outputs_keep_the_order_of_the_items_whatever_the_order_of_completion():
    story = around(user("a", loop=each("= [10, 20, 30]", "it", output="= it", collect="outs")))
    for number in (3, 1, 1):
        story.complete("a", number)
    assert story.variables["outs"] == [10, 20, 30]


@pytest.mark.parametrize("sequential", [False, True])
def test_nothing_to_repeat_gives_an_empty_collection(sequential):
    story = around(user("a", loop=each("= items", output="= x", collect="outs", sequential=sequential)), items=[])
    assert story.waiting == ["z"]
    assert story.variables["outs"] == []


def test_a_missing_collection_is_an_incident_that_can_be_mended():
    story = around(user("a", loop=each("= items")))
    assert story.troubled == ["a"]
    story.retry("a", items=[1])
    assert story.waiting == ["a"]


def test_items_see_only_their_own_results():
    loop = each("= [1, 2]", "it", output="= mine", collect="all")
    inner = sub(
        "a",
        start("s"),
        script("w", "= it * 10", "mine"),
        user("u"),
        script("r", "= mine + 1", "mine"),
        flow("s", "w", "u", "r"),
        loop=loop,
    )
    story = around(inner)
    story.complete("u")
    story.complete("u")
    assert story.variables["all"] == [11, 21]
    assert "mine" not in story.variables


def test_input_mappings_of_items_see_the_item():
    story = around(service("a", loop=each("= [1, 2]", "it"), ins={"double": "= it * 2"}))
    assert [inputs["double"] for _, inputs, _ in story.ports.calls] == [2, 4]


def test_output_mappings_of_items_go_to_the_process():
    story = around(user("a", loop=each("= [1, 2]", "it"), outs={"last": "= it"}))
    story.complete("a", 2)
    assert story.variables["last"] == 2
    story.complete("a")
    assert story.variables["last"] == 1


def test_enough_ends_the_rest_with_their_events_and_calls():
    loop = each("= [1, 2, 3]", until="= numberOfCompletedInstances = 1")
    parts = [start("s"), fork("f"), user("u"), call("c", "child"), flow("s", "f", "u"), flow("f", "c")]
    story = around(sub("a", *parts, loop=loop), boundary("late", duration("PT1H"), "a", interrupting=False))
    first = story.step("c").step
    story.complete("u")
    assert story.waiting == ["c", "c", "c", "u", "u"], "an item is not through before its call is"
    story.do(ChildFinished(first, {}))
    assert story.waiting == ["z"]
    assert not story.timers


def test_a_message_for_one_item_goes_to_that_item():
    inner = catch("c", message("m", "= key"))
    parts = sub(
        "a", start("s"), inner, user("u", ins={"who": "= key"}), flow("s", "c", "u"), loop=each("= keys", "key")
    )
    story = around(parts, keys=["p", "q"])
    story.message("m", "q")
    assert story.waiting == ["c", "u"]
    assert story.step("u").path == (2,)


def test_repetition_inside_repetition_numbers_both():
    inner = user("u", loop=each("= inner", "i", output="= i", collect="row"))
    parts = sub("a", start("s"), inner, flow("s", "u"), loop=each("= rows", "inner", output="= row", collect="table"))
    story = around(parts, rows=[[1, 2], [3]])
    assert sorted(step.path for step in story.steps.values()) == [(1, 1), (1, 2), (2, 1)]
    while story.waiting != ["z"]:
        story.complete("u")
    assert story.variables["table"] == [[1, 2], [3]]
    assert "row" not in story.variables


def test_an_item_that_is_an_event_scope_handles_its_own_event():
    parts = sub(
        "a",
        start("s"),
        user("u"),
        flow("s", "u"),
        event_sub("e", start("es", message("m", "= key")), flow("es", "ee"), end("ee")),
        loop=each("= keys", "key"),
    )
    story = around(parts, keys=["p", "q"])
    story.message("m", "p")
    assert story.waiting == ["u"]
    story.message("m", "q")
    assert story.waiting == ["z"]


def test_one_after_another_keeps_one_boundary_timer_for_all():
    story = around(
        user("a", loop=each("= [1, 2, 3]", sequential=True)),
        boundary("b", duration("PT2H"), "a"),
        user("late"),
        flow("b", "late"),
    )
    story.wait(hours=1)
    story.complete("a")
    story.wait(hours=1)
    assert story.waiting == ["late"]


def test_a_message_throw_per_item():
    story = around(node("a", Kind.SEND_TASK, event=message("m", "= it"), loop=each('= ["x", "y"]', "it")))
    assert [(sent.name, sent.correlation_key, sent.loop) for sent in story.sent] == [("m", "x", 1), ("m", "y", 2)]


# --- loops --------------------------------------------------------------------------------------------------------


def counted(**plan):
    return around(script("a", "= i + 1", "i", loop=Loop(standard=True, **plan)), i=0)


def test_a_loop_tests_after_each_round_by_default():
    assert counted(loop_condition="= i < 3").variables["i"] == 3
    assert counted(loop_condition="= false").variables["i"] == 1


def test_a_loop_that_tests_before_may_do_nothing():
    assert counted(loop_condition="= false", test_before=True).variables["i"] == 0
    assert counted(loop_condition="= i < 3", test_before=True).variables["i"] == 3


def test_a_loop_never_goes_beyond_its_maximum():
    assert counted(loop_condition="= true", loop_maximum="4").variables["i"] == 4
    assert counted(loop_maximum="4").variables["i"] == 4
    assert counted(loop_condition="= true", loop_maximum="0", test_before=True).variables["i"] == 0


def test_a_loop_around_a_sub_process_waits_for_each_round():
    parts = sub("a", start("s"), user("u"), flow("s", "u"), loop=Loop(standard=True, loop_condition="= again"))
    story = around(parts)
    story.complete("u", again=True)
    story.complete("u", again=False)
    assert story.waiting == ["z"]
    assert story.counts["u"] == 2


# --- and what undoes it -------------------------------------------------------------------------------------------


def undoable(inner_loop):
    return draw(
        start(),
        sub(
            "s",
            start("is"),
            user("u"),
            undo("bu", "u", "undo-u"),
            user("undo-u", for_compensation=True),
            flow("is", "u"),
            loop=inner_loop,
        ),
        undo("bs", "s", "undo-s"),
        user("undo-s", for_compensation=True),
        throw("t", compensate()),
        user("z"),
        flow("start", "s", "t", "z"),
    )


def test_a_repeated_sub_process_with_its_own_handler_is_undone_by_that_alone():
    story = Story(undoable(each("= [1, 2]")))
    story.complete("u")
    story.complete("u")
    assert story.waiting == ["undo-s"]
    story.complete("undo-s")
    assert story.waiting == ["z"]


def test_what_every_item_did_is_undone():
    process = undoable(each("= [1, 2]"))
    nodes = {id: part for id, part in process.nodes.items() if id not in {"bs", "undo-s"}}
    story = Story(replace(process, nodes=nodes))
    story.complete("u")
    story.complete("u")
    story.complete("undo-u")
    story.complete("undo-u")
    assert story.waiting == ["z"]
