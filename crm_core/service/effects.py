"""What complaints ask of the outside: paying money back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from workflows.registry import BpmnError, effect
from workflows.steps import StepContext

REFUND_FAILED = "REFUND_FAILED"
Gateway = Callable[..., str]
"""``gateway(key, reference, customer_id, amount)`` pays once per key and answers the payment's reference."""


@effect(
    "crm.refund.pay",
    label=_("Pay a refund"),
    parameters={
        "amount": _("Amount"),
        "customer_id": _("Customer"),
        "reference": _("What it is for"),
    },
    results={"payment_reference": _("Reference of the payment"), "paid_by": _("How it was paid")},
    back_off=timedelta(minutes=1),
    irreversible=True,
)
def pay_refund(
    step: StepContext, *, amount: Decimal, customer_id: UUID | None = None, reference: str | None = None
) -> dict[str, Any]:
    """Pay through the gateway of settings.REFUND_GATEWAY; the same step never pays twice.

    When the last of the tries fails, or no gateway is set up, the error REFUND_FAILED sends the process to finance.
    """
    gateway = _gateway()
    if gateway is None:
        raise BpmnError(REFUND_FAILED, "No payment gateway is set up.", {"refund_failure": "no-gateway"})
    try:
        paid = gateway(step.idempotency_key, reference or step.number, customer_id, amount)
    except Exception as error:
        if step.attempt < step.attempts:
            raise
        raise BpmnError(REFUND_FAILED, str(error), {"refund_failure": str(error)[:500]}) from error
    return {"payment_reference": paid, "paid_by": "gateway"}


def _gateway() -> Gateway | None:
    path = getattr(settings, "REFUND_GATEWAY", "")
    return cast(Gateway, import_string(path)) if path else None
