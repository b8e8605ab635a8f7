"""The left side of the inbox: its views with their counts, and the saved ones: kept, shared, pinned, forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from tasks_inbox import commands, queries, saved_views
from tasks_inbox.models import SavedView
from tasks_inbox.queries import View
from web import inbox_state
from web.inbox_state import State
from web.pages import events, reader, signed_in

COUNTED = (
    *(View.MINE, View.GROUPS, View.OVERDUE, View.TODAY),
    *(View.SNOOZED, View.WATCHING, View.ASKED, View.CC),
)
LIVE = frozenset(COUNTED[:4])
"""Views whose counts the socket sends with every change; the others are counted when a page is opened."""
ICONS = {
    View.MINE: "inbox",
    View.GROUPS: "users-round",
    View.OVERDUE: "triangle-alert",
    View.TODAY: "calendar",
    View.SNOOZED: "alarm-clock",
    View.WATCHING: "eye",
    View.ASKED: "message-circle",
    View.DONE: "circle-check",
    View.STARTED: "send",
    View.CC: "files",
}


def labels() -> dict[View, str]:
    """The names of the views."""
    return {
        View.MINE: _("Assigned to me"),
        View.GROUPS: _("My groups"),
        View.OVERDUE: _("Overdue"),
        View.TODAY: _("Due today"),
        View.SNOOZED: _("Snoozed"),
        View.WATCHING: _("Watching"),
        View.ASKED: _("My opinion asked"),
        View.DONE: _("Done"),
        View.STARTED: _("Started by me"),
        View.CC: _("CC'd to me"),
    }


def beside(user: User, state: State) -> dict[str, Any]:
    """What stands beside the list: ``views`` and ``saved_views``; ``counted`` is for who shows a number again."""
    named, counted = labels(), queries.capped_counts(user, COUNTED)
    kept = saved_views.first_views_of(user)
    return {
        "views": [
            _entry(view, named[view], counted.get(view, 0), current=view == state.view and not state.saved)
            for view in View
        ],
        "counted": counted,
        "saved_views": [_saved(user, view, state) for view in kept],
    }


def _entry(view: View, label: str, count: int, *, current: bool) -> dict[str, Any]:
    return {
        "label": label,
        "icon": ICONS[view],
        "url": reverse("inbox", args=[view]),
        "current": current,
        "count": "99+" if count > queries.COUNT_CAP else count,
        "count_name": f"inbox:{view}" if view in LIVE else "",
        "tone": "danger" if view == View.OVERDUE and count else "",
    }


def _saved(user: User, view: SavedView, state: State) -> dict[str, Any]:
    return {
        "id": view.pk,
        "label": view.name,
        "icon": "star" if view.owner_id == user.pk else "users",
        "url": reverse("saved_view", args=[view.pk]),
        "current": state.saved == str(view.pk),
        "pinned": getattr(view, "pinned", False),
        "mine": view.owner_id == user.pk,
        "shared": view.unit,
        "owner": view.owner,
    }


def address_of(view: SavedView) -> str:
    """The inbox as the view keeps it; what is no view any more leads to one's own tasks."""
    base = View(view.base) if view.base in set(View) else View.MINE
    asked = {"sort": view.order, "group": view.grouping, "saved": str(view.pk)}
    return inbox_state.read(base, asked, query=view.query).address()


@require_GET
@signed_in
def saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Leads to the inbox as the view keeps it."""
    view = saved_views.views_of(reader(request)).filter(pk=view_id).first()
    if view is None:
        raise Http404
    return redirect(address_of(view))


@require_http_methods(["GET", "POST"])
@signed_in
def save_view(request: HttpRequest, view: str) -> HttpResponse:
    """The dialog that asks under which name a list is kept and who else sees it, and keeping it."""
    user = reader(request)
    if view not in set(View):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    query = inbox_state.filter_of(user, asked.get("q", "")).text
    state = inbox_state.read(View(view), asked, query=query)
    units = saved_views.units_to_share_with(user)
    if request.method == "GET":
        saved = _id(state.saved)
        kept = saved_views.views_of(user).filter(owner=user, pk=saved).first() if saved is not None else None
        return render(request, "inbox/save_dialog.html", {"state": state, "units": units, "kept": kept})
    unit = next((each for each in units if str(each.pk) == asked.get("unit")), None)
    made = commands.save_view(
        actor=user, name=asked.get("name", ""), base=state.view, query=query, arrangement=state.arrangement, unit=unit
    )
    if asked.get("pinned"):
        commands.pin_view(actor=user, view_id=made.pk, pinned=True)
    return _leads_to(address_of(made))


@require_POST
@signed_in
def pin_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Put a view onto one's rail (``pinned=1``) or take it off."""
    commands.pin_view(actor=reader(request), view_id=view_id, pinned=request.POST.get("pinned") == "1")
    return _again()


@require_POST
@signed_in
def forget_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Forget a view of one's own."""
    commands.forget_view(actor=reader(request), view_id=view_id)
    return _leads_to(reverse("inbox", args=[View.MINE]))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _leads_to(address: str) -> HttpResponse:
    response = events(HttpResponse(status=204), close_dialog=None)
    response["HX-Redirect"] = address
    return response


def _again() -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response
