"""Putting files into use: checked as a set, explained finding by finding, live only when nothing speaks against it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from bpmn.checking import is_refused
from web.pages import signed_in
from web.views.processes.findings import finding_rows
from web.views.processes.reading import may, process_reader
from web.views.processes.uploaded_files import belongs, files_of, has_diagram
from workflows.deploying import Deployed, check_to_deploy, deploy


class ManyFilesInput(forms.ClearableFileInput):
    """A file field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The chosen files by path, archives unpacked."""

    widget = ManyFilesInput(attrs={"accept": ".bpmn,.dmn,.form,.json,.yaml,.zip"})

    def clean(self, data: Any, initial: Any = None) -> dict[str, bytes]:
        """Refuses archives that cannot be read, too much, and files without a diagram."""
        chosen = data if isinstance(data, list | tuple) else [data]
        files = files_of([super(FilesField, self).clean(one, initial) for one in chosen])
        if not has_diagram(files):
            raise forms.ValidationError(_("There is no diagram (.bpmn) among the files."))
        return files


class UploadForm(forms.Form):
    """The files of one or more processes, and what changed."""

    bundle = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "Diagrams (.bpmn) with their decisions (.dmn), forms (.form) and texts (.json), or a .zip of them."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What has changed"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def process_upload(request: HttpRequest) -> HttpResponse:
    """Check files, and with ``act=deploy`` put them into use; designers may check, publishers may do both."""
    user = process_reader(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "may": may(user)}
    status = HTTPStatus.OK
    if request.method == "POST":
        if not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            result = _carried_out(user, form, wanted=request.POST.get("act") == "deploy")
            if result.stored.versions and not result.findings:
                return _into_use(request, result)
            status = HTTPStatus.UNPROCESSABLE_ENTITY if result.is_refused else HTTPStatus.OK
            context |= _report(result, form.cleaned_data["bundle"])
    return render(request, "processes/upload.html", context, status=status)


def _carried_out(user: User, form: UploadForm, *, wanted: bool) -> Deployed:
    """The check alone, or the check and the deploy; raises NotPermitted for those who do not publish."""
    chosen, note = form.cleaned_data["bundle"], form.cleaned_data["note"]
    files = {path: content for path, content in chosen.items() if belongs(path)}
    if wanted:
        return deploy(actor=user, files=files, note=note)
    return Deployed(check_to_deploy(files))


def _into_use(request: HttpRequest, result: Deployed) -> HttpResponse:
    """Straight to the process; to the list when there are several."""
    versions = result.stored.versions
    words = ngettext("%(number)s process is in use now.", "%(number)s processes are in use now.", len(versions))
    messages.success(request, words % {"number": len(versions)})
    return redirect("process", versions[0].definition.key) if len(versions) == 1 else redirect("processes")


def _report(result: Deployed, files: dict[str, bytes]) -> dict[str, Any]:
    return {
        "checked": True,
        "refused": is_refused(result.findings),
        "findings": finding_rows(result.findings),
        "stored": result.stored.versions,
        "unchanged": result.stored.unchanged,
        "left_out": sorted(path for path in files if not belongs(path)),
        "file_count": len(files),
    }
