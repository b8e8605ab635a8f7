"""Every refusal in one shape: ``{"error": {"code", "message", "fields"?, "detail"?}}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, OperationalError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as rest
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts import exceptions as accounts
from api.messages import BY_STATUS
from bpmn.bundle import BundleInvalid
from bpmn.exceptions import ProcessNotDeployed
from bpmn.forms import FormRefused
from crm_core import exceptions as crm
from tasks_inbox import exceptions as inbox
from workflows import exceptions as workflows
from workflows.locks import is_transient
from workflows.migrating import exceptions as migrating
from workflows.refusals import sentence_of, values_at_fault

log = structlog.get_logger(__name__)

BAD, FORBIDDEN, MISSING = HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND
CONFLICT, STALE, BUSY = HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.SERVICE_UNAVAILABLE

# Exception: (status, code); a code of None is made of the name of the exception's own class.
REFUSALS: Mapping[type[BaseException], tuple[HTTPStatus, str | None]] = {
    inbox.InboxRefusal: (CONFLICT, None),
    inbox.WorkItemUnknown: (MISSING, "not-found"),
    inbox.WorkItemEnded: (CONFLICT, "task-ended"),
    inbox.WorkItemAlreadyClaimed: (CONFLICT, "task-already-claimed"),
    inbox.FormChanged: (CONFLICT, "task-form-changed"),
    inbox.NotYours: (FORBIDDEN, "task-not-yours"),
    inbox.NotACandidate: (FORBIDDEN, "task-not-offered"),
    inbox.CommentEmpty: (BAD, "comment-empty"),
    inbox.IsDelegated: (CONFLICT, None),
    inbox.NotYoursToPlan: (FORBIDDEN, None),
    inbox.RecordNotTheirs: (FORBIDDEN, None),
    inbox.MomentUnfit: (BAD, None),
    inbox.PriorityUnfit: (BAD, None),
    inbox.ReasonMissing: (BAD, None),
    inbox.TooManyPeople: (BAD, None),
    inbox.LabelUnfit: (BAD, None),
    inbox.LabelUnknown: (MISSING, None),
    inbox.BeingFinished: (CONFLICT, "task-being-finished"),
    inbox.SigningNotAllowed: (FORBIDDEN, None),
    inbox.SignerUnfit: (BAD, None),
    inbox.SignerUnknown: (MISSING, None),
    inbox.NotYoursToRemove: (FORBIDDEN, None),
    inbox.ReturnImpossible: (CONFLICT, "return-impossible"),
    inbox.PathChanged: (CONFLICT, "path-changed"),
    inbox.WithdrawImpossible: (FORBIDDEN, "withdraw-impossible"),
    inbox.TooLateToWithdraw: (CONFLICT, "too-late-to-withdraw"),
    inbox.RecallImpossible: (FORBIDDEN, "recall-impossible"),
    inbox.RejectImpossible: (FORBIDDEN, "reject-impossible"),
    inbox.AnswersTooLarge: (BAD, "answers-too-large"),
    crm.CrmRefusal: (BAD, None),
    crm.RecordNotFound: (MISSING, "not-found"),
    crm.NotPermitted: (FORBIDDEN, "forbidden"),
    crm.RecordHasChanged: (STALE, "record-changed"),
    crm.WrongState: (CONFLICT, "wrong-state"),
    crm.ValuesRefused: (BAD, "invalid"),
    accounts.AccountsRefusal: (CONFLICT, None),
    accounts.NotAllowed: (FORBIDDEN, "forbidden"),
    accounts.InvalidValue: (BAD, "invalid"),
    accounts.NobodyThere: (MISSING, "not-found"),
    accounts.ChangedMeanwhile: (STALE, "record-changed"),
    workflows.WorkflowError: (CONFLICT, None),
    workflows.InstanceNotFound: (MISSING, "not-found"),
    workflows.BulkActNotFound: (MISSING, "not-found"),
    workflows.RehearsalNotFound: (MISSING, "not-found"),
    workflows.RecordNotFound: (MISSING, "not-found"),
    workflows.UnknownRecordKind: (BAD, "unknown-record-kind"),
    workflows.NotPermitted: (FORBIDDEN, "forbidden"),
    workflows.StartEventNotFound: (BAD, "start-event-not-found"),
    workflows.RecordNeeded: (BAD, None),
    workflows.InputRefused: (BAD, None),
    workflows.ReasonNeeded: (BAD, "reason-needed"),
    workflows.ModificationImpossible: (CONFLICT, "modification-impossible"),
    workflows.DeploymentRefused: (BAD, "deployment-refused"),
    migrating.VersionNotFound: (MISSING, "not-found"),
    migrating.MigrationNotFound: (MISSING, "not-found"),
    migrating.VersionsUnfit: (BAD, None),
    migrating.MappingUnfit: (BAD, None),
    ProcessNotDeployed: (MISSING, "not-found"),
    BundleInvalid: (BAD, "deployment-refused"),
    FormRefused: (BAD, "form-refused"),
    Http404: (MISSING, "not-found"),
    PermissionDenied: (FORBIDDEN, "forbidden"),
    SuspiciousOperation: (BAD, "bad-request"),
    UnicodeError: (BAD, "bad-request"),
    DataError: (BAD, "invalid"),
}


class Refused(Exception):
    """A refusal of the API itself."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        message: Any,
        *,
        detail: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(message))
        self.answer = Answer(status, code, str(message), detail=detail, headers=dict(headers or {}))


