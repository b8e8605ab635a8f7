"""What waits for my decision: each as a document to read, with the decision beside it and the next ones below."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.models import User
from crm_core.attachments.queries import attachments_of
from tasks_inbox import approvals as queue
from tasks_inbox import queries, standing
from tasks_inbox.models import WorkItem
from web import clocks, process_words
from web.pages import reader, signed_in
from web.subjects import subject_of, subjects_of
from web.views.approvals_levels import level_change_document
from web.views.approvals_plans import marketing_plan_document
from web.views.signers import signers_of
from web.views.task_aside import aside_of
from web.views.task_form import form_of
from web.views.task_history import comments_of
from web.views.task_menu import menu_of
from web.views.task_pane import item_for, record_facts
from web.views.task_process import process_of

SHOWN_NEXT = 3
DOCUMENTS = {
    "level_change": ("approvals/level_change.html", level_change_document),
    "marketing_plan": ("approvals/marketing_plan.html", marketing_plan_document),
}


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
    template, document = DOCUMENTS.get(subject.kind if subject else "", ("approvals/document.html", None))
    form = form_of(user, item, readonly=not may.may_complete, only_answers=document is not None)
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
        "files": list(attachments_of(user, item.record_kind, item.record_id)) if subject else [],
        "comments": comments_of(item),
        "came_from": "approvals",
        **aside_of(user, item),
        "document_template": template,
        "position": _place(item, waiting),
        **_queue(user, item, waiting),
        **process_of(user, item),
    }
    if document is not None and subject is not None:
        context |= document(user, item, subject, form.variables)
    return render(request, "approvals/page.html", context)


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
