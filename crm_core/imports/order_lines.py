"""Orders arrive with their lines, from a second file or as one row per line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from crm_core.imports import cells
from crm_core.imports.rows import CheckedRow, Checker, Field
from crm_core.imports.targets import Pairs
from crm_core.sales import operations
from crm_core.sales.models import Order, OrderLine

LINE_FIELDS: Mapping[str, Field] = {
    "order": Field(cells.text(80), required=True),
    "product": Field(cells.text(80), required=True, refers_to="product"),
    "quantity": Field(cells.quantity, required=True),
    "unit_price": Field(cells.money, required=True),
    "discount": Field(cells.share),
}
MAX_LINES = 1_000


def attach_lines(
    orders: Pairs, rows: list[CheckedRow], headers: Checker, lines: Checker
) -> list[tuple[Order, list[OrderLine]]]:
    """Each order with its lines in the order of the file; notes lines of unknown orders and orders without lines."""
    by_key: dict[str, list[CheckedRow]] = {}
    known = {order.import_key for _row, order in orders}
    for row in rows:
        key = row.values.get("order")
        if key is not None and key not in known:
            lines.note(row, "order", "There is no order of this id in the file.", key)
        by_key.setdefault(key or "", []).append(row)
    attached = []
    for row, order in orders:
        own = by_key.get(order.import_key, [])
        if not own or len(own) > MAX_LINES:
            headers.note(row, "key", f"An order has 1 to {MAX_LINES} lines; this one has {len(own)}.")
        attached.append(
            (order, [_line(order, place, line.values) for place, line in enumerate(own, 1) if _whole(line)])
        )
    return attached


def store_orders(orders: list[tuple[Order, list[OrderLine]]], actor: User | None) -> None:
    """Save orders and lines in the caller's transaction."""
    operations.add_orders(orders, actor=actor, check=False, act="imported")


def _whole(row: CheckedRow) -> bool:
    return {"product", "quantity", "unit_price"} <= row.values.keys()


def _line(order: Order, place: int, values: Mapping[str, Any]) -> OrderLine:
    return operations.line(
        order,
        place,
        product=values["product"],
        quantity=values["quantity"],
        unit_price=values["unit_price"],
        discount=values.get("discount", cells.number("0")),
    )
