"""What was completed in the inbox and can still be undone: accept it, undo it, or let it go on at once."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from tasks_inbox import commands, holding, queries
from tasks_inbox.exceptions import CannotBeUndone, NothingToTakeBack
from tasks_inbox.models import HeldAct, WorkItem
from web import process_words
from web.errors import answer, refusal_of
from web.pages import events, is_partial, reader, signed_in
from web.views.task_pane import item_for
from web.views.task_refusals import says_who

APPROVALS = "approvals"


def accept(user: User, item_id: UUID, answers: dict[str, Any], seen: str | None, *, asked: bool) -> WorkItem | HeldAct:
    """Hold the completion where undo is on; who was asked because it cannot be undone completes at once."""
    words: dict[str, Any] = {"actor": user, "work_item_id": item_id, "answers": answers, "seen": seen}
    if asked or not holding.undo_seconds():
        return commands.complete_work_item(**words)
    return commands.hold_completion(**words, batch=uuid.uuid4())


def ask(refusal: CannotBeUndone) -> JsonResponse:
    """The refusal with the question that the page puts; it sends the same again with ``asked`` where people say yes."""
    question = _("This cannot be undone. Complete it all the same?")
    return JsonResponse({"detail": str(refusal.sentence), "ask": question}, status=HTTPStatus.CONFLICT)


def toast_of(item: WorkItem, *, held: bool, came_from: str = "") -> dict[str, Any]:
    """What the page says after a completion, with the addresses to undo and to confirm it while it is held."""
    toast: dict[str, Any] = {"text": _("Completed: %(task)s") % {"task": process_words.task_name(item)}}
    if held:
        from_where = f"?from={came_from}" if came_from else ""
        toast |= {
            "undo_url": reverse("task_undo", args=[item.pk]) + from_where,
            "confirm_url": reverse("task_finish", args=[item.pk]),
            "seconds": holding.undo_seconds(),
        }
    return toast


@require_POST
@signed_in
@says_who
def undo(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The task is there again as it was, with the answers as a draft."""
    item = commands.take_back(actor=reader(request), work_item_id=item_id)
    back = {"items": [str(item.pk)], "url": _address(request, item)}
    return events(JsonResponse(back), undone=back, toast={"text": _("Undone"), "seconds": 4})


@require_POST
@signed_in
def undo_batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The same for all acts of a batch that are not carried out yet."""
    user = reader(request)
    outcome = commands.take_back_batch(actor=user, batch=batch)
    undone = [str(item_id) for item_id, refusal in outcome.items() if refusal is None]
    if not undone:
        refusal = refusal_of(NothingToTakeBack(ended=True))
        assert refusal is not None
        return answer(request, refusal)
    text = ngettext("%(count)d task undone", "%(count)d tasks undone", len(undone)) % {"count": len(undone)}
    return JsonResponse({"items": undone, "text": text})


@require_POST
@signed_in
def finish(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Carry it out now; says truly what became of it. ``?then=see`` goes on to the page of the task."""
    user = reader(request)
    done = commands.confirm_held_act(actor=user, work_item_id=item_id)
    item = queries.visible_item(user, item_id)
    if not done and item is not None and item.is_open:
        text = _("This could not be completed. Your answers are kept: look at the task again.")
        return JsonResponse({"detail": text}, status=HTTPStatus.CONFLICT)
    if request.GET.get("then") == "see" and is_partial(request):
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Redirect"] = reverse("task", args=[item_id])
        return response
    text = _("Done") if item is None else _("Done: %(task)s") % {"task": process_words.task_name(item)}
    return JsonResponse({"text": text})


def _address(request: HttpRequest, item: WorkItem) -> str:
    """Where the person goes on with a task that is theirs again."""
    name = "approval" if request.GET.get("from") == APPROVALS else "task"
    return reverse(name, args=[item_for(reader(request), item.pk).pk])
