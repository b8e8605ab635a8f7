"""Having somebody else do the work on a task, and getting it back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from tasks_inbox import commands
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import Standing, holds
from web import process_words
from web.pages import events, reader, signed_in
from web.views import chosen
from web.views.task_again import shown_again
from web.views.task_menu import MenuEntry
from web.views.task_pane import item_for
from web.views.task_refusals import says_who


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Delegate for the holder; hand back for the delegate, take back for the owner."""
    if not item.is_open or item.held_by_id is not None:
        return
    if item.delegated_by_id is None:
        if item.assignee_id is not None and holds(user, item):
            yield MenuEntry(_("Delegate"), "user-check", reverse("task_delegate", args=[item.pk]))
        return
    if holds(user, item):
        yield MenuEntry(_("Hand back"), "reply", reverse("task_hand_back", args=[item.pk]))
    if item.delegated_by_id == user.pk:
        yield MenuEntry(_("Take back"), "undo-2", reverse("task_recall", args=[item.pk]), posts=True)


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def delegate(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks who does the work, and the act."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        context = {"item": item, "name": process_words.task_name(item)}
        return render(request, "task/acts/delegate_dialog.html", context)
    person = chosen.person(request)
    commands.delegate_work_item(actor=user, work_item_id=item_id, delegate=person, note=request.POST.get("note", ""))
    text = _("%(name)s does the work and hands the task back to you.") % {"name": person.display_name}
    return events(HttpResponse(status=204), close_dialog=None, refresh_lists=None, advance=None, toast={"text": text})


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def hand_back(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks for a word to the owner, and the act."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        context = {"item": item, "name": process_words.task_name(item), "owner": item.delegated_by}
        return render(request, "task/acts/hand_back_dialog.html", context)
    back = commands.hand_back_work_item(actor=user, work_item_id=item_id, note=request.POST.get("note", ""))
    name = back.assignee.display_name if back.assignee else ""
    text = _("%(name)s has the task again, with what you filled in.") % {"name": name}
    return events(HttpResponse(status=204), close_dialog=None, refresh_lists=None, advance=None, toast={"text": text})


@require_POST
@signed_in
@says_who
def recall(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The owner has the task again."""
    commands.recall_work_item(actor=reader(request), work_item_id=item_id)
    return shown_again(request, item_id, _("The task is yours again."))
