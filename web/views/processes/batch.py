"""The page of a batch, whatever is done in it: how far it is, and what became of each process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from web import process_words
from web.pages import page_number
from web.subjects import subjects_of
from web.views.crm.paging import slice_of
from workflows.models.batches import Batch, BatchItem

TONES = {
    "through": "success",
    "migrated": "success",
    "under-way": "info",
    "undone": "info",
    "left": "warning",
    "refused": "warning",
    "failed-again": "danger",
    "failed": "danger",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A batch as its page shows it. ``items`` reads the rows of a status, ``why`` says more about one of them.

    ``facts`` stand under the title; ``acts`` are buttons: label, url, icon.
    """

    batch: Batch
    title: str
    counts: Mapping[str, int]
    statuses: type[TextChoices]
    items: Callable[[str], QuerySet[Any]]
    why: Callable[[Any], str]
    facts: Sequence[Mapping[str, Any]] = ()
    acts: Sequence[Mapping[str, str]] = ()
    row_act: Callable[[Any], Mapping[str, str] | None] = field(default=lambda item: None)


def show(request: HttpRequest, user: User, shown: Shown) -> HttpResponse:
    """Render the page; while something waits its turn the browser asks for it again every two seconds."""
    chosen = request.GET.get("status", "")
    chosen = chosen if chosen in shown.statuses.values else ""
    page = slice_of(shown.items(chosen), page_number(request))
    subjects = subjects_of(user, [item.instance for item in page.rows])
    waiting = shown.counts.get(BatchItem.PENDING, 0)
    total = shown.batch.total
    context = {
        "batch": shown.batch,
        "title": shown.title,
        "facts": shown.facts,
        "acts": [] if shown.batch.is_running else shown.acts,
        "done": total - waiting,
        "percent": 100 * (total - waiting) // total if total else 100,
        "tone": "warning" if shown.counts.get("failed") or shown.counts.get("failed-again") else "",
        "sections": _sections(request.path, shown, chosen),
        "page": page,
        "rows": [_row(item, shown, subjects) for item in page.rows],
    }
    return render(request, "processes/batch.html", context)


def _sections(path: str, shown: Shown, chosen: str) -> list[dict[str, Any]]:
    labels = {"": f"{_('All')} ({shown.batch.total})"}
    for status in shown.statuses:
        number = shown.counts.get(status.value, 0)
        if number or status.value == chosen:
            labels[status.value] = f"{status.label} ({number})"
    return [
        {"label": label, "url": f"{path}?{urlencode({'status': name})}" if name else path, "pressed": name == chosen}
        for name, label in labels.items()
    ]


def _row(item: Any, shown: Shown, subjects: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    instance = item.instance
    subject = subjects.get((instance.record_kind, instance.record_id))
    return {
        "instance": instance,
        "title": subject.title if subject else instance.number or str(instance.pk)[:8],
        "process": process_words.process_name(instance.version_id),
        "status": item.get_status_display(),
        "tone": TONES.get(item.status, ""),
        "why": shown.why(item),
        "at": item.finished_at,
        "act": shown.row_act(item),
    }
