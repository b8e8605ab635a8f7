"""The evidence for a customer's level: frozen figures as of a day, and their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from crm_core.customers.models import Customer
from crm_core.levels.models import CustomerLevel
from crm_core.sales.queries import Purchases, purchases_until

Source = Callable[[Iterable[UUID], date], Mapping[UUID, Any]]
"""Answers for many customers as of a day, in one query: customer id -> JSON-ready value."""

_sources: dict[str, tuple[Source, Any]] = {}


def register_source(name: str, source: Source, *, absent: Any = 0) -> None:
    """Let another area add a figure to the evidence: ``complaints``, ``critical_complaints``, ``satisfaction``.

    ``absent`` stands for customers the source does not name. Reads only.
    """
    _sources[name] = (source, absent)


def forget_source(name: str) -> None:
    """Take a figure out again (for tests)."""
    _sources.pop(name, None)


def evidence_for(customers: Iterable[Customer], as_of: date) -> dict[UUID, dict[str, Any]]:
    """The evidence of each customer as of a day; the number of queries does not grow with the customers.

    Keys: as_of, current_level, consumption (net of discount, base currency), orders, overdue_days_max,
    critical_complaints, complaints, satisfaction, rfm {recency_days, frequency, monetary}, amounts (what the levels
    ask for).
    """
    rows = list(customers)
    ids = [customer.pk for customer in rows]
    purchases = purchases_until(ids, as_of)
    amounts = level_amounts()
    figures = {name: (source(ids, as_of), absent) for name, (source, absent) in _sources.items()}
    return {
        customer.pk: _evidence(customer, purchases.get(customer.pk, Purchases()), as_of)
        | {name: answers.get(customer.pk, absent) for name, (answers, absent) in figures.items()}
        | {"amounts": amounts}
        for customer in rows
    }


def level_amounts() -> dict[str, float | int]:
    """What each level asks for in twelve months, by code."""
    rows = CustomerLevel.objects.exclude(min_amount=None).values_list("code", "min_amount")
    return {code: _number(amount) for code, amount in rows}


def evidence_hash(evidence: Mapping[str, Any]) -> str:
    """SHA-256 of the evidence, independent of the order of its keys."""
    return hashlib.sha256(orjson.dumps(evidence, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _evidence(customer: Customer, bought: Purchases, as_of: date) -> dict[str, Any]:
    recency = None if bought.last_order_on is None else (as_of - bought.last_order_on).days
    return {
        "as_of": as_of.isoformat(),
        "current_level": customer.level_id,
        "consumption": _number(bought.amount),
        "orders": bought.orders,
        "overdue_days_max": bought.overdue_days_max,
        "critical_complaints": 0,
        "complaints": 0,
        "satisfaction": None,
        "rfm": {"recency_days": recency, "frequency": bought.orders, "monetary": _number(bought.amount)},
    }


def _number(amount: Any) -> float | int:
    """Money as a JSON number: two digits survive exactly up to 10 ** 13."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
