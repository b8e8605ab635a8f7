"""What customers are written about their complaints."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm_core.interactions.letters import register_letter

register_letter(
    "complaint-received",
    _("We received your complaint {number}"),
    _(
        "Dear {name},\n\nwe received your complaint “{subject}” and keep it under the number {number}. "
        "You will hear from us by {answer_by}."
    ),
)
register_letter(
    "complaint-reply",
    _("Our answer to your complaint {number}"),
    _("Dear {name},\n\n{reply}\n\nPlease tell us whether you are content with this; the number is {number}."),
)
register_letter(
    "complaint-final",
    _("Our final decision on your complaint {number}"),
    _("Dear {name},\n\nthis is our final decision on your complaint {number}:\n\n{reply}"),
)
register_letter(
    "complaint-closed",
    _("Your complaint {number} is closed"),
    _(
        "Dear {name},\n\nyour complaint {number} is closed. How content are you, from 1 (not at all) to 5 (very)? "
        "Please answer this letter; we will also ask you when we call."
    ),
)
