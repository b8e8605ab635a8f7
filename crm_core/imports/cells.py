"""From cells to values: texts, numbers, money, dates, truth and choices, each refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_core.sales.models import cents


class CellRefused(ValueError):
    """The cell cannot become the field's value."""


Reader = Callable[[str, str], Any]
"""Makes a value of a cell that is not empty; the second argument is the map's date format."""

_TRUE = frozenset({"1", "true", "yes", "y", "是"})
_FALSE = frozenset({"0", "false", "no", "n", "否"})


def text(limit: int) -> Reader:
    """A text of at most ``limit`` characters."""

    def read(cell: str, _format: str) -> str:
        if len(cell) > limit:
            raise CellRefused(f"This is longer than {limit} characters.")
        return cell

    return read


def number(cell: str, _format: str = "") -> Decimal:
    """A decimal number with a point."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        raise CellRefused("This is not a number.") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 11:
        raise CellRefused("This number is out of bounds.")
    return value


def money(cell: str, _format: str = "") -> Decimal:
    """An amount that is not negative, rounded half-even to two digits: 9.80000019 is 9.80."""
    value = number(cell)
    if value < 0:
        raise CellRefused("This is negative.")
    return cents(value)


def quantity(cell: str, _format: str = "") -> Decimal:
    """More than nothing, rounded to three digits."""
    value = number(cell).quantize(Decimal("0.001"))
    if value <= 0:
        raise CellRefused("This must be more than 0.")
    return value


def share(cell: str, _format: str = "") -> Decimal:
    """A share between 0 and 1, rounded to four digits: 0.0500000007 is 0.05."""
    value = number(cell).quantize(Decimal("0.0001"))
    if not 0 <= value <= 1:
        raise CellRefused("This must lie between 0 and 1.")
    return value


def day(cell: str, format: str) -> date:
    """A date as the map writes it."""
    try:
        return datetime.strptime(cell, format).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise CellRefused(f"This is not a date like {format}.") from None


def truth(cell: str, _format: str = "") -> bool:
    """Yes or no."""
    if cell.lower() in _TRUE:
        return True
    if cell.lower() in _FALSE:
        return False
    raise CellRefused("This is neither yes nor no.")


def one_of(choices: Iterable[str]) -> Reader:
    """One of the codes of a choice."""
    allowed = frozenset(choices)

    def read(cell: str, _format: str) -> str:
        if cell not in allowed:
            raise CellRefused(f"This is none of {', '.join(sorted(allowed))}.")
        return cell

    return read
