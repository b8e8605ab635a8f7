"""What the CRM's codes look like: the tone of a level, the icon of a happening, the name of a field."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext

from crm_core.levels.models import ChangeStatus, LevelCode
from crm_core.service.models import RequestStatus, Severity, VisitStatus, WorkOrderStatus

LEVEL_TONES: Final[dict[str, str]] = {
    LevelCode.WATCH: "danger",
    LevelCode.SILVER: "info",
    LevelCode.GOLD: "warning",
    LevelCode.PLATINUM: "accent",
}
CHANGE_TONES: Final[dict[str, str]] = {
    ChangeStatus.REQUESTED: "info",
    ChangeStatus.APPROVED: "accent",
    ChangeStatus.APPLIED: "success",
    ChangeStatus.REJECTED: "danger",
    ChangeStatus.REVOKED: "warning",
}
REQUEST_TONES: Final[dict[str, str]] = {
    RequestStatus.NEW: "info",
    RequestStatus.TRIAGED: "info",
    RequestStatus.ASSIGNED: "accent",
    RequestStatus.IN_PROGRESS: "accent",
    RequestStatus.WAITING_CUSTOMER: "warning",
    RequestStatus.ESCALATED: "danger",
    RequestStatus.RESOLVED: "success",
    RequestStatus.CLOSED: "success",
}
SEVERITY_TONES: Final[dict[str, str]] = {Severity.MAJOR: "warning", Severity.CRITICAL: "danger"}
VISIT_TONES: Final[dict[str, str]] = {
    WorkOrderStatus.DISPATCHED: "info",
    WorkOrderStatus.ACCEPTED: "accent",
    WorkOrderStatus.EN_ROUTE: "accent",
    WorkOrderStatus.ON_SITE: "accent",
    WorkOrderStatus.PAUSED: "warning",
    WorkOrderStatus.REJECTED: "danger",
    WorkOrderStatus.COMPLETED: "success",
    WorkOrderStatus.INSPECTED: "success",
    WorkOrderStatus.CLOSED: "success",
}
RETURN_VISIT_TONES: Final[dict[str, str]] = {
    VisitStatus.DUE: "info",
    VisitStatus.DONE: "success",
    VisitStatus.UNREACHABLE: "warning",
    VisitStatus.ESCALATED: "danger",
}


ENDINGS: Final[dict[str, Any]] = {
    "answered": gettext_lazy("Answered"),
    "cancelled": gettext_lazy("Cancelled"),
    "cannot-repair": gettext_lazy("Cannot be repaired"),
    "closed-final-decision": gettext_lazy("Closed by final decision"),
    "completed": gettext_lazy("Completed"),
    "completed-paid": gettext_lazy("Completed and charged"),
    "converted": gettext_lazy("Made a complaint"),
    "converted-to-complaint": gettext_lazy("Made a complaint"),
    "duplicate": gettext_lazy("Duplicate"),
    "not-a-complaint": gettext_lazy("Not a complaint"),
    "refused-by-customer": gettext_lazy("Refused by the customer"),
    "resolved-no-answer": gettext_lazy("Resolved, no answer from the customer"),
    "resolved-satisfied": gettext_lazy("Resolved, the customer is content"),
    "solved-remotely": gettext_lazy("Solved from afar"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
CHARGES: Final[dict[str, Any]] = {
    "free": gettext_lazy("Free of charge"),
    "paid": gettext_lazy("The customer pays"),
}
CODES: Final[dict[str, dict[str, Any]]] = {"outcome": ENDINGS, "closing_reason": ENDINGS, "charge": CHARGES}


def code_words(name: str, code: str) -> str:
    """What a code that a process wrote into a field means; the code itself when nothing is known of it."""
    return str(CODES.get(name, {}).get(code, code))


def level_tone(code: str | None) -> str:
    """The tone of a level's tag."""
    return LEVEL_TONES.get(code or "", "")


def change_tone(status: str) -> str:
    """The tone of a level change's state."""
    return CHANGE_TONES.get(status, "")


def field_label(model: type[Model], name: str) -> str:
    """What people call a field; its own name when the model has no such field."""
    try:
        column: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(name)
    return capfirst(str(getattr(column, "verbose_name", name)))


def choice_words(model: type[Model], name: str, value: Any) -> Any:
    """The words of a field's choice, of a list's choice too; other values as they are."""
    try:
        column: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return value
    choices = dict(getattr(getattr(column, "base_field", column), "flatchoices", ()) or ())
    return choices.get(value, value) if isinstance(value, Hashable) else value


def day_words(day: date) -> str:
    """A day with its year, as the reader's language writes it."""
    return date_format(day, pgettext("date format, day of another year", "j M Y"))
