"""Files that are no scenario: each is told by name, place and what is allowed, and none of them ends in a traceback."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bpmn.checking.sentences import sentence
from bpmn.scenario_reader import _EXPECT, _STEPS, ScenarioInvalid, read_scenario
from workflows.scenarios.stubs import calendar_of

HEAD = "name: n\nmodel: m.bpmn\n"


def refusals(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ScenarioInvalid) as invalid:
        read_scenario("s.scenario.yaml", (HEAD + text).encode())
    return [(finding.line, sentence(finding)) for finding in invalid.value.findings]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("step: []", 1, ["scenario", "step", "known are calendar, functions, handlers, model, name, start, steps"]),
        ("steps: {complete: u}", 1, ["steps", "list", "mapping"]),
        ("steps:\n  - finish: u", 4, ["steps[1]", "complete", "throw_error", "finish"]),
        ("steps:\n  - signal: a\n  - complete: u\n    expect: {}", 5, ["steps[2]", "complete, expect"]),
        ("steps:\n  - complete: u\n    wiht: {}", 4, ["steps[1]", "wiht", "as, complete, with"]),
        ("steps:\n  - complete: 'u#0'", 4, ["steps[1].complete", "u#0"]),
        ("steps:\n  - complete:", 4, ["steps[1].complete", "text", "nothing"]),
        ("steps:\n  - advance: 8h", 4, ["steps[1].advance", "8h"]),
        ("steps:\n  - advance_to: 2026-01-05", 4, ["steps[1].advance_to", "offset"]),
        ("steps:\n  - expect: {wating: [u]}", 4, ["steps[1].expect", "wating", "waiting"]),
        ("steps:\n  - expect: {waiting: u}", 4, ["steps[1].expect.waiting", "list", "text"]),
        ("steps:\n  - expect: {completed: {u: one}}", 4, ["steps[1].expect.completed.u", "count"]),
        ("steps:\n  - expect: {ended: 1}", 4, ["steps[1].expect.ended", "true or false"]),
        ("steps:\n  - throw_error: u", 4, ["steps[1].throw_error", "code"]),
        ("steps:\n  - message: m\n    key: [1]", 4, ["steps[1].message.key", "text", "list"]),
        ("start: {proces: p}", 3, ["start", "proces", "at, event, process, variables"]),
        ("start: {variables: [a]}", 3, ["start.variables", "mapping", "list"]),
        ("start: {at: 2026-01-05T09:00:00}", 3, ["start.at", "offset"]),
        ("handlers: {a: 5}", 1, ["handlers.a", "{error: CODE}", "{fail: reason}", "wait"]),
        ("handlers: {a: {fail: down, time: 2}}", 3, ["handlers.a", "time", "fail, times, with"]),
        ("handlers: {a: {fail: down, times: -2}}", 3, ["handlers.a.times", "count"]),
        ("functions: [f]", 1, ["functions", "mapping"]),
        ("calendar: office", 1, ["calendar", "office", "24x7"]),
        ("calendar: {zone: Mars}", 3, ["calendar.zone", "Mars"]),
        ("calendar: {hours: {mon: ['18:00-09:00']}}", 3, ["calendar.hours", "09:00-12:00", "ends before it starts"]),
        ("calendar: {hours: {someday: []}}", 3, ["calendar.hours", "weekday", "09:00-12:00"]),
        ("calendar: {holidays: [xmas]}", 3, ["calendar.holidays", "xmas"]),
        ("name: again", 3, ["name", "twice"]),
        ("start: {variables: {a: .inf}}", 1, ["not finite"]),
        ("start: {variables: {a: !!python/object:os.system x}}", 3, ["YAML"]),
        ("---\nname: b", 3, ["another document"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_what_is_allowed(text: str, line: int, words: list[str]):
    ((where, said),) = refusals(text)
    assert where == line
    assert [word for word in words if word not in said] == [], said


def test_everything_wrong_is_told_at_once():
    assert len(refusals("steps: [{finish: u}, {complete: [u]}, {expect: {wating: []}}]\nstart: 5")) == 4


@pytest.mark.parametrize(
    ("hours", "closes"),
    [
        ("09:00-17:00", "2026-01-05T17:00"),
        ("[09:00-12:00, 13:00-16:00]", "2026-01-05T16:00"),
        ("{mon-fri: [09:00-10:00]}", "2026-01-05T10:00"),
        ("{monday: 09:00-24:00}", "2026-01-06T00:00"),
    ],
)
def test_hours_are_written_as_people_do(hours: str, closes: str):
    text = HEAD + f"calendar: {{zone: Asia/Shanghai, hours: {hours}}}"
    calendar = calendar_of(read_scenario("s", text.encode()).calendar)
    end = datetime.fromisoformat(closes).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert calendar.is_open(end - timedelta(minutes=1))
    assert not calendar.is_open(end)


def test_dates_and_times_of_day_are_texts_and_numbers_are_numbers():
    values = "{d: 2026-03-02, t: 12:30, s: 12:30:15, e: 1e3, f: -1.5E+2, o: 1_000, n: 08, v: 1.2.3}"
    assert read_scenario("s", f"{HEAD}start: {{variables: {values}}}".encode()).start.variables == {
        "d": "2026-03-02", "t": "12:30", "s": "12:30:15", "e": 1000.0, "f": -150.0, "o": 1000, "n": "08", "v": "1.2.3",
    }  # fmt: skip


def test_what_the_documentation_shows_is_a_scenario():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (calendar,) = re.findall(r"`(calendar: .*?)`", text, re.DOTALL)
    story = read_scenario("s", shown.replace("calendar: default", calendar.replace("\n", "")).encode())
    assert len(story.handlers) == 5
    assert len(story.steps) == 2
    steps = [kind for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for kind in re.findall(r"`(\w+):", row)]
    assert {*steps} == {*_STEPS, *_EXPECT}
