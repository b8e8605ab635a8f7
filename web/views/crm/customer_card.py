"""The customer card: who they are, what happened, what runs for them, on one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import scopes
from accounts.models import Action, User
from crm_core.customers import queries
from crm_core.customers.models import Customer
from crm_core.interactions.models import Interaction
from crm_core.levels.models import LevelChange
from crm_core.sales.models import Order
from crm_core.service.models import ReturnVisit, ServiceRequest, WorkOrder
from web.forms.interactions import EntryForm
from web.pages import is_partial, reader, signed_in
from web.views.crm.customer_facts import headline, key_facts, stage_path
from web.views.crm.customer_related import related
from web.views.crm.customer_timeline import timeline_of
from web.views.crm.starting import startable
from web.views.crm.words import level_tone


@require_GET
@signed_in
def customer_card(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The whole card, or for a script only its living part: timeline and what stands beside it."""
    user = reader(request)
    customer = queries.customer(user, customer_id)
    masked = scopes.mask_for(user, Customer.record_kind)
    context = {
        "customer": customer,
        "timeline": timeline_of(request, user, customer),
        "related": related(user, customer),
        **_rights(user, customer),
    }
    if is_partial(request):
        return render(request, "crm/customers/living.html", context)
    context |= {
        "level_tone": level_tone(customer.level_id),
        "headline": headline(user, customer, masked),
        "facts": key_facts(user, customer, masked),
        "path": stage_path(customer, masked),
        "form": EntryForm(),
        "contacts": context["related"]["contacts"],
        "startable": startable(user, customer),
    }
    return render(request, "crm/customers/card.html", context)


def _rights(user: User, customer: Customer) -> dict[str, Any]:
    """What this person may do here; every command checks again."""
    return {
        "may_change": scopes.may(user, Action.CHANGE, Customer.record_kind, customer),
        "may_assign": scopes.may(user, Action.ASSIGN, Customer.record_kind, customer),
        "may_write": scopes.may(user, Action.CREATE, Interaction.record_kind, customer),
        "may_add_contact": scopes.may(user, Action.CREATE, "contact", customer),
        "may_change_contact": scopes.may(user, Action.CHANGE, "contact", customer),
        "may_change_level": scopes.may(user, Action.CREATE, LevelChange.record_kind, customer),
        "may_send_somebody": scopes.may(user, Action.CREATE, WorkOrder.record_kind, customer),
        "may_ask_back": scopes.may(user, Action.CREATE, ReturnVisit.record_kind, customer),
        "may_record_order": scopes.may(user, Action.CREATE, Order.record_kind, customer),
        "may_request_service": scopes.may(user, Action.CREATE, ServiceRequest.record_kind, customer),
    }
