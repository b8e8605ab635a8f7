"""Parts for a visit: taken from the branch's store, ordered, arrived, given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import User
from accounts.queries import branch_of
from config import clock
from crm_core import storing
from crm_core.dispatch.models import PartsRequest, PartsStatus, StockItem
from crm_core.service.models import WorkOrder

Items = list[dict[str, Any]]


def wanted(rows: Iterable[Any] | None) -> Items:
    """The rows of a form as {part, quantity}; rows without a part or a positive quantity are left out."""
    found = [(str(row.get("part") or "").strip(), _quantity(row)) for row in rows or () if isinstance(row, Mapping)]
    return [{"part": part, "quantity": str(quantity.normalize())} for part, quantity in found if part and quantity > 0]


def ask_for_parts(
    order: WorkOrder, items: Items, *, from_stock: bool, expected_on: date | None, key: str, actor: User | None
) -> PartsRequest:
    """Reserve the parts when all of them are in the branch's store, else order them; asking twice changes nothing.

    ``key`` names the step that asks. Without ``from_stock`` they are ordered even if the store has them.
    """
    assert connection.in_atomic_block
    known = PartsRequest.objects.filter(key=key).first()
    if known is not None:
        return known
    status = PartsStatus.RESERVED if from_stock and _take(order, items) else PartsStatus.ORDERED
    request = PartsRequest.objects.create(
        work_order=order, status=status, items=items, key=key, expected_on=expected_on, requested_at=clock.now()
    )
    storing.note_act(order, actor=actor, act=f"parts-{status}", note=_words(items))
    return request


def arrive(order: WorkOrder, *, actor: User | None) -> list[PartsRequest]:
    """Mark what was ordered for an order as arrived."""
    assert connection.in_atomic_block
    rows = list(order.parts_requests.select_for_update().filter(status__in=PartsRequest.WAITING))
    for row in rows:
        row.status, row.arrived_at = PartsStatus.ARRIVED, clock.now()
        row.save(update_fields=["status", "arrived_at"])
        storing.note_act(order, actor=actor, act="parts-arrived", note=_words(row.items))
    return rows


def give_back(order: WorkOrder, *, actor: User | None) -> int:
    """Cancel what an order still holds: what is here goes back to the store. Returns how many requests."""
    assert connection.in_atomic_block
    rows = list(order.parts_requests.select_for_update().filter(status__in=PartsRequest.HELD))
    for row in rows:
        if row.status != PartsStatus.ORDERED:
            for item in row.items:
                _stock(order).filter(code=item["part"]).update(on_hand=F("on_hand") + Decimal(item["quantity"]))
        row.status = PartsStatus.CANCELLED
        row.save(update_fields=["status"])
        storing.note_act(order, actor=actor, act="parts-given-back", note=_words(row.items))
    return len(rows)


def cost_of(order: WorkOrder) -> Decimal:
    """What the parts used cost by the store's prices; parts the store does not know cost nothing."""
    prices = dict(_stock(order).values_list("code", "price"))
    return sum((prices.get(item["part"], Decimal(0)) * _quantity(item) for item in order.parts), Decimal(0))


def _take(order: WorkOrder, items: Items) -> bool:
    codes = [item["part"] for item in items]
    rows = {row.code: row for row in _stock(order).select_for_update().filter(code__in=codes).order_by("pk")}
    left = {code: row.on_hand for code, row in rows.items()}
    for item in items:
        left[item["part"]] = left.get(item["part"], Decimal(0)) - _quantity(item)
    if not items or min(left.values()) < 0:
        return False
    for code, row in rows.items():
        row.on_hand = left[code]
        row.save(update_fields=["on_hand"])
    return True


def _stock(order: WorkOrder) -> Any:
    return StockItem.objects.filter(org_unit=branch_of(order.org_unit) or order.org_unit)


def _quantity(row: Mapping[str, Any]) -> Decimal:
    try:
        found = Decimal(str(row.get("quantity") or 0))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def _words(items: Items) -> str:
    return ", ".join(f"{item['part']} x {item['quantity']}" for item in items)
