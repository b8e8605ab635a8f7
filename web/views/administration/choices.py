"""What the forms of administration offer: units, roles, calendars and people, as far as they may be chosen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import Action, OrgUnit, Role, User, WorkCalendar
from web.views.crm.people import chosen

Choices = list[tuple[str, str]]


def units_below(user: User, action: str = Action.CHANGE, kind: str = "user") -> Choices:
    """The open units where the person may do ``action``, as a tree."""
    rows = OrgUnit.objects.filter(is_active=True)
    seen = scopes.visible(rows, user, kind, action=action, owner=None, unit_path="path")
    return [(str(unit.public_id), f"{'  ' * (len(unit.codes) - 1)}{unit}") for unit in seen.order_by("path")]


def roles() -> Choices:
    """All roles by name."""
    return sorted(((role.code, str(role)) for role in Role.objects.all()), key=lambda choice: choice[1])


def calendars(nothing: str) -> Choices:
    """All calendars, after the choice of none."""
    return [("", nothing), *((str(row.public_id), str(row)) for row in WorkCalendar.objects.order_by("code"))]


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field of the form its choices."""
    field: Any = form.fields[name]
    field.choices = choices


class PersonField(forms.CharField):
    """A person from the search field; gives the person or None. Templates draw it as a combobox."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> User | None:
        """Refuses what is no active person, and nobody where somebody is needed."""
        text = super().clean(value)
        person = chosen(text or "")
        if text and person is None:
            raise forms.ValidationError(_("Choose somebody from the list."))
        return person


def public_id(person: User | None) -> UUID | None:
    """How commands name a person."""
    return person.public_id if person is not None else None
