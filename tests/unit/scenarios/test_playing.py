"""Scenario files: every kind of step, every expectation, and what breaks them."""

import json
from textwrap import dedent

import pytest

from bpmn.scenario_reader import ScenarioInvalid, read_scenario
from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    cycle,
    draw,
    duration,
    each,
    either,
    end,
    error,
    escalation,
    event_sub,
    flow,
    fork,
    message,
    rule,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    user,
    xor,
)
from tests.unit.scenarios.xml import file_of
from workflows.scenarios import ScenarioUnusable, play


def told(text, *processes, **files):
    story = read_scenario("s.scenario.yaml", ("name: n\nmodel: m.bpmn\n" + dedent(text)).encode())
    return play(
        story, {"m.bpmn": file_of(*processes), **{name.replace("__", "."): data for name, data in files.items()}}
    )


def holds(text, *processes, **files):
    result = told(text, *processes, **files)
    assert not result.refused, result.refused
    assert result.failed is None, (result.failed, result.waiting, result.incidents)
    return result


def breaks(text, *processes, **files):
    result = told(text, *processes, **files)
    assert not result.refused, result.refused
    assert result.failed is not None
    return result.failed


PLAIN = draw(
    start(),
    user("a"),
    boundary("late", duration("PT8H"), "a", interrupting=False),
    user("remind"),
    end(),
    end("e2"),
    flow("start", "a", "end"),
    flow("late", "remind", "e2"),
)


def test_a_story_that_holds():
    result = holds(
        """
        start: {variables: {severity: normal}, at: 2026-03-02T09:00:00+08:00}
        steps:
          - expect: {waiting: [a], ended: false, completed: {start: 1, a: 0}, not_completed: [a], incidents: []}
          - expect: {end: []}
          - advance: PT8H
          - expect: {waiting: [remind, a]}
          - complete: a
            with: {category: delay}
            as: bob
          - complete: remind
          - expect: {waiting: [], ended: true, end: [e2, end], path: [start, late, a]}
          - expect: {variables: {severity: normal, category: delay}}
        """,
        PLAIN,
    )
    assert result.completed == ("start", "late", "a", "end", "remind", "e2")
    assert result.variables == {"severity": "normal", "category": "delay"}


@pytest.mark.parametrize(
    "expectation",
    [
        "{waiting: []}",
        "{waiting: [a, a]}",
        "{completed: {start: 2}}",
        "{not_completed: [start]}",
        "{path: [a, start]}",
        "{variables: {x: 2}}",
        "{variables: {x: null}}",
        "{incidents: [a]}",
        "{ended: true}",
        "{end: [end]}",
    ],
)
def test_every_expectation_can_break(expectation):
    failed = breaks(f"start: {{variables: {{x: 1}}}}\nsteps:\n  - expect: {expectation}", PLAIN)
    assert (failed.step, failed.line) == (1, 5)


def test_variables_are_compared_as_feel_does():
    holds(
        """
            start: {variables: {x: 1, y: [1, {a: 2.0}]}}
            steps:
              - expect: {variables: {x: 1.0, y: [1.0, {a: 2}], z: null}}
            """,
        PLAIN,
    )
    breaks('start: {variables: {x: 1}}\nsteps:\n  - expect: {variables: {x: "1"}}', PLAIN)


def test_a_step_that_is_not_open_breaks_with_what_is():
    failed = breaks(
        """
            steps:
              - complete: b
            """,
        PLAIN,
    )
    assert failed.actual == {"waiting": ["a"]}
    breaks(
        """
            steps:
              - complete: a#2
            """,
        PLAIN,
    )
    breaks(
        """
            steps:
              - advance_to: 2020-01-01T00:00:00Z
            """,
        PLAIN,
    )


def test_the_second_open_one_can_be_named():
    process = draw(
        start(), user("a", loop=each("= items", "it"), outs={"who": "= it"}), end(), flow("start", "a", "end")
    )
    result = holds(
        """
            start: {variables: {items: [x, y]}}
            steps:
              - complete: a#2
              - expect: {waiting: [a], variables: {who: y}, completed: {a: 1}}
              - complete: a
              - expect: {ended: true, completed: {a: 2}}
            """,
        process,
    )
    assert result.variables["who"] == "x"


def test_handlers_answer_in_all_ways():
    process = draw(
        start(),
        service("one"),
        service("two"),
        service("three"),
        boundary("b", error("REJECTED"), "three"),
        service("four"),
        service("five"),
        end(),
        flow("start", "one", "two", "three", "end"),
        flow("b", "four", "five", "end"),
    )
    holds(
        """
        handlers:
          two: {number: C-17}
          three: {error: REJECTED}
          four: {fail: smtp down, times: 2}
          five: wait
        steps:
          - expect: {waiting: [five], variables: {number: C-17}, not_completed: [three], incidents: []}
          - expect: {completed: {b: 1, one: 1, four: 1}}
          - fail_job: five
            reason: no line
          - expect: {incidents: [five], waiting: [five]}
          - complete_job: five
            with: {sum: 3}
          - expect: {ended: true, variables: {sum: 3}}
        """,
        process,
    )


