"""Numbers: decimal128 (34 digits, half-even) without NaN or infinity."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

PRECISION: Final = 34
CONTEXT: Final = decimal.Context(
    prec=PRECISION,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    traps=[decimal.DivisionByZero, decimal.InvalidOperation, decimal.Overflow],
)
WIDE: Final = decimal.Context(prec=12_400, Emin=-99_999, Emax=99_999, traps=[decimal.InvalidOperation])
"""For rounding to a scale, where digits may exceed 34 on the way."""

ADD: Final = CONTEXT.add
SUBTRACT: Final = CONTEXT.subtract
MULTIPLY: Final = CONTEXT.multiply
DIVIDE: Final = CONTEXT.divide
POWER: Final = CONTEXT.power
MINUS: Final = CONTEXT.minus
PLUS: Final = CONTEXT.plus
ArithmeticFault = decimal.DecimalException

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
MIN_SCALE: Final = -6111
MAX_SCALE: Final = 6176


def number_text(value: Decimal) -> str:
    """The shortest plain form: no trailing zeros, an exponent only for very large or small numbers."""
    if not value:
        return "0"
    digits = value.normalize(WIDE)
    exponent = digits.as_tuple().exponent
    assert isinstance(exponent, int)
    if -40 <= exponent <= 0 or (exponent > 0 and digits.adjusted() < 40):
        return format(digits, "f")
    return str(digits)


def is_integer(value: Decimal) -> bool:
    """Whether there is no fraction."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and (exponent >= 0 or value == value.to_integral_value())


def round_to(value: Decimal, scale: int, rounding: str) -> Decimal | None:
    """`value` rounded to `scale` digits after the point (before it when negative); None out of the scale's range."""
    if not MIN_SCALE <= scale <= MAX_SCALE:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= scale:
        return value
    return PLUS(value.quantize(Decimal((0, (1,), -scale)), rounding=rounding, context=WIDE))
