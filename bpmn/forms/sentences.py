"""Why an answer was refused, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from bpmn.forms.errors import FieldError

_ = gettext_noop

SENTENCES: Mapping[str, str] = {
    "required": _("Please fill this in."),
    "type": _("This is not the kind of value that is asked for."),
    "unknown": _("There is no such field on the form."),
    "hidden": _("This field is not shown and cannot be answered."),
    "too-long": _("This is too long: {length} characters, {limit} are allowed."),
    "too-many": _("This is too much: {limit} are allowed."),
    "too-large": _("The answers are too large."),
    "not-data": _("The answers cannot be read."),
    "characters": _("This contains characters that cannot be stored."),
    "number-text": _("This is no number."),
    "number-size": _("This number has too many digits."),
    "decimal-digits": _("At most {digits} digits after the decimal point are allowed."),
    "increment": _("The nearest allowed values are {below} and {above}."),
    "not-date": _("This is no date."),
    "not-time": _("This is no time."),
    "not-datetime": _("This is no date and time."),
    "past": _("The date may not lie before today ({today})."),
    "not-an-option": _("This is not one of the options."),
    "chosen-twice": _("The same option was chosen twice."),
    "list-length": _("The list must keep its {length} entries."),
    "min": _("The least allowed value is {min}."),
    "max": _("The greatest allowed value is {max}."),
    "min-length": _("Please write at least {min} characters."),
    "max-length": _("Please write at most {max} characters."),
    "email": _("This is no e-mail address."),
    "phone": _("This is no international phone number, such as +86 without spaces."),
    "pattern": _("This does not have the form that is asked for."),
}


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(error: FieldError) -> str:
    """The error in the active language; a designer's own message for a pattern comes first."""
    if error.code == "pattern" and error.values.get("message"):
        return str(error.values["message"])
    text = SENTENCES.get(error.code)
    return gettext(text).format_map(_Values(error.values)) if text else error.code