class FieldsRefused(Refused):
    """Values of the request that are wrong, each by its name."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(BAD, "invalid", BY_STATUS[BAD])
        self.answer = Answer(BAD, "invalid", str(BY_STATUS[BAD]), {name: [str(text)] for name, text in fields.items()})


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal ready to be sent."""

    status: int
    code: str
    message: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    detail: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            error["fields"] = dict(self.fields)
        if self.detail is not None:
            error["detail"] = self.detail
        return {"error": error}


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to any exception of a view: DRF's exception handler."""
    answer = answer_to(error)
    if answer is None:
        log.error("api_failed", exc_info=error, view=type(context.get("view")).__name__)
        got_request_exception.send(sender=handle, request=getattr(context.get("request"), "_request", None))
        answer = plain(HTTPStatus.INTERNAL_SERVER_ERROR)
    set_rollback()
    return Response(answer.body, status=answer.status, headers=dict(answer.headers))


def answer_to(error: Exception) -> Answer | None:
    """The refusal an exception stands for; None when it is a defect."""
    if isinstance(error, Refused):
        return error.answer
    if isinstance(error, rest.APIException):
        return _of_framework(error)
    if isinstance(error, OperationalError) and is_transient(error):
        return Answer(
            BUSY, "busy", str(_("Too many people act on this at once. Try again.")), headers={"Retry-After": "1"}
        )
    found = next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), None)
    if found is None:
        return None
    status, code = found
    return Answer(
        status,
        code or _kebab(type(error).__name__),
        sentence_of(error) or _by_status(status),
        values_at_fault(error),
        _detail(error),
    )


def plain(status: int) -> Answer:
    """A refusal of which only the status is known."""
    phrase = _kebab(HTTPStatus(status).phrase.replace(" ", "")) if status in HTTPStatus._value2member_map_ else "error"
    codes = {400: "bad-request", 401: "not-authenticated", 403: "forbidden", 404: "not-found", 500: "internal-error"}
    return Answer(status, codes.get(status, phrase), _by_status(status))


def _of_framework(error: rest.APIException) -> Answer:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    if isinstance(error, rest.ValidationError):
        return Answer(BAD, "invalid", str(BY_STATUS[BAD]), flat(error.detail), headers=headers)
    code = error.get_codes()
    return Answer(error.status_code, _code(code), str(error.detail), headers=headers)


def flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested validation messages by dotted path; what concerns no field is under ``""``."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            own = "" if name in {"non_field_errors", "__all__"} else str(name)
            found |= flat(inner, f"{path}.{own}".strip("."))
        return found
    if isinstance(detail, list) and any(isinstance(inner, Mapping | list) for inner in detail):
        found = {}
        for number, inner in enumerate(detail):
            if inner:
                found |= flat(inner, f"{path}[{number}]")
        return found
    return {path: [str(text) for text in (detail if isinstance(detail, list) else [detail])]}


def _code(code: Any) -> str:
    names = {
        "parse_error": "bad-request",
        "permission_denied": "forbidden",
        "authentication_failed": "not-authenticated",
    }
    text = code if isinstance(code, str) else "invalid"
    return names.get(text, text.replace("_", "-"))


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _by_status(status: int) -> str:
    return str(BY_STATUS.get(status, _("This was refused.")))


def _detail(error: Exception) -> Any:
    if isinstance(error, FormRefused):
        return {"codes": {key: [reason.code for reason in reasons] for key, reasons in error.errors.items()}}
    return None
