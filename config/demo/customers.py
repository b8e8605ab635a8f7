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

from crm_core.imports import commands as imports
from crm_core.imports.mapping import read_map

CUSTOMERS = 2_000
MONTHS = 24
OWNERS = ("li.wei", "wang.fang", "chen.jie", "emma.clark", "james.miller")
SHARES = (5, 5, 1, 6, 1)

CITIES = {"HZ": ("杭州", "宁波", "绍兴", "嘉兴", "湖州"), "SH": ("上海", "苏州", "昆山", "Shanghai", "Suzhou")}
FIRST = "兰清恒远华锦北明德瑞安泰和盛嘉佳康宏达联创新天海江山云雅博汇通金银玉星辰晨曦"
SECOND = "亭禾泰山信江辰德诚源昌隆丰茂达利友邦铭越凯悦程宇宸轩成业兴顺洋航立舟岚川"
TRADES = (
    ("酒店", "Hotels"),
    ("口腔", "Dental"),
    ("食品", "Foods"),
    ("纺织", "Textiles"),
    ("物流", "Logistics"),
    ("智能", "Robotics"),
    ("机电", "Electric"),
    ("学校", "School"),
    ("文具", "Stationery"),
    ("茶业", "Tea"),
    ("建材", "Building"),
    ("医药", "Pharma"),
)
LATIN = (
    *("Northgate", "Bluewater", "Harbour", "Silverline", "Oakfield", "Riverside", "Summit", "Lakeview", "Greenhill"),
    *("Eastwind", "Brightway", "Stonebridge", "Clearview", "Ironwood", "Maplewood", "Redcliff", "Westport", "Fairmont"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静磊强洋艳勇军杰娟涛明超秀霞平刚桂英"
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


@dataclass(frozen=True, slots=True)
class Tier:
    """How customers of a level buy: net amount in twelve months, and orders in twelve months."""

    level: str
    share: int
    amount: tuple[int, int]
    orders: tuple[int, int]


TIERS = (
    Tier("standard", 72, (600, 17_000), (1, 4)),
    Tier("silver", 19, (24_000, 88_000), (3, 7)),
    Tier("gold", 7, (110_000, 420_000), (7, 12)),
    Tier("platinum", 2, (520_000, 1_400_000), (12, 18)),
)
MISGRADED_EVERY = 8


def take_in(today: date, say: Callable[[str], None]) -> None:
    """Import products, customers and orders of the 24 months before ``today``; the same data for the same day."""
    chance = random.Random(20_260_105)  # noqa: S311 - a demo, the same every time
    customers = list(_customers(chance))
    with TemporaryDirectory() as folder:
        home = Path(folder)
        _write(home / "products.csv", _products())
        _write(home / "customers.csv", (row for row, _tier in customers))
        orders = [order for row, tier in customers for order in _orders(chance, row, tier, today)]
        _write(home / "orders.csv", orders)
        for kind, title in (("products", "products"), ("customers", "customers"), ("orders", "order lines")):
            prepared = imports.prepare_import(kind, home / f"{kind}.csv", read_map(kind, MAPS[kind]))
            imports.import_prepared(actor=None, prepared=prepared)
            say(f"{prepared.lines or prepared.rows} {title}")


def _products() -> Iterator[dict[str, Any]]:
    for key, name, name_zh, price in PRODUCTS:
        yield {"key": key, "name": f"{name} {name_zh}", "price": price, "unit": "HQ"}


def _customers(chance: random.Random) -> Iterator[tuple[dict[str, Any], Tier]]:
    for number in range(1, CUSTOMERS + 1):
        tier = chance.choices(TIERS, [tier.share for tier in TIERS])[0]
        owner = chance.choices(OWNERS, SHARES)[0]
        branch = "SH" if owner in {"emma.clark", "james.miller"} else "HZ"
        level = tier.level if number % MISGRADED_EVERY else "standard"
        city = chance.choice(CITIES[branch])
        person = number % 9 == 0
        trade_zh, trade = chance.choice(TRADES)
        if person:
            name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
        elif branch == "SH" and chance.random() < 0.6:
            name = f"{chance.choice(LATIN)} {trade} {number}"
        else:
            place = "上海" if city.isascii() else city
            name = f"{place}{chance.choice(FIRST)}{chance.choice(SECOND)}{trade_zh}{number}"
        yield (
            {
                "key": f"K{number:04d}",
                "name": name,
                "kind": "individual" if person else "organisation",
                "level": level,
                "owner": owner,
                "unit": f"{branch}-SALES",
                "area": city,
                "industry": "" if person else trade,
                "mobile": f"13{chance.randrange(10**8, 10**9)}",
                "email": f"k{number:04d}@customers.example",
                "source": chance.choice(("referral", "fair", "website", "call")),
                "stage": "customer",
            },
            tier,
        )


def _orders(chance: random.Random, customer: dict[str, Any], tier: Tier, today: date) -> Iterator[dict[str, Any]]:
    """Order lines of two years; each year's lines add up to the year's amount."""
    for year in (0, 1):
        count = chance.randint(*tier.orders)
        total = chance.randint(*tier.amount) * (1 if year == 0 else chance.uniform(0.6, 1.1))
        days = sorted(chance.sample(range(3, 360), count))
        for index, days_ago in enumerate(days):
            ordered = today - timedelta(days=days_ago + 365 * year)
            product = chance.choice(PRODUCTS)
            quantity = chance.randint(1, 5)
            yield {
                "key": f"{customer['key']}-{year}{index:02d}",
                "customer": customer["key"],
                "ordered_on": ordered.isoformat(),
                "product": product[0],
                "quantity": quantity,
                "unit_price": f"{total / count / quantity:.2f}",
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
        kind = "kind"
        level = "level"
        owner = "owner"
        unit = "unit"
        area = "area"
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
        [constants]
        status = "settled"
        [lines.columns]
        order = "key"
        product = "product"
        quantity = "quantity"
        unit_price = "unit_price"
    """,
}
