"""Every refusal of the areas below as one plain sentence and a status, in the shape the browser asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import exceptions as accounts
from bpmn.bundle import BundleInvalid
from bpmn.exceptions import ProcessNotDeployed
from bpmn.forms import FormRefused
from crm_core import exceptions as crm
from notifications import exceptions as notifications
from tasks_inbox import exceptions as inbox
from web.pages import is_partial
from workflows import exceptions as workflows
from workflows.refusals import sentence_of, values_at_fault

BAD, FORBIDDEN, MISSING, CONFLICT, TOO_LARGE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)

STATUSES: dict[type[Exception], HTTPStatus] = {
    inbox.InboxRefusal: BAD,
    inbox.WorkItemUnknown: MISSING,
    inbox.WorkItemEnded: CONFLICT,
    inbox.WorkItemAlreadyClaimed: CONFLICT,
    inbox.FormChanged: CONFLICT,
    inbox.NotYours: FORBIDDEN,
    inbox.NotACandidate: FORBIDDEN,
    inbox.IsDelegated: CONFLICT,
    inbox.NotYoursToPlan: FORBIDDEN,
    inbox.RecordNotTheirs: FORBIDDEN,
    inbox.UrgedJustNow: CONFLICT,
    inbox.AskedAlready: CONFLICT,
    inbox.QuestionEnded: CONFLICT,
    inbox.LabelTaken: CONFLICT,
    inbox.LabelUnknown: MISSING,
    inbox.SavedViewUnknown: MISSING,
    inbox.BeingFinished: CONFLICT,
    inbox.NothingToTakeBack: CONFLICT,
    inbox.CannotBeUndone: CONFLICT,
    inbox.MovedMeanwhile: CONFLICT,
    inbox.NotAlike: CONFLICT,
    inbox.SigningNotAllowed: FORBIDDEN,
    inbox.SignerUnknown: MISSING,
    inbox.NotYoursToRemove: FORBIDDEN,
    inbox.SignsAlready: CONFLICT,
    inbox.SignerHasAnswered: CONFLICT,
    inbox.SignersAwaited: CONFLICT,
    inbox.VotedAlready: CONFLICT,
    inbox.ReturnImpossible: CONFLICT,
    inbox.PathChanged: CONFLICT,
    inbox.WithdrawImpossible: FORBIDDEN,
    inbox.TooLateToWithdraw: CONFLICT,
    inbox.RecallImpossible: FORBIDDEN,
    inbox.RejectImpossible: FORBIDDEN,
    inbox.AnswersTooLarge: TOO_LARGE,
    crm.CrmRefusal: BAD,
    crm.RecordNotFound: MISSING,
    crm.NotPermitted: FORBIDDEN,
    crm.RecordHasChanged: CONFLICT,
    crm.WrongState: CONFLICT,
    accounts.AccountsRefusal: BAD,
    accounts.NotAllowed: FORBIDDEN,
    accounts.NobodyThere: MISSING,
    accounts.ChangedMeanwhile: CONFLICT,
    accounts.AlreadyTaken: CONFLICT,
    notifications.TooManyDevices: CONFLICT,
    workflows.WorkflowError: BAD,
    workflows.InstanceNotFound: MISSING,
    workflows.BulkActNotFound: MISSING,
    workflows.RecordNotFound: MISSING,
    workflows.UnknownRecordKind: MISSING,
    workflows.NotPermitted: FORBIDDEN,
    workflows.InstanceHasEnded: CONFLICT,
    workflows.InstanceIsSuspended: CONFLICT,
    workflows.InstanceIsNotSuspended: CONFLICT,
    workflows.StepIsNotOpen: CONFLICT,
    workflows.SigningImpossible: CONFLICT,
    workflows.StartsWithItsRecord: CONFLICT,
    workflows.IncidentIsClosed: CONFLICT,
    workflows.BulkActUnderWay: CONFLICT,
    workflows.StartedByItsCaller: CONFLICT,
    ProcessNotDeployed: MISSING,
    BundleInvalid: BAD,
    FormRefused: BAD,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the person is told: a status, a sentence, and the answers at fault by field."""

    status: HTTPStatus
    sentence: str
    errors: dict[str, list[str]] = field(default_factory=dict)


def refusal_of(error: Exception) -> Refusal | None:
    """The refusal an exception stands for; None when it is a defect and no refusal."""
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if status is None:
        return None
    return Refusal(status, sentence_of(error) or str(_("This was refused.")), values_at_fault(error))


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as JSON for scripts, as a page for people."""
    if is_partial(request) or "application/json" in request.headers.get("Accept", ""):
        body: dict[str, Any] = {"detail": refusal.sentence}
        if refusal.errors:
            body["errors"] = refusal.errors
        return JsonResponse(body, status=refusal.status)
    return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)


class RefusalMiddleware:
    """Turns refusals raised in a view into answers; what is no refusal stays an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django when a view raises."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(error, Http404) and is_partial(request):
            return answer(request, Refusal(MISSING, str(_("This no longer exists. Go back to the list."))))
        refusal = refusal_of(error)
        if refusal is None:
            return None
        if refusal.status == MISSING and not is_partial(request):
            return render(request, "404.html", status=MISSING)
        return answer(request, refusal)
