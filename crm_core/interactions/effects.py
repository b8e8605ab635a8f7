"""What processes can ask for outside: writing to a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crm_core.interactions import commands
from workflows.registry import effect
from workflows.steps import StepContext


@effect(
    "notify.customer",
    label=_("Write to a customer"),
    parameters={"to": _("Customer"), "template": _("Letter"), "data": _("Values for the letter")},
    results={"told": _("1 when it was sent, 0 when the customer has no e-mail address")},
)
def notify_customer(
    step: StepContext, *, to: UUID | None, template: str, data: dict[str, Any] | None = None
) -> dict[str, int]:
    """Keep the letter on the customer's timeline and send it by e-mail; without an address it waits there.

    Nobody is told where the customer is not known (null).
    """
    if to is None:
        return {"told": 0}
    letter = commands.write_letter(
        customer_id=to, template=template, data={"number": step.number} | (data or {}), key=step.idempotency_key
    )
    return {"told": int(commands.send_letter(interaction_id=letter.pk))}
