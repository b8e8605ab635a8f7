"""The sentences of answers of which only the status is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

BY_STATUS: Mapping[int, Any] = {
    400: _("Some values are missing or wrong."),
    401: _("Log in first."),
    403: _("You have no right to do this."),
    404: _("There is no such thing, or you may not see it."),
    405: _("This cannot be done here."),
    409: _("This is not possible at present."),
    412: _("Somebody changed this in the meantime. Read it again, then decide."),
    415: _("Send JSON."),
    428: _("Say with If-Match which version you saw."),
    429: _("Too many requests. Wait a little."),
    500: _("Something went wrong on our side."),
    503: _("The service is busy. Try again."),
}
