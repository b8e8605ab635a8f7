"""Recording what a customer ordered, which counts as consumption from then on."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Action
from crm_core.customers import queries as customers
from crm_core.days import today_at
from crm_core.exceptions import ValuesRefused
from crm_core.permissions import require
from crm_core.sales.commands import NewLine, record_order
from crm_core.sales.models import Order, Product
from crm_core.sales.queries import product_list
from web.components import initials, money, tone_of
from web.forms.orders import HUNDRED, LineForm, LineForms, OrderForm
from web.pages import reader, signed_in
from web.views.crm.acting import attempt, posted
from web.views.crm.choosing import products_by_id

FOUND = 8


@require_GET
@signed_in
def find_product(request: HttpRequest) -> JsonResponse:
    """The first products on sale for a search field, with their price as a hint."""
    found = product_list(reader(request), text=request.GET.get("q", "").strip()[:200]).filter(is_active=True)[:FOUND]
    results = [
        {
            "id": str(row.pk),
            "label": row.name,
            "hint": money(row.list_price),
            "initials": initials(row.name),
            "tone": tone_of(row.name),
        }
        for row in found
    ]
    return JsonResponse({"results": results})


@require_http_methods(["GET", "POST"])
@signed_in
def order_new(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Record an order of up to five lines; a line without a price has the product's list price."""
    user = reader(request)
    customer = customers.customer(user, customer_id)
    require(user, Action.CREATE, Order.record_kind, customer)
    form = OrderForm(posted(request), initial={"ordered_on": today_at(customer.org_unit)})
    lines = LineForms(posted(request), prefix="line")
    products = products_by_id(user, [str(row["product"].value() or "") for row in lines])

    def run(entered: dict[str, Any]) -> Order:
        if not lines.is_valid():
            raise ValuesRefused({"": [_("Some lines are not right yet.")]})
        return record_order(
            actor=user,
            customer_id=customer.pk,
            ordered_on=entered["ordered_on"],
            lines=[_line(row, products) for row in lines if row.cleaned_data.get("product")],
            values={"note": entered["note"]},
        )

    if request.method == "POST" and (made := attempt(form, run)) is not None:
        words = _("Recorded %(number)s: %(amount)s.") % {"number": made.number, "amount": money(made.amount)}
        messages.success(request, words)
        return redirect("customer", customer.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    rows = [{"form": row, "product": products.get(str(row["product"].value() or ""))} for row in lines]
    context = {"form": form, "lines": lines, "rows": rows, "customer": customer}
    return render(request, "crm/customers/order_form.html", context, status=status)


def _line(row: LineForm, products: dict[str, Product]) -> NewLine:
    entered = row.cleaned_data
    product = products.get(str(entered["product"]))
    if product is None:
        raise ValuesRefused({"": [_("Choose a product from the list.")]})
    price = entered["unit_price"]
    return NewLine(
        product=product,
        quantity=entered["quantity"] or Decimal(1),
        unit_price=product.list_price if price is None else price,
        discount=(entered["discount"] or Decimal(0)) / HUNDRED,
    )
