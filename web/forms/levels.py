"""What people enter about level changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.levels.models import CustomerLevel


class RequestForm(forms.Form):
    """The level one has in mind; the process asks for the rest."""

    proposed_level = forms.ChoiceField(label=_("Proposed level"), required=False)

    def __init__(self, *args: Any, present: str | None, **more: Any) -> None:
        super().__init__(*args, **more)
        levels = CustomerLevel.objects.exclude(pk=present).order_by("-rank")
        offered = [("", _("As recommended")), *((level.code, str(level)) for level in levels)]
        field = self.fields["proposed_level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


class ReasonForm(forms.Form):
    """Why somebody withdraws, objects or revokes."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
