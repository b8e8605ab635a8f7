"""What the CRM's codes look like: the tone of a level, the icon of a happening, the name of a field."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import pgettext

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
    """The words of a field's choice; other values as they are."""
    try:
        choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()) or ())
    except FieldDoesNotExist:
        return value
    return choices.get(value, value)


def day_words(day: date) -> str:
    """A day with its year, as the reader's language writes it."""
    return date_format(day, pgettext("date format, day of another year", "j M Y"))
