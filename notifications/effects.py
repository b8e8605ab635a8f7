"""What diagrams can ask for outside the process: telling people and groups, and writing to customers."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from notifications import commands
from workflows.registry import effect
from workflows.steps import StepContext

LABELS = {
    "to": _("Who"),
    "template": _("What"),
    "data": _("Values for the sentence"),
    "urgency": _("Urgency: “breach” for a broken promise or somebody’s safety, which no preference silences"),
}
Urgent = Literal["normal", "breach"]


@effect("notify.person", label=_("Tell people"), parameters=LABELS)
def notify_person(
    step: StepContext, *, to: Any, template: str, data: dict[str, Any] | None = None, urgency: Urgent = "normal"
) -> dict[str, Any]:
    """Tell one person (username) or several (list) in the product and, unless read within 30 minutes, by mail.

    People may lower what they hear of; news of the urgency ``breach`` reaches them all the same. Templates that speak
    of broken promises or of safety (`notifications.texts`) have it without being told.
    """
    names = [to] if isinstance(to, str) else [name for name in to or [] if isinstance(name, str)]
    told = commands.tell_people(usernames=names, template=template, urgency=urgency, **_about(step, data))
    return {"told": told}


@effect("notify.group", label=_("Tell a group"), parameters=LABELS)
def notify_group(
    step: StepContext, *, to: str, template: str, data: dict[str, Any] | None = None, urgency: Urgent = "normal"
) -> dict[str, Any]:
    """Tell every member of a group (``role`` or ``role@unit``); ``urgency`` as for one person."""
    return {"told": commands.tell_group(group_key=to, template=template, urgency=urgency, **_about(step, data))}


def _about(step: StepContext, data: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "data": {"number": step.number, **(data or {})},
        "record_kind": step.record_kind,
        "record_id": step.record_id,
        "key": step.idempotency_key,
    }
