"""What is stuck: the open problems of processes, tried again one by one or many at once."""

from __future__ import annotations

import json
import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from web import process_words
from web.pages import page_number, reader, signed_in
from web.subjects import subjects_of
from web.views.crm.acting import Act, perform
from web.views.crm.paging import slice_of
from web.views.processes.reading import posted, process_reader
from workflows import permissions, queries
from workflows.exceptions import IncidentIsClosed
from workflows.models import Incident, ProcessInstance
from workflows.operating import commands as operating
from workflows.operating.queries import causes


@require_GET
@signed_in
def incidents(request: HttpRequest) -> HttpResponse:
    """Everything that is stuck, the newest first."""
    user = process_reader(request)
    context = incident_rows(user, page_number(request))
    more = {"may": {"operate": context["may_retry"]}, "causes": _causes(user) if context["may_retry"] else []}
    return render(request, "processes/incidents_page.html", context | more)


def _causes(user: User) -> list[dict[str, Any]]:
    """What several problems have in common, in the reader's words."""
    return [
        {
            "cause": cause,
            "process": process_words.process_name(cause.version_id),
            "step": process_words.step_name(process_words.definitions.version_bundle(cause.version_id), cause.element),
        }
        for cause in causes(user)
        if cause.incidents > 1
    ]


def incident_rows(user: User, number: int, process_key: str = "") -> dict[str, Any]:
    """A page of open problems the person may see; the number of queries does not grow with them."""
    rows = queries.open_incidents(user)
    if process_key:
        rows = rows.filter(instance__process_key=process_key)
    page = slice_of(rows.order_by("-opened_at", "-pk"), number)
    subjects = subjects_of(user, [row.instance for row in page.rows])
    shown = [
        {
            "incident": row,
            "process": process_words.process_name(row.instance.version_id),
            "step": step_of(row.instance, row.element),
            "subject": subjects.get((row.instance.record_kind, row.instance.record_id)),
        }
        for row in page.rows
    ]
    return {
        "page": page,
        "incidents": shown,
        "may_retry": permissions.may_operate(user),
        "retry_key": uuid.uuid4().hex,
    }


def step_of(instance: ProcessInstance, element: str) -> str:
    """The name of an element of the instance's diagram."""
    return process_words.step_name(process_words.definitions.version_bundle(instance.version_id), element)


class ValuesField(forms.CharField):
    """Process variables as a JSON object; empty for none."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def clean(self, value: Any) -> dict[str, Any]:
        """The variables by name."""
        text = super().clean(value)
        if not text:
            return {}
        try:
            values = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise forms.ValidationError(_('Write an object such as {"amount": 1200}.'))
        return values


class RetryForm(forms.Form):
    """What to put right before the step is tried again."""

    values = ValuesField(
        label=gettext_lazy("Values to set first"),
        required=False,
        help_text=gettext_lazy("As JSON, for example {&quot;amount&quot;: 1200}. Leave empty to try again as it is."),
    )


def outcome_words(result: operating.Retried) -> str:
    """What became of a retried or resolved step, as people read it."""
    if result.outcome is operating.Outcome.UNDER_WAY:
        return _("It was asked for again; the answer comes later.")
    if result.outcome is not operating.Outcome.THROUGH:
        return _("It is still stuck: %(message)s") % {"message": result.message[:200]}
    if result.next:
        further = {"message": result.next[0].message[:200]}
        return _("It went through, and the process stopped again further on: %(message)s") % further
    return _("It went through.")


@require_http_methods(["GET", "POST"])
@signed_in
def incident_retry(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Try one step again, after setting values if that helps."""
    user = reader(request)
    permissions.require_operator(user)
    incident = Incident.objects.select_related("instance").filter(pk=incident_id).first()
    if incident is None:
        raise IncidentIsClosed

    def run(entered: dict[str, Any]) -> str:
        tried = operating.retry(actor=user, incident_id=incident_id, variables=entered["values"])
        return outcome_words(tried)

    act = Act(
        title=_("Try “%(step)s” again") % {"step": step_of(incident.instance, incident.element)},
        submit=_("Try again"),
        run=run,
        back=reverse("process_instance", args=[incident.instance_id]),
        goes_there=True,
        explanation=incident.message,
    )
    return perform(request, act, RetryForm(posted(request)))
