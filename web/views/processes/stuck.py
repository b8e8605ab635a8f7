"""What does not move though nothing holds it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from web.pages import reader, signed_in
from workflows import permissions, stuck


@require_GET
@signed_in
def stuck_page(request: HttpRequest) -> HttpResponse:
    """What does not move though nothing holds it, and what is late."""
    user = reader(request)
    permissions.require_operator(user)
    found = stuck.report()
    late = [
        (_("Timers"), found.overdue_timers),
        (_("Starts by timer"), found.overdue_starts),
        (_("Messages and starts under way"), found.overdue_deliveries),
        (_("Calls to the outside"), found.overdue_effects),
    ]
    facts = [
        {"label": _("Under way"), "value": str(found.live)},
        {"label": _("Suspended"), "value": str(found.suspended)},
        {"label": _("Open problems"), "value": str(found.open_incidents)},
        {"label": _("Problems that wait for an operator"), "value": str(found.waiting_for_operator)},
        {"label": _("Messages given up"), "value": str(found.failed_deliveries)},
        {"label": _("Calls that failed and are tried again"), "value": str(found.failing_effects)},
        {"label": _("Locks held for more than 5 s"), "value": str(found.locks.held_long)},
        {"label": _("Waiting for a lock"), "value": str(found.locks.waiting)},
    ]
    return render(request, "processes/stuck.html", {"report": found, "late": late, "facts": facts})
