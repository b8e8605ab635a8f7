"""What people do with a task: take, give back, complete, pass on, comment, keep a draft. One command each."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from tasks_inbox import approvals, commands
from tasks_inbox.exceptions import CannotBeUndone, FormChanged, RecipientUnfit
from tasks_inbox.models import HeldAct, WorkItem
from web import process_words
from web.pages import events, json_body, reader, signed_in
from web.views import task_changed, task_held
from web.views.task_history import comments_of
from web.views.task_pane import item_for, pane
from web.views.task_refusals import says_who

APPROVALS = "approvals"


@require_POST
@signed_in
@says_who
def claim(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take the task; the pane stays on it although it leaves the queue."""
    user = reader(request)
    commands.claim_work_item(actor=user, work_item_id=item_id)
    if request.GET.get("from") == APPROVALS:
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Refresh"] = "true"
        return response
    return events(_pane(request, user, item_id, keep=True), refresh_lists=None)


@require_POST
@signed_in
@says_who
def release(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Give the task back to its queue."""
    user = reader(request)
    item = commands.release_work_item(actor=user, work_item_id=item_id)
    text = _("Given back: %(task)s") % {"task": process_words.task_name(item)}
    return events(_pane(request, user, item_id), refresh_lists=None, toast={"text": text})


@require_POST
@signed_in
@says_who
def complete(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Close the task with the answers in the body; body: {"answers": {...}, "content_hash": "...", "asked": true}.

    The person can take it back for some seconds (`task_held`). What cannot be undone is refused with a question;
    ``asked`` says that it was answered with yes.
    """
    user, body = reader(request), json_body(request)
    answers, seen = body.get("answers"), body.get("content_hash")
    try:
        done = task_held.accept(
            user,
            item_id,
            answers if isinstance(answers, dict) else {},
            seen if isinstance(seen, str) and seen else None,
            asked=body.get("asked") is True,
        )
    except CannotBeUndone as refusal:
        return task_held.ask(refusal)
    except FormChanged as refusal:
        return task_changed.refused(request, refusal, item_for(user, item_id), seen if isinstance(seen, str) else "")
    held = isinstance(done, HeldAct)
    item = done.item if isinstance(done, HeldAct) else done
    came_from = APPROVALS if request.GET.get("from") == APPROVALS else ""
    toast = task_held.toast_of(item, held=held, came_from=came_from)
    if came_from:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = next_approval(user)
        return events(response, toast=toast) if held else response
    context = {"item": item, "name": process_words.task_name(item), "held": held}
    return events(render(request, "task/done.html", context), toast=toast, refresh_lists=None, advance=None)


def next_approval(user: User) -> str:
    """Where an approver goes on: the next approval, else the empty list."""
    waiting = approvals.waiting_for(user)
    return reverse("approval", args=[waiting[0].pk]) if waiting else reverse("approvals")


@require_POST
@signed_in
@says_who
def keep_draft(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Keep what was typed so far; body: {"answers": {...}}."""
    answers = json_body(request).get("answers")
    if not isinstance(answers, dict):
        return HttpResponseBadRequest()
    draft = commands.save_draft(actor=reader(request), work_item_id=item_id, answers=answers)
    return JsonResponse({"saved_at": draft.saved_at.isoformat()})


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def comment(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks for a comment, and the comment itself."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return render(request, "task/comment_dialog.html", {"item": item})
    commands.comment_on_work_item(actor=user, work_item_id=item_id, text=request.POST.get("text", ""))
    return events(
        HttpResponse(status=204), close_dialog=None, comments_changed=None, toast={"text": _("Your comment is kept.")}
    )


@require_GET
@signed_in
def discussion(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """What was said so far."""
    item = item_for(reader(request), item_id)
    return render(request, "task/comments.html", {"item": item, "comments": comments_of(item)})


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def transfer(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks to whom, and the transfer itself."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return render(request, "task/transfer_dialog.html", {"item": item, "name": process_words.task_name(item)})
    recipient = _recipient(request)
    given = commands.transfer_work_item(
        actor=user,
        work_item_id=item_id,
        recipient=recipient,
        reason=request.POST.get("reason", "")[:1000],
        although_away="although_away" in request.POST,
    )
    text = _has_it(recipient, given)
    return events(HttpResponse(status=204), close_dialog=None, refresh_lists=None, advance=None, toast={"text": text})


def _has_it(recipient: User, given: WorkItem) -> str:
    """Who has a task that was passed on, and why it is not the person it was given to."""
    if given.assignee is None or given.assignee == recipient:
        return _("%(name)s has the task now.") % {"name": recipient.display_name}
    names = {"name": recipient.display_name, "other": given.assignee.display_name}
    return _("%(name)s is away: %(other)s has the task now.") % names


def _pane(request: HttpRequest, user: User, item_id: UUID, *, keep: bool = False) -> HttpResponse:
    item: WorkItem = item_for(user, item_id)
    return render(request, "task/pane.html", pane(request, user, item, keep=keep))


def _recipient(request: HttpRequest) -> User:
    """The person that was chosen; raises RecipientUnfit without one."""
    text = request.POST.get("recipient", "")
    found = User.objects.filter(pk=int(text), is_active=True).first() if text.isascii() and text.isdigit() else None
    if found is None:
        raise RecipientUnfit
    return found
