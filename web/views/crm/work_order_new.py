"""Sending somebody to a customer: from the customer's card, from a service request, or from the list of visits."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import scopes
from accounts.models import Action, User
from crm_core.customers.models import Customer
from crm_core.dispatch.commands import create_work_order
from crm_core.exceptions import RecordNotFound, ValuesRefused
from crm_core.permissions import require
from crm_core.service import queries
from crm_core.service.models import RequestKind, ServiceRequest, WorkOrder, WorkOrderOrigin
from web.forms.visits import WorkOrderForm
from web.pages import reader, signed_in
from web.views.crm.acting import attempt, posted
from web.views.crm.choosing import beside_customer, chosen_customer, chosen_product, found_customer

SITE_LENGTH = WorkOrder._meta.get_field("site").max_length


@require_http_methods(["GET", "POST"])
@signed_in
def work_order_new(request: HttpRequest) -> HttpResponse:
    """Open a work order, which starts its process; ``customer`` and ``request`` in the address fill the form."""
    user = reader(request)
    require(user, Action.CREATE, WorkOrder.record_kind)
    asked = _asked(user, request.POST.get("request") or request.GET.get("request", ""))
    form = WorkOrderForm(posted(request), initial=_initial(user, request, asked))

    product = chosen_product(user, form)

    def run(entered: dict[str, Any]) -> WorkOrder:
        if entered["product"] and product is None:
            raise ValuesRefused({"product": [_("Choose a product from the list.")]})
        with beside_customer():
            return create_work_order(
                actor=user,
                customer_id=entered["customer"],
                subject=entered["subject"],
                origin=entered["origin"],
                request_id=asked.pk if asked else None,
                values=form.values() | {"product": product},
            )

    if request.method == "POST" and (made := attempt(form, run)) is not None:
        messages.success(request, _("Opened %(number)s. It is being planned.") % {"number": made.number})
        return redirect("work_order", made.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {"form": form, "customer": chosen_customer(user, form), "asked": asked, "product": product}
    return render(request, "crm/visits/form.html", context, status=status)


def may_send_somebody(user: User, row: ServiceRequest) -> bool:
    """Whether this person can open a visit for a request; a complaint's process sends somebody by itself."""
    leads_there = row.is_open and row.customer_id is not None and row.kind != RequestKind.COMPLAINT
    return leads_there and scopes.may(user, Action.CREATE, WorkOrder.record_kind, row)


def _asked(user: User, request_id: str) -> ServiceRequest | None:
    """The request the visit is for; None for none and for one the person may not see."""
    if not request_id:
        return None
    try:
        return queries.service_request(user, request_id)
    except RecordNotFound:
        return None


def _initial(user: User, request: HttpRequest, asked: ServiceRequest | None) -> dict[str, Any]:
    if asked is None:
        customer = found_customer(user, request.GET.get("customer", ""))
        about: dict[str, Any] = {"origin": WorkOrderOrigin.FAULT}
    else:
        customer = asked.customer
        origin = WorkOrderOrigin.FAULT if asked.kind == RequestKind.FAULT else WorkOrderOrigin.PLANNED
        about = {
            "request": asked.pk,
            "origin": origin,
            "subject": asked.subject,
            "description": asked.description,
            "product": asked.product_id or "",
        }
    if customer is None:
        return about
    hidden = "address" in scopes.mask_for(user, Customer.record_kind)
    return about | {"customer": customer.pk, "site": "" if hidden else customer.address[:SITE_LENGTH]}
