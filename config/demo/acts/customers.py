"""Customers of the demo company: they ask, complain, buy, answer and change their minds; who takes it in records it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from config import clock
from config.demo.acts.deeds import Deed, about, any_of, holder
from config.demo.cases import COMPLAINTS, FAULTS, INQUIRIES, NOTES, Case
from config.demo.words import PHRASES
from config.demo.working import language_of
from crm_core.customers.models import Customer
from crm_core.days import today_at
from crm_core.dispatch import commands as dispatch
from crm_core.dispatch import queries as visits
from crm_core.interactions import commands as interactions
from crm_core.levels import commands as levels
from crm_core.levels.models import LevelChange
from crm_core.levels.queries import possible_acts
from crm_core.sales import commands as sales
from crm_core.sales.commands import NewLine
from crm_core.sales.models import Order, OrderStatus, Product
from crm_core.service import commands as service
from crm_core.service.models import RequestKind, ServiceRequest, WorkOrder

CHANNELS = ("phone", "phone", "wechat", "email", "web", "counter")
DESK = ("service-agent",)
SELLERS = ("sales", "sales", "sales-manager")
CONTENT = 0.75
"""How often a customer takes a reply or a quote."""


def complain(chance: random.Random) -> Deed | None:
    """A customer complains; somebody at the desk takes it in."""
    return _ask(chance, COMPLAINTS, RequestKind.COMPLAINT)


def inquire(chance: random.Random) -> Deed | None:
    """A customer asks something."""
    return _ask(chance, INQUIRIES, RequestKind.INQUIRY)


def report_fault(chance: random.Random) -> Deed | None:
    """Something broke; the desk opens a work order."""
    actor, customer = _met(chance, *DESK)
    if actor is None or customer is None:
        return None
    case = _case(chance, FAULTS, actor, customer)
    values: dict[str, Any] = {"skill": case.skill, "description": case.words, "site": customer.address}
    if chance.random() < 0.5:
        values["warranty_until"] = today_at(customer.org_unit) + timedelta(days=200)
    order = dispatch.create_work_order(actor=actor, customer_id=customer.pk, subject=case.subject, values=values)
    return Deed(actor, "opened a work order", about(order))


def answer_reply(chance: random.Random) -> Deed | None:
    """A customer says whether a complaint's reply is good enough."""
    actor = holder(chance, "service-agent", "service")
    if actor is None:
        return None
    waiting = _open_complaints(actor).filter(replied_at__isnull=False, customer_satisfied=None)
    request = any_of(chance, waiting)
    if request is None:
        return None
    content = chance.random() < CONTENT
    service.record_customer_answer(
        actor=actor, request_id=request.pk, satisfied=content, score=chance.randint(4, 5) if content else 2
    )
    return Deed(actor, f"recorded that the customer {'accepts' if content else 'does not accept'} the reply",
                about(request))  # fmt: skip


def withdraw_complaint(chance: random.Random) -> Deed | None:
    """A customer takes a complaint back."""
    actor = holder(chance, *DESK)
    request = any_of(chance, _open_complaints(actor)) if actor else None
    if actor is None or request is None:
        return None
    reason = _words(chance, "customer_words", language_of(actor, request))
    service.withdraw_complaint(actor=actor, request_id=request.pk, reason=reason)
    return Deed(actor, "recorded that the complaint is withdrawn", about(request))


def answer_quote(chance: random.Random) -> Deed | None:
    """A customer agrees to pay for a visit, or not."""
    agrees = chance.random() < CONTENT
    act = dispatch.accept_quote if agrees else dispatch.refuse_quote
    name = "accept_quote" if agrees else "refuse_quote"
    return _tell_visit(chance, name, "service-agent", lambda actor, order: act(actor=actor, order_id=order.pk))


def change_booking(chance: random.Random) -> Deed | None:
    """A customer wants another day."""
    begin = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=chance.randint(1, 4))

    def change(actor: User, order: WorkOrder) -> object:
        end = begin + timedelta(hours=2)
        return dispatch.change_booking(actor=actor, order_id=order.pk, window_from=begin, window_to=end)

    return _tell_visit(chance, "change_booking", "service-agent", change)


def cancel_visit(chance: random.Random) -> Deed | None:
    """A customer needs no visit any more."""

    def cancel(actor: User, order: WorkOrder) -> object:
        reason = _words(chance, "customer_words", language_of(actor, order))
        return dispatch.cancel_work_order(actor=actor, order_id=order.pk, reason=reason)

    return _tell_visit(chance, "cancel_work_order", "service-agent", cancel)


def parts_arrive(chance: random.Random) -> Deed | None:
    """What the store ordered is here."""
    arrive = lambda actor, order: dispatch.parts_arrived(actor=actor, order_id=order.pk)  # noqa: E731
    return _tell_visit(chance, "parts_arrived", "parts", arrive)


def technician_drops_out(chance: random.Random) -> Deed | None:
    """A technician cannot come after all."""

    def drop_out(actor: User, order: WorkOrder) -> object:
        reason = _words(chance, "refusal_reason", language_of(actor, order))
        return dispatch.technician_unavailable(actor=actor, order_id=order.pk, reason=reason)

    return _tell_visit(chance, "technician_unavailable", "dispatcher", drop_out)


