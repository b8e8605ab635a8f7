"""Starting processes about a customer by hand: which ones a person may start, and the start itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from bpmn.models import ProcessDefinition, ProcessVersion, StartSubscription
from crm_core.customers import queries
from crm_core.customers.models import Customer
from web import process_words
from web.pages import reader, signed_in
from web.views.crm.acting import done
from workflows.commands import start_process
from workflows.permissions import may_start


def startable(user: User, customer: Customer) -> list[dict[str, Any]]:
    """The processes about customers that this person may start by hand: key and name, by name."""
    live = ProcessVersion.objects.filter(
        status=ProcessVersion.Status.LIVE,
        definition__record_kind=customer.record_kind,
        starts__kind=StartSubscription.Kind.NONE,
    )
    found = [
        {"key": version.definition.key, "name": process_words.process_name(version.pk)}
        for version in live.select_related("definition").distinct()
        if may_start(user, version.definition)
    ]
    return sorted(found, key=lambda entry: str(entry["name"]))


@require_POST
@signed_in
def start_for_customer(request: HttpRequest, customer_id: UUID, key: str) -> HttpResponse:
    """Start a process about this customer."""
    user = reader(request)
    customer = queries.customer(user, customer_id)
    known = ProcessDefinition.objects.filter(key=key, record_kind=Customer.record_kind).exists()
    instance = start_process(actor=user, process_key=key if known else "", record=customer)
    name = process_words.process_name(instance.version_id)
    return done(request, _("Started “%(name)s”") % {"name": name}, f"/customers/{customer.pk}/")
