"""What people enter about visits."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WindowForm(forms.Form):
    """The window the customer wants now."""

    window_from = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput)
    window_to = forms.DateTimeField(label=_("Until"), widget=forms.DateTimeInput)