def buy(chance: random.Random) -> Deed | None:
    """A customer orders something at the list price, or a little below."""
    actor, customer = _met(chance, *SELLERS)
    products = Product.objects.filter(list_price__gt=0)
    if actor is None or customer is None or (chosen := any_of(chance, products)) is None:
        return None
    price = chosen.list_price or Decimal(0)
    line = NewLine(chosen, Decimal(chance.randint(1, 4)), price, Decimal(chance.choice((0, 0, 5, 10))) / 100)
    order = sales.record_order(
        actor=actor, customer_id=customer.pk, ordered_on=today_at(customer.org_unit), lines=[line]
    )
    return Deed(actor, f"recorded an order of {order.amount:,}", about(order))


def pay(chance: random.Random) -> Deed | None:
    """A customer pays an order."""
    actor = holder(chance, "sales")
    unpaid = Order.objects.filter(status__in=(OrderStatus.CONFIRMED, OrderStatus.DELIVERED), owner=actor)
    order = any_of(chance, unpaid) if actor else None
    if actor is None or order is None:
        return None
    sales.record_payment(actor=actor, order_id=order.pk, paid_on=today_at(order.org_unit))
    return Deed(actor, f"noted that {order.amount:,} is paid", about(order))


def ask_for_level(chance: random.Random) -> Deed | None:
    """A salesperson asks for another level for a customer."""
    actor = holder(chance, "sales")
    mine = Customer.objects.filter(owner=actor).exclude(level_changes__status__in=LevelChange.OPEN)
    customer = any_of(chance, mine) if actor else None
    if actor is None or customer is None:
        return None
    change = levels.request_level_change(actor=actor, customer_id=customer.pk)
    return Deed(actor, "asked for another level", about(change))


def change_mind_about_level(chance: random.Random) -> Deed | None:
    """Somebody takes a level change back, objects to it, or revokes it."""
    actor = holder(chance, "sales", "director")
    rows = LevelChange.objects.visible_to(actor).select_related("customer") if actor else LevelChange.objects.none()
    change = any_of(chance, rows)
    if actor is None or change is None:
        return None
    reason = _words(chance, "reason", language_of(actor, change))
    possible = possible_acts(actor, change)
    if "withdraw" in possible:
        levels.withdraw_level_change(actor=actor, change_id=change.pk, reason=reason)
        return Deed(actor, "withdrew the level change", about(change))
    if "object" in possible:
        levels.object_to_level_change(actor=actor, change_id=change.pk, objection=reason)
        return Deed(actor, "objected to the level change", about(change))
    if "revoke" in possible:
        levels.revoke_level_change(actor=actor, change_id=change.pk, reason=reason)
        return Deed(actor, "revoked the level change", about(change))
    return None


def talk(chance: random.Random) -> Deed | None:
    """A salesperson calls a customer."""
    actor, customer = _met(chance, *SELLERS)
    if actor is None or customer is None:
        return None
    summary = chance.choice(NOTES[language_of(actor, customer)])
    interactions.log_call(actor=actor, customer_id=customer.pk, summary=summary, minutes=chance.randint(3, 25))
    return Deed(actor, "logged a call", about(customer))


def _ask(chance: random.Random, cases: Sequence[Case], kind: str) -> Deed | None:
    actor, customer = _met(chance, *DESK)
    if actor is None or customer is None:
        return None
    case = _case(chance, cases, actor, customer)
    request = service.create_request(
        actor=actor,
        kind=kind,
        subject=case.subject,
        customer_id=customer.pk,
        channel=chance.choice(CHANNELS),
        values={"description": case.words},
    )
    return Deed(actor, f"took in a customer's {'complaint' if kind == RequestKind.COMPLAINT else 'question'}",
                about(request))  # fmt: skip


def _met(chance: random.Random, *roles: str) -> tuple[User | None, Customer | None]:
    """Somebody with one of the roles, and a customer they see."""
    actor = holder(chance, *roles)
    seen = Customer.objects.visible_to(actor).select_related("org_unit") if actor else Customer.objects.none()
    return actor, any_of(chance, seen)


def _case(chance: random.Random, cases: Sequence[Case], actor: User, customer: Customer) -> Case:
    """A story in the customer's language; without one in it, any."""
    language = language_of(actor, customer)
    return chance.choice([case for case in cases if case.language == language] or list(cases))


def _open_complaints(actor: User) -> Any:
    rows = ServiceRequest.objects.visible_to(actor).filter(kind=RequestKind.COMPLAINT, status__in=ServiceRequest.OPEN)
    return rows.select_related("customer")


def _tell_visit(chance: random.Random, act: str, role: str, tell: Any) -> Deed | None:
    """Something is said about a visit whose process waits for it."""
    actor = holder(chance, role)
    if actor is None:
        return None
    orders = WorkOrder.objects.visible_to(actor).filter(status__in=WorkOrder.OPEN).select_related("customer")
    ready = [order for order in orders.order_by("number") if act in visits.acts_open_to(actor, order)]
    if not ready:
        return None
    order = chance.choice(ready)
    tell(actor, order)
    return Deed(actor, f"recorded {visits.MESSAGES[act].replace('_', ' ').replace('.', ' ')}", about(order))


def _words(chance: random.Random, key: str, language: str) -> str:
    return chance.choice(PHRASES[key][language])
