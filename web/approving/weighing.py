"""What takes more than a tap on a phone: approving where much is at stake."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from web.components import money
from web.subjects import Subject
from web.views.task_form import OutcomeButton
from workflows import records


def longer_press(user: User, subject: Subject | None, buttons: Iterable[OutcomeButton]) -> dict[str, Any]:
    """Which answers (``values``) are held down or confirmed, with ``ask`` and ``hint`` to say so; {} for a mere tap.

    That is above ``settings.INBOX_HOLD_ABOVE`` in the currency of the books (0: never). Who may not see the amount
    holds as well: that a tap is enough would say something about it.
    """
    kind = records.kinds().get(subject.kind) if subject is not None else None
    if not settings.INBOX_HOLD_ABOVE or subject is None or kind is None or not kind.worth:
        return {}
    approving = [button.value for button in buttons if _approves(button)]
    if kind.worth in kind.mask_for(user):
        return {"values": approving, "ask": _("Approve this?"), "hint": _("Hold to approve.")}
    amount = Decimal(getattr(subject.record, kind.worth, None) or 0)
    if amount <= settings.INBOX_HOLD_ABOVE:
        return {}
    said = {"amount": money(amount)}
    return {
        "values": approving,
        "ask": _("Approve %(amount)s?") % said,
        "hint": _("%(amount)s: hold to approve.") % said,
    }


def _approves(button: OutcomeButton) -> bool:
    return button.kind == "primary" or button.value.startswith("approve")
