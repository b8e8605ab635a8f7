"""Reading work orders: lists, one order with its parts, what a person may do now, what visits were charged."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from accounts.models import Action, User
from accounts.queries import branch_of, group_keys, members_of
from accounts.scopes import may
from crm_core.customers.models import Customer
from crm_core.dispatch.candidates import ROLE
from crm_core.dispatch.models import PartsRequest, StockItem
from crm_core.permissions import seen
from crm_core.service.models import WorkOrder
from workflows.models import Subscription

DESK = frozenset(
    {"service-agent", "service", "senior-service", "service-manager", "customer-office", "dispatcher", "admin"}
)
STORE = frozenset({"parts", "dispatcher", "service-manager"})
MESSAGES = {
    "accept_quote": "quote.accepted",
    "refuse_quote": "quote.refused",
    "change_booking": "booking.changed",
    "parts_arrived": "parts.arrived",
    "cancel_work_order": "work_order.cancelled",
    "technician_unavailable": "technician.unavailable",
}


def work_order(user: User, order_id: UUID | str) -> WorkOrder:
    """One work order the person may see; raises RecordNotFound."""
    return seen(WorkOrder, user, order_id)


def work_orders(
    user: User, *, status: str = "", technician: User | None = None, customer_id: UUID | str | None = None
) -> QuerySet[WorkOrder]:
    """The work orders a person sees, newest first, with customer, technician and request loaded."""
    rows: QuerySet[WorkOrder] = WorkOrder.objects.visible_to(user)
    if status:
        rows = rows.filter(status=status)
    if technician is not None:
        rows = rows.filter(technician=technician)
    if customer_id:
        rows = rows.filter(customer_id=customer_id)
    return rows.select_related("customer", "technician", "request", "owner", "org_unit").order_by(
        "-created_at", "-number"
    )


def parts_requests(user: User, order_id: UUID | str) -> QuerySet[PartsRequest]:
    """What an order asked the store for, oldest first; raises RecordNotFound."""
    return work_order(user, order_id).parts_requests.order_by("requested_at", "pk")


def stock(order: WorkOrder) -> QuerySet[StockItem]:
    """The store of the order's branch."""
    return StockItem.objects.filter(org_unit=branch_of(order.org_unit) or order.org_unit)


def awaited(order: WorkOrder) -> frozenset[str]:
    """The messages the order's process waits for now."""
    rows = Subscription.objects.filter(correlation_key=order.number, name__in=MESSAGES.values(), signal=False)
    return frozenset(rows.values_list("name", flat=True))


def acts_open_to(user: User, order: WorkOrder) -> frozenset[str]:
    """Names of the commands the person may give about the order now; the page shows a button for each."""
    if not may(user, Action.CHANGE, WorkOrder.record_kind, order):
        return frozenset()
    waiting = awaited(order)
    return frozenset(act for act, name in MESSAGES.items() if name in waiting and is_for(user, act, order))


def is_for(user: User, act: str, order: WorkOrder) -> bool:
    """Whether such a person gives this command: the desk, for parts the store, about themselves the technician."""
    keys = group_keys(user)
    if user.is_superuser:
        return True
    if act == "parts_arrived":
        return bool(keys & STORE)
    if act == "technician_unavailable" and order.technician_id == user.pk:
        return True
    return bool(keys & DESK)


def skills_on_offer() -> list[str]:
    """What technicians can do, by name; a work order asks for one of these."""
    lists = members_of(ROLE).values_list("skills", flat=True)
    return sorted({skill for skills in lists for skill in skills})


def charges_of(user: User, customer_id: UUID | str) -> Decimal:
    """What a customer was charged for visits in all; raises RecordNotFound."""
    customer = seen(Customer, user, customer_id)
    return WorkOrder.objects.filter(customer=customer).aggregate(sum=Sum("charged"))["sum"] or Decimal(0)
