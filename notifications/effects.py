"""What diagrams can ask for outside the process: telling people and groups, and writing to customers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from notifications import commands
from workflows.registry import effect
from workflows.steps import StepContext

LABELS = {"to": _("Who"), "template": _("What"), "data": _("Values for the sentence")}


@effect("notify.person", label=_("Tell people"), parameters=LABELS)
def notify_person(step: StepContext, *, to: Any, template: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Tell one person (username) or several (list) in the product and, unless read within 30 minutes, by mail."""
    names = [to] if isinstance(to, str) else [name for name in to or [] if isinstance(name, str)]
    told = commands.tell_people(usernames=names, template=template, **_about(step, data))
    return {"told": told}


@effect("notify.group", label=_("Tell a group"), parameters=LABELS)
def notify_group(step: StepContext, *, to: str, template: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Tell every member of a group (``role`` or ``role@unit``)."""
    return {"told": commands.tell_group(group_key=to, template=template, **_about(step, data))}


def _about(step: StepContext, data: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "data": {"number": step.number, **(data or {})},
        "record_kind": step.record_kind,
        "record_id": step.record_id,
        "key": step.idempotency_key,
    }
