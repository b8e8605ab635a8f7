"""What I started: where each process stands, who has it since when, and when it is likely done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from config import clock
from tasks_inbox import returning
from tasks_inbox.models import WorkItem
from web import process_words
from web.pages import page_number, reader, signed_in
from web.subjects import subjects_of
from workflows import queries as processes
from workflows.durations import usual_durations
from workflows.models import ProcessInstance

PER_PAGE = 30
SHOWN = {
    "running": ProcessInstance.LIVE,
    "ended": [status for status in ProcessInstance.Status if status not in ProcessInstance.LIVE],
}


@require_GET
@signed_in
def requests_mine(request: HttpRequest) -> HttpResponse:
    """My processes, newest first; ``?show=running`` or ``ended`` keeps those."""
    user, show = reader(request), request.GET.get("show", "")
    rows = processes.started_by(user)
    if show in SHOWN:
        rows = rows.filter(status__in=SHOWN[show])
    page = Paginator(rows, PER_PAGE).get_page(page_number(request))
    parts = [("", _("All")), ("running", _("Running")), ("ended", _("Ended"))]
    context = {
        "page": page,
        "rows": _rows(user, list(page.object_list)),
        "show": show if show in SHOWN else "",
        "parts": [
            {"label": label, "url": f"?show={part}" if part else "?", "pressed": part == show} for part, label in parts
        ],
    }
    return render(request, "requests/mine.html", context)


def _rows(user: User, instances: Sequence[ProcessInstance]) -> list[dict[str, Any]]:
    """Five queries for a page, however many processes it shows."""
    subjects = subjects_of(user, instances)
    waiting: dict[UUID, list[WorkItem]] = defaultdict(list)
    roots = [instance.root_id for instance in instances]
    open_items = WorkItem.objects.in_context().filter(instance__root__in=roots, status=WorkItem.Status.OPEN)
    for item in open_items.order_by("created_at", "id"):
        waiting[item.instance.root_id].append(item)
    usual = usual_durations(instance.process_key for instance in instances if instance.is_live)
    return [_row(user, instance, subjects, waiting[instance.root_id], usual) for instance in instances]


def _row(
    user: User, instance: ProcessInstance, subjects: Any, items: list[WorkItem], usual: Mapping[str, timedelta]
) -> dict[str, Any]:
    order = process_words.people_steps(instance.version_id)
    at = max((order.index(item.element) for item in items if item.element in order), default=0)
    return {
        "instance": instance,
        "tone": "success" if instance.status == ProcessInstance.Status.COMPLETED else "",
        "process": process_words.process_name(instance.version_id),
        "subject": subjects.get((instance.record_kind, instance.record_id)),
        "waiting": [
            {
                "item": item,
                "name": process_words.task_name(item),
                "held": clock.now() - (item.claimed_at or item.created_at),
                "may_urge": item.assignee_id != user.pk,
            }
            for item in items[:3]
        ],
        "more": max(0, len(items) - 3),
        "done": at,
        "steps": len(order) if instance.is_live and items else 0,
        "likely_done": _likely_done(instance, usual),
        "took": instance.ended_at - instance.started_at if instance.ended_at else None,
        "may_recall": returning.is_recallable(user, instance),
        "late": any(item.due_at and item.due_at < clock.now() for item in items),
    }


def _likely_done(instance: ProcessInstance, usual: Mapping[str, timedelta]) -> datetime | None:
    """When it ends if it takes as long as usual; None where nothing is known or that has passed."""
    span = usual.get(instance.process_key) if instance.is_live else None
    likely = instance.started_at + span if span is not None else None
    return likely if likely is not None and likely > clock.now() else None
