"""Adding, changing and handing over customers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import scopes
from accounts.models import Action, User
from crm_core.customers import commands, queries
from crm_core.customers.duplicates import DuplicateRule, PossibleDuplicate, possible_duplicates
from crm_core.customers.models import Customer, CustomerKind
from crm_core.exceptions import CrmRefusal, RecordHasChanged, RecordNotFound, ValuesRefused
from crm_core.permissions import require
from web.errors import refusal_of
from web.forms.customers import CustomerForm, TransferForm
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform, posted
from web.views.crm.changed_fields import changed_since, closed_fields
from web.views.crm.people import chosen

COMPARED = ("name", "phone", "mobile", "credit_code")


@require_http_methods(["GET", "POST"])
@signed_in
def customer_new(request: HttpRequest) -> HttpResponse:
    """Add a customer; when it looks like one we have, that is shown first and "create anyway" is needed."""
    user = reader(request)
    require(user, Action.CREATE, Customer.record_kind)
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    kind = asked if asked in CustomerKind.values else CustomerKind.ORGANISATION
    form = CustomerForm(posted(request), kind=kind, closed=closed_fields(user, Customer.record_kind))
    if request.method == "POST" and form.is_valid():
        duplicates = _duplicates(request, user, form)
        if duplicates:
            return _page(request, form, None, duplicates=duplicates)
        try:
            customer = commands.create_customer(actor=user, values=form.values() | {"kind": kind})
        except CrmRefusal as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Added %(name)s.") % {"name": customer.name})
            return redirect("customer", customer.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@signed_in
def customer_edit(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Change a customer; who saw an older version is shown what changed and saves again on purpose."""
    user = reader(request)
    customer = queries.customer(user, customer_id)
    require(user, Action.CHANGE, Customer.record_kind, customer)
    closed = closed_fields(user, Customer.record_kind)
    form = CustomerForm(posted(request), kind=customer.kind, record=customer, closed=closed)
    if request.method == "POST" and form.is_valid():
        duplicates = _duplicates(request, user, form, customer)
        if duplicates:
            return _page(request, form, customer, duplicates=duplicates)
        seen = form.cleaned_data["version"]
        try:
            commands.update_customer(actor=user, customer_id=customer.pk, values=form.values(), seen_version=seen)
        except RecordHasChanged as error:
            _refuse(form, error)
            return _stale(request, form, user, customer, seen)
        except CrmRefusal as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("customer", customer.pk)
    return _page(request, form, customer)


@require_http_methods(["GET", "POST"])
@signed_in
def customer_transfer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Hand a customer over to another owner."""
    user = reader(request)
    customer = queries.customer(user, customer_id)

    def run(entered: dict[str, Any]) -> str:
        owner = chosen(entered["owner"])
        if owner is None:
            raise ValuesRefused({"owner": [_("Choose who takes over.")]})
        commands.transfer_customer(
            actor=user,
            customer_id=customer.pk,
            owner=owner,
            note=entered["note"],
            seen_version=entered["version"],
        )
        return _("%(customer)s now belongs to %(owner)s.") % {"customer": customer.name, "owner": owner.display_name}

    form = TransferForm(posted(request), initial={"version": customer.version})
    act = Act(
        title=_("Hand over %(name)s") % {"name": customer.name},
        submit=_("Hand over"),
        run=run,
        back="/customers/",
        goes_there=True,
        explanation=_("The new owner keeps the customer in their own unit. Open tasks stay with those who have them."),
        template="crm/customers/transfer_fields.html",
    )
    return perform(request, act, form)


@require_POST
@signed_in
def show_id_no(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The identity number in clear, once; showing it is written to the audit log."""
    text = queries.reveal_id_no(actor=reader(request), customer_id=customer_id)
    response = render(request, "crm/customers/id_no.html", {"id_no": text})
    response["Cache-Control"] = "no-store"
    return response


def _duplicates(
    request: HttpRequest, user: User, form: CustomerForm, customer: Customer | None = None
) -> list[PossibleDuplicate]:
    """Customers that may be the same; none once the person said "anyway", or changed nothing that is compared."""
    entered = form.cleaned_data
    if request.POST.get("anyway"):
        return []
    if customer is not None:
        changed = {name for name in COMPARED if entered.get(name, "") != getattr(customer, name)}
        entered = {name: value for name, value in entered.items() if name in changed}
    phones = tuple(str(entered.get(name) or "") for name in ("phone", "mobile"))
    return possible_duplicates(
        user,
        name=entered.get("name", ""),
        phones=phones,
        credit_code=entered.get("credit_code", ""),
        exclude=customer.pk if customer else None,
    )


def _refuse(form: CustomerForm, error: CrmRefusal) -> None:
    if isinstance(error, RecordNotFound):
        raise error
    if isinstance(error, ValuesRefused):
        form.refuse(error)
        return
    refusal = refusal_of(error)
    form.add_error(None, refusal.sentence if refusal else str(error))


def _stale(request: HttpRequest, form: CustomerForm, user: User, customer: Customer, seen: int | None) -> HttpResponse:
    """What was typed stays; what others changed is listed, and the next save is about the present version."""
    form.data = {**request.POST.dict(), "version": str(customer.version)}
    return _page(request, form, customer, changes=changed_since(user, customer, seen))


def _page(request: HttpRequest, form: CustomerForm, customer: Customer | None, **more: Any) -> HttpResponse:
    duplicates: list[PossibleDuplicate] = more.pop("duplicates", [])
    reasons = {
        DuplicateRule.CREDIT_CODE: _("the same credit code"),
        DuplicateRule.PHONE: _("the same phone number"),
        DuplicateRule.NAME: _("nearly the same name"),
    }
    context = {
        "form": form,
        "customer": customer,
        "kinds": [
            {"label": label, "url": f"?kind={value}", "pressed": value == form.kind}
            for value, label in CustomerKind.choices
        ],
        "duplicates": [{"entry": entry, "reason": reasons[entry.rule]} for entry in duplicates],
        "hides_fields": bool(scopes.read_only_for(reader(request), Customer.record_kind)),
        **more,
    }
    refused = request.method == "POST"
    return render(
        request,
        "crm/customers/form.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
    )
