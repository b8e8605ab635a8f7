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
from tasks_inbox import lists, queries
from tasks_inbox.arranging import Grouping, Order
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import PAGE, View
from web import inbox_state, inbox_words, live_lists
from web.context import keep_counts
from web.inbox_state import State
from web.pages import reader, signed_in
from web.views import inbox_views
from web.views.inbox_filter import Filter, day_end
from web.views.inbox_rows import groups_of, rows_of
from web.views.task_pane import pane

MOST_ROWS = 4 * PAGE


@require_GET
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Work comes first: the start page is the inbox."""
    return redirect("inbox", view=View.MINE)


@require_GET
@signed_in
def inbox(request: HttpRequest, view: str) -> HttpResponse:
    """The three panes of one view, with the chosen or the first task open.

    What was added to the filter becomes part of the address, unless something in it was not understood.
    """
    user = reader(request)
    state, asked = _asked(request, user, view)
    if request.GET.get("add", "").strip() and not asked.troubles:
        return redirect(state.address(saved=""))
    context = _list(user, state, asked)
    chosen = _chosen(user, request.GET.get("task", ""), context["rows"])
    context |= _head(state, asked) | inbox_views.beside(user, state)
    keep_counts(request, {f"inbox:{counted}": count for counted, count in context["counted"].items()})
    context |= {"current_id": chosen.pk if chosen else None, "today": _today(user), "detail": False}
    if not context["rows"] and not state.query:
        context["free"] = context["counted"][View.GROUPS]
    if chosen is not None:
        context |= {"detail": True, **pane(request, user, chosen)}
    return render(request, "inbox/page.html", context)


@require_GET
@signed_in
def inbox_rows(request: HttpRequest, view: str) -> HttpResponse:
    """One page of the list alone, for live updates and scrolling."""
    user = reader(request)
    context = _list(user, *_asked(request, user, view))
    if not context["rows"]:
        context["today"] = _today(user)
        context["free"] = queries.capped_count(user, View.GROUPS)
    return render(request, "inbox/list.html", context)


def _asked(request: HttpRequest, user: User, view: str) -> tuple[State, Filter]:
    try:
        shown = View(view)
    except ValueError:
        raise Http404 from None
    asked = inbox_state.filter_of(user, f"{request.GET.get('q', '')} {request.GET.get('add', '')}")
    return inbox_state.read(shown, request.GET, query=asked.text), asked


def _list(user: User, state: State, asked: Filter) -> dict[str, Any]:
    page = inbox_state.page_of(user, state, asked)
    rows = rows_of(user, page.items, here=state.address(number=state.number), order=state.order)
    return {
        "view": state.view,
        "view_label": inbox_views.labels()[state.view],
        "page": page,
        "rows": rows,
        "groups": groups_of(rows, state.view, grouping=state.grouping, page=state.number),
        "filter": asked,
        "here": reverse("inbox", args=[state.view]),
        "list_name": live_lists.inbox_name(state),
        "list_url": state.address("inbox_rows", number=state.number),
        "number": state.number,
        "previous": state.address(number=state.number - 1) if state.number > 1 else "",
        "next": state.address(number=state.number + 1) if page.more else "",
        "may_claim_many": state.view == View.GROUPS,
        "current_id": None,
    }


def _head(state: State, asked: Filter) -> dict[str, Any]:
    """What stands above the list: the filter with its chips, and the menus for order and headings."""
    sorts = orders() if state.view in lists.SORTED_BY_CHOICE else {}
    heads = groupings() if state.view in inbox_state.GROUPED else {}
    return {
        "state": state,
        "chips": [
            {"name": chip.name, "value": chip.value, "remove_url": state.address(query=chip.rest, saved="")}
            for chip in asked.chips
        ],
        "kept": [{"name": name, "value": kept} for name, kept in state.parameters().items() if name not in LEFT],
        "keys": [
            {"insert": f"{key}:", "label": str(inbox_words.NAMES[key]), "hint": example}
            for key, example in inbox_words.EXAMPLES.items()
        ],
        "sorts": [
            {"label": label, "url": state.address(order=order), "current": order == state.order}
            for order, label in sorts.items()
        ],
        "sort_label": sorts.get(state.order, ""),
        "groupings": [
            {"label": label, "url": state.address(grouping=grouping), "current": grouping == state.grouping}
            for grouping, label in heads.items()
        ],
        "save_url": f"{reverse('save_view', args=[state.view])}?{urlencode(state.parameters())}",
        "is_changed": bool(state.query or state.order or state.grouping),
    }


LEFT = frozenset({"page", "saved"})
"""What an address loses when the filter changes."""


def orders() -> dict[Order, str]:
    """The names of the orders."""
    return {
        Order.OWN: _("Due first"),
        Order.BEST: _("Next best"),
        Order.PRIORITY: _("Priority"),
        Order.NEWEST: _("Newest first"),
        Order.OLDEST: _("Oldest first"),
    }


def groupings() -> dict[Grouping, str]:
    """The names of the headings a list may have."""
    return {
        Grouping.OWN: _("By date"),
        Grouping.CUSTOMER: _("By customer"),
        Grouping.PROCESS: _("By process"),
        Grouping.NONE: _("Without headings"),
    }


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
