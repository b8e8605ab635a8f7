"""What people enter about visits: work orders that send somebody, and asking back when the work is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm_core.dispatch.queries import skills_on_offer
from crm_core.service.models import WorkOrder, WorkOrderOrigin
from web.forms.records import model_field

LONG = {"rows": 4}
ORIGINS = (WorkOrderOrigin.FAULT, WorkOrderOrigin.PLANNED, WorkOrderOrigin.BOOKED)
DANGERS = (
    ("", gettext_lazy("none")),
    ("gas", gettext_lazy("Gas")),
    ("water_leak", gettext_lazy("Water leak")),
    ("no_power", gettext_lazy("No power")),
    ("lock_out", gettext_lazy("Locked out")),
)


class WindowForm(forms.Form):
    """The window the customer wants now."""

    window_from = forms.DateTimeField(label=gettext_lazy("From"), widget=forms.DateTimeInput)
    window_to = forms.DateTimeField(label=gettext_lazy("Until"), widget=forms.DateTimeInput)


class WorkOrderForm(forms.Form):
    """Where somebody must go, what is to be done there, when, and who pays."""

    OF_RECORD = (
        "description",
        "site",
        "area",
        "essential",
        "misuse",
        "landlord_part",
        "warranty_until",
        "contract_visits_left",
        "concession_percent",
    )

    origin = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(origin.value, origin.label) for origin in ORIGINS])
    customer = forms.UUIDField(label=gettext_lazy("Customer"), widget=forms.HiddenInput)
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    product = forms.UUIDField(label=gettext_lazy("Product"), required=False, widget=forms.HiddenInput)
    safety = forms.ChoiceField(label=gettext_lazy("Danger"), choices=DANGERS, required=False)
    skill = forms.ChoiceField(label=gettext_lazy("Skill needed"), required=False)
    window_from = forms.DateTimeField(label=gettext_lazy("Visit from"), required=False, widget=forms.DateTimeInput)
    window_to = forms.DateTimeField(label=gettext_lazy("Visit until"), required=False, widget=forms.DateTimeInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("subject", *self.OF_RECORD):
            self.fields[name] = model_field(WorkOrder, name)
        for name in ("contract_visits_left", "concession_percent"):
            self.fields[name].required = False
        self.fields["description"].label = gettext_lazy("What is to be done")
        skills = self.fields["skill"]
        assert isinstance(skills, forms.ChoiceField)
        skills.choices = [("", _("any technician")), *((skill, skill) for skill in skills_on_offer())]

    def values(self) -> dict[str, Any]:
        """The fields of the record beside kind, subject, customer, request and product."""
        entered = {name: self.cleaned_data[name] for name in (*self.OF_RECORD, "safety", "skill")}
        for name in ("contract_visits_left", "concession_percent"):
            entered[name] = entered[name] or 0
        return entered | {name: self.cleaned_data[name] for name in ("window_from", "window_to")}


class ReturnVisitForm(forms.Form):
    """When to ask a customer back, and what."""

    due_on = forms.DateField(label=gettext_lazy("Ask on"), widget=forms.DateInput)
    script = forms.CharField(
        label=gettext_lazy("Questions to ask"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line. Empty: the usual ones."),
    )


class ScoreForm(forms.Form):
    """What the customer said when asked back."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("Score"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (5, gettext_lazy("5, very content")),
            (4, gettext_lazy("4, content")),
            (3, gettext_lazy("3, so-so")),
            (2, gettext_lazy("2, not content")),
            (1, gettext_lazy("1, angry")),
        ],
    )
    result = forms.CharField(
        label=gettext_lazy("In their words"), required=False, max_length=5000, widget=forms.Textarea(attrs=LONG)
    )


class UnreachableForm(forms.Form):
    """How often and when nobody was reached."""

    result = forms.CharField(
        label=pgettext_lazy("return visit", "What was tried"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs=LONG),
    )
