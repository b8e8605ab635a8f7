"""The bell: what I was told, marking it as read, and the way to what it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from notifications import queries, texts
from notifications.commands import mark_read
from notifications.models import Notification, Urgency
from web.pages import events, is_partial, reader, signed_in
from workflows import records

WORK_ITEM = "work_item"


@require_GET
@signed_in
def notifications(request: HttpRequest) -> HttpResponse:
    """The newest thirty: in the drawer of the bell, or as a page."""
    template = "notifications/list.html" if is_partial(request) else "notifications/page.html"
    return render(request, template, {"entries": _entries(reader(request))})


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is new any more."""
    user = reader(request)
    mark_read(actor=user)
    if not is_partial(request):
        return redirect("notifications")
    return events(render(request, "notifications/list.html", {"entries": _entries(user)}), bell_read=None)


@require_GET
@signed_in
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    user = reader(request)
    found = Notification.objects.filter(user=user, pk=notification_id).first()
    if found is None:
        raise Http404
    mark_read(actor=user, notification_ids=[found.pk])
    return redirect(_target(user, found))


def _entries(user: User) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.pk,
            "text": texts.title(entry.template, entry.data),
            "icon": texts.icon(entry.template),
            "tone": "danger" if entry.urgency == Urgency.BREACH else "",
            "at": entry.created_at,
            "unread": entry.read_at is None,
        }
        for entry in queries.latest(user)
    ]


def _target(user: User, entry: Notification) -> str:
    if entry.subject_kind == WORK_ITEM:
        return reverse("task", args=[entry.subject_id])
    if records.is_visible(user, entry.subject_kind, entry.subject_id):
        return records.kind(entry.subject_kind).url(records.resolve(entry.subject_kind, entry.subject_id))
    return reverse("notifications")
