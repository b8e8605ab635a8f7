"""Starting a process by hand that is about no record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bpmn import queries as definitions
from web import process_words
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.incidents import ValuesField
from web.views.processes.reading import posted
from workflows import permissions
from workflows.commands import start_process
from workflows.exceptions import NotPermitted, RecordNeeded


class StartForm(forms.Form):
    """What the new run is called and what it knows from the start."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("How people find this run again, for example PO-2041."),
    )
    values = ValuesField(
        label=gettext_lazy("Values"),
        required=False,
        help_text=gettext_lazy("As JSON, for example {&quot;amount&quot;: 1200}."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def process_start(request: HttpRequest, key: str) -> HttpResponse:
    """Start the version in use. Refuses people it is not for, and processes that start at a record."""
    user = reader(request)
    version = definitions.live_version(key)
    if not permissions.may_start(user, version.definition):
        raise NotPermitted
    if version.definition.record_kind:
        raise RecordNeeded
    name = process_words.process_name(version.pk)
    started: list[str] = []

    def run(entered: dict[str, Any]) -> str:
        instance = start_process(
            actor=user, process_key=key, variables=entered["values"], number=entered["number"].strip()
        )
        started.append(reverse("process_instance", args=[instance.pk]))
        return _("Started “%(name)s”") % {"name": name}

    act = Act(
        title=_("Start “%(name)s”") % {"name": name},
        submit=_("Start"),
        run=run,
        back=reverse("process", args=[key]),
        moves_to=lambda: started[-1] if started else "",
    )
    return perform(request, act, StartForm(posted(request)))
