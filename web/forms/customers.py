"""What people enter about customers and their contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.customers.models import Contact, Customer, CustomerKind
from web.forms.records import RecordForm

REACH = ("phone", "mobile", "email", "wechat", "area", "address")
BUSINESS = ("industry", "source", "language", "lifecycle_stage", "account_status", "is_key_account", "note")
LANGUAGES = (("", _("As the name suggests")), ("en", _("English")), ("zh-hans", _("Simplified Chinese")))


class CustomerForm(RecordForm):
    """A person or an organisation; the sections are drawn in this order."""

    model = Customer
    sections = {
        CustomerKind.ORGANISATION: (
            (_("Organisation"), ("name", "legal_name", "credit_code", "size")),
            (_("How to reach them"), REACH),
            (_("Business"), BUSINESS),
        ),
        CustomerKind.INDIVIDUAL: (
            (_("Person"), ("name", "sex", "birth_date", "id_no", "occupation", "education", "hobbies")),
            (_("How to reach them"), REACH),
            (_("Business"), BUSINESS),
        ),
    }

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, record: Customer | None = None, closed: Any = (), **more: Any) -> None:
        self.kind = CustomerKind(kind)
        names = [name for _title, fields in self.sections[self.kind] for name in fields if name != "id_no"]
        super().__init__(*args, record=record, closed=closed, names=names, **more)
        if self.kind == CustomerKind.INDIVIDUAL and "id_no" not in closed:
            help_text = _("Kept sealed. Leave empty to keep the present one.") if record else _("Kept sealed.")
            self.fields["id_no"] = forms.CharField(
                label=_("Identity number"), max_length=40, required=False, help_text=help_text
            )
        if "language" in self.fields:
            self.fields["language"] = forms.ChoiceField(
                label=_("Language of letters"), choices=LANGUAGES, required=False
            )
        if record is not None:
            self.initial.setdefault("version", record.version)

    def shown_sections(self) -> list[dict[str, Any]]:
        """The sections with the fields this person may fill in."""
        return [
            {"title": title, "fields": [self[name] for name in names if name in self.fields]}
            for title, names in self.sections[self.kind]
        ]

    def values(self) -> dict[str, Any]:
        """What was entered, for the command; an empty identity number means that it stays as it is."""
        entered = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if not entered.get("id_no"):
            entered.pop("id_no", None)
        return entered


class ContactForm(RecordForm):
    """A person at a customer."""

    model = Contact
    names = (
        "name",
        "salutation",
        "post",
        "department",
        "role",
        "phone",
        "mobile",
        "email",
        "wechat",
        "is_main",
        "note",
    )

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Contact | None = None, **more: Any) -> None:
        super().__init__(*args, record=record, **more)
        if record is not None:
            self.initial.setdefault("version", record.version)
            self.fields["is_active"] = forms.BooleanField(label=_("Works there still"), required=False)
            self.initial.setdefault("is_active", record.is_active)

    def values(self) -> dict[str, Any]:
        """What was entered, for the command."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class TransferForm(forms.Form):
    """To whom a customer is handed over, and why."""

    owner = forms.CharField(label=_("New owner"), required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note for the history"), required=False, max_length=500)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
