"""Multi-instance, parallel and sequential, over collections and by count; standard loops."""

import pytest

from bpmn.model import Loop
from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    draw,
    duration,
    each,
    end,
    flow,
    message,
    service,
    start,
    sub,
    task,
    user,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import inspect, step_variables
from workflows.engine.api import Budget, Done, Failed, IncidentKind


def over(loop, at=None):
    return draw(start(), at or user("a", loop=loop), user("z"), end(), flow("start", "a", "z", "end"))


def test_parallel_items_are_all_open_and_collected_in_order():
    story = Story(over(each("= items", "it", output="= r * it", collect="outs")), {"items": [1, 2, 3]})
    assert story.waiting == ["a", "a", "a"]
    assert [(step.loop, step.path) for step in story.steps.values()] == [(1, (1,)), (2, (2,)), (3, (3,))]
    for number in (3, 2, 1):
        story.complete("a", number, r=10)
    assert story.waiting == ["z"]
    assert story.variables["outs"] == [10, 20, 30]


def test_items_have_their_element_and_counter_in_their_own_scope():
    story = Story(over(each("= items", "it")), {"items": ["x", "y"]})
    seen = [step_variables(story.definition, story.state, key) for key in story.steps]
    assert [(scope["it"], scope["loopCounter"]) for scope in seen] == [("x", 1), ("y", 2)]
    assert story.variables == {"items": ["x", "y"]}


def test_an_output_variable_is_private_to_its_item():
    story = Story(over(each("= items", "it", output="= result", collect="outs")), {"items": [1, 2]})
    story.complete("a", 2, result="second")
    story.complete("a", 1, result="first")
    assert story.variables == {"items": [1, 2], "outs": ["first", "second"]}


def test_sequential_items_open_one_after_another():
    story = Story(over(each("= items", "it", sequential=True, output="= r", collect="outs")), {"items": [1, 2, 3]})
    for number in (1, 2, 3):
        (step,) = story.steps.values()
        assert (step.element, step.path) == ("a", (number,))
        story.complete("a", r=number)
    assert story.variables == {"items": [1, 2, 3], "outs": [1, 2, 3]}


@pytest.mark.parametrize("sequential", [True, False])
def test_an_empty_collection_is_passed(sequential):
    story = Story(over(each("= []", "it", sequential=sequential, output="= r", collect="outs")))
    assert story.waiting == ["z"]
    assert story.variables == {"outs": []}


@pytest.mark.parametrize("items", [None, 5, "text", {"a": 1}])
def test_what_is_no_list_is_an_incident(items):
    story = Story(over(each("= items", "it")), {"items": items})
    assert story.troubled == ["a"]
    story.retry("a", items=[1])
    assert story.waiting == ["a"]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_completion_condition_ends_it_early(sequential):
    loop = each(
        "= items",
        "it",
        sequential=sequential,
        output="= ok",
        collect="outs",
        until="= numberOfCompletedInstances >= 2 and ok",
    )
    story = Story(over(loop), {"items": [1, 2, 3, 4]})
    story.complete("a", ok=True)
    story.complete("a", ok=True)
    assert story.waiting == ["z"]
    assert story.variables["outs"] == [True, True, None, None]


def test_the_counts_a_completion_condition_sees():
    seen = ", ".join(f"numberOf{which}Instances" for which in ("", "Active", "Completed", "Terminated"))
    story = Story(over(each("= items", until=f"= [{seen}] = [3, 1, 2, 0]")), {"items": [1, 2, 3]})
    story.complete("a")
    assert story.waiting == ["a", "a"]
    story.complete("a")
    assert story.waiting == ["z"]


def test_a_completion_condition_that_is_no_condition_is_an_incident_at_the_item():
    story = Story(over(each("= items", until="= 1 + 1")), {"items": [1, 2]})
    story.complete("a")
    assert story.troubled == ["a"]
    assert len(story.steps) == 2


def test_sub_processes_as_items_have_scopes_of_their_own():
    inner = sub(
        "a",
        start("is"),
        user("u"),
        user("v"),
        end("ie"),
        flow("is", "u", "v", "ie"),
        loop=each("= items", "it", output="= mine", collect="outs"),
    )
    story = Story(over(None, inner), {"items": ["x", "y"]})
    story.complete("u", 1, mine="1st")
    story.complete("u", 1, mine="2nd")
    assert [step_variables(story.definition, story.state, key)["mine"] for key in story.steps] == ["1st", "2nd"]
    story.complete("v")
    story.complete("v")
    assert story.variables["outs"] == ["1st", "2nd"]
    assert story.counts["a"] == 2