def test_a_handler_that_keeps_failing_is_an_incident_after_its_retries():
    process = draw(start(), service("s", retries="2"), end(), flow("start", "s", "end"))
    result = holds(
        """
            handlers: {s: {fail: down}}
            steps:
              - expect: {incidents: [s], waiting: [s], ended: false}
            """,
        process,
    )
    assert [entry.data["answer"] for _, _, entry in result.log if entry.kind == "called"] == ["failed", "failed"]


def test_throw_error_at_a_job_and_at_a_user_task():
    process = draw(
        start(),
        service("s", "crm.evidence"),
        boundary("b", error("NO_DATA"), "s"),
        user("u"),
        boundary("c", error("X"), "u"),
        end("done"),
        end(),
        flow("start", "s", "end"),
        flow("b", "u", "end"),
        flow("c", "done"),
    )
    holds(
        """
            handlers: {crm.evidence: wait}
            steps:
              - throw_error: crm.evidence
                code: NO_DATA
                with: {why: x}
              - expect: {waiting: [u], variables: {why: x}}
              - throw_error: u
                code: X
              - expect: {end: [done]}
            """,
        process,
    )


def test_messages_are_kept_for_a_day():
    process = draw(start(), user("a"), catch("c", message("paid", "= number")), end(), flow("start", "a", "c", "end"))
    told_ = """
        start: {{variables: {{number: C-17}}}}
        steps:
          - message: paid
            key: {key}
            with: {{sum: 3}}
          - advance: {wait}
          - complete: a
          - expect: {{ended: {ended}}}
        """
    holds(told_.format(key="C-17", wait="PT23H", ended="true"), process)
    holds(told_.format(key="C-17", wait="PT24H", ended="false"), process)
    holds(told_.format(key="C-18", wait="PT1H", ended="false"), process)


def test_a_message_is_taken_once():
    process = draw(
        start(),
        fork("f"),
        catch("c", message("paid", "= number")),
        catch("d", message("paid", "= number")),
        end(),
        flow("start", "f", "c", "end"),
        flow("f", "d", "end"),
    )
    holds(
        """
            start: {variables: {number: 1}}
            steps:
              - message: paid
                key: '1'
              - expect: {waiting: [d]}
              - message: paid
                key: '1'
              - expect: {ended: true}
            """,
        process,
    )


def test_message_and_other_starts():
    process = draw(
        start("sm", message("called")), start("other"), user("a"), user("b"), flow("sm", "a"), flow("other", "b")
    )
    holds(
        """
            start: {event: called, variables: {n: 1}}
            steps:
              - expect: {waiting: [a], variables: {n: 1}}
            """,
        process,
    )
    holds(
        """
            start: {event: sm}
            steps:
              - expect: {waiting: [a]}
            """,
        process,
    )
    holds(
        """
            steps:
              - expect: {waiting: [b]}
              - message: called
              - expect: {waiting: [a, b]}
            """,
        process,
    )
    assert (
        breaks(
            """
            start: {event: nothing}
            steps: []
            """,
            process,
        ).step
        == 0
    )


def test_a_message_with_a_key_starts_one_instance_at_a_time():
    """While the order's process runs, its next message waits; another order's is not held up by it."""
    process = draw(start("sm", message("ordered")), start("by-hand"), user("a"), flow("sm", "a"), flow("by-hand", "a"))
    holds(
        """
            steps:
              - complete: a
              - message: ordered
                key: A
              - message: ordered
                key: A
                with: {second: true}
              - expect: {waiting: [a]}
              - message: ordered
                key: B
              - expect: {waiting: [a, a]}
              - complete: a
              - expect: {waiting: [a, a]}
              - complete: a
              - complete: a
              - expect: {waiting: []}
            """,
        process,
    )


def test_a_message_without_a_key_starts_as_many_as_are_sent():
    process = draw(start("sm", message("ordered")), start("by-hand"), user("a"), flow("sm", "a"), flow("by-hand", "a"))
    holds("steps: [{message: ordered}, {message: ordered}, {expect: {waiting: [a, a, a]}}]", process)


def test_signals_reach_everybody():
    process = draw(
        start(),
        fork("f"),
        catch("c", signal("go")),
        user("a"),
        boundary("b", signal("go"), "a"),
        end(),
        flow("start", "f", "c", "end"),
        flow("f", "a"),
        flow("b", "end"),
    )
    holds(
        """
            steps:
              - signal: go
                with: {x: 1}
              - expect: {ended: true, variables: {x: 1}, completed: {c: 1, b: 1}}
            """,
        process,
    )


