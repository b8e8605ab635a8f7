"""Storing orders inside a caller's transaction: used by commands and imports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from accounts.models import User
from crm_core import storing
from crm_core.sales.models import Order, OrderLine, Product, cents

LINE_CHECKED = ("position", "quantity", "unit_price", "discount", "amount")


def line(
    order: Order, position: int, *, product: Product, quantity: Decimal, unit_price: Decimal, discount: Decimal
) -> OrderLine:
    """An unsaved line with its amount; the price is rounded half-even to cents, the discount to four digits."""
    price = cents(unit_price)
    share = discount.quantize(Decimal("0.0001"))
    return OrderLine(
        order=order,
        position=position,
        product=product,
        quantity=quantity,
        unit_price=price,
        discount=share,
        amount=OrderLine.net(quantity, price, share),
        cost=None if product.cost is None else cents(product.cost * quantity),
    )


def add_orders(
    orders: Sequence[tuple[Order, Sequence[OrderLine]]], *, actor: User | None, check: bool = True, act: str = "created"
) -> None:
    """Store orders with their lines; each order's amount is the sum of its lines. Raises ValuesRefused."""
    assert connection.in_atomic_block
    for order, lines in orders:
        order.amount = sum((entry.amount for entry in lines), Decimal("0.00"))
        if check:
            for entry in lines:
                storing.full_check(entry, only=LINE_CHECKED)
    storing.add_all([order for order, _lines in orders], actor=actor, act=act, check=check)
    OrderLine.objects.bulk_create([entry for _order, lines in orders for entry in lines], batch_size=500)
