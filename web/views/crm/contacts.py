"""The people at a customer: adding and changing them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm_core.customers import commands, queries
from crm_core.customers.models import Contact
from crm_core.exceptions import RecordHasChanged
from crm_core.permissions import seen
from web.forms.customers import ContactForm
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform, posted
from web.views.crm.changed_fields import changed_since, closed_fields

PHONES = ("phone", "mobile")


def _closed(user: Any) -> frozenset[str]:
    """The rules speak of phones; the form has two of them."""
    closed = closed_fields(user, Contact.record_kind)
    return closed | frozenset(PHONES) if "phones" in closed else closed


@require_http_methods(["GET", "POST"])
@signed_in
def contact_new(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Add a contact."""
    user = reader(request)
    customer = queries.customer(user, customer_id)
    form = ContactForm(posted(request), closed=_closed(user))

    def run(_entered: dict[str, Any]) -> str:
        contact = commands.add_contact(actor=user, customer_id=customer.pk, values=form.values())
        return _("Added %(name)s.") % {"name": contact.name}

    act = Act(_("New contact"), _("Add the contact"), run, back=f"/customers/{customer.pk}/")
    return perform(request, act, form)


@require_http_methods(["GET", "POST"])
@signed_in
def contact_edit(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Change a contact; an older version is refused with what changed."""
    user = reader(request)
    contact = seen(Contact, user, contact_id)
    form = ContactForm(posted(request), record=contact, closed=_closed(user))
    context: dict[str, Any] = {}

    def run(entered: dict[str, Any]) -> str:
        version = entered["version"]
        try:
            commands.update_contact(actor=user, contact_id=contact.pk, values=form.values(), seen_version=version)
        except RecordHasChanged:
            context["changes"] = changed_since(user, contact, version)
            form.data = {**request.POST.dict(), "version": str(contact.version)}
            raise
        return _("Saved.")

    act = Act(contact.name, _("Save"), run, back=f"/customers/{contact.customer_id}/", context=context)
    return perform(request, act, form)
