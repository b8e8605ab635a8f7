"""What a story expects: every expectation, when it holds and what breaks it."""

import pytest

from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    draw,
    duration,
    each,
    either,
    end,
    error,
    escalation,
    event_sub,
    flow,
    message,
    service,
    start,
    sub,
    throw,
    user,
)
from tests.unit.scenarios.telling import breaks, holds, told
from tests.unit.scenarios.xml import file_of
from workflows.scenarios.expectations import equal

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


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("2026-01-05T10:00:00Z", "2026-01-05T18:00:00+08:00", True),
        ("2026-01-05T10:00:01Z", "2026-01-05T18:00:00+08:00", False),
        ("P1D", "PT24H", True),
        ("P1Y", "P12M", True),
        ("P1D", "PT25H", False),
        ("2026-01-05", "2026-01-05", True),
        ("2026-01-05", "2026-01-06", False),
        ("C-17", "C-18", False),
        ("1", "1.0", False),
        ('"', "'", False),
        ("2026-01-05", '2026-01-05" = @"2026-01-05', False),
    ],
)
def test_dates_and_durations_are_compared_as_what_they_are(expected, actual, same):
    """They are kept as texts; other texts are equal only to themselves."""
    assert equal(expected, actual) is same
    assert equal([{"at": expected}], [{"at": actual}]) is same


def test_an_element_with_several_incidents_may_be_named_once_or_as_often():
    process = draw(start(), service("s", loop=each("= [1, 2]", "it")), end(), flow("start", "s", "end"))
    story = "handlers: {{s: {{fail: down}}}}\nsteps: [{{expect: {{incidents: {named}}}}}]"
    for named in ("[s]", "[s, s]"):
        holds(story.format(named=named), process)
    for named in ("[]", "[s, s, s]", "[s, x]"):
        breaks(story.format(named=named), process)


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
