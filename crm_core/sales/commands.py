"""What people do to products and orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Action, User
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.permissions import locked, require, seen
from crm_core.sales import operations
from crm_core.sales.models import Order, OrderStatus, Product


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of a new order; ``discount`` is a share between 0 and 1."""

    product: Product
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)


@transaction.atomic(durable=True)
def add_product(*, actor: User, values: Mapping[str, Any]) -> Product:
    """Add a product to the catalogue of the actor's unit. Raises NotPermitted, ValuesRefused."""
    if actor.org_unit is None:
        raise ValuesRefused({"org_unit": [_("The owner belongs to no unit.")]})
    product = Product(org_unit=actor.org_unit, owner=actor, **values)
    require(actor, Action.CREATE, Product.record_kind, product)
    return storing.add(product, actor=actor)


@transaction.atomic(durable=True)
def record_order(
    *,
    actor: User,
    customer_id: UUID | str,
    ordered_on: date,
    lines: Sequence[NewLine],
    values: Mapping[str, Any] | None = None,
) -> Order:
    """Record what a customer ordered; the order is kept with the customer's owner and unit.

    Raises RecordNotFound, NotPermitted, WrongState for a frozen or closed account, ValuesRefused.
    """
    customer = seen(Customer, actor, customer_id)
    order = Order(
        customer=customer,
        owner=customer.owner,
        org_unit=customer.org_unit,
        ordered_on=ordered_on,
        **(values or {}),
    )
    require(actor, Action.CREATE, Order.record_kind, order)
    if not customer.may_do_business:
        raise WrongState(_("The customer's account is frozen or closed."))
    if not lines:
        raise ValuesRefused({"lines": [_("An order needs at least one line.")]})
    built = [
        operations.line(
            order,
            position,
            product=line.product,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
        )
        for position, line in enumerate(lines, 1)
    ]
    operations.add_orders([(order, built)], actor=actor)
    return order


@transaction.atomic(durable=True)
def cancel_order(*, actor: User, order_id: UUID | str, reason: str) -> Order:
    """Cancel an order, so that it counts for nothing. Raises RecordNotFound, NotPermitted, WrongState when settled."""
    order = locked(Order, actor, order_id)
    require(actor, Action.CHANGE, Order.record_kind, order)
    if order.status in {OrderStatus.SETTLED, OrderStatus.CANCELLED}:
        raise WrongState(_("A settled or cancelled order cannot be cancelled."))
    storing.change(order, {"status": OrderStatus.CANCELLED}, actor=actor, act="cancelled", note=reason)
    return order


@transaction.atomic(durable=True)
def record_payment(*, actor: User, order_id: UUID | str, paid_on: date) -> Order:
    """Note that an order was paid in full on a day. Raises RecordNotFound, NotPermitted, WrongState."""
    order = locked(Order, actor, order_id)
    require(actor, Action.CHANGE, Order.record_kind, order)
    if order.status == OrderStatus.CANCELLED:
        raise WrongState(_("A cancelled order is not paid."))
    storing.change(order, {"paid_on": paid_on, "status": OrderStatus.SETTLED}, actor=actor, act="paid")
    return order
