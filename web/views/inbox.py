"""The inbox: the views on the left, the list in the middle, the task on the right."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from config import clock
from tasks_inbox import queries
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import PAGE, View
from web import live_lists
from web.pages import page_number, reader, signed_in
from web.views import inbox_filter
from web.views.inbox_filter import Filter, day_end
from web.views.inbox_rows import groups_of, rows_of
from web.views.task_pane import pane

COUNTED = (View.MINE, View.GROUPS, View.OVERDUE, View.TODAY)
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


@require_GET
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Work comes first: the start page is the inbox."""
    return redirect("inbox", view=View.MINE)


@require_GET
@signed_in
def inbox(request: HttpRequest, view: str) -> HttpResponse:
    """The three panes of one view, with the chosen or the first task open."""
    user, shown = reader(request), _view(view)
    context = _list(request, user, shown)
    chosen = _chosen(user, request.GET.get("task", ""), context["rows"])
    context["current_id"] = chosen.pk if chosen else None
    context |= {"views": views_of(user, shown), "today": _today(user), "detail": False}
    if chosen is not None:
        context |= {"detail": True, **pane(request, user, chosen)}
    return render(request, "inbox/page.html", context)


@require_GET
@signed_in
def inbox_rows(request: HttpRequest, view: str) -> HttpResponse:
    """The list alone, for live updates and filters."""
    return render(request, "inbox/list.html", _list(request, reader(request), _view(view)))


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


def views_of(user: User, current: View) -> list[dict[str, Any]]:
    """The entries on the left with their counts, capped at 99+."""
    named = labels()
    return [_entry(user, view, named[view], current) for view in View]


def _entry(user: User, view: View, label: str, current: View) -> dict[str, Any]:
    count = queries.capped_count(user, view) if view in COUNTED else 0
    return {
        "label": label,
        "icon": ICONS[view],
        "url": reverse("inbox", args=[view]),
        "current": view == current,
        "count": "99+" if count > queries.COUNT_CAP else count,
        "count_name": f"inbox:{view}" if view in COUNTED else "",
        "tone": "danger" if view == View.OVERDUE and count else "",
    }


def _view(name: str) -> View:
    try:
        return View(name)
    except ValueError:
        raise Http404 from None


def _list(request: HttpRequest, user: User, view: View) -> dict[str, Any]:
    asked = inbox_filter.read(user, f"{request.GET.get('q', '')} {request.GET.get('add', '')}")
    number = page_number(request)
    page = queries.page(user, view, offset=(number - 1) * PAGE, where=asked.where)
    rows = rows_of(user, page.items, view=view, query=asked.text)
    here = reverse("inbox", args=[view])
    return {
        "view": view,
        "view_label": labels()[view],
        "page": page,
        "rows": rows,
        "groups": groups_of(rows, view),
        "filter": asked,
        "chips": _chips(asked, here),
        "here": here,
        "kept": [{"name": "q", "value": asked.text}] if asked.text else [],
        "list_name": live_lists.inbox_name(view, asked.text, number),
        "list_url": f"{reverse('inbox_rows', args=[view])}?{urlencode({'q': asked.text, 'page': number})}",
        "number": number,
        "previous": f"{here}?{urlencode({'q': asked.text, 'page': number - 1})}" if number > 1 else "",
        "next": f"{here}?{urlencode({'q': asked.text, 'page': number + 1})}" if page.more else "",
        "may_claim_many": view == View.GROUPS,
        "current_id": None,
    }


def _chips(asked: Filter, here: str) -> list[dict[str, str]]:
    chips = [(chip.name, inbox_filter.described(chip.value), chip.rest) for chip in asked.chips]
    if asked.words:
        left = " ".join(f'{chip.name}:"{chip.value}"' for chip in asked.chips)
        chips.append((_("Words"), asked.words, left))
    return [
        {"name": name, "value": value, "remove_url": f"{here}?{urlencode({'q': rest})}"} for name, value, rest in chips
    ]


def _chosen(user: User, task_id: str, rows: list[dict[str, Any]]) -> WorkItem | None:
    """The task in the address if it may be seen, else the first of the list."""
    try:
        wanted = queries.visible_item(user, UUID(task_id)) if task_id else None
    except ValueError:
        wanted = None
    if wanted is None and rows:
        wanted = rows[0]["item"]
    return wanted


def _today(user: User) -> dict[str, Any]:
    """How the day goes: what was done, what is still due, when the next one is."""
    now = clock.now()
    done = WorkItem.objects.filter(ended_by=user, status=WorkItem.Status.COMPLETED, ended_at__gte=day_end(now, 0))
    due = WorkItem.objects.filter(assignee=user, status=WorkItem.Status.OPEN, due_at__lt=day_end(now, 1))
    finished = len(done.values_list("pk")[: queries.COUNT_CAP + 1])
    left = list(due.order_by("due_at").values_list("due_at", flat=True)[: queries.COUNT_CAP + 1])
    total = finished + len(left)
    return {
        "done": finished,
        "total": total,
        "percent": round(100 * finished / total) if total else 0,
        "next_due": next((moment for moment in left if moment is not None and moment > now), None),
    }
