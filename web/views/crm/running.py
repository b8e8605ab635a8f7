"""The processes that run about some records, as small progress bars: which step, who has it, until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.models import User
from config import clock
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import BY_DUE
from web import process_words
from web.subjects import Subject, subjects_of
from workflows.models import ProcessInstance, Subscription, Timer


def running(user: User, instances: Iterable[ProcessInstance]) -> list[dict[str, Any]]:
    """One entry per running process, oldest first; the number of queries does not grow with them."""
    roots = sorted((row for row in instances if row.is_live), key=lambda row: row.started_at)
    ids = [row.pk for row in roots]
    if not ids:
        return []
    items: dict[Any, list[WorkItem]] = defaultdict(list)
    finished: dict[Any, set[str]] = defaultdict(set)
    rows = WorkItem.objects.in_context().filter(instance__root__in=ids).exclude(status=WorkItem.Status.CANCELLED)
    for item in rows.order_by(*BY_DUE):
        if item.is_open:
            items[item.instance.root_id].append(item)
        else:
            finished[item.instance.root_id].add(item.element)
    timers = _first_by_root(Timer.objects.filter(root__in=ids, due__isnull=False).order_by("due"))
    waits = _first_by_root(Subscription.objects.filter(root__in=ids, signal=False).order_by("opened_at", "pk"))
    subjects = subjects_of(user, roots)
    return [
        _entry(
            row,
            subjects.get((row.record_kind, row.record_id)),
            items[row.pk],
            finished[row.pk],
            (timers.get(row.pk), waits.get(row.pk)),
        )
        for row in roots
    ]


def open_items_about(condition: Q) -> list[WorkItem]:
    """The open tasks about records, the most urgent first, at most fifty."""
    rows = WorkItem.objects.in_context().filter(condition, status=WorkItem.Status.OPEN)
    return list(rows.order_by(*BY_DUE)[:50])


def _entry(
    row: ProcessInstance, subject: Subject | None, items: list[WorkItem], finished: set[str], waits: Any
) -> dict[str, Any]:
    timer, wait = waits
    name = process_words.process_name(row.version_id)
    entry: dict[str, Any] = {
        "instance": row,
        "name": name,
        "number": row.number,
        "url": subject.url if subject else "",
        "list": f"record:{row.record_kind}:{row.record_id}",
        "since": row.started_at,
        "others": max(0, len(items) - 1),
    }
    if items:
        return entry | _at_task(items[0])
    total = len(process_words.people_steps(row.version_id))
    done = min(len(finished), total)
    waiting = timer or wait
    bundle = process_words.definitions.version_bundle(row.version_id)
    return entry | {
        "step": process_words.step_name(bundle, waiting.element) if waiting else "",
        "done": done,
        "total": max(total, 1),
        "late": False,
        "holder": None,
        "due_at": timer.due if timer else None,
        "waits": True,
    }


def _at_task(item: WorkItem) -> dict[str, Any]:
    order = process_words.people_steps(item.instance.version_id)
    done = order.index(item.element) if item.element in order else 0
    return {
        "step": process_words.task_name(item),
        "done": done,
        "total": max(len(order), 1),
        "late": item.due_at is not None and item.due_at < clock.now(),
        "holder": item.assignee,
        "item": item,
        "waits": False,
    }


def _first_by_root(rows: Iterable[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for row in rows:
        found.setdefault(row.root_id, row)
    return found
