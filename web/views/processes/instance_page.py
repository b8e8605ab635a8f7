"""One run of a process: where it stands on the diagram, who did what when, what it knows, what happened."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from web import process_words
from web.pages import page_number, reader, signed_in
from web.subjects import subject_of
from web.views.crm.paging import slice_of
from web.views.processes.happenings import happenings
from web.views.processes.incidents import step_of
from web.views.processes.process_page import STATUS_TONES
from web.views.processes.reading import works_with_processes
from web.views.task_process import standing_of_instance
from workflows import past, permissions, queries
from workflows.exceptions import NotPermitted
from workflows.models import Incident, ProcessInstance

SHORT = 400


@require_GET
@signed_in
def process_instance(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """The page of a run, for operators, its starter and everybody who may see its record."""
    user = reader(request)
    instance = past.visible(user, instance_id)
    if not isinstance(instance, ProcessInstance):  # archived: as it was at its end
        return redirect("process_then", instance_id)
    bundle = process_words.definitions.version_bundle(instance.version_id)
    page = slice_of(queries.history(instance), page_number(request))
    subject = subject_of(user, instance)
    context = {
        "instance": instance,
        "name": process_words.process_name(instance.version_id),
        "title": subject.title if subject else instance.number or str(instance.pk)[:8],
        "subject": subject,
        "tone": STATUS_TONES.get(instance.status, ""),
        "family": [_relative(row) for row in queries.family_of(instance).select_related("version")[:40]],
        "incidents": [_incident(instance, row) for row in _open_incidents(instance)],
        "variables": _variables(user, instance),
        "sees_reasons": permissions.may_operate(user),
        "page": page,
        "happenings": happenings(bundle, page.rows, in_full=permissions.may_operate(user)),
        "may": {
            "operate": permissions.may_operate(user) and instance.is_live,
            "cancel": permissions.may_cancel(user, instance) and instance.is_live,
            "restart": permissions.may_operate(user) and not instance.is_live and instance.parent_id is None,
            "see_process": works_with_processes(user),
        },
        "xml": bundle.files[bundle.diagram.file].decode(),
        **standing_of_instance(user, instance),
    }
    return render(request, "processes/instance.html", context)


def _relative(row: ProcessInstance) -> dict[str, Any]:
    return {
        "instance": row,
        "name": process_words.process_name(row.version_id),
        "tone": STATUS_TONES.get(row.status, ""),
    }


def _open_incidents(instance: ProcessInstance) -> list[Incident]:
    return list(Incident.objects.filter(instance=instance, closed_at=None).order_by("opened_at"))


def _incident(instance: ProcessInstance, row: Incident) -> dict[str, Any]:
    return {"incident": row, "step": step_of(instance, row.element)}


def _variables(user: User, instance: ProcessInstance) -> list[dict[str, str]] | None:
    """Name and value of what the process knows, masked for the reader; None when nothing of it is for them."""
    try:
        known = queries.visible_variables(user, instance)
    except NotPermitted:
        return None
    return [variable(name, known[name]) for name in sorted(known)]


def variable(name: str, value: Any) -> dict[str, str]:
    """One variable as it is shown: shortened, and not at all when it is masked."""
    if value == queries.MASK:
        return {"name": name, "value": "", "masked": "yes"}
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cut = text if len(text) <= SHORT else _("%(start)s …") % {"start": text[:SHORT]}
    return {"name": name, "value": cut, "masked": ""}
