"""Timers: ISO 8601 and cron texts that are written out, and which kind may stand where."""

from __future__ import annotations

import re
from datetime import datetime

from bpmn import iso
from bpmn.checking.report import Report
from bpmn.model import EventKind, Node, Process, TimerKind
from bpmn.supported import Position, position_of

_MACROS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NOT_REPEATING = frozenset({Position.CATCH, Position.BOUNDARY, Position.EVENT_SUB_PROCESS_START})


def check_timers(process: Process, report: Report) -> None:
    """Every timer event."""
    for node in process.nodes.values():
        if node.event is not None and node.event.kind is EventKind.TIMER:
            _check_timer(process, node, report)


def _check_timer(process: Process, node: Node, report: Report) -> None:
    event = node.event
    if event is None or event.timer_kind is None or not event.timer:
        report.error("timer-missing", node)
        return
    position = position_of(process, node)
    if event.timer_kind is TimerKind.CYCLE and position in _NOT_REPEATING:
        report.error("timer-cycle-here", node, position=position.value)
    if event.timer_kind is TimerKind.DURATION and position is Position.START:
        report.error("timer-duration-start", node)
    if not event.timer.startswith("="):
        check_literal(event.timer_kind, event.timer, node, report)


def check_literal(kind: TimerKind, text: str, node: Node, report: Report) -> None:
    """A timer text that is no expression."""
    if text[:1] in {'"', "'"}:
        report.error("timer-quoted", node, text=text[:80])
    elif not is_literal(kind, text):
        report.error(f"timer-{_WORDS[kind]}", node, text=text[:80])


_WORDS = {TimerKind.DATE: "date", TimerKind.DURATION: "duration", TimerKind.CYCLE: "cycle"}


def is_literal(kind: TimerKind, text: str) -> bool:
    """Whether a text is a date, duration or cycle as it stands."""
    try:
        if kind is TimerKind.DATE:
            iso.parse_moment(text)
        elif kind is TimerKind.DURATION:
            iso.parse_duration(text).after(datetime(2026, 1, 1))  # noqa: DTZ001 - only whether it can be reached
        elif not text.startswith("R"):
            return is_cron(text)
        else:
            iso.parse_repetition(text)
    except (ValueError, OverflowError):
        return False
    return True


# --- cron ---------------------------------------------------------------------------------------------------------


def is_cron(text: str) -> bool:
    """Whether a text is a cron text of Camunda 8: second, minute, hour, day, month, weekday, or a macro."""
    if text.strip().startswith("@"):
        return text.strip().lower() in _MACROS
    fields = text.upper().split()
    if len(fields) != 6:
        return False
    second, minute, hour, day, month, weekday = fields
    return (
        _is_field(second, 0, 59)
        and _is_field(minute, 0, 59)
        and _is_field(hour, 0, 23)
        and (_is_field(day, 1, 31) or re.fullmatch(r"L(W|-([1-9]|[12]\d|30))?|([1-9]|[12]\d|3[01])W", day) is not None)
        and _is_field(month, 1, 12, _MONTHS)
        and (_is_field(weekday, 0, 7, _DAYS) or _is_nth_weekday(weekday))
    )


def _is_nth_weekday(field: str) -> bool:
    match = re.fullmatch(r"([0-7]|[A-Z]{3})(L|#[1-5])", field)
    return match is not None and _number(match[1], _DAYS) is not None


def _is_field(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> bool:
    return all(_is_part(part, low, high, names) for part in field.split(","))


def _is_part(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and 1 <= int(step[:4]) <= high):
        return False
    if span in {"*", "?"}:
        return True
    first, dash, last = span.partition("-")
    begin, end = _number(first, names), _number(last if dash else first, names)
    if begin is None or end is None:
        return False
    if names == _DAYS and dash and end == 0:
        end = 7
    return low <= begin <= end <= high


def _number(text: str, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + (1 if names == _MONTHS else 0)
    return int(text) if text.isdecimal() and len(text) <= 4 else None
