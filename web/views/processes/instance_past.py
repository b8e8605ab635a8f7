"""A run as it was: after any of its events, or at its end when it has gone to the archive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from web import process_words
from web.pages import page_number, reader, signed_in
from web.subjects import subject_of
from web.views.crm.paging import slice_of
from web.views.processes.happenings import happenings
from web.views.processes.instance_page import variable
from web.views.processes.process_page import STATUS_TONES
from web.views.processes.reading import works_with_processes
from web.views.task_process import marks
from workflows import past, permissions, queries, replaying
from workflows.exceptions import NotPermitted
from workflows.models import ArchivedInstance, HistoryEvent, ProcessInstance
from workflows.past import AsItWas

CHANGES = 30


@require_GET
@signed_in
def process_then(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """The page of a run after its event ``event``, for those who may see its page of today."""
    user = reader(request)
    instance = past.visible(user, instance_id)
    events = list(past.until(past.story(instance_id), sequence=_number(request.GET.get("event"))))
    was = past.as_it_was(instance_id, events)
    bundle = process_words.definitions.version_bundle(was.version_id)
    way = queries.path_of(events, [incident.element for incident in was.view.incidents])
    subject = subject_of(user, instance)
    in_full = permissions.may_operate(user)
    page = slice_of(events, page_number(request))
    context = {
        "instance": instance,
        "archived": isinstance(instance, ArchivedInstance),
        "was": was,
        "name": process_words.process_name(was.version_id),
        "title": subject.title if subject else instance.number or str(instance.pk)[:8],
        "subject": subject,
        "status": ProcessInstance.Status(was.status).label,
        "tone": STATUS_TONES.get(was.status, ""),
        "earlier": _before(events),
        "later": was.sequence + 1 if was.sequence < instance.history_length else None,
        "length": instance.history_length,
        "waiting": [process_words.step_name(bundle, step.element) for step in was.view.steps],
        "variables": _variables(user, instance, was),
        "changes": _changes(user, instance, events),
        "page": page,
        "happenings": happenings(bundle, page.rows, in_full=in_full),
        "may": {"see_process": works_with_processes(user)},
        "xml": bundle.files[bundle.diagram.file].decode(),
        **marks(was.version_id, way),
    }
    return render(request, "processes/instance_past.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _before(events: list[HistoryEvent]) -> int | None:
    """The last event before the move that is shown; none before the first move."""
    begins = max((event.sequence for event in events if event.kind not in replaying.NOTED), default=1)
    return begins - 1 if begins > 1 else None


def _variables(user: User, instance: ProcessInstance | ArchivedInstance, was: AsItWas) -> list[dict[str, str]] | None:
    try:
        known = queries.masked_variables(user, instance, was.view.variables)
    except NotPermitted:
        return None
    return [variable(name, known[name]) for name in sorted(known)]


def _changes(
    user: User, instance: ProcessInstance | ArchivedInstance, events: list[HistoryEvent]
) -> list[dict[str, Any]]:
    """The latest changes of variables, newest first, masked for the reader; none when nothing of it is for them."""
    latest = list(past.changes(events))[-CHANGES:]
    try:
        return [_change(user, instance, change) for change in reversed(latest)]
    except NotPermitted:
        return []


def _change(user: User, instance: ProcessInstance | ArchivedInstance, change: past.VariableChange) -> dict[str, Any]:
    old = queries.masked_variables(user, instance, {change.name: change.old})[change.name]
    new = queries.masked_variables(user, instance, {change.name: change.new})[change.name]
    return {
        "change": change,
        "old": None if change.is_new else variable(change.name, old),
        "new": variable(change.name, new),
    }
