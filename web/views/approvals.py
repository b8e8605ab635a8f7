"""What waits for my decision: each as a document to read, with the decision beside it and the next ones below."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from crm_core.attachments.queries import attachments_of
from tasks_inbox import approvals as queue
from tasks_inbox import commands, queries, standing
from tasks_inbox.models import WorkItem
from tasks_inbox.phrases import MOST, phrases_of
from web import clocks, process_words
from web.approving.ahead import approvers_ahead
from web.approving.kinds import kind_of
from web.approving.weighing import longer_press
from web.pages import events, reader, signed_in
from web.subjects import subject_of, subjects_of
from web.views.signers import signers_of
from web.views.task_aside import aside_of
from web.views.task_form import form_of
from web.views.task_history import comments_of
from web.views.task_menu import menu_of
from web.views.task_pane import item_for, record_facts
from web.views.task_process import process_of

SHOWN_NEXT = 3
LONGEST_NUMBER = 10
LONGEST_TEXT = 10_000


@require_GET
@signed_in
def approvals(request: HttpRequest) -> HttpResponse:
    """The first approval that waits, or the calm page when none does."""
    waiting = queue.waiting_for(reader(request))
    if waiting:
        return redirect("approval", item_id=waiting[0].pk)
    return render(request, "approvals/none.html", _queue(reader(request), None, []))


@require_GET
@signed_in
def approvals_queue(request: HttpRequest) -> HttpResponse:
    """What comes next, beside the approval that is read now (``item``): for live updates."""
    user = reader(request)
    waiting = queue.waiting_for(user)
    wanted = request.GET.get("item", "")
    item = next((each for each in waiting if str(each.pk) == wanted), None)
    return render(request, "approvals/queue.html", _queue(user, item, waiting))


@require_GET
@signed_in
def approval(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One decision: the document, the answer, the chain, and what comes next."""
    user = reader(request)
    item = item_for(user, item_id)
    waiting = queue.waiting_for(user)
    may = standing.standing_of(user, item)
    subject = subject_of(user, item)
    clocks.attach([item], {(item.record_kind, item.record_id): subject})
    kind = kind_of(item, subject)
    readonly = not may.may_complete
    form = form_of(user, item, readonly=readonly, only_answers=True, texts=not kind.whole, subject=subject)
    context = {
        "item": item,
        "may": may,
        "menu": menu_of(user, item, may),
        **signers_of(user, item),
        "mine": item.assignee_id == user.pk,
        "name": process_words.task_name(item),
        "process": process_words.process_name(item.instance.version_id),
        "subject": subject,
        "record_facts": record_facts(user, subject),
        "form": form,
        "longer_press": longer_press(user, subject, form.buttons),
        "files": list(attachments_of(user, item.record_kind, item.record_id)) if subject else [],
        "comments": comments_of(item),
        "came_from": "approvals",
        **aside_of(user, item),
        "document_template": kind.template,
        "phrases": phrases_of(user) if may.may_complete else [],
        "position": _place(item, waiting),
        **_queue(user, item, waiting),
        **process_of(user, item),
    }
    context |= kind.document(user, item, subject, form.variables)
    chain = context["approval_chain"]
    context["looks_ahead"] = item.is_open and not any(step["state"] == "next" for step in chain)
    return render(request, "approvals/page.html", context)


@require_GET
@signed_in
def approval_ahead(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Who will be asked next if everybody agrees, as the end of the chain; asked for when the page is drawn."""
    user = reader(request)
    return render(request, "approvals/ahead.html", {"steps": approvers_ahead(user, item_for(user, item_id))})


@require_POST
@signed_in
def approval_seen(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The person has what is asked before their eyes, in the state (``number``) that the page showed."""
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER):
        return HttpResponseBadRequest()
    commands.note_seen(actor=reader(request), work_item_id=item_id, number=int(number))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_http_methods(["GET", "POST"])
@signed_in
def approval_phrases(request: HttpRequest) -> HttpResponse:
    """The dialog with the person's phrases, one a line, and keeping them."""
    user = reader(request)
    if request.method == "GET":
        mine = {"phrases": "\n".join(phrases_of(user)), "most": MOST}
        return render(request, "approvals/phrases_dialog.html", mine)
    kept = commands.keep_phrases(actor=user, lines=request.POST.get("phrases", "")[:LONGEST_TEXT].splitlines())
    answer = render(request, "approvals/phrases.html", {"phrases": kept, "instead": True})
    return events(answer, close_dialog=None, toast={"text": _("Your phrases are kept.")})


def _queue(user: User, item: WorkItem | None, waiting: list[WorkItem]) -> dict[str, Any]:
    return {
        "item": item,
        "queue": _cards(user, item, waiting),
        "queue_fingerprint": queries.fingerprint(waiting, len(waiting)),
        **_neighbours(item, waiting),
    }


def _place(item: WorkItem | None, waiting: list[WorkItem]) -> int:
    return next((number for number, each in enumerate(waiting) if item and each.pk == item.pk), -1)


def _neighbours(item: WorkItem | None, waiting: list[WorkItem]) -> dict[str, Any]:
    """The approvals before and after this one, for the keys k and j."""
    at = _place(item, waiting)
    if at < 0:
        return {"previous": None, "next": waiting[0] if waiting else None}
    return {
        "previous": waiting[at - 1] if at > 0 else None,
        "next": waiting[at + 1] if at + 1 < len(waiting) else None,
    }


def _cards(user: User, item: WorkItem | None, waiting: list[WorkItem]) -> list[dict[str, Any]]:
    at = _place(item, waiting)
    others = waiting[at + 1 : at + 1 + SHOWN_NEXT] or [each for each in waiting if each != item][:SHOWN_NEXT]
    subjects = subjects_of(user, others)
    clocks.attach(others, subjects)
    return [_card(each, subjects.get((each.record_kind, each.record_id))) for each in others]


def _card(item: WorkItem, subject: Any) -> dict[str, Any]:
    about = subject.title if subject else item.record_number
    fact = f" · {subject.fact}" if subject and subject.fact else ""
    return {"item": item, "title": f"{process_words.process_name(item.instance.version_id)}: {about}{fact}"}
