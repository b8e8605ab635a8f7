"""What administrators enter about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from web.forms.records import model_field
from web.views.administration.choices import PersonField, public_id

FIELDS = ("first_name", "last_name", "native_name", "email", "phone", "staff_no", "position", "capacity", "language")


class PersonForm(forms.Form):
    """What is kept of a person; the manager only where somebody other than the head of the unit leads them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: User | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in FIELDS:
            self.fields[name] = model_field(User, name)
            if known is not None:
                self.initial.setdefault(name, getattr(known, name))
        self.fields["manager_id"] = PersonField(label=_("Manager"), required=False)
        self.manager_name = known.manager.display_name if known is not None and known.manager else ""
        if known is not None:
            self.initial.setdefault("version", known.version)
            self.initial.setdefault("manager_id", known.manager_id or "")

    def values(self) -> dict[str, Any]:
        """What was entered, for the command."""
        entered = {name: self.cleaned_data[name] for name in FIELDS}
        return entered | {"manager_id": public_id(self.cleaned_data["manager_id"])}


class NewPersonForm(PersonForm):
    """A new person also needs a username and a unit, and may get a first password."""

    def __init__(self, *args: Any, units: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        rest = self.fields
        password = forms.CharField(
            label=_("First password"),
            required=False,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("Leave empty, and nobody can sign in as them yet."),
        )
        first = {
            "username": model_field(User, "username"),
            "unit_id": forms.ChoiceField(label=_("Unit"), choices=units),
        }
        self.fields = {**first, **rest, "password": password}


class UnitForm(forms.Form):
    """Where somebody goes."""

    unit_id = forms.ChoiceField(label=gettext_lazy("Unit"))


class PasswordForm(forms.Form):
    """A new password, typed once: the administrator hands it over."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RoleForm(forms.Form):
    """Which role, held where."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    unit_id = forms.ChoiceField(label=gettext_lazy("At"))
