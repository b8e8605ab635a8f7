"""How operators leave a failed step without trying it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.incidents import ValuesField, outcome_words, step_of
from web.views.processes.instance_acts import ReasonForm
from web.views.processes.reading import posted
from workflows import permissions
from workflows.exceptions import IncidentIsClosed
from workflows.models import Incident
from workflows.operating import commands


class ResolveForm(ReasonForm):
    """With which results, or by which error, a failed step is left."""

    values = ValuesField(
        label=gettext_lazy("Results of the step"),
        required=False,
        help_text=gettext_lazy("As JSON, for example {&quot;amount&quot;: 1200}. Leave empty when it has none."),
    )
    error = forms.CharField(
        label=gettext_lazy("Or leave by this error"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The code of a BPMN error the model catches. Leave empty to complete the step."),
    )
    field_order = ("values", "error", "reason")


@require_http_methods(["GET", "POST"])
@signed_in
def incident_resolve(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Leave a failed step without trying it again."""
    user = reader(request)
    permissions.require_operator(user)
    incident = Incident.objects.select_related("instance").filter(pk=incident_id).first()
    if incident is None:
        raise IncidentIsClosed

    def run(entered: dict[str, Any]) -> str:
        result = commands.resolve_incident(
            actor=user,
            incident_id=incident_id,
            variables=entered["values"],
            error=entered["error"] or None,
            reason=entered["reason"],
        )
        return outcome_words(result)

    title = _("Solve “%(step)s” by hand") % {"step": step_of(incident.instance, incident.element)}
    act = Act(
        title,
        _("Leave the step"),
        run,
        reverse("process_instance", args=[incident.instance_id]),
        goes_there=True,
        explanation=incident.message,
    )
    return perform(request, act, ResolveForm(posted(request)))
