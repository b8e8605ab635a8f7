"""What notifications refuse, as facts; each has a sentence for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.exceptions import AccountsRefusal


class TooManyDevices(AccountsRefusal):
    """The person allowed news on as many devices as anybody may."""

    message = _("You have allowed this on ten devices. Remove one of them first.")


class DeviceRefused(AccountsRefusal):
    """What was sent is no address and no keys of a browser's push service."""

    message = _("This browser cannot be reached: what it gave is not an address and keys of a push service.")
