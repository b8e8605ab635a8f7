"""How operators repair a run or hold a process: change its path, leave a failed step, begin again, retry by cause."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bpmn.model import Kind
from web import process_words
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.incidents import MOST_AT_ONCE, ValuesField, outcome_words, step_of
from web.views.processes.instance_acts import ReasonForm
from web.views.processes.reading import definition_of, posted
from workflows import permissions, queries, stuck
from workflows.exceptions import IncidentIsClosed, WorkflowError
from workflows.models import Incident, ProcessInstance
from workflows.operating import Entry, commands
from workflows.operating.commands import Outcome
from workflows.operating.definitions import resume_definition, suspend_definition
from workflows.operating.queries import Preview, final_variables, preview_modification

NOT_STARTED = frozenset({Kind.START_EVENT, Kind.BOUNDARY_EVENT})


class Unconfirmed(WorkflowError):
    """What the change would do has not been seen yet."""

    @property
    def text(self) -> str:
        """What it would do."""
        return str(self)


class PathForm(ReasonForm):
    """Which steps end, and before or after which step a token starts."""

    end = forms.MultipleChoiceField(
        label=gettext_lazy("End these steps"), required=False, widget=forms.CheckboxSelectMultiple
    )
    start = forms.ChoiceField(label=gettext_lazy("Start at"), required=False)
    after = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=[("", gettext_lazy("before it")), ("after", gettext_lazy("after it"))],
        required=False,
    )
    values = ValuesField(
        label=gettext_lazy("Values to set"),
        required=False,
        help_text=gettext_lazy("As JSON, for example {&quot;amount&quot;: 1200}. Values that are not named stay."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("end", "start", "after", "values", "reason", "seen")

    def __init__(self, data: Any, steps: list[tuple[str, str]], elements: list[tuple[str, str]]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["end"].choices = steps
        fields["start"].choices = [("", _("nowhere")), *elements]
        if not steps:
            del self.fields["end"]

    def entries(self) -> tuple[Entry, ...]:
        """Where tokens start."""
        chosen = self.cleaned_data["start"]
        return (Entry(chosen, after=self.cleaned_data["after"] == "after"),) if chosen else ()


@require_http_methods(["GET", "POST"])
@signed_in
def process_modify(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Change the path of a run; what that closes and repeats is said first, and done when sent again."""
    user = reader(request)
    permissions.require_operator(user)
    instance = queries.visible_instance(user, instance_id)
    data: Any = posted(request)
    confirmed = data is not None and data.get("seen") == "1"
    if data is not None:
        data = data.copy()
        data["seen"] = "1"
    form = PathForm(data, _open_steps(instance), _elements(instance))

    def run(entered: dict[str, Any]) -> str:
        ends = entered.get("end", [])
        if not confirmed:
            preview = preview_modification(
                user, instance.pk, start=form.entries(), end=ends, variables=entered["values"]
            )
            raise Unconfirmed(_told(instance, preview))
        commands.modify_process(
            actor=user,
            instance_id=instance.pk,
            start=form.entries(),
            end=ends,
            variables=entered["values"],
            reason=entered["reason"],
        )
        return _("The path has been changed.")

    words = _("Tokens start before other steps end, all at once or not at all. What was done is not undone.")
    act = Act(_("Change the path"), _("Change the path"), run, _page(instance), goes_there=True, explanation=words)
    return perform(request, act, form)


