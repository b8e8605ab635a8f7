"""What people do to a service request from its page: each act one dialog and one command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import scopes
from accounts.models import Action, User
from crm_core.exceptions import ValuesRefused
from crm_core.service import commands, queries
from crm_core.service.models import RequestKind, ServiceRequest
from web.forms.service import (
    AcceptedForm,
    AnswerForm,
    HandlerForm,
    PossibleReasonForm,
    ReasonForm,
    SeverityForm,
)
from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform, posted
from web.views.crm.people import chosen

Entered = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RequestAct:
    """One act: when it is offered, what it asks, which command does it, and what is said afterwards."""

    title: Any
    button: Any
    icon: str
    said: Any
    offered: Callable[[ServiceRequest], bool]
    run: Callable[[User, ServiceRequest, Entered], Any]
    form: type[forms.Form] = ReasonForm
    key: str = ""
    danger: bool = False
    explanation: Any = ""
    template: str = "crm/act_fields.html"
    right: str = Action.CHANGE


def _is_complaint(row: ServiceRequest) -> bool:
    return row.kind == RequestKind.COMPLAINT


def _is_answerable(row: ServiceRequest) -> bool:
    return not _is_complaint(row)


def _awaits_answer(row: ServiceRequest) -> bool:
    return _is_complaint(row) and row.replied_at is not None and row.customer_satisfied is None


def _answer_of_customer(satisfied: bool) -> Callable[[User, ServiceRequest, Entered], Any]:
    def run(user: User, row: ServiceRequest, entered: Entered) -> None:
        commands.record_customer_answer(
            actor=user, request_id=row.pk, satisfied=satisfied, remark=entered["remark"], score=entered["score"]
        )

    return run


def _reassign(user: User, row: ServiceRequest, entered: Entered) -> None:
    handler = chosen(entered["handler"])
    if handler is None:
        raise ValuesRefused({"handler": [_("Choose who handles it.")]})
    commands.reassign_request(actor=user, request_id=row.pk, handler=handler, reason=entered["reason"])


ACTS: dict[str, RequestAct] = {
    "accepted": RequestAct(
        gettext_lazy("The customer accepts"),
        gettext_lazy("Customer accepts"),
        "thumbs-up",
        gettext_lazy("The answer is written down; the complaint goes on to its close."),
        _awaits_answer,
        _answer_of_customer(satisfied=True),
        AcceptedForm,
        key="a",
    ),
    "not-accepted": RequestAct(
        gettext_lazy("The customer does not accept"),
        gettext_lazy("Customer does not accept"),
        "thumbs-down",
        gettext_lazy("The answer is written down; the complaint is handled again."),
        _awaits_answer,
        _answer_of_customer(satisfied=False),
        AcceptedForm,
    ),
    "answer": RequestAct(
        gettext_lazy("Answer the request"),
        gettext_lazy("Answer"),
        "reply",
        gettext_lazy("Answered and closed."),
        _is_answerable,
        lambda user, row, entered: commands.answer_request(actor=user, request_id=row.pk, answer=entered["answer"]),
        AnswerForm,
        key="a",
    ),
    "pause": RequestAct(
        gettext_lazy("Pause the clock"),
        gettext_lazy("Pause"),
        "pause",
        gettext_lazy("The clock stands still."),
        lambda row: row.may_be_paused,
        lambda user, row, entered: commands.pause_clock(actor=user, request_id=row.pk, reason=entered["reason"]),
        key="p",
        explanation=gettext_lazy("Only while the customer has to do something first. The reason is shown beside it."),
    ),
    "resume": RequestAct(
        gettext_lazy("Let the clock run on"),
        gettext_lazy("Run on"),
        "play",
        gettext_lazy("The clock runs again."),
        lambda row: row.is_paused,
        lambda user, row, entered: commands.resume_clock(actor=user, request_id=row.pk),
        forms.Form,
        key="p",
        explanation=gettext_lazy("Its times move by as long as it stood."),
    ),
    "severity": RequestAct(
        gettext_lazy("Change the severity"),
        gettext_lazy("Severity"),
        "gauge",
        gettext_lazy("The severity and the promised times have moved."),
        lambda row: True,
        lambda user, row, entered: commands.change_severity(
            actor=user, request_id=row.pk, severity=entered["severity"], reason=entered["reason"]
        ),
        SeverityForm,
        key="s",
    ),
    "reassign": RequestAct(
        gettext_lazy("Give it to somebody else"),
        gettext_lazy("Give to"),
        "user-check",
        gettext_lazy("Given on."),
        lambda row: True,
        _reassign,
        HandlerForm,
        key="t",
        template="crm/service/handler_fields.html",
        right=Action.ASSIGN,
    ),
    "convert": RequestAct(
        gettext_lazy("Make it a complaint"),
        gettext_lazy("Make it a complaint"),
        "triangle-alert",
        gettext_lazy("The complaint is open."),
        _is_answerable,
        lambda user, row, entered: commands.convert_to_complaint(
            actor=user, request_id=row.pk, reason=entered["reason"]
        ),
        PossibleReasonForm,
        explanation=gettext_lazy("A complaint is opened from this request, and the request is closed."),
    ),
    "withdraw": RequestAct(
        gettext_lazy("Withdraw the complaint"),
        gettext_lazy("Withdraw"),
        "undo-2",
        gettext_lazy("The complaint is being withdrawn."),
        _is_complaint,
        lambda user, row, entered: commands.withdraw_complaint(actor=user, request_id=row.pk, reason=entered["reason"]),
        key="w",
        danger=True,
        explanation=gettext_lazy("Only when the customer takes it back. The process ends."),
    ),
}


def possible_acts(user: User, row: ServiceRequest) -> list[dict[str, Any]]:
    """The buttons this person has on a request now; every command checks again."""
    if not row.is_open:
        return []
    kind = ServiceRequest.record_kind
    rights = {right: scopes.may(user, right, kind, row) for right in (Action.CHANGE, Action.ASSIGN)}
    if not rights[Action.CHANGE]:
        return []
    return [
        {
            "label": act.button,
            "icon": act.icon,
            "key": act.key,
            "kind": "danger" if act.danger else "",
            "url": reverse("service_act", args=[row.pk, name]),
        }
        for name, act in ACTS.items()
        if rights[Action(act.right)] and act.offered(row)
    ]


@require_http_methods(["GET", "POST"])
@signed_in
def request_act(request: HttpRequest, request_id: UUID, act: str) -> HttpResponse:
    """Ask for and carry out one act."""
    user = reader(request)
    row = queries.service_request(user, request_id)
    known = ACTS.get(act)
    if known is None:
        raise Http404
    back = reverse("service_request", args=[row.pk])
    made: dict[str, str] = {}

    def run(entered: Entered) -> str:
        result = known.run(user, row, entered)
        if isinstance(result, ServiceRequest) and result.pk != row.pk:
            made["there"] = reverse("service_request", args=[result.pk])
        return str(known.said)

    shown = Act(
        title=str(known.title),
        submit=str(known.button),
        run=run,
        back=back,
        danger=known.danger,
        explanation=str(known.explanation),
        template=known.template,
        moves_to=lambda: made.get("there", ""),
    )
    initial = {"severity": row.severity}
    return perform(request, shown, known.form(posted(request), initial=initial))
