"""What people write down on the customer card."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.interactions.models import FlowDirection

MODES = (("note", _("Note")), ("call", _("Call")), ("visit", _("Visit")))
DIRECTIONS = ((FlowDirection.OUTGOING, _("We called")), (FlowDirection.INCOMING, _("They called")))


class EntryForm(forms.Form):
    """A note, a call or a visit."""

    mode = forms.ChoiceField(choices=MODES, required=False)
    text = forms.CharField(required=False, max_length=20_000)
    direction = forms.ChoiceField(choices=DIRECTIONS, required=False)
    minutes = forms.IntegerField(required=False, min_value=0, max_value=1440)
    contact = forms.UUIDField(required=False)
    next_step = forms.CharField(required=False, max_length=300)
    next_step_at = forms.DateTimeField(required=False)
