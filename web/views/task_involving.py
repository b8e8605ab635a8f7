"""Bringing others into a task without giving it away: sent to read, urged, asked for their opinion."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from tasks_inbox import commands, consulting
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import Standing, holds, may_involve
from tasks_inbox.urging import may_urge
from web import process_words
from web.pages import reader, signed_in
from web.views import chosen
from web.views.task_again import changed
from web.views.task_menu import MenuEntry
from web.views.task_pane import item_for
from web.views.task_refusals import says_who


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Ask for an opinion, send to read, urge: each for whom the command lets."""
    if not item.is_open or item.held_by_id is not None:
        return
    if item.assignee_id is not None and holds(user, item):
        yield MenuEntry(_("Ask for an opinion"), "message-circle", reverse("task_consult", args=[item.pk]))
    if may_involve(user, item):
        yield MenuEntry(_("Send to read (CC)"), "files", reverse("task_copy", args=[item.pk]))
    if may_urge(user, item):
        yield MenuEntry(_("Urge"), "megaphone", reverse("task_urge", args=[item.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def copy(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks who should read the task, and the act."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return _dialog(request, "task/acts/copy_dialog.html", item)
    people = chosen.people(request, "people")
    commands.copy_work_item(actor=user, work_item_id=item_id, people=people, note=request.POST.get("note", ""))
    count = len(people)
    return changed(ngettext("Sent to %(count)d person.", "Sent to %(count)d people.", count) % {"count": count})


@require_POST
@signed_in
@says_who
def copy_read(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The person has what was sent to them before their eyes."""
    commands.mark_copy_read(actor=reader(request), work_item_id=item_id)
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def urge(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks for a word, and the act."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return _dialog(request, "task/acts/urge_dialog.html", item)
    commands.urge_work_item(actor=user, work_item_id=item_id, text=request.POST.get("text", ""))
    return changed(_("Urged. You can do so again in some hours."))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def consult(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks whom and what, and the question."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return _dialog(request, "task/acts/consult_dialog.html", item)
    person = chosen.person(request, "person")
    commands.consult(actor=user, work_item_id=item_id, person=person, question=request.POST.get("question", ""))
    return changed(_("%(name)s is asked. The task stays yours.") % {"name": person.display_name})


@require_POST
@signed_in
@says_who
def advise(request: HttpRequest, item_id: UUID, question_id: UUID) -> HttpResponse:
    """The opinion that was asked for."""
    answer = request.POST.get("answer", "")
    commands.answer_consultation(actor=reader(request), consultation_id=question_id, answer=answer)
    return changed(_("Your opinion is kept and told."))


@require_POST
@signed_in
@says_who
def unask(request: HttpRequest, item_id: UUID, question_id: UUID) -> HttpResponse:
    """The question is no longer asked."""
    commands.withdraw_consultation(actor=reader(request), consultation_id=question_id)
    return changed(_("The question is withdrawn."))


def _dialog(request: HttpRequest, template: str, item: WorkItem) -> HttpResponse:
    context = {"item": item, "name": process_words.task_name(item), "pauses": consulting.pauses_clock(item)}
    return render(request, template, context)
