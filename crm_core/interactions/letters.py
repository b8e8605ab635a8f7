"""What customers are written, by template key, in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from crm_core.customers.models import Customer
from crm_core.customers.search import has_han
from crm_core.levels.models import CustomerLevel

MAX_VALUE = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body with ``{named}`` values."""

    subject: Any
    body: Any


class UnknownLetter(Exception):
    """No letter of that key is registered."""


_letters: dict[str, Letter] = {}


def register_letter(key: str, subject: Any, body: Any) -> None:
    """Make a letter known; texts are lazy translations with ``{named}`` values. ``name`` is always given."""
    _letters[key] = Letter(subject, body)


def language_of(customer: Customer) -> str:
    """The language the customer chose, else Chinese for a Chinese name and English for any other."""
    return customer.language or ("zh-hans" if has_han(customer.name) else "en")


def write(key: str, customer: Customer, data: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body for a customer; a missing value shows as an ellipsis. Raises UnknownLetter."""
    if key not in _letters:
        raise UnknownLetter(key)
    language = language_of(customer)
    with translation.override(language):
        values = _Values({"name": customer.name} | _readable(data, language))
        letter = _letters[key]
        return str(letter.subject).format_map(values), str(letter.body).format_map(values)


class _Values(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def _readable(data: Mapping[str, Any], language: str) -> dict[str, str]:
    names = {level.code: level.name_in(language) for level in CustomerLevel.objects.all()}
    shown = {name: value for name, value in data.items() if value is not None}
    return {
        name: names.get(str(value), str(value)) if name.endswith("level") else str(value)[:MAX_VALUE]
        for name, value in shown.items()
    }


register_letter(
    "level-change-customer",
    _("Your customer level: {new_level}"),
    _("Dear {name},\n\nyour customer level is now {new_level} (before: {old_level}).\n\nThank you for your trust."),
)
