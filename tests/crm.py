"""CRM rows for tests: customers of the cast, their orders, and the level processes deployed from the repository."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from bpmn.commands import store_versions
from crm_core import storing
from crm_core.customers import operations as customers
from crm_core.customers.models import Contact, Customer, CustomerKind
from crm_core.levels.models import LevelCode
from crm_core.sales import operations as sales
from crm_core.sales.models import Order, Product

PROCESSES = Path(__file__).resolve().parent.parent / "bpmn" / "processes"


@transaction.atomic
def customer(owner: User, name: str = "Lanting Hotels", **fields: Any) -> Customer:
    """A customer kept by ``owner`` in their unit."""
    fields.setdefault("kind", CustomerKind.ORGANISATION)
    level = fields.pop("level", LevelCode.STANDARD)
    row = Customer(name=name, owner=owner, org_unit=owner.org_unit, level_id=level, **fields)
    customers.add_customers([row], actor=owner)
    return Customer.objects.select_related("level", "owner", "org_unit").get(pk=row.pk)


@transaction.atomic
def contact(of: Customer, name: str = "Tang Mei", **fields: Any) -> Contact:
    """A contact of a customer."""
    row = storing.add(Contact(customer=of, name=name, **fields), actor=of.owner)
    customers.refresh_search(of)
    return row


@transaction.atomic
def product(owner: User, name: str = "Chiller inspection", **fields: Any) -> Product:
    """Something to sell."""
    return storing.add(Product(name=name, owner=owner, org_unit=owner.org_unit, **fields), actor=owner)


@transaction.atomic
def order(of: Customer, day: date, amount: str = "1000.00", **fields: Any) -> Order:
    """An order of one line with this amount."""
    row = Order(customer=of, owner=of.owner, org_unit=of.org_unit, ordered_on=day, **fields)
    item = Product.objects.filter(name="Chiller inspection").first() or product(of.owner)
    line = sales.line(row, 1, product=item, quantity=Decimal(1), unit_price=Decimal(amount), discount=Decimal(0))
    sales.add_orders([(row, [line])], actor=of.owner)
    return row


def orders(of: Customer, count: int, total: str, last: date) -> list[Order]:
    """``count`` orders up to a day that add up to ``total``."""
    each = (Decimal(total) / count).quantize(Decimal("0.01"))
    rest = Decimal(total) - each * (count - 1)
    return [order(of, last, str(rest if number == 0 else each)) for number in range(count)]


def deploy(*keys: str) -> None:
    """Make the repository's processes live."""
    for key in keys:
        files = {path.name: path.read_bytes() for path in (PROCESSES / key).iterdir()}
        store_versions(actor=None, files=files)
