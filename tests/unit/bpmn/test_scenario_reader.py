"""Scenario files become plain data; everything that does not fit is a finding with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bpmn.scenario import (
    DEFAULT_CALENDAR,
    AdvanceBy,
    AdvanceTo,
    Answers,
    Complete,
    CompleteJob,
    Expect,
    FailJob,
    Fails,
    RaisesError,
    SendMessage,
    SendSignal,
    Target,
    ThrowError,
    Waits,
)
from bpmn.scenario_reader import ScenarioInvalid, read_scenario

STORY = """
name: A gold customer's complaint
model: complaint-escalation.bpmn
start:
  process: complaint-escalation
  event: complaint-received
  variables: {severity: normal, since: 2026-03-02, customer: {level: gold}}
  at: 2026-03-02T09:00:00+08:00
handlers:
  crm.complaint.register: {number: C-17}
  billing.refund: {error: REFUND_REJECTED, with: {left: 3}}
  notify.email: {fail: smtp down, times: 2}
  crm.customer.evidence: wait
  crm.in.turn: [{n: 1}, {n: 2}]
functions:
  manager of: {bob: dave, "*": erin}
  working days: 3
calendar:
  {zone: Europe/Berlin, hours: {mon: ["09:00-12:00", "13:00-17:30"], sat: "10:00-12:00"}, holidays: [2026-01-01]}
steps:
  - expect: {waiting: [classify], variables: {level: L1}}
  - complete: classify#2
    with: {category: delay}
    as: bob
  - advance: P1DT8H
  - advance_to: 2026-03-04T17:00:00+08:00
  - message: complaint.accepted
    key: C-17
    with: {satisfied: true}
  - signal: customer.frozen
  - complete_job: crm.customer.evidence
    with: {consumption: 120000}
  - fail_job: notify.email
    reason: smtp down
  - throw_error: crm.customer.evidence
    code: NO_DATA
  - expect:
      waiting: []
      completed: {investigate: 2}
      not_completed: [approve]
      path: [classify, assign]
      incidents: []
      ended: true
      end: [resolved]
