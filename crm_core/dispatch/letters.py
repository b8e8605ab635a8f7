"""What customers are written about visits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm_core.interactions.letters import register_letter

register_letter(
    "work-order-quote",
    _("What the visit {number} will cost"),
    _(
        "Dear {name},\n\nfor “{subject}” ({number}) we reckon with {estimate}, parts apart. "
        "Please tell us within two working days whether we may come."
    ),
)
register_letter(
    "work-order-visit",
    _("{technician} comes on {from}"),
    _("Dear {name},\n\n{technician} will be with you between {from} and {to} about “{subject}” ({number})."),
)
register_letter(
    "work-order-parts-late",
    _("Parts for {number} are late"),
    _("Dear {name},\n\nwe still wait for parts for “{subject}” ({number}). We will tell you as soon as they are here."),
)
register_letter(
    "work-order-done",
    _("{number} is done"),
    _(
        "Dear {name},\n\nthe work on “{subject}” ({number}) is done; to pay: {charged}. "
        "In three working days we will ask you whether you are content."
    ),
)
register_letter(
    "work-order-cancelled",
    _("{number} was cancelled"),
    _("Dear {name},\n\nthe visit about “{subject}” ({number}) was cancelled."),
)
