"""User, manual, service, script and rule tasks, and tasks that say nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bpmn.model import Kind, Schedule
from tests.unit.engine.drawing import draw, end, flow, node, rule, script, service, start, task, user
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import DefinitionRefused, compile_definition
from workflows.engine.api import (
    CompleteStep,
    Done,
    Failed,
    FailStep,
    Fault,
    IncidentKind,
    Later,
    LogKind,
    StepKind,
    StimulusRefused,
)


def line(*nodes, **more):
    ids = ["start", *(one.id for one in nodes), "end"]
    return draw(start(), *nodes, end(), flow(*ids), **more)


def test_a_user_task_waits_with_its_evaluated_assignment():
    work = replace(
        user("a", assignee="= boss", groups='= ["finance@HZ", "director"]', headers={"h": "1"}, lane="Sales"),
        schedule=Schedule(due="= due", follow_up="2026-02-01T09:00:00+08:00"),
        priority="= 20 + 50",
        form="level-form",
    )
    story = Story(line(work), {"boss": "li.wei", "due": "2026-02-03T10:00:00Z"})
    step = story.step("a")
    assert (step.kind, step.assignee, step.candidate_groups) == (
        StepKind.USER_TASK,
        "li.wei",
        ("finance@HZ", "director"),
    )
    assert step.due == datetime(2026, 2, 3, 10, tzinfo=UTC)
    assert step.follow_up == datetime(2026, 2, 1, 1, tzinfo=UTC)
    assert (step.priority, step.form, step.lane, step.headers, step.loop) == (70, "level-form", "Sales", {"h": "1"}, 1)


@pytest.mark.parametrize("priority", ["= 101", "= -1", '= "high"'])
def test_a_priority_out_of_range_is_an_incident(priority):
    assert Story(line(replace(user("a"), priority=priority))).troubled == ["a"]


@pytest.mark.parametrize("kind", ["= null", "= 5", '= ""'])
def test_a_job_type_that_is_no_text_is_an_incident_and_calls_nobody(kind):
    ports = StubPorts()
    assert Story(line(service("a", kind)), ports=ports).troubled == ["a"]
    assert ports.calls == []


def test_candidates_may_be_a_text_with_commas():
    assert Story(line(user("a", groups="sales, finance@HZ"))).step("a").candidate_groups == ("sales", "finance@HZ")


def test_an_assignment_that_is_no_name_is_an_incident_and_can_be_retried():
    story = Story(line(user("a", assignee="= boss")), {"boss": 7})
    assert story.troubled == ["a"]
    assert story.waiting == []
    story.retry("a", boss="li.wei")
    assert story.step("a").assignee == "li.wei"
    assert story.incidents == {}


def test_results_of_a_user_task_go_to_the_process():
    story = Story(line(user("a"), user("b")))
    story.complete("a", level="gold")
    assert story.variables == {"level": "gold"}
    assert story.waiting == ["b"]


def test_completing_twice_is_refused():
    story = Story(line(user("a"), user("b")))
    key = story.step("a").step
    story.complete("a")
    with pytest.raises(StimulusRefused):
        story.do(CompleteStep(key))


@pytest.mark.parametrize("key", ["99", "0", "-1", "", "x", "²", "9" * 30])
def test_a_step_that_never_was_is_refused(key):
    story = Story(line(user("a")))
    with pytest.raises(StimulusRefused):
        story.do(CompleteStep(key))


def test_a_manual_task_waits_and_a_plain_task_does_not():
    story = Story(line(task("t"), node("m", Kind.MANUAL_TASK)))
    assert story.waiting == ["m"]
    assert story.step("m").kind is StepKind.MANUAL_TASK
    story.complete("m")
    assert story.completed == ["start", "t", "m", "end"]


def test_a_service_task_calls_its_handler_with_everything_visible():
    ports = StubPorts()
    ports.handlers["crm.level"] = Done({"code": "gold"})
    story = Story(line(service("s", "crm.level", headers={"h": "v"})), {"x": 1}, ports=ports)
    handler, inputs, step = ports.calls[0]
    assert (handler, inputs, step.element, step.loop, step.headers) == ("crm.level", {"x": 1}, "s", 1, {"h": "v"})
    assert story.variables == {"x": 1, "code": "gold"}


def test_with_input_mappings_the_handler_gets_only_those():
    ports = StubPorts()
    Story(line(service("s", ins={"customer": "= c.id", "grace": "30"})), {"c": {"id": 7}}, ports=ports)
    assert ports.calls[0][1] == {"customer": 7, "grace": "30"}


def test_a_failed_handler_keeps_the_answers_given_before_it():
    ports = StubPorts()
    ports.handlers["s"] = Failed("smtp down", "traceback")
    story = Story(line(user("a"), service("s")), ports=ports)
    story.complete("a", comment="long text")
    assert story.troubled == ["s"]
    assert story.variables == {"comment": "long text"}
    incident = next(iter(story.incidents.values()))
    assert (incident.kind, incident.message, incident.detail) == (IncidentKind.HANDLER, "smtp down", "traceback")
    ports.handlers["s"] = Done()
    story.retry("s")
    assert story.ended


def test_a_retry_that_fails_again_opens_the_incident_again():
    ports = StubPorts()
    ports.handlers["s"] = Failed("one")
    story = Story(line(service("s")), ports=ports)
    ports.handlers["s"] = Failed("two")
    story.retry("s")
    assert [incident.message for incident in story.incidents.values()] == ["two"]
    assert len(story.steps) == 1


def test_the_idempotency_key_stays_the_same_over_retries():
    ports = StubPorts()
    ports.handlers["s"] = Failed("no")
    story = Story(line(service("s")), ports=ports)
    story.retry("s")
    assert len({(step.element, step.loop) for _, _, step in ports.calls}) == 1


def test_a_later_answer_leaves_a_job_open():
    ports = StubPorts()
    ports.handlers["mail"] = Later()
    story = Story(line(service("s", "mail", retries="= n")), {"n": 5}, ports=ports)
    step = story.step("s")
    assert (step.kind, step.job, step.retries, step.inputs) == (StepKind.JOB, "mail", 5, {"n": 5})
    story.complete("s", sent=True)
    assert story.variables == {"n": 5, "sent": True}


def test_a_job_without_retries_left_is_an_incident_until_its_retry_asks_again():
    ports = StubPorts()
    ports.handlers["s"] = Later()
    story = Story(line(service("s")), ports=ports)
    story.do(FailStep(story.step("s").step, "refused"))
    assert (story.waiting, story.troubled) == (["s"], ["s"])
    story.retry("s")
    assert (story.waiting, story.troubled, len(ports.calls)) == (["s"], [], 2)
    story.complete("s")
    assert story.ended


def test_a_late_success_closes_the_incident_of_a_job():
    ports = StubPorts()
    ports.handlers["s"] = Later()
    story = Story(line(service("s")), ports=ports)
    story.do(FailStep(story.step("s").step, "refused"))
    story.complete("s")
    assert story.ended


def test_an_uncaught_fault_is_an_incident():
    ports = StubPorts()
    ports.handlers["s"] = Fault("NO_STOCK", "none left")
    story = Story(line(service("s")), ports=ports)
    assert next(iter(story.incidents.values())).kind is IncidentKind.ERROR


def test_an_uncaught_error_at_a_user_task_leaves_it_open():
    story = Story(line(user("a")))
    story.throw("a", "NOPE")
    assert (story.waiting, story.troubled) == (["a"], ["a"])
    story.retry("a")
    assert (story.waiting, story.troubled) == (["a"], [])
    story.complete("a")
    assert story.ended


def test_a_script_writes_its_result_or_its_entries():
    story = Story(line(script("one", "= a + 1", "b"), script("two", '={c: b * 2, d: "x"}')), {"a": 1})
    assert story.variables == {"a": 1, "b": 2, "c": 4, "d": "x"}


def test_a_script_that_gives_no_entries_is_an_incident():
    assert Story(line(script("one", "= 1"))).troubled == ["one"]


def test_a_decision_writes_its_value_and_its_trace():
    ports = StubPorts()
    ports.decisions["level"] = lambda context: {"code": "gold", "for": context["amount"]}
    story = Story(line(rule("r", "level", "result")), {"amount": 5}, ports=ports)
    assert story.variables["result"] == {"code": "gold", "for": 5}
    decided = next(entry for entry in story.log if entry.kind is LogKind.DECIDED)
    assert decided.data["trace"] == {"matched": [1]}


def test_a_decision_that_fails_is_an_incident():
    story = Story(line(rule("r", "nothing", "result")))
    assert next(iter(story.incidents.values())).kind is IncidentKind.DECISION


def test_decisions_and_handlers_may_be_named_by_expressions():
    ports = StubPorts()
    ports.decisions["d-gold"] = lambda context: 1
    story = Story(
        line(rule("r", '= "d-" + level', "n"), service("s", '= "crm." + level')), {"level": "gold"}, ports=ports
    )
    assert story.variables["n"] == 1
    assert ports.calls[0][0] == "crm.gold"


def test_host_functions_are_asked_through_the_ports():
    ports = StubPorts()
    ports.host["manager of"] = lambda person, levels=1: f"{person}+{levels}"
    story = Story(line(script("s", '={one: manager of("bob"), two: manager of("bob", 2)}')), ports=ports)
    assert story.variables == {"one": "bob+1", "two": "bob+2"}
    assert [e.data["arguments"] for e in story.log if e.kind is LogKind.LOOKED_UP] == [["bob"], ["bob", 2]]


def test_a_host_function_that_fails_is_an_incident():
    ports = StubPorts()
    ports.host["manager of"] = ValueError("no such person")
    story = Story(line(script("s", '=manager of("bob")', "x")), ports=ports)
    assert "no such person" in next(iter(story.incidents.values())).message


def test_a_service_task_without_type_is_refused():
    with pytest.raises(DefinitionRefused, match="s: "):
        compile_definition(line(node("s", Kind.SERVICE_TASK)))


def test_a_broken_expression_is_refused_naming_its_element():
    with pytest.raises(DefinitionRefused) as refused:
        compile_definition(line(script("bad", "= 1 +", "x")))
    assert refused.value.element == "bad"


def test_activations_of_an_element_are_numbered():
    process = draw(
        start(),
        node("m", Kind.EXCLUSIVE_GATEWAY),
        user("a"),
        node("g", Kind.EXCLUSIVE_GATEWAY, default="g>end"),
        end(),
        flow("start", "m", "a", "g"),
        flow("g", "m", when="= again"),
        flow("g", "end"),
    )
    story = Story(process)
    assert story.step("a").loop == 1
    story.complete("a", again=True)
    assert story.step("a").loop == 2
