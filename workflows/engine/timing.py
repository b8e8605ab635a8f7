"""When a timer is due: dates, durations, cycles and cron texts, literal or from FEEL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import feel
from bpmn.iso import parse_duration, parse_moment, parse_repetition
from bpmn.model import TimerKind
from workflows.engine.api import IncidentKind
from workflows.engine.cron import Cron
from workflows.engine.failures import StepFailed

if TYPE_CHECKING:
    from workflows.engine.texts import Text
    from workflows.engine.token import Token


class Due(NamedTuple):
    """A planned timer: ``at`` None is parked; ``left`` repetitions after this one, -1 without end; ``every`` apart.

    ``base`` is what a duration counts from when the timer is planned again.
    """

    at: datetime | None
    base: datetime
    left: int | None = None
    every: str | None = None


def plan(token: Token, kind: TimerKind, text: Text, base: datetime) -> Due | None:
    """When the timer fires, counted from ``base``; None: it never does (no repetitions). Raises StepFailed."""
    value = token.instance.evaluator.raw(text, token)
    if value is None:
        return Due(None, base)
    try:
        return first_firing(kind, value, base)
    except (ValueError, OverflowError) as error:
        message = f"timer {text.raw!r} gave {feel.to_text(feel.from_python(value))[:100]!r}, which is no {_WORDS[kind]}"
        raise StepFailed(IncidentKind.TIMER, message) from error


_WORDS = {TimerKind.DATE: "date and time", TimerKind.DURATION: "duration", TimerKind.CYCLE: "cycle"}


def first_firing(kind: TimerKind, value: Any, base: datetime) -> Due | None:
    """When a timer of this FEEL value or text fires; None: never. Raises ValueError, OverflowError."""
    if kind is TimerKind.CYCLE:
        return first_of_cycle(_text(value), base)
    if kind is TimerKind.DURATION:
        return Due(after(base, _text(value)), base)
    return Due(_moment(value), base)


def first_of_cycle(text: str, base: datetime) -> Due | None:
    """The first firing of ``R3/PT1H``, ``R/<moment>/P1D`` or a cron text. Raises ValueError."""
    text = text.strip()
    if not text.startswith("R"):
        return Due(Cron(text).after(base), base, -1, text)
    cycle = parse_repetition(text)
    if cycle.times == 0:
        return None
    every = text.rpartition("/")[2]
    at = cycle.start if cycle.start is not None else cycle.every.after(base)
    return Due(at, base, -1 if cycle.times is None else cycle.times - 1, every)


def next_of_cycle(last: datetime, left: int, every: str) -> Due | None:
    """The firing after the one due at ``last``, or None when none is left."""
    if left == 0:
        return None
    remaining = -1 if left < 0 else left - 1
    if every.startswith("P"):
        return Due(after(last, every), last, remaining, every)
    return Due(Cron(every).after(last), last, remaining, every)


def after(base: datetime, duration: str) -> datetime:
    """``base`` moved by an ISO 8601 duration. Raises ValueError."""
    return parse_duration(duration).after(base)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, list, dict)):
        raise ValueError(value)
    return str(feel.to_text(value))


def _moment(value: Any) -> datetime:
    """A moment from a FEEL value or text; without zone it is UTC, a date is its midnight."""
    plain = feel.to_python(value)
    if isinstance(plain, datetime):
        return plain if plain.tzinfo else plain.replace(tzinfo=UTC)
    text = _text(value)
    try:
        return parse_moment(text)
    except ValueError:
        pass
    found = feel.to_python(feel.evaluate("date and time(t)", {"t": text})) if "T" in text else None
    if isinstance(found, datetime):
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    plain_date = datetime.fromisoformat(text)
    return plain_date if plain_date.tzinfo else plain_date.replace(tzinfo=UTC)


def moment_of(value: Any) -> datetime | None:
    """A due date of a user task; None stays None. Raises ValueError."""
    return None if value is None or value == "" else _moment(value)
