"""The queues service requests are handed to, and who works in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from crm_core.service.models import ServiceQueue
from web.pages import signed_in
from web.views.administration.frame import administrator, show


@require_GET
@signed_in
def queues(request: HttpRequest) -> HttpResponse:
    """All queues; one query."""
    administrator(request)
    rows = ServiceQueue.objects.select_related("org_unit").order_by("code")
    return show(request, "queues", "queues", {"rows": rows})
