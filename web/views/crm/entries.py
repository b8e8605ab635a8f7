"""Writing on a customer's timeline: notes, calls, visits."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from crm_core.customers import queries
from crm_core.customers.models import Customer
from crm_core.exceptions import ValuesRefused
from crm_core.interactions import commands
from web.forms.interactions import EntryForm
from web.pages import events, is_partial, reader, signed_in


@require_POST
@signed_in
def customer_entry(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Write down what happened; what was typed stays when it is refused."""
    user = reader(request)
    customer = queries.customer(user, customer_id)
    form = EntryForm(request.POST)
    problem = _("Some answers are not accepted: check the minutes and the time.")
    if form.is_valid():
        try:
            sentence = _write(user, customer, form.cleaned_data)
        except ValuesRefused as error:
            problem = " ".join(reason for reasons in error.errors.values() for reason in reasons)
        else:
            if not is_partial(request):
                return redirect("customer", customer.pk)
            fresh = _composer(request, user, customer, EntryForm(initial={"mode": form.cleaned_data["mode"]}))
            return events(fresh, refresh_lists=None, toast={"text": sentence})
    if not is_partial(request):
        raise ValuesRefused({"text": [problem]})
    return _composer(request, user, customer, form, error=problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _write(user: User, customer: Customer, entered: dict[str, Any]) -> str:
    if entered["mode"] in {"", "note"}:
        commands.add_note(actor=user, customer_id=customer.pk, text=entered["text"])
        return _("Note added.")
    talk: dict[str, Any] = {
        "actor": user,
        "customer_id": customer.pk,
        "summary": entered["text"],
        "contact_id": entered["contact"],
        "next_step": entered["next_step"],
        "next_step_at": entered["next_step_at"],
    }
    if entered["mode"] == "visit":
        commands.log_visit(**talk)
        return _("Visit written down.")
    direction = {"direction": entered["direction"]} if entered["direction"] else {}
    commands.log_call(**talk, **direction, minutes=entered["minutes"])
    return _("Call written down.")


def _composer(
    request: HttpRequest,
    user: User,
    customer: Customer,
    form: EntryForm,
    *,
    error: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "customer": customer,
        "form": form,
        "error": error,
        "contacts": list(queries.contacts_of(user, customer.pk)[:50]),
    }
    return render(request, "crm/customers/composer.html", context, status=status)
