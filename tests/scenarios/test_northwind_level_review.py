"""Northwind's customers, orders and employees: imported, then reviewed as of the last day of their data, twice."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import OrgUnit, User
from config.clock import DrivenClock, use_clock
from crm_core.customers.models import Contact, Customer
from crm_core.levels import review
from crm_core.levels.models import CustomerLevel, LevelChange
from crm_core.levels.recommendation import live_table
from crm_core.sales.models import Consumption, Order, OrderLine, Product
from tests.crm import deploy
from tests.factories import UnitFactory, UserFactory
from tests.support import running
from workflows.models import ProcessInstance

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "northwind"
MAPS = Path(__file__).resolve().parent / "northwind"
AS_OF = date(1998, 5, 6)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the folder {DATA} with Northwind's files is absent"),
]

# The six rules once more, in SQL on the files' own floating-point numbers, without any of our code.
RECOMMENDED = """
WITH totals AS (
    SELECT c.customer_id,
           coalesce(sum(d.unit_price * d.quantity * (1 - d.discount)), 0) AS spent,
           count(DISTINCT o.order_id) AS orders
    FROM nw_customers c
    LEFT JOIN nw_orders o ON o.customer_id = c.customer_id
         AND o.order_date::date > DATE '1998-05-06' - INTERVAL '12 months' AND o.order_date::date <= DATE '1998-05-06'
    LEFT JOIN nw_details d ON d.order_id = o.order_id
    GROUP BY c.customer_id
)
SELECT customer_id,
       CASE WHEN spent >= 500000 * %(scale)s AND orders >= 12 THEN 'platinum'
            WHEN spent >= 500000 * %(scale)s THEN 'gold'
            WHEN spent >= 100000 * %(scale)s AND orders >= 6 THEN 'gold'
            WHEN spent >= 20000 * %(scale)s AND orders >= 2 THEN 'silver'
            ELSE 'standard' END
FROM totals
"""


@pytest.fixture
def northwind(clock: Any) -> None:
    """The company's branch with everything imported by the command, and somebody in finance, whom the files lack."""
    headquarters = UnitFactory(code="HQ")
    branch = UnitFactory(code="NW", parent=headquarters, kind="city_branch", function="management")
    sales = UnitFactory(code="NW-SALES", parent=branch)
    UserFactory(username="nw.finance", org_unit=sales, roles=("finance",))
    deploy("customer-level-change", "level-review")
    for kind in ("employees", "customers", "contacts", "products", "orders"):
        file = {"contacts": "customers"}.get(kind, kind)
        call_command("import_csv", kind, DATA / f"{file}.csv", "--map", MAPS / f"{kind}.toml", verbosity=0)


def levels_by_sql(scale: Decimal) -> dict[str, str]:
    """What each customer should be, by plain SQL over the files."""
    with connection.cursor() as cursor:
        _load(cursor, "nw_customers", "customers.csv", ["customer_id text"])
        _load(cursor, "nw_orders", "orders.csv", ["order_id text", "customer_id text", "order_date text"])
        columns = ["order_id text", "unit_price float8", "quantity float8", "discount float8"]
        _load(cursor, "nw_details", "order_details.csv", columns)
        cursor.execute(RECOMMENDED, {"scale": scale})
        return dict(cursor.fetchall())


def _load(cursor: Any, table: str, file: str, columns: list[str]) -> None:
    names = [column.split()[0] for column in columns]
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        rows = [[row[name] for name in names] for row in csv.DictReader(handle)]
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({', '.join(columns)}) ON COMMIT DROP")
    places = ", ".join(["%s"] * len(names))
    cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def test_northwind_is_imported_whole(northwind):
    assert (Customer.objects.count(), Contact.objects.count()) == (91, 91)
    assert (Product.objects.count(), Order.objects.count(), OrderLine.objects.count()) == (77, 830, 2155)
    assert Consumption.objects.count() == 2155
    assert not Order.objects.exclude(payment_due_on=None, paid_on=None).exists()
    line = OrderLine.objects.get(order__import_key="10248", product__import_key="42")
    assert (line.unit_price, line.amount) == (Decimal("9.80"), Decimal("98.00"))
    boss = User.objects.get(staff_no="2")
    assert (boss.username, boss.position, boss.manager) == ("andrew.fuller", "director", None)
    assert User.objects.get(staff_no="9").manager == User.objects.get(staff_no="5")
    assert set(Customer.objects.values_list("level_id", flat=True)) == {"standard"}


@pytest.mark.parametrize(
    ("divisor", "expected"),
    [
        (1, {"standard": 82, "silver": 9}),
        (10, {"standard": 21, "silver": 44, "gold": 23, "platinum": 3}),
    ],
)
def test_northwind_recommendations_equal_plain_sql(northwind, divisor, expected):
    for level in CustomerLevel.objects.exclude(min_amount=None):
        level.min_amount = level.min_amount / divisor
        level.save(update_fields=["min_amount"])
    customers = list(review.customers_of_branch(OrgUnit.objects.get(code="NW")))
    found = review.recommendations(customers, AS_OF, live_table())
    ours = {customer.import_key: found[customer.pk].level for customer in customers}
    assert ours == levels_by_sql(Decimal(1) / divisor)
    assert Counter(ours.values()) == expected


def test_northwind_review_asks_for_seventy_changes(northwind):
    for level in CustomerLevel.objects.exclude(min_amount=None):
        level.min_amount = level.min_amount / 10
        level.save(update_fields=["min_amount"])
    with use_clock(DrivenClock(datetime(1998, 5, 6, 9, 0, tzinfo=UTC))):
        call_command("start_level_review", "--as-of", "1998-05-06", "--branch", "NW", verbosity=0)
        running.settle()
    changes = LevelChange.objects.select_related("customer")
    assert Counter(change.to_level_id for change in changes) == {"silver": 44, "gold": 23, "platinum": 3}
    expected = {key: level for key, level in levels_by_sql(Decimal("0.1")).items() if level != "standard"}
    assert {change.customer.import_key: change.to_level_id for change in changes} == expected
    assert {change.recommended_level_id == change.to_level_id for change in changes} == {True}
    waiting = ProcessInstance.objects.filter(process_key="customer-level-change", status="running")
    assert waiting.count() == 70
    assert {tuple(running.waiting_at(instance)) for instance in waiting} == {("approve",)}
    roles = Counter(len(running.variables(instance)["route"]["roles"]) for instance in waiting)
    assert roles == {1: 44, 2: 23, 3: 3}  # silver: manager; gold: two ranks up; platinum: finance too