@require_http_methods(["GET", "POST"])
@signed_in
def process_restart(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Begin a new run of an ended one in its midst."""
    user = reader(request)
    permissions.require_operator(user)
    instance = queries.visible_instance(user, instance_id)
    form = PathForm(posted(request), [], _elements(instance))
    form.fields["start"].required = True
    made: list[ProcessInstance] = []

    def run(entered: dict[str, Any]) -> str:
        known = final_variables(instance) | entered["values"]
        made.append(
            commands.restart_process(
                actor=user, instance_id=instance.pk, at=form.entries(), variables=known, reason=entered["reason"]
            )
        )
        return _("A new run has begun.")

    words = _("The new run is about the same record and knows what the ended one knew. What it does is done again.")
    title = _("Begin again from a step")
    there = {"moves_to": lambda: _page(made[0])}
    act = Act(title, _("Begin again"), run, _page(instance), explanation=words, **there)  # type: ignore[arg-type]
    return perform(request, act, form)


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
        _page(incident.instance),
        goes_there=True,
        explanation=incident.message,
    )
    return perform(request, act, ResolveForm(posted(request)))


@require_POST
@signed_in
def cause_retry(request: HttpRequest) -> HttpResponse:
    """Try everything with one cause again, at most so many at once, and say how many went through."""
    user = reader(request)
    permissions.require_operator(user)
    cause = request.POST.get("cause", "")[:32]
    results = commands.retry_cause(actor=user, cause=cause, limit=MOST_AT_ONCE)
    through = sum(result.outcome in {Outcome.THROUGH, Outcome.UNDER_WAY} for result in results)
    failed = [result for result in results if result.outcome not in {Outcome.THROUGH, Outcome.UNDER_WAY}]
    if through:
        went = ngettext("%(number)s went through.", "%(number)s went through.", through)
        messages.success(request, went % {"number": through})
    if failed:
        still = ngettext("%(number)s is still stuck.", "%(number)s are still stuck.", len(failed))
        messages.warning(request, f"{still % {'number': len(failed)}} {failed[0].message[:200]}")
    return redirect("incidents")


# --- a whole process ------------------------------------------------------------------------------------------------


class HoldForm(ReasonForm):
    """Why, and whether what runs is held as well."""

    families = forms.BooleanField(label=gettext_lazy("Also what is running now"), required=False)


@require_http_methods(["GET", "POST"])
@signed_in
def process_hold(request: HttpRequest, key: str) -> HttpResponse:
    """Let nothing start a process."""
    user = reader(request)
    permissions.require_operator(user)
    definition = definition_of(key)

    def run(entered: dict[str, Any]) -> str:
        suspend_definition(actor=user, process_key=key, families=entered["families"], reason=entered["reason"])
        return _("The process is held.")

    words = _("Nobody can start it; what messages and timers would start waits until it goes on.")
    title = _("Hold “%(process)s”") % {"process": definition.name}
    act = Act(title, _("Hold"), run, reverse("process", args=[key]), goes_there=True, explanation=words)
    return perform(request, act, HoldForm(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def process_go_on(request: HttpRequest, key: str) -> HttpResponse:
    """Let a process start again."""
    user = reader(request)
    permissions.require_operator(user)
    definition = definition_of(key)

    def run(entered: dict[str, Any]) -> str:
        resume_definition(actor=user, process_key=key, families=entered["families"], reason=entered["reason"])
        return _("The process goes on.")

    title = _("Let “%(process)s” go on") % {"process": definition.name}
    words = _("What arrived meanwhile is taken up at once.")
    act = Act(title, _("Let it go on"), run, reverse("process", args=[key]), goes_there=True, explanation=words)
    return perform(request, act, HoldForm(posted(request)))


@require_GET
@signed_in
def stuck_page(request: HttpRequest) -> HttpResponse:
    """What does not move though nothing holds it, and what is late."""
    user = reader(request)
    permissions.require_operator(user)
    found = stuck.report()
    late = [
        (_("Timers"), found.overdue_timers),
        (_("Starts by timer"), found.overdue_starts),
        (_("Messages and starts under way"), found.overdue_deliveries),
        (_("Calls to the outside"), found.overdue_effects),
    ]
    facts = [
        {"label": _("Under way"), "value": str(found.live)},
        {"label": _("Suspended"), "value": str(found.suspended)},
        {"label": _("Open problems"), "value": str(found.open_incidents)},
        {"label": _("Problems that wait for an operator"), "value": str(found.waiting_for_operator)},
        {"label": _("Messages given up"), "value": str(found.failed_deliveries)},
        {"label": _("Calls that failed and are tried again"), "value": str(found.failing_effects)},
        {"label": _("Locks held for more than 5 s"), "value": str(found.locks.held_long)},
        {"label": _("Waiting for a lock"), "value": str(found.locks.waiting)},
    ]
    return render(request, "processes/stuck.html", {"report": found, "late": late, "facts": facts})


def _open_steps(instance: ProcessInstance) -> list[tuple[str, str]]:
    if not instance.is_live:
        return []
    return [(step.step, f"{step_of(instance, step.element)} ({step.step})") for step in queries.view(instance).steps]


def _elements(instance: ProcessInstance) -> list[tuple[str, str]]:
    """What a token can be started at, in the order of the diagram's file."""
    nodes = process_words.definitions.version_bundle(instance.version_id).process.nodes.values()
    return [
        (node.id, step_of(instance, node.id))
        for node in nodes
        if node.kind not in NOT_STARTED and not node.for_compensation and not node.triggered_by_event
    ]


def _told(instance: ProcessInstance, preview: Preview) -> str:
    closes = ", ".join(step_of(instance, closed.element) for closed in preview.closes) or _("nothing")
    words = [_("This closes: %(steps)s.") % {"steps": closes}]
    if preview.called:
        words.append(_("Called processes end with it."))
    if preview.ends_instance:
        words.append(_("Nothing is left then: the process ends."))
    if preview.already_made:
        made = ", ".join(f"{step_of(instance, row.element)} ({row.times})" for row in preview.already_made)
        words.append(_("Done already, and may be done again: %(steps)s.") % {"steps": made})
    return " ".join([*words, _("Send again to do it.")])


def _page(instance: ProcessInstance) -> str:
    return reverse("process_instance", args=[instance.pk])
