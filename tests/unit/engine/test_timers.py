"""Timers: durations, moments and months, and planning them again."""

from datetime import UTC

import pytest

from tests.unit.engine.drawing import (
    boundary,
    catch,
    cycle,
    date,
    draw,
    duration,
    end,
    flow,
    start,
    user,
)
from tests.unit.engine.driver import Story


def test_a_timer_catch_event():
    story = Story(draw(start(), catch("t", duration("= wait")), end(), flow("start", "t", "end")), {"wait": "PT2H"})
    story.wait(hours=1)
    assert story.waiting == ["t"]
    story.wait(hours=1)
    assert story.ended


def test_feel_durations_and_moments():
    process = draw(
        start(),
        catch("t", duration('= duration("PT1H") * 2')),
        catch("d", date('= date and time("2026-01-06T09:00:00Z")')),
        end(),
        flow("start", "t", "d", "end"),
    )
    story = Story(process)
    story.wait(hours=2)
    assert story.waiting == ["d"]
    story.wait(days=1)
    assert story.ended


def test_months_end_with_the_month():
    story = Story(draw(start(), catch("t", duration("P1M")), flow("start", "t")))
    assert next(iter(story.timers.values())).due.isoformat() == "2026-02-05T09:00:00+00:00"


@pytest.mark.parametrize(
    ("begin", "second"),
    [
        ("2026-03-28T10:00:00+01:00[Europe/Berlin]", "2026-03-29T08:00:00+00:00"),
        ("2026-03-28T10:00:00+01:00", "2026-03-29T09:00:00+00:00"),
    ],
)
def test_a_daily_cycle_keeps_the_time_of_the_zone_it_is_written_in(begin, second):
    """Stored and read again in between: the zone must not be lost with the first firing."""
    process = draw(
        start(),
        user("a"),
        boundary("b", cycle(f"R3/{begin}/P1D"), "a", interrupting=False),
        end("e"),
        flow("start", "a"),
        flow("b", "e"),
    )
    story = Story(process)
    story.wait(days=82)
    (timer,) = story.timers.values()
    assert (story.counts["b"], timer.due.astimezone(UTC).isoformat()) == (1, second)


def test_replanning_counts_a_duration_from_when_it_began():
    story = Story(draw(start(), catch("t", duration("= d")), flow("start", "t")), {"d": "PT1H"})
    story.ports.moment = story.ports.moment.replace(minute=30)
    story.set(d="PT3H")
    story.replan()
    assert next(iter(story.timers.values())).due.isoformat() == "2026-01-05T12:00:00+00:00"
    story.set(d="nonsense")
    story.replan()
    assert next(iter(story.timers.values())).due.isoformat() == "2026-01-05T12:00:00+00:00"
