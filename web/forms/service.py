"""What people enter about service requests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.service.models import ComplaintFlag, RequestChannel, RequestKind, ServiceRequest, Severity
from web.forms.records import model_field

LONG = {"rows": 4}


class RequestForm(forms.Form):
    """What a customer asks of us."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RequestKind.choices)
    customer = forms.UUIDField(label=_("Customer"), required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=_("How it reached us"), choices=RequestChannel.choices)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.NORMAL)
    flags = forms.MultipleChoiceField(
        label=_("It touches"), choices=ComplaintFlag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("subject", "description", "demand", "harm", "contract_no"):
            self.fields[name] = model_field(ServiceRequest, name)
        self.fields["harm"].required = False
        self.fields["description"].widget.attrs = dict(LONG)

    def values(self) -> dict[str, Any]:
        """The fields of the record beside kind, subject, customer and channel."""
        names = ("description", "severity", "demand", "harm", "contract_no", "flags")
        entered = {name: self.cleaned_data[name] for name in names}
        entered["harm"] = entered["harm"] or 0
        return entered


class ReasonForm(forms.Form):
    """Why: for acts that are not done without a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea(attrs=LONG),
        error_messages={"required": _("A reason is needed.")},
    )


class PossibleReasonForm(forms.Form):
    """Why, for acts that are written down with a reason where there is one."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=5000, widget=forms.Textarea(attrs=LONG))


class AnswerForm(forms.Form):
    """The answer that closes a request."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("An answer is needed.")},
    )


class AcceptedForm(forms.Form):
    """What the customer said to the reply."""

    score = forms.TypedChoiceField(
        label=_("Satisfaction"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("not asked")), (5, "5"), (4, "4"), (3, "3"), (2, "2"), (1, "1")],
    )
    remark = forms.CharField(
        label=_("In their words"), required=False, max_length=5000, widget=forms.Textarea(attrs=LONG)
    )


class SeverityForm(ReasonForm):
    """Another severity, and why."""

    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    field_order = ("severity", "reason")


class HandlerForm(ReasonForm):
    """Somebody else who handles it, and why."""

    handler = forms.CharField(required=False, widget=forms.HiddenInput)
