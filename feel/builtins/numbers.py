"""Built-in functions on numbers (`abs` also on durations)."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from feel.numbers import CONTEXT, ArithmeticFault, is_integer, round_to
from feel.registry import Fault, built_in
from feel.run import Run
from feel.temporal import Duration, Months


@built_in("abs", "n: Any", result="Any")
def absolute(run: Run, value: Any) -> Any:
    """The value without its sign: of a number or a duration."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) is Decimal:
        return CONTEXT.abs(value)
    if type(value) is Duration:
        return Duration(abs(value.nanos))
    if type(value) is Months:
        return Months(abs(value.count))
    raise Fault("argument.type", argument="n", position=1, expected="number", found=value)


@built_in("modulo", "dividend: number", "divisor: number", result="number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder, with the sign of the divisor."""
    if not divisor:
        raise Fault("arithmetic.division-by-zero")
    try:
        remainder = CONTEXT.remainder(dividend, divisor)
    except ArithmeticFault:
        raise Fault("arithmetic.overflow") from None
    if remainder and (remainder < 0) != (divisor < 0):
        remainder = CONTEXT.add(remainder, divisor)
    return remainder


@built_in("sqrt", "number: number", result="number")
def sqrt(run: Run, value: Decimal) -> Decimal:
    """The square root."""
    if value < 0:
        raise Fault("number.domain", found=value)
    return CONTEXT.sqrt(value)


@built_in("log", "number: number", result="number")
def log(run: Run, value: Decimal) -> Decimal:
    """The natural logarithm."""
    if value <= 0:
        raise Fault("number.domain", found=value)
    return CONTEXT.ln(value)


@built_in("exp", "number: number", result="number")
def exp(run: Run, value: Decimal) -> Decimal:
    """e to the power of a number."""
    try:
        return CONTEXT.exp(value)
    except ArithmeticFault:
        raise Fault("arithmetic.overflow") from None


@built_in("odd", "number: number", result="boolean")
def odd(run: Run, value: Decimal) -> bool:
    """Whether a whole number is odd."""
    return is_integer(value) and _last_bit(value)


@built_in("even", "number: number", result="boolean")
def even(run: Run, value: Decimal) -> bool:
    """Whether a whole number is even."""
    return is_integer(value) and not _last_bit(value)


def _last_bit(value: Decimal) -> bool:
    return value.adjusted() < 40 and int(value) % 2 == 1


# ── rounding ────────────────────────────────────────────────────────────────────────────────────
def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    if abs(scale) > 10_000 or (made := round_to(value, int(scale), rounding)) is None:
        raise Fault("number.scale", scale=scale)
    return made


def _rounding(name: str, rounding: str, doc: str, optional: bool = False) -> None:
    def to_scale(run: Run, value: Decimal, scale: Decimal) -> Decimal:
        return _rounded(value, scale, rounding)

    def to_integer(run: Run, value: Decimal) -> Decimal:
        return _rounded(value, Decimal(0), rounding)

    bodies: list[tuple[Callable[..., Decimal], tuple[str, ...]]] = [(to_scale, ("n: number", "scale: number"))]
    if optional:
        bodies.insert(0, (to_integer, ("n: number",)))
    for body, parameters in bodies:
        body.__doc__ = doc
        built_in(name, *parameters, result="number")(body)


_rounding("decimal", decimal.ROUND_HALF_EVEN, "The number rounded to a scale, halves to the even digit.")
_rounding("floor", decimal.ROUND_FLOOR, "The number rounded down, to a whole number or a scale.", optional=True)
_rounding("ceiling", decimal.ROUND_CEILING, "The number rounded up, to a whole number or a scale.", optional=True)
_rounding("round up", decimal.ROUND_UP, "The number rounded to a scale, away from zero.")
_rounding("round down", decimal.ROUND_DOWN, "The number rounded to a scale, towards zero.")
_rounding("round half up", decimal.ROUND_HALF_UP, "The number rounded to a scale, halves away from zero.")
_rounding("round half down", decimal.ROUND_HALF_DOWN, "The number rounded to a scale, halves towards zero.")
