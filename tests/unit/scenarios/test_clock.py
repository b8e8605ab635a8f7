"""The driven clock of a story: timers on the way, working hours, stubbed functions."""

import pytest

from tests.unit.engine.drawing import (
    boundary,
    catch,
    cycle,
    draw,
    duration,
    end,
    flow,
    fork,
    script,
    service,
    start,
    user,
)
from tests.unit.scenarios.telling import breaks, holds


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


@pytest.mark.parametrize("step", ["advance: P9999Y", "advance: PT999999999999S", "advance: -PT1H"])
def test_a_clock_cannot_leave_the_calendar_nor_go_back(step):
    assert breaks(f"steps: [{step.join('{}')}]", draw(start(), user("a"), flow("start", "a"))).step == 1


def test_more_reminders_than_one_act_may_move_are_played():
    process = draw(
        start(), user("a"), boundary("tick", cycle("R/PT1H"), "a", interrupting=False), end(), flow("start", "a"),
        flow("tick", "end"),
    )  # fmt: skip
    holds("steps: [{advance: PT10200H}, {expect: {completed: {tick: 10200}}}]", process)


def test_a_stub_is_called_by_name_with_any_first_argument():
    process = draw(
        start(),
        script("m", '= [manager of(person: "bob"), manager of("eve"), flag(true), flag(false), rate()]', "x"),
        flow("start", "m"),
    )
    holds(
        """
            functions: {manager of: {bob: dave, '*': erin}, flag: {true: 1, false: 0}, rate: 0.2}
            steps: [{expect: {variables: {x: [dave, erin, 1, 0, 0.2]}}}]
            """,
        process,
    )
