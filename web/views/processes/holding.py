"""How operators hold a whole process and let it go on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.instance_acts import ReasonForm
from web.views.processes.reading import definition_of, posted
from workflows import permissions
from workflows.operating.definitions import resume_definition, suspend_definition


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
