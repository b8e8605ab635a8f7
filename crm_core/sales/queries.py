"""Reading sales: what customers bought in a period, how late they paid, and the lists of orders and products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Least

from accounts.models import User
from crm_core.customers.models import Customer
from crm_core.days import months_before
from crm_core.sales.models import Order, OrderStatus, Product

YEAR = 12
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Purchases:
    """What one customer bought in the twelve months up to a day, and how late they paid at worst."""

    amount: Decimal = NOTHING
    orders: int = 0
    last_order_on: date | None = None
    overdue_days_max: int = 0


def purchases_until(customer_ids: Iterable[UUID], as_of: date) -> dict[UUID, Purchases]:
    """The purchases of each customer in (as_of - 12 months, as_of], in one query; customers without any are missing.

    Cancelled orders do not count. Overdue days are counted at ``as_of``, for orders of any age that were unpaid at the
    beginning of the period or later; orders without a payment day are never overdue.
    """
    since = months_before(as_of, YEAR)
    in_year = Q(ordered_on__gt=since, ordered_on__lte=as_of)
    rows = (
        Order.objects.filter(customer_id__in=list(customer_ids), ordered_on__lte=as_of)
        .exclude(status=OrderStatus.CANCELLED)
        .values("customer_id")
        .annotate(
            spent=Sum("amount", filter=in_year),
            count=Count("id", filter=in_year),
            last=Max("ordered_on"),
            overdue=Max(_overdue(as_of), filter=Q(paid_on=None) | Q(paid_on__gt=since)),
        )
    )
    return {
        row["customer_id"]: Purchases(
            row["spent"] or NOTHING, row["count"], row["last"], max(0, row["overdue"].days) if row["overdue"] else 0
        )
        for row in rows
    }


def orders_of(user: User, customer_id: UUID | str) -> QuerySet[Order]:
    """The orders of a customer the person may see, newest first."""
    visible = Customer.objects.visible_to(user)
    rows = Order.objects.filter(customer_id=customer_id, customer__in=visible)
    return rows.order_by("-ordered_on", "-number")


def product_list(user: User, *, text: str = "") -> QuerySet[Product]:
    """The products a person sees, by name."""
    rows: QuerySet[Product] = Product.objects.visible_to(user)
    return (rows.filter(name__icontains=text) if text else rows).order_by("name", "id")


def _overdue(as_of: date) -> Any:
    """The time from the payment day to the day of payment, or to ``as_of`` while unpaid then; null without a day."""
    settled = Least(Coalesce(F("paid_on"), Value(as_of)), Value(as_of), output_field=DateField())
    return ExpressionWrapper(settled - F("payment_due_on"), output_field=DurationField())
