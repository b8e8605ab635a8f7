"""What the company decides for all marketing plans: the policy, and the money of a branch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.marketing.models import BranchBudget, MarketingPolicy
from web.forms.records import RecordForm


class PolicyForm(RecordForm):
    """The next version of the policy."""

    model = MarketingPolicy
    names = ("max_concession_percent", "contact_cap", "contact_days", "note")


class BranchBudgetForm(RecordForm):
    """What a branch may spend in a year."""

    model = BranchBudget
    names = ("year", "amount")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["year"] = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
