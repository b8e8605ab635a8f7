"""Handing back, or keeping, what one holds because somebody was away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from tasks_inbox import commands, handing_back
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import Standing
from web import process_words
from web.pages import events, reader, signed_in
from web.views.task_menu import MenuEntry
from web.views.task_refusals import says_who


@require_POST
@signed_in
@says_who
def restore(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Give the task to whom it was meant for."""
    item = commands.restore_work_item(actor=reader(request), work_item_id=item_id)
    assert item.assignee is not None
    text = _("%(name)s has the task now.") % {"name": item.assignee.display_name}
    return events(HttpResponse(status=204), refresh_lists=None, advance=None, toast={"text": text})


@require_POST
@signed_in
@says_who
def keep(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Go on with the task in one's own name; the question leaves the page."""
    item = commands.keep_work_item(actor=reader(request), work_item_id=item_id)
    text = _("You keep: %(task)s") % {"task": process_words.task_name(item)}
    return events(HttpResponse(), refresh_lists=None, toast={"text": text})


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Hand it back, by its holder, by the person it was meant for, and by who may reassign it."""
    absent = item.on_behalf_of
    if absent is None or not item.is_open or not (may.may_transfer or user.pk == absent.pk):
        return
    url = reverse("task_restore", args=[item.pk])
    if user.pk == absent.pk:
        yield MenuEntry(_("Take it back"), "undo-2", url, posts=True)
    else:
        yield MenuEntry(_("Hand back to %(name)s") % {"name": absent.display_name}, "undo-2", url, posts=True)


def question(user: User, item: WorkItem) -> dict[str, Any]:
    """What the task asks its holder when the person they stood in for is back; empty where there is no question."""
    if item.on_behalf_of is None or item.assignee_id != user.pk or not item.is_open:
        return {}
    return {"back_again": item.on_behalf_of} if handing_back.is_asked(item) else {}
