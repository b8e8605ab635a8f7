"""The files a story plays on: what is refused, several processes, forms and decisions beside the model."""

import json

import pytest

from bpmn.scenario_reader import ScenarioInvalid, read_scenario
from tests.unit.engine.drawing import call, draw, end, flow, rule, script, start, user, xor
from tests.unit.scenarios.telling import breaks, holds, told
from tests.unit.scenarios.xml import file_of
from workflows.scenarios import ScenarioUnusable, play


def test_a_function_without_stub_is_refused():
    process = draw(start(), script("m", '= manager of("bob")', "boss"), end(), flow("start", "m", "end"))
    (finding,) = told("steps: []", process).refused
    assert finding.element == "m"


def test_what_the_deploy_check_refuses_is_refused():
    process = draw(start(), script("bad", "= 1 +", "x"), end(), flow("start", "bad", "end"))
    assert [finding.element for finding in told("steps: []", process).refused] == ["bad"]
    other = read_scenario("s.scenario.yaml", b"name: n\nmodel: m.bpmn\nsteps: []")
    assert play(other, {"m.bpmn": b"<nonsense/>"}).refused
    with pytest.raises(ScenarioUnusable):
        play(other, {"x.bpmn": b""})
    with pytest.raises(ScenarioInvalid):
        read_scenario("s.scenario.yaml", b"name: n\nsteps: [{do: this}]")


def test_several_processes_need_a_name():
    one, two = (draw(start(f"s{n}"), user(f"u{n}"), flow(f"s{n}", f"u{n}"), id=f"p{n}") for n in (1, 2))
    with pytest.raises(ScenarioUnusable, match="p1, p2"):
        told("steps: []", one, two)
    holds(
        """
            start: {process: p2}
            steps:
              - expect: {waiting: [u2]}
            """,
        one,
        two,
    )


FORM = json.dumps(
    {
        "id": "f",
        "schemaVersion": 16,
        "type": "default",
        "components": [
            {"type": "number", "key": "amount", "label": "Amount", "id": "c1", "validate": {"required": True, "min": 1}}
        ],
    }
).encode()


def test_answers_are_validated_by_the_form():
    process = draw(start(), user("a", form="f"), end(), flow("start", "a", "end"))
    holds(
        """
            steps:
              - complete: a
                with: {amount: 5}
              - expect: {ended: true, variables: {amount: 5}}
            """,
        process,
        f__form=FORM,
    )
    failed = breaks(
        """
            steps:
              - complete: a
                with: {amount: 0}
            """,
        process,
        f__form=FORM,
    )
    assert "amount" in failed.actual["refused"]
    assert breaks(
        """
            steps:
              - complete: a
            """,
        process,
        f__form=FORM,
    ).actual["refused"]


DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://d">
  <decision id="level" name="level"><decisionTable id="t" hitPolicy="FIRST">
    <input id="i"><inputExpression id="ie"><text>amount</text></inputExpression></input><output id="o" name="code"/>
    <rule id="r1"><inputEntry id="e1"><text>&gt; 100</text></inputEntry>
      <outputEntry id="o1"><text>"gold"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="e2"><text>-</text></inputEntry>
      <outputEntry id="o2"><text>"standard"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""


def test_decisions_of_the_folder():
    process = draw(
        start(),
        rule("r", "level", "code"),
        xor("x", "x>end"),
        end("gold"),
        end(),
        flow("start", "r", "x"),
        flow("x", "gold", when='= code = "gold"'),
        flow("x", "end"),
    )
    holds(
        """
            start: {variables: {amount: 500}}
            steps:
              - expect: {end: [gold], variables: {code: gold}}
            """,
        process,
        d__dmn=DMN,
    )
    holds(
        """
            start: {variables: {amount: 5}}
            steps:
              - expect: {end: [end]}
            """,
        process,
        d__dmn=DMN,
    )


def test_without_its_form_a_task_takes_every_answer():
    """Any model file can be played, those of a folder without forms, too."""
    process = draw(start(), user("a", form="elsewhere"), end(), flow("start", "a", "end"))
    holds("steps: [{complete: a, with: {x: [1]}}, {expect: {ended: true, variables: {x: [1]}}}]", process)


def test_a_call_by_expression_finds_its_process_among_the_files_of_the_folder():
    """What cannot be read there, or defines the same process once more, is none of it."""
    caller = draw(start(), call("ca", "= which"), end(), flow("start", "ca", "end"))
    child = draw(start("cs"), user("cu"), flow("cs", "cu"), id="Q")
    files = {"q__bpmn": file_of(child), "broken__bpmn": b"<", "twin__bpmn": file_of(caller)}
    holds("start: {variables: {which: Q}}\nsteps: [{expect: {waiting: [cu]}}]", caller, **files)
    holds("start: {variables: {which: X}}\nsteps: [{expect: {incidents: [ca]}}]", caller, **files)