"""


def read(text: str):
    return read_scenario("x.scenario.yaml", text.encode())


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ScenarioInvalid) as invalid:
        read(text)
    return [(item.code, str(item.values.get("where", ""))) for item in invalid.value.findings]


def test_start_and_stubs():
    story = read(STORY)
    assert (story.name, story.model) == ("A gold customer's complaint", "complaint-escalation.bpmn")
    assert (story.start.process, story.start.event) == ("complaint-escalation", "complaint-received")
    assert story.start.variables == {"severity": "normal", "since": "2026-03-02", "customer": {"level": "gold"}}
    assert story.start.at == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert story.handlers == {
        "crm.complaint.register": (Answers({"number": "C-17"}),),
        "billing.refund": (RaisesError("REFUND_REJECTED", "", {"left": 3}),),
        "notify.email": (Fails("smtp down", 2),),
        "crm.customer.evidence": (Waits(),),
        "crm.in.turn": (Answers({"n": 1}), Answers({"n": 2})),
    }
    manager = story.functions["manager of"]
    assert (manager.answer("bob"), manager.answer("zoe")) == ("dave", "erin")
    assert story.functions["working days"].answer("any") == 3


def test_calendar():
    calendar = read(STORY).calendar
    assert calendar.zone == "Europe/Berlin"
    assert calendar.hours == {"mon": ["09:00-12:00", "13:00-17:30"], "sat": "10:00-12:00"}
    assert calendar.holidays == (date(2026, 1, 1),)
    assert read("name: x").calendar is DEFAULT_CALENDAR
    assert read("calendar: 24x7").calendar.always


def test_steps():
    steps = read(STORY).steps
    assert [type(step) for step in steps] == [
        Expect,
        Complete,
        AdvanceBy,
        AdvanceTo,
        SendMessage,
        SendSignal,
        CompleteJob,
        FailJob,
        ThrowError,
        Expect,
    ]
    assert steps[0] == Expect(waiting=("classify",), variables={"level": "L1"}, line=21)
    assert steps[1] == Complete(Target("classify", 2), {"category": "delay"}, "bob", 22)
    assert steps[2].duration.seconds == Decimal(32 * 3600)
    assert steps[4] == SendMessage("complaint.accepted", "C-17", {"satisfied": True}, 27)
    assert steps[8] == ThrowError(Target("crm.customer.evidence"), "NO_DATA", line=35)
    assert steps[9].completed == {"investigate": 2}
    assert (steps[9].waiting, steps[9].ended, steps[9].end) == ((), True, ("resolved",))


def test_defaults():
    story = read("model: p.bpmn")
    assert story.start.at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert (story.name, story.steps, story.start.process) == ("x.scenario.yaml", (), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nme: x", [("scenario-unknown-key", "scenario")]),
        ("[1]", [("scenario-type", "scenario")]),
        ("start: now", [("scenario-type", "start")]),
        ("start: {at: noon}", [("scenario-moment", "start.at")]),
        ("start: {at: 2026-03-02T09:00:00}", [("scenario-moment", "start.at")]),
        ("start: {variables: [1]}", [("scenario-type", "start.variables")]),
        ("handlers: [1]", [("scenario-type", "handlers")]),
        ("handlers: {a: later}", [("scenario-type", "handlers.a")]),
        ("handlers: {a: {error: X, witth: {}}}", [("scenario-unknown-key", "handlers.a")]),
        ("handlers: {a: {fail: x, times: -1}}", [("scenario-type", "handlers.a.times")]),
        ("calendar: weekdays", [("scenario-calendar", "calendar")]),
        ("calendar: {zone: Mars/Base}", [("scenario-zone", "calendar.zone")]),
        ("calendar: {hours: [nine-five]}", [("scenario-hours", "calendar.hours")]),
        ("calendar: {holidays: [soon]}", [("scenario-date", "calendar.holidays")]),
        ("steps: {}", [("scenario-type", "steps")]),
        ("steps: [wait]", [("scenario-type", "steps[1]")]),
        ("steps: [{wait: 1}]", [("scenario-step", "steps[1]")]),
        ("steps: [{complete: a, message: b}]", [("scenario-step", "steps[1]")]),
        ("steps: [{complete: a, wiht: {}}]", [("scenario-unknown-key", "steps[1]")]),
        ("steps: [{complete: 'a#0'}]", [("scenario-target", "steps[1].complete")]),
        ("steps: [{advance: 3h}]", [("scenario-duration", "steps[1].advance")]),
        ("steps: [{throw_error: a}]", [("scenario-missing-key", "steps[1].throw_error")]),
        ("steps: [{expect: {wating: []}}]", [("scenario-unknown-key", "steps[1].expect")]),
        ("steps: [{expect: {waiting: a}}]", [("scenario-type", "steps[1].expect.waiting")]),
        ("steps: [{expect: {ended: maybe}}]", [("scenario-type", "steps[1].expect.ended")]),
        ("steps: [{expect: {completed: {a: many}}}]", [("scenario-type", "steps[1].expect.completed.a")]),
        ("name: a\nname: b", [("yaml-duplicate-key", "")]),
        ("name: [", [("not-yaml", "")]),
        ("name: !!python/object:os.system x", [("not-yaml", "")]),
        ("name: !!set {a}", [("yaml-type", "")]),
        ("start: {variables: {x: .inf}}", [("yaml-number", "")]),
        ("? [a]\n: b", [("yaml-key", "")]),
    ],
)
def test_what_does_not_fit_is_found(text, expected):
    assert problems(text) == expected


def test_all_problems_come_at_once():
    assert len(problems("nme: x\nstart: {at: noon}\nsteps: [{advance: soon}]")) == 3


def test_alias_bombs_and_size_are_bounded():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join('*' + chr(97 + n) for _ in range(10))}]\n" for n in range(8)
    )
    assert problems(bomb) == [("too-many-values", "")]
    assert problems("x: " + "y" * 1_100_000) == [("too-large", "")]
    assert problems("a: " + "[" * 200 + "]" * 200) == [("too-deep", "")]
    assert problems("a: " + "[" * 5_000) == [("too-deep", "")]


@pytest.mark.parametrize("level", ["- ", "? ", "[", "{a: "])
def test_a_megabyte_of_nesting_is_refused_before_anything_is_built(level):
    """The builder in C would leave the stack, and the whole server with it."""
    assert problems((level * 500_000)[:1_000_000]) == [("too-deep", "")]


def test_not_utf8():
    with pytest.raises(ScenarioInvalid) as invalid:
        read_scenario("x", "name: 流程".encode("gbk"))
    assert invalid.value.findings[0].code == "not-utf8"
