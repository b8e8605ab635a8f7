"""What I started: where each process stands, and who has it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from config import clock
from tasks_inbox.models import WorkItem
from web import process_words
from web.pages import page_number, reader, signed_in
from web.subjects import subjects_of
from workflows import queries as processes
from workflows.models import ProcessInstance

PER_PAGE = 30


@require_GET
@signed_in
def requests_mine(request: HttpRequest) -> HttpResponse:
    """My processes, newest first."""
    user = reader(request)
    rows = processes.started_by(user)
    page = Paginator(rows, PER_PAGE).get_page(page_number(request))
    return render(request, "requests/mine.html", {"page": page, "rows": _rows(user, list(page.object_list))})


def _rows(user: User, instances: Sequence[ProcessInstance]) -> list[dict[str, Any]]:
    """Four queries for a page, however many processes it shows."""
    subjects = subjects_of(user, instances)
    waiting: dict[UUID, list[WorkItem]] = defaultdict(list)
    roots = [instance.root_id for instance in instances]
    open_items = WorkItem.objects.in_context().filter(instance__root__in=roots, status=WorkItem.Status.OPEN)
    for item in open_items.order_by("created_at", "id"):
        waiting[item.instance.root_id].append(item)
    return [_row(instance, subjects, waiting[instance.root_id]) for instance in instances]


def _row(instance: ProcessInstance, subjects: Any, items: list[WorkItem]) -> dict[str, Any]:
    order = process_words.people_steps(instance.version_id)
    at = max((order.index(item.element) for item in items if item.element in order), default=0)
    return {
        "instance": instance,
        "process": process_words.process_name(instance.version_id),
        "subject": subjects.get((instance.record_kind, instance.record_id)),
        "waiting": [{"item": item, "name": process_words.task_name(item)} for item in items[:3]],
        "more": max(0, len(items) - 3),
        "done": at,
        "steps": len(order) if instance.is_live and items else 0,
        "late": any(item.due_at and item.due_at < clock.now() for item in items),
    }
