"""The demo company's customers and two years of their orders, written as files and taken in by the product's import."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from config.demo.names import Names
from crm_core.imports import commands as imports
from crm_core.imports.mapping import read_map

CUSTOMERS = 2_000
OWNERS = ("li.wei", "wang.fang", "chen.jie", "emma.clark", "james.miller")
SHARES = (5, 5, 1, 6, 1)
IN_SHANGHAI = frozenset({"emma.clark", "james.miller"})
SOURCES = {True: ("Referral", "Trade fair", "Website", "Call"), False: ("转介绍", "展会", "官网", "电话")}
PRODUCTS = (
    ("P01", "Service contract, basic", "基础服务合同", 3_200),
    ("P02", "Service contract, full", "全面服务合同", 9_800),
    ("P03", "Chiller inspection", "冷水机组巡检", 1_450),
    ("P04", "Filter set", "滤芯套装", 380),
    ("P05", "Air handling unit", "空气处理机组", 26_500),
    ("P06", "Control panel", "控制面板", 7_600),
    ("P07", "Emergency visit", "紧急上门", 980),
    ("P08", "Training day", "培训日", 2_400),
    ("P09", "Pump", "水泵", 4_150),
    ("P10", "Sensor pack", "传感器套件", 640),
    ("P11", "Cleaning, yearly", "年度清洗", 5_300),
    ("P12", "Spare parts kit", "备件箱", 1_150),
)


CHEAPEST = min(PRODUCTS, key=lambda product: product[3])


@dataclass(frozen=True, slots=True)
class Tier:
    """How customers of a level buy: net amount in twelve months, and orders in twelve months."""

    level: str
    share: int
    amount: tuple[int, int]
    orders: tuple[int, int]


TIERS = (
    Tier("standard", 72, (600, 14_000), (1, 4)),
    Tier("silver", 19, (26_000, 80_000), (3, 7)),
    Tier("gold", 7, (120_000, 380_000), (7, 12)),
    Tier("platinum", 2, (580_000, 1_300_000), (13, 18)),
)
UNDERRATED, OVERRATED = 14, 60
"""Every so-manieth customer has a lower level than they deserve, or a higher one."""
DAYS_TO_PAY = 28
DISCOUNTS = (0, 0, 0, 0.05, 0.1)


def take_in(today: date, count: int, seed: int, say: Callable[[str], None]) -> dict[str, str]:
    """Import products, ``count`` customers and their orders of the 24 months before ``today``.

    The same data for the same day, count and seed. Returns the level each customer's purchases deserve, by key.
    """
    chance = random.Random(seed)  # noqa: S311 - a demo, the same every time
    customers = list(_customers(chance, count))
    with TemporaryDirectory() as folder:
        home = Path(folder)
        _write(home / "products.csv", _products())
        _write(home / "customers.csv", (row for row, _tier in customers))
        _write(home / "orders.csv", (line for row, tier in customers for line in _orders(chance, row, tier, today)))
        for kind, title in (("products", "products"), ("customers", "customers"), ("orders", "order lines")):
            prepared = imports.prepare_import(kind, home / f"{kind}.csv", read_map(kind, MAPS[kind]))
            imports.import_prepared(actor=None, prepared=prepared)
            say(f"{prepared.lines or prepared.rows} {title}")
    return {row["key"]: tier.level for row, tier in customers}


def _products() -> Iterator[dict[str, Any]]:
    for key, name, name_zh, price in PRODUCTS:
        yield {"key": key, "name": f"{name_zh} {name}", "price": price, "unit": "HQ"}


def _customers(chance: random.Random, count: int) -> Iterator[tuple[dict[str, Any], Tier]]:
    names = Names(chance)
    for number in range(1, count + 1):
        tier = chance.choices(TIERS, [tier.share for tier in TIERS])[0]
        owner = chance.choices(OWNERS, SHARES)[0]
        branch = "SH" if owner in IN_SHANGHAI else "HZ"
        is_person = number % 9 == 0
        called = names.person(branch) if is_person else names.company(branch)
        row = {
            "key": f"K{number:04d}",
            "name": called.name,
            "legal_name": called.legal_name,
            "kind": "individual" if is_person else "organisation",
            "level": _level(tier, number),
            "owner": owner,
            "unit": f"{branch}-SALES",
            "area": called.area,
            "address": called.address,
            "industry": called.industry,
            "mobile": f"13{chance.randrange(10**8, 10**9)}",
            "email": f"k{number:04d}@customers.example",
            "source": chance.choice(SOURCES[called.name.isascii()]),
            "language": "en" if called.name.isascii() else "zh-hans",
            "stage": "customer",
        }
        yield row, tier


def _level(tier: Tier, number: int) -> str:
    if number % UNDERRATED == 0:
        return TIERS[0].level
    if number % OVERRATED == 1:
        return TIERS[min(TIERS.index(tier) + 1, len(TIERS) - 1)].level
    return tier.level


def _orders(chance: random.Random, customer: dict[str, Any], tier: Tier, today: date) -> Iterator[dict[str, Any]]:
    """Order lines of two years at list prices; each year's lines add up to about the year's amount."""
    for year in (0, 1):
        count = chance.randint(*tier.orders)
        left = chance.randint(*tier.amount) * (1 if year == 0 else chance.uniform(0.6, 1.1))
        for index, days_ago in enumerate(sorted(chance.sample(range(3, 360), count))):
            share = left / (count - index)
            product = chance.choice([entry for entry in PRODUCTS if entry[3] <= share] or [CHEAPEST])
            discount = chance.choice(DISCOUNTS)
            quantity = max(1, round(share / (product[3] * (1 - discount))))
            left -= quantity * product[3] * (1 - discount)
            ordered = today - timedelta(days=days_ago + 365 * year)
            is_paid = year == 1 or days_ago > DAYS_TO_PAY or chance.random() < 0.4
            paid_on = ordered + timedelta(days=chance.randint(1, min(days_ago, DAYS_TO_PAY)))
            yield {
                "key": f"{customer['key']}-{year}{index:02d}",
                "customer": customer["key"],
                "ordered_on": ordered.isoformat(),
                "status": "settled" if is_paid else chance.choice(("confirmed", "delivered")),
                "paid_on": paid_on.isoformat() if is_paid else "",
                "product": product[0],
                "quantity": quantity,
                "unit_price": product[3],
                "discount": discount,
            }


def _write(path: Path, rows: Any) -> None:
    lines = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


MAPS = {
    "products": """
        [columns]
        key = "key"
        name = "name"
        list_price = "price"
        unit = "unit"
    """,
    "customers": """
        [columns]
        key = "key"
        name = "name"
        legal_name = "legal_name"
        kind = "kind"
        level = "level"
        owner = "owner"
        unit = "unit"
        area = "area"
        address = "address"
        language = "language"
        industry = "industry"
        mobile = "mobile"
        email = "email"
        source = "source"
        lifecycle_stage = "stage"
    """,
    "orders": """
        [columns]
        key = "key"
        customer = "customer"
        ordered_on = "ordered_on"
        paid_on = "paid_on"
        status = "status"
        [lines.columns]
        order = "key"
        product = "product"
        quantity = "quantity"
        unit_price = "unit_price"
        discount = "discount"
    """,
}
