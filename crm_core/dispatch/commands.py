"""What people do about work orders: open one, record the customer's word, parts, cancel, free a technician."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Action, User
from config import clock
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.dispatch import parts, queries
from crm_core.dispatch.operations import PROCESS_KEY
from crm_core.exceptions import NotPermitted, ValuesRefused, WrongState
from crm_core.permissions import locked, require, require_writable, seen
from crm_core.service.models import ServiceRequest, WorkOrder, WorkOrderOrigin
from workflows.operations import request_message, start_instance

CREATE_FIELDS = frozenset(
    ["description", "product", "skill", "site", "area", "safety", "essential", "misuse", "landlord_part",
     "warranty_until", "contract_visits_left", "concession_percent", "window_from", "window_to"]
)  # fmt: skip
DANGERS = frozenset({"", "gas", "water_leak", "no_power", "lock_out"})


@transaction.atomic(durable=True)
def create_work_order(
    *,
    actor: User,
    customer_id: UUID | str,
    subject: str,
    origin: str = WorkOrderOrigin.FAULT,
    request_id: UUID | str | None = None,
    values: Mapping[str, Any] | None = None,
) -> WorkOrder:
    """Open a work order for a fault, a planned service or a booking and start its process.

    A booking names its window; the others may. ``values``: see CREATE_FIELDS. Raises RecordNotFound, NotPermitted,
    ValuesRefused, WrongState for a request that is closed.
    """
    given = dict(values or {})
    require_writable(actor, WorkOrder.record_kind, given, CREATE_FIELDS)
    customer = seen(Customer, actor, customer_id)
    request = _open_request(actor, request_id, customer) if request_id else None
    _check_opening(origin, given)
    order = WorkOrder(
        customer=customer,
        request=request,
        origin=origin,
        subject=subject.strip(),
        owner=actor,
        org_unit=request.org_unit if request else customer.org_unit,
        window_booked=bool(given.get("window_from")),
        **given,
    )
    require(actor, Action.CREATE, WorkOrder.record_kind, order)
    storing.add(order, actor=actor, act="opened")
    variables = {"request_id": str(request.pk) if request else None, "origin": order.origin}
    start_instance(actor=actor, process_key=PROCESS_KEY, variables=variables, record=order)
    order.refresh_from_db()
    return order


@transaction.atomic(durable=True)
def accept_quote(*, actor: User, order_id: UUID | str) -> WorkOrder:
    """Record that the customer agrees to pay. Raises RecordNotFound, NotPermitted, WrongState without an open quote."""
    order = _ready(actor, order_id, "accept_quote")
    return _send(order, "accept_quote", actor)


@transaction.atomic(durable=True)
def refuse_quote(*, actor: User, order_id: UUID | str, reason: str = "") -> WorkOrder:
    """Record that the customer does not want to pay: the order ends. Raises like accept_quote."""
    order = _ready(actor, order_id, "refuse_quote")
    return _send(order, "refuse_quote", actor, note=reason.strip(), quote_reason=reason.strip())


@transaction.atomic(durable=True)
def change_booking(*, actor: User, order_id: UUID | str, window_from: datetime, window_to: datetime) -> WorkOrder:
    """Record that the customer wants another window: the visit is planned again.

    Raises RecordNotFound, NotPermitted, ValuesRefused for a window that is over or upside down, WrongState when no
    visit is being planned or under way.
    """
    order = _ready(actor, order_id, "change_booking")
    _check_window(window_from, window_to)
    moments = {"window_from": window_from.isoformat(), "window_to": window_to.isoformat()}
    return _send(order, "change_booking", actor, **moments)


@transaction.atomic(durable=True)
def parts_arrived(*, actor: User, order_id: UUID | str) -> WorkOrder:
    """Record that what was ordered is here: the technician comes again. Store and dispatchers may.

    Raises RecordNotFound, NotPermitted, WrongState when nothing is waited for.
    """
    order = _ready(actor, order_id, "parts_arrived")
    if not parts.arrive(order, actor=actor):
        raise WrongState(_("No parts are on order."))
    return _send(order, "parts_arrived", actor)


@transaction.atomic(durable=True)
def cancel_work_order(*, actor: User, order_id: UUID | str, reason: str) -> WorkOrder:
    """Cancel the visit: slot and parts are freed soon after commit.

    Raises RecordNotFound, NotPermitted, ValuesRefused without a reason, WrongState before planning and after the visit.
    """
    order = _ready(actor, order_id, "cancel_work_order")
    why = _reason(reason)
    return _send(order, "cancel_work_order", actor, note=why, cancel_reason=why)


@transaction.atomic(durable=True)
def technician_unavailable(*, actor: User, order_id: UUID | str, reason: str) -> WorkOrder:
    """Record that the technician cannot come after all: somebody else is asked. The technician and the desk may.

    Raises RecordNotFound, NotPermitted, ValuesRefused without a reason, WrongState when nobody has been asked.
    """
    order = _ready(actor, order_id, "technician_unavailable")
    if order.technician is None:
        raise WrongState(_("Nobody has been asked to come."))
    why = _reason(reason)
    return _send(order, "technician_unavailable", actor, note=why, unavailable_reason=why)


def _ready(actor: User, order_id: UUID | str, act: str) -> WorkOrder:
    order = locked(WorkOrder, actor, order_id)
    require(actor, Action.CHANGE, WorkOrder.record_kind, order)
    if not queries.is_for(actor, act, order):
        raise NotPermitted
    if queries.MESSAGES[act] not in queries.awaited(order):
        raise WrongState(_("The work order is not waiting for this now."))
    return order


def _send(order: WorkOrder, act: str, actor: User, *, note: str = "", **variables: str) -> WorkOrder:
    """Every version of the order sends each message once: a second press of the button changes nothing."""
    name = queries.MESSAGES[act]
    request_message(name, order.number, variables, message_id=f"{name} {order.version}", actor=actor)
    storing.note_act(order, actor=actor, act=name, note=note)
    return order


def _open_request(actor: User, request_id: UUID | str, customer: Customer) -> ServiceRequest:
    request = locked(ServiceRequest, actor, request_id)
    if request.customer_id != customer.pk:
        raise ValuesRefused({"request_id": [_("This request is another customer’s.")]})
    if not request.is_open:
        raise WrongState(_("This request is closed."))
    return request


def _check_opening(origin: str, given: Mapping[str, Any]) -> None:
    if origin not in WorkOrderOrigin.values or origin == WorkOrderOrigin.COMPLAINT:
        raise ValuesRefused({"origin": [_("A work order is opened for a fault, a planned service or a booking.")]})
    if given.get("safety", "") not in DANGERS:
        raise ValuesRefused({"safety": [_("There is no such danger.")]})
    begin, end = given.get("window_from"), given.get("window_to")
    if begin or end:
        _check_window(begin, end)
    elif origin == WorkOrderOrigin.BOOKED:
        raise ValuesRefused({"window_from": [_("A booking needs a window.")]})


def _check_window(begin: datetime | None, end: datetime | None) -> None:
    if begin is None or end is None or not clock.now() < end or not begin < end:
        raise ValuesRefused({"window_to": [_("The window must lie ahead and end after it begins.")]})


def _reason(text: str) -> str:
    if not text.strip():
        raise ValuesRefused({"reason": [_("A reason is needed.")]})
    return text.strip()
