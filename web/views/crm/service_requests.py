"""Service requests: the list with its clocks, taking one in, and the page of one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import scopes
from accounts.models import Action
from crm_core.attachments.queries import attachments_of
from crm_core.permissions import require
from crm_core.service import commands, queries
from crm_core.service.models import RequestChannel, RequestKind, RequestStatus, ServiceRequest, Severity
from web.forms.service import RequestForm
from web.pages import is_partial, page_number, reader, signed_in
from web.views.crm.acting import attempt, posted
from web.views.crm.choosing import beside_customer, chosen_customer
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of
from web.views.crm.process_part import process_part
from web.views.crm.return_visits import may_ask_back, return_visit_words
from web.views.crm.service_acts import possible_acts
from web.views.crm.service_words import clock_of, request_facts, story_of
from web.views.crm.words import REQUEST_TONES, SEVERITY_TONES
from web.views.crm.work_order_new import may_send_somebody


@require_GET
@signed_in
def request_list(request: HttpRequest) -> HttpResponse:
    """Fifty requests, the open ones unless asked otherwise; the number of queries does not grow with them."""
    user = reader(request)
    filtering = Filtering(request, _filters())
    values = filtering.values
    text = request.GET.get("q", "")[:200]
    which = values.get("show", "")
    rows = queries.request_list(
        user,
        kinds=tuple(filter(None, [values.get("kind", "")])),
        statuses=tuple(filter(None, [values.get("status", "")])),
        only_open=which != "all" and not values.get("status") and not text.strip(),
        severity=values.get("severity", ""),
        state=which if which in {"breached", "paused", "escalated"} else "",
        handler=user if which == "mine" else None,
        text=text,
        sort="due" if which != "all" else "newest",
    )
    page = slice_of(rows, page_number(request))
    slas = queries.slas_of(page.rows)
    context = {
        "page": page,
        "rows": [_row(row, slas[row.pk]) for row in page.rows],
        "count": counted(rows),
        "text": text,
        "filtering": filtering,
        "chips": filtering.chips(),
        "may_create": scopes.may(user, Action.CREATE, ServiceRequest.record_kind),
        "is_narrowed": bool(values or text.strip()),
    }
    return render(request, "crm/service/rows.html" if is_partial(request) else "crm/service/list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def request_new(request: HttpRequest) -> HttpResponse:
    """Take in what somebody asks; a complaint starts its process."""
    user = reader(request)
    require(user, Action.CREATE, ServiceRequest.record_kind)
    form = RequestForm(posted(request), initial=_initial(request))

    def run(entered: dict[str, Any]) -> ServiceRequest:
        with beside_customer():
            return commands.create_request(
                actor=user,
                kind=entered["kind"],
                subject=entered["subject"],
                customer_id=entered["customer"],
                channel=entered["channel"],
                values=form.values(),
            )

    if request.method == "POST" and (made := attempt(form, run)) is not None:
        messages.success(request, _("Took in %(number)s.") % {"number": made.number})
        return redirect("service_request", made.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {"form": form, "customer": chosen_customer(user, form)}
    return render(request, "crm/service/form.html", context, status=status)


@require_GET
@signed_in
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request; for a script its living part."""
    user = reader(request)
    row = queries.service_request(user, request_id)
    context = {
        "row": row,
        "tone": REQUEST_TONES.get(row.status, ""),
        "severity_tone": SEVERITY_TONES.get(row.severity, ""),
        "clock": clock_of(row, queries.sla_of(row)),
        "facts": request_facts(row),
        "story": story_of(user, row),
        "acts": possible_acts(user, row),
        "may_ask_back": may_ask_back(user, row),
        "return_visits": [return_visit_words(visit) for visit in queries.return_visits_of(user, row)],
        "may_send_somebody": may_send_somebody(user, row),
        "orders": list(queries.work_orders_of(user, row)),
        "files": list(attachments_of(user, ServiceRequest.record_kind, row.pk)),
        **process_part(user, row),
    }
    return render(request, "crm/service/living.html" if is_partial(request) else "crm/service/page.html", context)


def _row(row: ServiceRequest, sla: queries.Sla) -> dict[str, Any]:
    return {
        "row": row,
        "tone": REQUEST_TONES.get(row.status, ""),
        "severity_tone": SEVERITY_TONES.get(row.severity, ""),
        "clock": clock_of(row, sla),
    }


def _filters() -> tuple[Filter, ...]:
    shown = [
        ("mine", _("Handled by me")),
        ("breached", _("Late")),
        ("escalated", _("Escalated")),
        ("paused", _("Paused")),
        ("all", _("Also closed ones")),
    ]
    return (
        Filter("show", _("Show"), choices_of(shown)),
        Filter("kind", _("Kind"), choices_of(RequestKind.choices)),
        Filter("severity", _("Severity"), choices_of(Severity.choices)),
        Filter("status", _("Status"), choices_of(RequestStatus.choices)),
    )


def _initial(request: HttpRequest) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    return {
        "customer": request.GET.get("customer", ""),
        "kind": kind if kind in RequestKind.values else RequestKind.INQUIRY,
        "channel": RequestChannel.PHONE,
    }
