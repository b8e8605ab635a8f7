"""One process: its diagram with what is open where, what runs, what is stuck, its versions and what the check says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from bpmn import queries as definitions
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessDefinition, ProcessVersion, StartSubscription
from web import process_words
from web.pages import page_number, signed_in
from web.subjects import subjects_of
from web.views.crm.paging import slice_of
from web.views.processes.findings import finding_rows
from web.views.processes.incidents import incident_rows
from web.views.processes.reading import (
    beginning_of,
    definition_of,
    load_on_diagram,
    may,
    open_items,
    process_reader,
    record_label,
    role_names,
    starters,
)
from workflows import permissions, queries
from workflows.deploying import catalogue, check_files
from workflows.models import ProcessInstance

Section = Callable[[HttpRequest, User, ProcessDefinition, ProcessVersion], dict[str, Any]]


@require_GET
@signed_in
def process_page(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a process; ``version`` shows an earlier version, ``show`` chooses what stands below the diagram."""
    user = process_reader(request)
    definition = definition_of(key)
    versions = list(definition.versions.select_related("deployment__by"))
    version = _asked(request, key, versions)
    show = request.GET.get("show", "") if request.GET.get("show") in SECTIONS else "running"
    bundle = definitions.version_bundle(version.pk)
    texts = process_words.texts_of(bundle) or {}
    counts = queries.live_counts().get(key, {})
    context = {
        "definition": definition,
        "name": process_words.process_name(version.pk),
        "version": version,
        "versions": versions,
        "live": version.status == ProcessVersion.Status.LIVE,
        "show": show,
        "sections": _sections(definition, version, show, len(versions), counts),
        "facts": _facts(definition, version),
        "may": may(user) | {"start": _may_start(user, definition, versions)},
        "beginning": beginning_of(user, definition.record_kind),
        "xml": bundle.files[version.diagram].decode(),
        "diagram_state": load_on_diagram(key),
        "diagram_texts": {element: {"name": entry["name"]} for element, entry in texts.items() if "name" in entry},
        **SECTIONS[show](request, user, definition, version),
    }
    return render(request, "processes/page.html", context)


def _asked(request: HttpRequest, key: str, versions: list[ProcessVersion]) -> ProcessVersion:
    """The version that was asked for, else the live one, else the newest."""
    if not versions:
        raise ProcessNotDeployed(key)
    number = request.GET.get("version", "")
    live = next((row for row in versions if row.status == ProcessVersion.Status.LIVE), versions[0])
    return next((row for row in versions if str(row.number) == number), live)


def _may_start(user: User, definition: ProcessDefinition, versions: list[ProcessVersion]) -> bool:
    """By hand from here: allowed, with a start event for it, and about no record (those start at the record)."""
    live = next((row for row in versions if row.status == ProcessVersion.Status.LIVE), None)
    if live is None or definition.record_kind or not permissions.may_start(user, definition):
        return False
    return definitions.starts(live.pk).filter(kind=StartSubscription.Kind.NONE).exists()


def _facts(definition: ProcessDefinition, version: ProcessVersion) -> list[dict[str, Any]]:
    deployment = version.deployment
    return [
        {"label": _("Version"), "value": f"{version.number} · {version.get_status_display()}"},
        {"label": _("Put into use by"), "value": deployment.by.display_name if deployment.by else _("the system")},
        {"label": _("About"), "value": record_label(definition.record_kind) or _("no record")},
        {"label": _("Who may start it"), "value": starters(definition, role_names())},
        {"label": _("Key"), "value": definition.key},
    ]


def _sections(
    definition: ProcessDefinition, version: ProcessVersion, show: str, versions: int, counts: dict[str, int]
) -> list[dict[str, Any]]:
    running = counts.get("running", 0) + counts.get("suspended", 0)
    labels = {
        "running": _("Running (%(number)s)") % {"number": running},
        "incidents": _("Problems (%(number)s)") % {"number": counts.get("incidents", 0)},
        "ended": _("Ended"),
        "archived": _("In the archive"),
        "versions": _("Versions (%(number)s)") % {"number": versions},
        "findings": _("Check"),
    }
    page = reverse("process", args=[definition.key])
    kept = {} if version.status == ProcessVersion.Status.LIVE else {"version": version.number}
    return [
        {"label": label, "url": f"{page}?{urlencode({'show': name} | kept)}", "pressed": name == show}
        for name, label in labels.items()
    ]


def _running(
    request: HttpRequest, user: User, definition: ProcessDefinition, version: ProcessVersion
) -> dict[str, Any]:
    rows = _instances(user, definition).filter(status__in=ProcessInstance.LIVE)
    return _page_of(request, user, rows)


def _ended(request: HttpRequest, user: User, definition: ProcessDefinition, version: ProcessVersion) -> dict[str, Any]:
    return _page_of(request, user, _instances(user, definition).exclude(status__in=ProcessInstance.LIVE))


def _archived(
    request: HttpRequest, user: User, definition: ProcessDefinition, version: ProcessVersion
) -> dict[str, Any]:
    rows = queries.visible_archived(user).filter(process_key=definition.key)
    return _page_of(request, user, rows.select_related("version", "started_by").order_by("-started_at", "-pk"))


def _instances(user: User, definition: ProcessDefinition) -> Any:
    rows = queries.visible_instances(user).filter(process_key=definition.key)
    return rows.select_related("version", "started_by").order_by("-started_at", "-pk")


def _page_of(request: HttpRequest, user: User, rows: Any) -> dict[str, Any]:
    page = slice_of(rows, page_number(request))
    items = open_items([row.pk for row in page.rows])
    subjects = subjects_of(user, page.rows)
    shown = [
        {
            "instance": row,
            "subject": subjects.get((row.record_kind, row.record_id)),
            "items": [{"name": process_words.task_name(item), "who": item.assignee} for item in items[row.pk][:3]],
            "tone": STATUS_TONES.get(row.status, ""),
        }
        for row in page.rows
    ]
    return {"page": page, "rows": shown}


def _incidents(
    request: HttpRequest, user: User, definition: ProcessDefinition, version: ProcessVersion
) -> dict[str, Any]:
    return incident_rows(user, page_number(request), process_key=definition.key)


def _versions(
    request: HttpRequest, user: User, definition: ProcessDefinition, version: ProcessVersion
) -> dict[str, Any]:
    return {}


def _findings(
    request: HttpRequest, user: User, definition: ProcessDefinition, version: ProcessVersion
) -> dict[str, Any]:
    """What the check says today about the files of the version; other processes may have come or gone since."""
    return {"findings": finding_rows(check_files(definitions.version_files(version.pk), catalogue()))}


STATUS_TONES: dict[str, str] = {
    ProcessInstance.Status.RUNNING: "accent",
    ProcessInstance.Status.SUSPENDED: "warning",
    ProcessInstance.Status.COMPLETED: "success",
}
SECTIONS: dict[str, Section] = {
    "running": _running,
    "incidents": _incidents,
    "ended": _ended,
    "archived": _archived,
    "versions": _versions,
    "findings": _findings,
}
