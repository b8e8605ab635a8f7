"""What operators do to a run: hold it, let it go on, set its values, end it; each with a reason and on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.incidents import ValuesField
from web.views.processes.reading import posted
from workflows import commands, permissions, queries
from workflows.exceptions import NotPermitted
from workflows.models import ProcessInstance


class ReasonForm(forms.Form):
    """Why; it stays in the history of the run."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class NoForm(forms.Form):
    """A question that needs no answer but yes."""


class ValuesForm(forms.Form):
    """Variables to write into the run."""

    values = ValuesField(
        label=gettext_lazy("Values"),
        help_text=gettext_lazy("As JSON, for example {&quot;amount&quot;: 1200}. Values that are not named stay."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def process_cancel(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """End a run now."""
    user = reader(request)
    instance = queries.visible_instance(user, instance_id)
    if not permissions.may_cancel(user, instance):
        raise NotPermitted

    def run(entered: dict[str, Any]) -> str:
        commands.cancel_process(actor=user, instance_id=instance.root_id, reason=entered["reason"])
        return _("The process has been cancelled.")

    words = _("Open tasks close and nothing more happens. What was done is not undone. This cannot be taken back.")
    act = Act(
        _("Cancel the process"),
        _("Cancel the process"),
        run,
        _page(instance),
        danger=True,
        goes_there=True,
        explanation=words,
    )
    return perform(request, act, ReasonForm(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def process_suspend(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Hold a run with all that belongs to it."""
    user, instance = _operated(request, instance_id)

    def run(entered: dict[str, Any]) -> str:
        commands.suspend_process(actor=user, instance_id=instance.root_id, reason=entered["reason"])
        return _("The process is suspended.")

    words = _("Nobody can work on its tasks until it goes on; what arrives meanwhile waits.")
    act = Act(_("Suspend the process"), _("Suspend"), run, _page(instance), goes_there=True, explanation=words)
    return perform(request, act, ReasonForm(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def process_resume(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Let a suspended run go on."""
    user, instance = _operated(request, instance_id)

    def run(entered: dict[str, Any]) -> str:
        commands.resume_process(actor=user, instance_id=instance.root_id)
        return _("The process goes on.")

    words = _("What arrived meanwhile is taken up at once.")
    act = Act(_("Let the process go on"), _("Let it go on"), run, _page(instance), goes_there=True, explanation=words)
    return perform(request, act, NoForm(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def process_values(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Write values into a run."""
    user, instance = _operated(request, instance_id)

    def run(entered: dict[str, Any]) -> str:
        commands.change_variables(actor=user, instance_id=instance.pk, variables=entered["values"])
        return _("The values are set.")

    act = Act(_("Set values"), _("Set values"), run, _page(instance), goes_there=True)
    return perform(request, act, ValuesForm(posted(request)))


def _operated(request: HttpRequest, instance_id: UUID) -> tuple[User, ProcessInstance]:
    user = reader(request)
    permissions.require_operator(user)
    return user, queries.visible_instance(user, instance_id)


def _page(instance: ProcessInstance) -> str:
    return reverse("process_instance", args=[instance.pk])
