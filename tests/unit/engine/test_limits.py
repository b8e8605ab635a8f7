"""Budgets, long loops, and state that does not grow with age."""

import pytest

from bpmn.model import Kind, Process
from tests.unit.engine.drawing import draw, each, end, flow, fork, node, script, service, start, sub, task, user, xor
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import DefinitionRefused, compile_definition
from workflows.engine.api import Budget, Done, IncidentKind, StimulusRefused


def rounds(*, block=False):
    middle = [fork("f"), task("p"), task("q"), fork("j")] if block else []
    way = [flow("inc", "f", "p", "j", "g"), flow("f", "q", "j")] if block else flow("inc", "g")
    return draw(
        start(),
        xor("m"),
        script("inc", "= i + 1", "i"),
        middle,
        xor("g", "out"),
        end(),
        flow("start", "m", "inc"),
        way,
        flow("g", "m", when="= i < n"),
        flow("g", "end", id="out"),
    )


def test_a_back_loop_of_5000_rounds():
    story = Story(rounds(), {"i": 0, "n": 5000})
    assert story.finished.variables["i"] == 5000
    assert story.counts["inc"] == 5000


def test_300_rounds_around_a_parallel_block():
    story = Story(rounds(block=True), {"i": 0, "n": 300})
    assert story.counts["j"] == 300


def test_the_state_of_an_old_instance_is_as_small_as_that_of_a_young_one():
    process = draw(
        start(),
        xor("m"),
        user("a"),
        fork("f"),
        task("p"),
        task("q"),
        fork("j"),
        flow("start", "m", "a", "f", "p", "j", "m"),
        flow("f", "q", "j"),
    )
    story = Story(process)
    story.complete("a", x=1)
    young = len(story.state)
    for _ in range(300):
        story.complete("a", x=1)
    assert len(story.state) < young + 40


def test_an_endless_loop_is_an_incident_and_goes_on_when_retried():
    process = draw(
        start(),
        fork("f"),
        xor("m"),
        task("t"),
        task("other"),
        user("u"),
        flow("start", "f", "m", "t", "m"),
        flow("f", "other", "u"),
    )
    story = Story(process, budget=Budget(steps=1000))
    assert [incident.kind for incident in story.incidents.values()] == [IncidentKind.BUDGET]
    done = story.counts["t"]
    story.complete("u")
    assert story.counts["t"] == done, "what was stopped stays stopped"
    story.retry(story.troubled[0])
    assert story.counts["t"] > done
    assert len(story.incidents) == 1


def test_tokens_stopped_beside_an_exhausted_one_go_on_with_its_retry():
    process = draw(start(), service("s", loop=each("= items", "it")), user("z"), flow("start", "s", "z"))
    story = Story(process, {"items": list(range(300))}, budget=Budget(steps=100))
    assert len(story.incidents) == 1
    story.budget = Budget()
    story.retry("s")
    assert story.waiting == ["z"]
    assert story.counts["s"] == 300


def test_feel_that_costs_too_much_is_an_incident():
    process = draw(start(), script("s", "= count(for i in 1..50000 return i)", "x"), flow("start", "s"))
    story = Story(process, budget=Budget(feel_steps=1000))
    assert next(iter(story.incidents.values())).kind is IncidentKind.BUDGET


def test_a_result_that_is_too_big_is_an_incident_and_not_written():
    process = draw(start(), user("a"), user("b"), flow("start", "a", "b"))
    story = Story(process, budget=Budget(state_bytes=10_000))
    story.complete("a", big="x" * 20_000)
    assert next(iter(story.incidents.values())).kind is IncidentKind.BUDGET
    assert story.variables == {}
    story.budget = Budget()
    story.retry("a")
    assert story.waiting == ["b"]
    assert len(story.variables["big"]) == 20_000


def test_cpu_time_is_bounded():
    process = draw(start(), xor("m"), task("t"), flow("start", "m", "t", "m"))
    story = Story(process, budget=Budget(steps=10**9, cpu_seconds=0.05))
    assert next(iter(story.incidents.values())).detail == "cpu"


def test_a_definition_is_not_changed_by_running():
    definition = compile_definition(rounds(block=True))
    before = {name: (spec._outputs[:], spec._inputs[:], len(vars(spec))) for name, spec in definition.nodes.items()}
    for _ in range(2):
        assert Story(definition, {"i": 0, "n": 3}, ports=StubPorts()).ended
    assert before == {
        name: (spec._outputs[:], spec._inputs[:], len(vars(spec))) for name, spec in definition.nodes.items()
    }


@pytest.mark.parametrize("value", [2**64, "\ud83d", float("inf").__class__, {1: object()}])
def test_what_cannot_be_stored_is_refused_or_an_incident(value):
    process = draw(start(), user("a"), service("s"), user("z"), flow("start", "a", "s", "z"))
    ports = StubPorts()
    ports.handlers["s"] = Done({"x": value})
    story = Story(process, ports=ports)
    with pytest.raises(StimulusRefused):
        story.complete("a", x=value)
    story.complete("a")
    assert story.troubled == ["s"]
    assert Story(process, {"y": 1}).waiting == ["a"]


def test_long_numbers_from_expressions_are_kept():
    process = draw(
        start(),
        script("s", "= 10 ** 30 + 1", "x"),
        script("t", "= string(x)", "y"),
        user("z"),
        flow("start", "s", "t", "z"),
    )
    story = Story(process)
    assert (story.troubled, story.variables["y"]) == ([], "1000000000000000000000000000001")


def test_sub_processes_nested_beyond_reason_are_refused():
    part = [user("u")]
    for depth in range(60):
        part = sub(f"s{depth}", *part)
    assert compile_definition(draw(start(), part, flow("start", "s59")))
    nodes = {"u": user("u", scope="s0")}
    for depth in range(3000):
        nodes[f"s{depth}"] = node(f"s{depth}", Kind.SUB_PROCESS, scope=f"s{depth + 1}" if depth < 2999 else None)
    with pytest.raises(DefinitionRefused):
        compile_definition(Process(id="P", name=None, executable=True, nodes=nodes, flows={}))
