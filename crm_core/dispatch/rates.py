"""What work costs: the rates of settings.SERVICE_RATES in the company's currency, and what of it the customer pays."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

CENT = Decimal("0.01")
DEFAULT_RATES = {"labour_per_hour": "120", "call_out": "50", "estimated_hours": "1.5"}


@dataclass(frozen=True, slots=True)
class Rates:
    """Labour by the hour and person, the call-out once, and the hours an estimate reckons with."""

    labour_per_hour: Decimal
    call_out: Decimal
    estimated_hours: Decimal

    def labour(self, hours: Decimal, crew: int) -> Decimal:
        """Call-out and labour of a crew."""
        return (self.call_out + self.labour_per_hour * hours * crew).quantize(CENT, ROUND_HALF_UP)

    def estimate(self, crew: int, percent_off: int) -> Decimal:
        """What the customer is told beforehand, parts apart."""
        return less(self.labour(self.estimated_hours, crew), percent_off)


def rates() -> Rates:
    """The rates in force; what settings leave out is taken from the defaults."""
    given = DEFAULT_RATES | dict(getattr(settings, "SERVICE_RATES", {}))
    return Rates(**{name: Decimal(str(given[name])) for name in DEFAULT_RATES})


def less(amount: Decimal, percent_off: int) -> Decimal:
    """The amount less so many percent, to the cent."""
    return (amount * (100 - percent_off) / 100).quantize(CENT, ROUND_HALF_UP)
