"""Files of records: kept, given out with the right of the record, deleted by those who brought them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from crm_core.attachments import commands, queries
from crm_core.exceptions import FileRefused, RecordNotFound
from web.pages import is_partial, reader, signed_in
from workflows import records


@require_POST
@signed_in
def add_file(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Keep the chosen files with a record the person may see."""
    user = reader(request)
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise FileRefused(_("Choose a file first."))
    for upload in uploads:
        commands.add_attachment(actor=user, record_kind=kind, record_id=record_id, upload=upload)
    return _files(request, user, kind, str(record_id))


@require_POST
@signed_in
def remove_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Delete a file."""
    user = reader(request)
    found = queries.attachment(user, file_id)
    commands.remove_attachment(actor=user, attachment_id=found.pk)
    return _files(request, user, found.record_kind, found.record_id)


@require_GET
@signed_in
def give_file(request: HttpRequest, file_id: UUID) -> FileResponse:
    """A file to save: never shown inside the browser, whatever it says it is."""
    found = queries.attachment(reader(request), file_id)
    if not found.file.storage.exists(str(found.file.name)):
        raise RecordNotFound
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _files(request: HttpRequest, user: User, kind: str, record_id: str) -> HttpResponse:
    if not is_partial(request):
        record: Any = records.resolve(kind, record_id)
        return redirect(records.kind(kind).url(record))
    context = {
        "files": list(queries.attachments_of(user, kind, record_id)),
        "record_kind": kind,
        "record_id": record_id,
        "may_add": True,
    }
    return render(request, "crm/files.html", context)