def test_participants_of_one_file_talk():
    one = draw(
        start(),
        throw("ask", message("ask", "= id"), ins={"question": "= q"}),
        catch("hear", message("answer", "= id")),
        end(),
        flow("start", "ask", "hear", "end"),
        id="one",
    )
    two = draw(
        start("asked", message("ask")),
        user("think"),
        throw("tell", message("answer", '= "7"')),
        end("e2"),
        flow("asked", "think", "tell", "e2"),
        id="two",
    )
    holds(
        """
            start: {process: one, variables: {id: '7', q: why}}
            steps:
              - expect: {waiting: [hear, think]}
              - complete: think
              - expect: {ended: true}
            """,
        one,
        two,
    )


def test_a_call_shows_what_its_child_waits_for():
    child = draw(start("cs"), user("cu"), end("ce"), flow("cs", "cu", "ce"), id="Q")
    parent = draw(start(), call("ca", "Q"), user("after"), end(), flow("start", "ca", "after", "end"))
    holds(
        """
            steps:
              - expect: {waiting: [cu]}
              - complete: cu
                with: {x: 1}
              - expect: {waiting: [after], variables: {x: 1}, completed: {cu: 1, ca: 1}}
              - complete: after
              - expect: {end: [end]}
            """,
        parent,
        child,
    )
    with_child_beside = told(
        """
            start: {process: P}
            steps:
              - expect: {waiting: [cu]}
            """,
        parent,
        q__bpmn=file_of(child),
    )
    assert with_child_beside.ok


def test_only_what_waits_is_listed():
    handler = event_sub("es", start("ess", message("m", "= 1")), user("h"), end("eh"), flow("ess", "h", "eh"))
    inner = sub(
        "sp",
        start("is"),
        either("g"),
        catch("t", duration("PT1H")),
        catch("m1", message("m1", "= 1")),
        end("ie"),
        flow("is", "g", "t", "ie"),
        flow("g", "m1", "ie"),
    )
    process = draw(
        start(),
        inner,
        boundary("b", duration("PT9H"), "sp"),
        end(),
        end("e2"),
        flow("start", "sp", "end"),
        flow("b", "e2"),
        handler,
    )
    holds(
        """
            steps:
              - expect: {waiting: [g]}
              - advance: PT1H
              - expect: {ended: true, end: [ie, end]}
              - expect: {end: [end]}
            """,
        process,
    )


def test_an_uncaught_error_is_an_incident_and_an_uncaught_escalation_nothing():
    process = draw(start(), throw("t", escalation("E")), end("boom", error("X")), flow("start", "t", "boom"))
    holds(
        """
            steps:
              - expect: {incidents: [boom], waiting: [], ended: false, completed: {t: 1}}
            """,
        process,
    )


def test_the_clock_fires_what_is_due_in_order():
    process = draw(
        start(),
        fork("f"),
        catch("two", duration("PT2H")),
        catch("one", duration("PT1H")),
        end(),
        flow("start", "f", "two", "end"),
        flow("f", "one", "end"),
    )
    holds(
        """
            steps:
              - advance: P1D
              - expect: {path: [one, two], ended: true}
            """,
        process,
    )


def test_a_cycle_fires_once_per_round_on_the_way():
    process = draw(
        start(),
        user("a"),
        boundary("tick", cycle("R/PT1H"), "a", interrupting=False),
        service("s"),
        end("e2"),
        end(),
        flow("start", "a", "end"),
        flow("tick", "s", "e2"),
    )
    holds(
        """
            steps:
              - advance: PT5H30M
              - expect: {completed: {s: 5}}
            """,
        process,
    )


def test_functions_and_the_calendar():
    process = draw(
        start(),
        script("m", '= manager of("bob")', "boss"),
        script("b", '= business moment(8, date and time("2026-01-05T09:00:00+08:00"))', "due"),
        user("u", assignee="= boss"),
        end(),
        flow("start", "m", "b", "u", "end"),
    )
    result = holds(
        """
            functions:
              manager of: {bob: dave}
            steps:
              - expect: {waiting: [u], variables: {boss: dave}}
            """,
        process,
    )
    assert result.variables["due"].startswith("2026-01-05T18:00:00")


def test_timers_in_working_hours():
    process = draw(
        start(),
        user("a"),
        boundary("late", duration("= business duration(56, now())"), "a"),
        end(),
        end("e2"),
        flow("start", "a", "end"),
        flow("late", "e2"),
    )
    holds(
        """
        start: {at: 2026-03-02T09:00:00+08:00}
        steps:
          - advance_to: 2026-03-10T17:59:00+08:00
          - expect: {waiting: [a]}
          - advance_to: 2026-03-10T18:00:00+08:00
          - expect: {end: [e2]}
        """,
        process,
    )
    holds(
        """
        start: {at: 2026-03-02T09:00:00+08:00}
        calendar: 24x7
        steps:
          - advance: PT56H
          - expect: {end: [e2]}
        """,
        process,
    )


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


def test_messages_that_go_round_for_ever_break_the_story():
    process = draw(start("sm", message("ping")), throw("t", message("ping")), end(), flow("sm", "t", "end"))
    assert (
        "round for ever"
        in breaks(
            """
            start: {event: sm}
            steps: []
            """,
            process,
        ).actual
    )
