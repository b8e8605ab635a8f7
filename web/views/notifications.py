"""The bell: what I was told, looked through, marked as read, and the way to what it is about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from notifications import queries
from notifications.commands import mark_read
from notifications.models import Notification
from notifications.queries import Show
from web.pages import events, is_partial, page_number, reader, signed_in
from web.views.news_choices import AREAS
from workflows import records

WORK_ITEM = "work_item"


@require_GET
@signed_in
def notifications(request: HttpRequest) -> HttpResponse:
    """Thirty at a time: in the drawer of the bell the newest, on the page all of them, narrowed as asked."""
    template = "notifications/list.html" if is_partial(request) else "notifications/page.html"
    return render(request, template, _context(request))


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is new any more."""
    mark_read(actor=reader(request))
    if not is_partial(request):
        return redirect("notifications")
    return events(render(request, "notifications/list.html", _context(request)), bell_read=None)


@require_GET
@signed_in
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark one as read and go to what it is about; what the person may see no longer is not found."""
    user = reader(request)
    found = Notification.objects.filter(user=user, pk=notification_id).first()
    if found is None or not queries.told(user, [found]):
        raise Http404
    mark_read(actor=user, notification_ids=[found.pk])
    return redirect(reverse("notifications") if found.is_farewell else _target(user, found))


def _context(request: HttpRequest) -> dict[str, Any]:
    user = reader(request)
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    area = request.GET.get("area", "") if request.GET.get("area") in queries.AREAS else ""
    page = queries.page(user, show=show, area=area, number=page_number(request))
    state = {"show": "" if show == Show.ALL else show, "area": area}
    return {
        "entries": [_entry(entry) for entry in page.entries],
        "shows": [_option(label, state, show=each) for each, label in _shows()],
        "areas": _areas(state),
        "narrowed": bool(state["show"] or area),
        "here": _here(state, page=page_number(request)),
        "newer": _here(state, page=page_number(request) - 1) if page_number(request) > 1 else "",
        "older": _here(state, page=page_number(request) + 1) if page.more else "",
        "list_name": _list_name(state, page_number(request)),
        "fingerprint": page.fingerprint,
    }


def _list_name(state: dict[str, str], number: int) -> str:
    kept = {
        name: value for name, value in {"area": state["area"], "page": number if number > 1 else ""}.items() if value
    }
    name = f"news:{state['show'] or Show.ALL}"
    return f"{name}?{urlencode(kept)}" if kept else name


def _entry(entry: queries.Told) -> dict[str, Any]:
    return {
        "id": entry.row.pk,
        "text": entry.text,
        "icon": entry.icon,
        "tone": "danger" if entry.is_breach else "",
        "at": entry.row.created_at,
        "unread": entry.is_unread,
    }


def _shows() -> list[tuple[Show, str]]:
    return [(Show.ALL, _("All")), (Show.UNREAD, _("Unread")), (Show.LATE, _("Late and unsafe"))]


def _option(label: Any, state: dict[str, str], *, show: Show) -> dict[str, Any]:
    asked = "" if show == Show.ALL else str(show)
    return {"label": label, "url": _here(state | {"show": asked}), "pressed": state["show"] == asked}


def _areas(state: dict[str, str]) -> list[dict[str, Any]]:
    known = [(prefix.rstrip("-"), label) for prefix, label in AREAS if prefix.rstrip("-") in queries.AREAS]
    return [
        {"label": label, "value": area, "url": _here(state | {"area": area}), "current": state["area"] == area}
        for area, label in [("", _("Everything")), *known]
    ]


def _here(state: dict[str, str], *, page: int = 1) -> str:
    kept = {name: value for name, value in {**state, "page": str(page) if page > 1 else ""}.items() if value}
    return reverse("notifications") + (f"?{urlencode(kept)}" if kept else "")


def _target(user: User, entry: Notification) -> str:
    if entry.subject_kind == WORK_ITEM:
        return reverse("task", args=[entry.subject_id])
    if records.is_visible(user, entry.subject_kind, entry.subject_id):
        return records.kind(entry.subject_kind).url(records.resolve(entry.subject_kind, entry.subject_id))
    return reverse("notifications")
