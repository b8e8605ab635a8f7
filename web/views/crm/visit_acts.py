"""What people report about a visit from its page: each act one dialog and one command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from crm_core.dispatch import commands, queries
from crm_core.service.models import WorkOrder
from web.forms.service import PossibleReasonForm, ReasonForm
from web.forms.visits import WindowForm
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform, posted


@dataclass(frozen=True, slots=True)
class VisitAct:
    """One act: its words, what it asks, and its command, which takes the entered values by name."""

    title: Any
    button: Any
    icon: str
    said: Any
    command: Callable[..., WorkOrder]
    form: type[forms.Form] = forms.Form
    danger: bool = False
    explanation: Any = ""


ACTS: dict[str, VisitAct] = {
    "accept_quote": VisitAct(
        gettext_lazy("The customer accepts the quote"),
        gettext_lazy("Quote accepted"),
        "thumbs-up",
        gettext_lazy("The visit goes on."),
        commands.accept_quote,
    ),
    "refuse_quote": VisitAct(
        gettext_lazy("The customer refuses the quote"),
        gettext_lazy("Quote refused"),
        "thumbs-down",
        gettext_lazy("The visit ends."),
        commands.refuse_quote,
        PossibleReasonForm,
    ),
    "change_booking": VisitAct(
        gettext_lazy("Another window for the visit"),
        gettext_lazy("Change the booking"),
        "calendar-clock",
        gettext_lazy("The visit is planned again."),
        commands.change_booking,
        WindowForm,
    ),
    "parts_arrived": VisitAct(
        gettext_lazy("The parts are here"),
        gettext_lazy("Parts arrived"),
        "package",
        gettext_lazy("The technician comes again."),
        commands.parts_arrived,
    ),
    "technician_unavailable": VisitAct(
        gettext_lazy("The technician cannot come"),
        gettext_lazy("Technician unavailable"),
        "user-x",
        gettext_lazy("Somebody else is asked."),
        commands.technician_unavailable,
        ReasonForm,
    ),
    "cancel_work_order": VisitAct(
        gettext_lazy("Cancel the visit"),
        gettext_lazy("Cancel the visit"),
        "ban",
        gettext_lazy("The visit is being cancelled."),
        commands.cancel_work_order,
        ReasonForm,
        danger=True,
        explanation=gettext_lazy("The slot and the parts are freed."),
    ),
}


def possible_acts(user: User, order: WorkOrder) -> list[dict[str, Any]]:
    """The buttons this person has on a visit now."""
    open_acts = queries.acts_open_to(user, order)
    return [
        {
            "label": act.button,
            "icon": act.icon,
            "kind": "danger" if act.danger else "",
            "url": reverse("visit_act", args=[order.pk, name]),
        }
        for name, act in ACTS.items()
        if name in open_acts
    ]


@require_http_methods(["GET", "POST"])
@signed_in
def visit_act(request: HttpRequest, order_id: UUID, act: str) -> HttpResponse:
    """Ask for and carry out one act."""
    user = reader(request)
    order = queries.work_order(user, order_id)
    known = ACTS.get(act)
    if known is None:
        raise Http404

    def run(entered: dict[str, Any]) -> str:
        known.command(actor=user, order_id=order.pk, **entered)
        return str(known.said)

    shown = Act(
        title=str(known.title),
        submit=str(known.button),
        run=run,
        back=reverse("work_order", args=[order.pk]),
        danger=known.danger,
        explanation=str(known.explanation),
    )
    return perform(request, shown, known.form(posted(request)))