def test_nested_multi_instance():
    inner = sub(
        "a",
        start("is"),
        user("u", loop=each("= it.members", "who")),
        end("ie"),
        flow("is", "u", "ie"),
        loop=each("= teams", "it"),
    )
    story = Story(over(None, inner), {"teams": [{"members": [1, 2]}, {"members": [3]}]})
    assert sorted(step.path for step in story.steps.values()) == [(1, 1), (1, 2), (2, 1)]
    for _ in range(3):
        story.complete("u")
    assert story.waiting == ["z"]


def test_automatic_items_all_run_and_failures_stay_with_their_item():
    ports = StubPorts()
    ports.handlers["s"] = lambda inputs, step: Failed("no") if inputs["it"] == 2 else Done({"r": inputs["it"]})
    story = Story(
        over(None, service("a", "s", loop=each("= items", "it", output="= r", collect="outs"))),
        {"items": [1, 2, 3]},
        ports=ports,
    )
    assert story.troubled == ["a"]
    ports.handlers["s"] = Done({"r": "late"})
    story.retry("a")
    assert story.variables["outs"] == [1, "late", 3]


def test_calls_and_messages_as_items():
    story = Story(over(None, call("a", '= "P" + it', loop=each("= items", "it"))), {"items": ["x", "y"]})
    assert sorted(step.process for step in story.steps.values()) == ["Px", "Py"]
    inner = sub("a", start("is"), catch("m", message("m", "= it")), flow("is", "m"), loop=each("= items", "it"))
    waiting = Story(over(None, inner), {"items": ["x", "y"]})
    waiting.message("m", "y")
    waiting.message("m", "x")
    assert waiting.waiting == ["z"]


def test_by_count():
    story = Story(over(Loop(cardinality="= n")), {"n": 3})
    assert [step.path for step in story.steps.values()] == [(1,), (2,), (3,)]
    assert Story(over(Loop(cardinality="2", sequential=True))).waiting == ["a"]
    assert Story(over(Loop(cardinality="= none"))).troubled == ["a"]


@pytest.mark.parametrize("count", [65, 130])
def test_many_items_are_kept_aside_and_nothing_is_lost(count):
    inner = sub(
        "a",
        start("is"),
        user("u"),
        boundary("b", duration("PT1H"), "u", interrupting=False),
        task("t"),
        user("v"),
        end("ie"),
        flow("is", "u", "v", "ie"),
        flow("b", "t"),
        loop=each("= items", "it", output="= mine", collect="outs"),
    )
    story = Story(over(None, inner), {"items": list(range(count))})
    keys = list(story.steps)
    assert len(keys) == count
    for key in keys[count // 2 :: 7]:
        index = story.steps[key].path[0]
        assert step_variables(story.definition, story.state, key)["it"] == index - 1
    story.wait(hours=1)
    assert story.counts["t"] == count
    assert len(inspect(story.definition, story.state).steps) == count
    while "u" in story.waiting:
        story.complete("u", (story.waiting.count("u") + 1) // 2, mine=1)
    while "v" in story.waiting:
        story.complete("v")
    assert story.waiting == ["z"]
    assert story.variables["outs"] == [1] * count


def test_cancelling_many_items_closes_every_step():
    process = draw(
        start(),
        user("a", loop=each("= items", "it")),
        boundary("b", message("stop"), "a"),
        user("z"),
        flow("start", "a"),
        flow("b", "z"),
    )
    story = Story(process, {"items": list(range(200))})
    story.message("stop")
    assert story.waiting == ["z"]


def test_more_items_than_the_state_may_grow_by_is_an_incident():
    story = Story(over(Loop(cardinality="= 10000000")), budget=Budget(state_bytes=100_000))
    assert next(iter(story.incidents.values())).kind is IncidentKind.BUDGET


def looped(**plan):
    return over(Loop(standard=True, **plan))


def test_a_standard_loop_repeats_while_its_condition_holds():
    story = Story(looped(loop_condition="= again"))
    story.complete("a", again=True)
    story.complete("a", again=True)
    assert story.step("a").loop == 3
    story.complete("a", again=False)
    assert story.waiting == ["z"]


def test_a_standard_loop_may_test_before():
    assert Story(looped(loop_condition="= again", test_before=True), {"again": False}).waiting == ["z"]


def test_a_standard_loop_stops_at_its_maximum():
    story = Story(looped(loop_condition="= true", loop_maximum="2"))
    story.complete("a")
    story.complete("a")
    assert story.waiting == ["z"]
    story = Story(looped(loop_maximum="2"))
    story.complete("a")
    story.complete("a")
    assert story.waiting == ["z"]
