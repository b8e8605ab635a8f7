"""What the arithmetic operators mean for every pair of kinds."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from feel.errors import BudgetExceeded
from feel.numbers import ADD, DIVIDE, MINUS, MULTIPLY, POWER, SUBTRACT
from feel.run import Run
from feel.temporal import (
    DAY,
    Date,
    DateTime,
    Duration,
    Months,
    OutOfRange,
    Time,
    add_duration,
    add_months,
    at_midnight_utc,
    date_from_ordinal,
)


class Refused(Exception):
    """An operation has no value; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Rule = Callable[[Any, Any], Any]
MAX_NANOS: Final = 10**30
MAX_MONTHS: Final = 10**12


def calculate(run: Run, operator: str, left: Any, right: Any) -> Any:
    """`left operator right`; raises Refused, or BudgetExceeded for a text too long or an exponent too large."""
    try:
        if operator == "**":
            return _power(run, left, right)
        rule = RULES.get((operator, type(left), type(right)))
        if rule is None:
            raise Refused("arithmetic.null" if left is None or right is None else "arithmetic.kinds")
        if type(left) is str:
            run.made_string(len(left) + len(right))
        return rule(left, right)
    except (decimal.DivisionByZero, ZeroDivisionError):
        raise Refused("arithmetic.division-by-zero") from None
    except decimal.InvalidOperation:
        raise Refused("arithmetic.undefined") from None
    except (decimal.Overflow, OutOfRange, OverflowError):
        raise Refused("arithmetic.overflow") from None


def negate(value: Any) -> Any:
    """`-value`; raises Refused."""
    if type(value) is Decimal:
        return MINUS(value)
    if type(value) is Duration:
        return Duration(-value.nanos)
    if type(value) is Months:
        return Months(-value.count)
    raise Refused("arithmetic.null" if value is None else "arithmetic.kinds")


def _power(run: Run, left: Any, right: Any) -> Decimal:
    if type(left) is not Decimal or type(right) is not Decimal:
        raise Refused("arithmetic.null" if left is None or right is None else "arithmetic.kinds")
    if abs(right) > run.budget.exponent:
        raise BudgetExceeded("exponent", run.budget.exponent)
    if not left and right <= 0:
        if right:
            raise decimal.DivisionByZero
        return Decimal(1)
    return POWER(left, right)


# ── temporal rules ──────────────────────────────────────────────────────────────────────────────
def _date_plus_months(left: Date, right: Months) -> Date:
    return add_months(left, right.count)


def _date_plus_days(left: Date, right: Duration) -> Date:
    return date_from_ordinal((left.ordinal * DAY + right.nanos) // DAY)


def _moment_plus_months(left: DateTime, right: Months) -> DateTime:
    return DateTime(add_months(left.date, right.count), left.time)


def _moment_plus_days(left: DateTime, right: Duration) -> DateTime:
    return add_duration(left, right.nanos)


def _time_plus_days(left: Time, right: Duration) -> Time:
    return Time((left.nanos + right.nanos) % DAY, left.offset, left.zone)


def _months(count: int) -> Months:
    if abs(count) > MAX_MONTHS:
        raise OutOfRange
    return Months(count)


def _duration(nanos: int) -> Duration:
    if abs(nanos) > MAX_NANOS:
        raise OutOfRange
    return Duration(nanos)


def _between_moments(left: DateTime, right: DateTime) -> Duration:
    if left.is_local != right.is_local:
        raise Refused("arithmetic.local-and-zoned")
    return Duration(left.instant - right.instant)


def _between_times(left: Time, right: Time) -> Duration:
    if left.is_local != right.is_local:
        raise Refused("arithmetic.local-and-zoned")
    return Duration(left.instant - right.instant)


def _truncated(value: Decimal) -> int:
    return int(value.to_integral_value(decimal.ROUND_DOWN))


def _scale_months(left: Months, right: Decimal) -> Months:
    return _months(_truncated(MULTIPLY(Decimal(left.count), right)))


def _scale_duration(left: Duration, right: Decimal) -> Duration:
    return _duration(_truncated(MULTIPLY(Decimal(left.nanos), right)))


def _divide_months(left: Months, right: Decimal) -> Months:
    return _months(_truncated(DIVIDE(Decimal(left.count), right)))


def _divide_duration(left: Duration, right: Decimal) -> Duration:
    return _duration(_truncated(DIVIDE(Decimal(left.nanos), right)))


def _ratio(left: int, right: int) -> Decimal:
    if right == 0:
        raise ZeroDivisionError
    return DIVIDE(Decimal(left), Decimal(right))


RULES: Final[dict[tuple[str, type, type], Rule]] = {
    ("+", Decimal, Decimal): ADD,
    ("-", Decimal, Decimal): SUBTRACT,
    ("*", Decimal, Decimal): MULTIPLY,
    ("/", Decimal, Decimal): DIVIDE,
    ("+", str, str): lambda left, right: left + right,
    # durations among themselves and with numbers
    ("+", Duration, Duration): lambda left, right: _duration(left.nanos + right.nanos),
    ("-", Duration, Duration): lambda left, right: _duration(left.nanos - right.nanos),
    ("+", Months, Months): lambda left, right: _months(left.count + right.count),
    ("-", Months, Months): lambda left, right: _months(left.count - right.count),
    ("*", Duration, Decimal): _scale_duration,
    ("*", Decimal, Duration): lambda left, right: _scale_duration(right, left),
    ("*", Months, Decimal): _scale_months,
    ("*", Decimal, Months): lambda left, right: _scale_months(right, left),
    ("/", Duration, Decimal): _divide_duration,
    ("/", Months, Decimal): _divide_months,
    ("/", Duration, Duration): lambda left, right: _ratio(left.nanos, right.nanos),
    ("/", Months, Months): lambda left, right: _ratio(left.count, right.count),
    # points in time and durations
    ("+", Date, Months): _date_plus_months,
    ("+", Date, Duration): _date_plus_days,
    ("+", DateTime, Months): _moment_plus_months,
    ("+", DateTime, Duration): _moment_plus_days,
    ("+", Time, Duration): _time_plus_days,
    ("+", Months, Date): lambda left, right: _date_plus_months(right, left),
    ("+", Duration, Date): lambda left, right: _date_plus_days(right, left),
    ("+", Months, DateTime): lambda left, right: _moment_plus_months(right, left),
    ("+", Duration, DateTime): lambda left, right: _moment_plus_days(right, left),
    ("+", Duration, Time): lambda left, right: _time_plus_days(right, left),
    ("-", Date, Months): lambda left, right: _date_plus_months(left, Months(-right.count)),
    ("-", Date, Duration): lambda left, right: _date_plus_days(left, Duration(-right.nanos)),
    ("-", DateTime, Months): lambda left, right: _moment_plus_months(left, Months(-right.count)),
    ("-", DateTime, Duration): lambda left, right: _moment_plus_days(left, Duration(-right.nanos)),
    ("-", Time, Duration): lambda left, right: _time_plus_days(left, Duration(-right.nanos)),
    # differences
    ("-", Date, Date): lambda left, right: Duration((left.ordinal - right.ordinal) * DAY),
    ("-", Time, Time): _between_times,
    ("-", DateTime, DateTime): _between_moments,
    ("-", DateTime, Date): lambda left, right: _between_moments(left, at_midnight_utc(right)),
    ("-", Date, DateTime): lambda left, right: _between_moments(at_midnight_utc(left), right),
}
