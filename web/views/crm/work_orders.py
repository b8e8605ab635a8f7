"""Visits to customers: the list of work orders and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import scopes
from accounts.models import Action, User
from crm_core.attachments.queries import attachments_of
from crm_core.permissions import seen
from crm_core.service.models import WorkOrder, WorkOrderStatus
from web import dates
from web.components import money
from web.forms.visits import DANGERS
from web.pages import is_partial, page_number, reader, signed_in
from web.tags.people import person
from web.tags.states import ago
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of
from web.views.crm.process_part import process_part
from web.views.crm.record_story import story_of
from web.views.crm.visit_acts import possible_acts
from web.views.crm.words import VISIT_TONES, code_words, day_words

OVER = (WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED)
ICONS = {"dispatched": "user-check", "refused": "user-x", "arrival-late": "alarm-clock", "signed-off": "square-check"}
SILENT = frozenset({"owner", "crew", "arrival_warned", "refusals", "refused_by", "window_booked"})


@require_GET
@signed_in
def work_order_list(request: HttpRequest) -> HttpResponse:
    """Fifty work orders, those under way unless asked otherwise, the next visit first."""
    user = reader(request)
    filtering = Filtering(request, _filters())
    values = filtering.values
    text = request.GET.get("q", "").strip()[:200]
    rows = _rows(user, values, text)
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "rows": [{"row": row, "tone": VISIT_TONES.get(row.status, "")} for row in page.rows],
        "count": counted(rows),
        "text": text,
        "filtering": filtering,
        "chips": filtering.chips(),
        "may_create": scopes.may(user, Action.CREATE, WorkOrder.record_kind),
        "is_narrowed": bool(values or text),
    }
    return render(request, "crm/visits/rows.html" if is_partial(request) else "crm/visits/list.html", context)


@require_GET
@signed_in
def work_order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One visit; for a script its living part."""
    user = reader(request)
    row = seen(WorkOrder, user, order_id)
    context = {
        "row": row,
        "tone": VISIT_TONES.get(row.status, ""),
        "facts": _facts(row, scopes.mask_for(user, WorkOrder.record_kind)),
        "story": _story(user, row),
        "acts": possible_acts(user, row),
        "files": list(attachments_of(user, WorkOrder.record_kind, row.pk)),
        **process_part(user, row),
    }
    return render(request, "crm/visits/living.html" if is_partial(request) else "crm/visits/page.html", context)


def _rows(user: User, values: dict[str, str], text: str) -> QuerySet[WorkOrder]:
    rows: QuerySet[WorkOrder] = WorkOrder.objects.visible_to(user).select_related("customer", "technician")
    if values.get("status"):
        rows = rows.filter(status=values["status"])
    elif values.get("show") != "all" and not text:
        rows = rows.exclude(status__in=OVER)
    if values.get("show") == "mine":
        rows = rows.filter(technician=user)
    if text:
        rows = rows.filter(Q(number__iexact=text) | Q(subject__icontains=text) | Q(customer__name__icontains=text))
    return rows.order_by(F("window_from").asc(nulls_last=True), "-created_at", "id")


def _filters() -> tuple[Filter, ...]:
    shown = [("mine", _("My visits")), ("all", _("Also closed ones"))]
    return (
        Filter("show", _("Show"), choices_of(shown)),
        Filter("status", _("Status"), choices_of(WorkOrderStatus.choices)),
    )


def _facts(row: WorkOrder, masked: frozenset[str]) -> list[dict[str, Any]]:
    window = (
        f"{dates.exact(row.window_from)} – {dates.exact(row.window_to)}" if row.window_from and row.window_to else ""
    )
    values: list[tuple[str, str, Any]] = [
        ("technician", _("Technician"), person(row.technician) if row.technician else _("nobody yet")),
        ("window_from", _("Visit"), window),
        ("arrival_due", _("Arrival due"), dates.exact(row.arrival_due) if row.arrival_due else ""),
        ("arrived_at", _("Arrived"), ago(row.arrived_at) if row.arrived_at else ""),
        ("site", _("Site"), row.site),
        ("product", _("Product"), row.product),
        ("skill", _("Skill needed"), row.skill),
        ("origin", _("Origin"), row.get_origin_display()),
        ("priority", _("Priority"), row.priority),
        ("safety", _("Danger"), dict(DANGERS).get(row.safety, row.safety) if row.safety else ""),
        ("warranty_until", _("In warranty until"), day_words(row.warranty_until) if row.warranty_until else ""),
        ("estimate", _("Estimate"), money(row.estimate) if row.estimate else ""),
        ("cause", _("Cause"), row.cause),
        ("hours", _("Hours worked"), row.hours or ""),
        ("labour_cost", _("Labour"), money(row.labour_cost) if row.labour_cost else ""),
        ("parts_cost", _("Parts"), money(row.parts_cost) if row.parts_cost else ""),
        ("signed_by", _("Signed by"), row.signed_by),
        ("score", _("Customer's score"), _("%(score)s of 5") % {"score": row.score} if row.score else ""),
        ("charge", _("Cost"), code_words("charge", row.charge)),
        ("outcome", _("How it ended"), code_words("outcome", row.outcome)),
    ]
    return [
        {"label": label, "value": value, "masked": name in masked}
        for name, label, value in values
        if name in masked or value not in (None, "")
    ]


def _story(user: User, row: WorkOrder) -> list[dict[str, Any]]:
    sentences = {
        "opened": _("opened the visit"),
        "diagnosed": _("tried to help from afar"),
        "priced": _("found out who pays"),
        "planned": _("planned it"),
        "dispatched": _("asked a technician"),
        "accepted": _("accepted it"),
        "refused": _("did not take it"),
        "technician-unavailable": _("cannot come"),
        "rebooked": _("moved the visit"),
        "next-visit-planned": _("planned another visit"),
        "arrival-late": _("nobody is there yet"),
        "visited": _("reported the visit"),
        "signed-off": _("had it signed"),
        "costed": _("added up the cost"),
        "inspected": _("inspected the work"),
        "parts-reserved": _("took parts from the store"),
        "parts-ordered": _("ordered parts"),
        "parts-arrived": _("the parts arrived"),
        "parts-given-back": _("gave the parts back"),
        "quote.accepted": _("wrote down that the customer accepts the quote"),
        "quote.refused": _("wrote down that the customer refuses the quote"),
        "booking.changed": _("wrote down another window for the visit"),
        "parts.arrived": _("reported that the parts are here"),
        "technician.unavailable": _("reported that the technician cannot come"),
        "work_order.cancelled": _("cancelled the visit"),
    }
    return story_of(user, row, sentences=sentences, changed=_("changed the visit"), icons=ICONS, silent=SILENT)
