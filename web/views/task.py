"""The task: its page, the pane beside the list, its diagram and its files."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from bpmn import queries as definitions
from bpmn.models import ProcessVersion
from crm_core.attachments import queries as attachments
from crm_core.attachments.commands import add_attachment
from crm_core.attachments.sniffing import INLINE
from tasks_inbox.commands import mark_opened, note_attached
from web.pages import reader, signed_in
from web.subjects import subject_of
from web.views.task_pane import item_for, pane


@require_GET
@signed_in
def task_page(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One task with the page to itself."""
    user = reader(request)
    return render(request, "task/page.html", pane(request, user, item_for(user, item_id)))


@require_GET
@signed_in
def task_pane(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The same beside a list; fetched ahead too, so it marks nothing as seen."""
    user = reader(request)
    return render(request, "task/pane.html", pane(request, user, item_for(user, item_id)))


@require_POST
@signed_in
def task_opened(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The person has the task before their eyes."""
    mark_opened(actor=reader(request), work_item_id=item_id)
    return HttpResponse(status=204)


@require_GET
@signed_in
def task_diagram(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The diagram of the version the task runs under, as it was deployed."""
    item = item_for(reader(request), item_id)
    version = ProcessVersion.objects.get(pk=item.instance.version_id)
    xml = definitions.version_bundle(version.pk).files[version.diagram]
    response = HttpResponse(xml, content_type="application/xml")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
@signed_in
def attach_file(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Keep files with the record the task is about."""
    user = reader(request)
    item = item_for(user, item_id)
    for upload in request.FILES.getlist("file"):
        kept = add_attachment(actor=user, record_kind=item.record_kind, record_id=item.record_id, upload=upload)
        note_attached(actor=user, work_item_id=item_id, name=kept.name, file_id=kept.pk)
    return _files(request, item_id)


@require_GET
@signed_in
def files_of(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The files of the record, as a list."""
    return _files(request, item_id)


def _files(request: HttpRequest, item_id: UUID) -> HttpResponse:
    user = reader(request)
    item = item_for(user, item_id)
    files = attachments.attachments_of(user, item.record_kind, item.record_id)
    return render(request, "task/files.html", {"item": item, "files": files, "subject": subject_of(user, item)})


@require_GET
@signed_in
def open_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """One file, with the right of its record: pictures are shown, everything else is saved."""
    found = attachments.attachment(reader(request), file_id)
    try:
        with found.file.open("rb") as kept:
            response = HttpResponse(kept.read(), content_type=found.content_type)
    except FileNotFoundError:
        raise Http404 from None
    shown = content_disposition_header(found.content_type not in INLINE, found.name)
    response["Content-Disposition"] = shown or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
