"""What marketing refuses besides the refusals all records share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm_core.exceptions import CrmRefusal


class BudgetExhausted(CrmRefusal):
    """The branch has less money left for the year than the plan asks for."""

    message = _("The branch has not enough marketing money left this year.")
