"""How urgent a task is and when it is due, as somebody above its holder decides."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tasks_inbox import commands
from tasks_inbox.exceptions import PriorityUnfit
from tasks_inbox.models import WorkItem
from tasks_inbox.planning import PRIORITIES
from tasks_inbox.standing import DUE_DATE_HEADER, PRIORITY_HEADER, Standing, may_plan
from web import dates, process_words
from web.pages import reader, signed_in
from web.views import chosen
from web.views.task_again import changed
from web.views.task_menu import MenuEntry
from web.views.task_pane import item_for
from web.views.task_refusals import says_who


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Priority and due date, for whoever may plan the task."""
    if may_plan(user, item, PRIORITY_HEADER):
        yield MenuEntry(_("Change priority"), "flag", reverse("task_priority", args=[item.pk]))
    if may_plan(user, item, DUE_DATE_HEADER):
        yield MenuEntry(_("Change due date"), "calendar-clock", reverse("task_due", args=[item.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def priority(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog with the priorities, and the choice."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        context = {"item": item, "name": process_words.task_name(item), "choices": _choices(item)}
        return render(request, "task/acts/priority_dialog.html", context)
    text = request.POST.get("priority", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise PriorityUnfit
    commands.set_priority(actor=user, work_item_id=item_id, priority=int(text))
    return changed(_("The priority is changed."))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def due(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks for the new date and why, and the change."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        now = item.due_at.astimezone(user.time_zone).strftime("%Y-%m-%dT%H:%M") if item.due_at else ""
        context = {"item": item, "name": process_words.task_name(item), "now": now}
        return render(request, "task/acts/due_dialog.html", context)
    due_at = chosen.moment(request, "due_at")
    commands.set_due_date(actor=user, work_item_id=item_id, due_at=due_at, reason=request.POST.get("reason", ""))
    return changed(_("Due %(moment)s now.") % {"moment": dates.exact(due_at)})


def _choices(item: WorkItem) -> list[dict[str, object]]:
    labels = (_("Low"), _("Normal"), _("High"), _("Urgent"))
    return [
        {"value": value, "label": label, "current": item.priority == value}
        for value, label in zip(PRIORITIES, labels, strict=True)
    ]
