"""How operators change the path of a run, or begin an ended one again in its midst."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bpmn.model import Kind
from web import process_words
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.incidents import ValuesField, step_of
from web.views.processes.instance_acts import ReasonForm
from web.views.processes.reading import posted
from workflows import permissions, queries
from workflows.exceptions import WorkflowError
from workflows.models import ProcessInstance
from workflows.operating import Entry, commands
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
