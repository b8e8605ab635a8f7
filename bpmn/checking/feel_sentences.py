"""What is wrong with an expression, in the reader's language, from the codes of the FEEL library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

FEEL_SENTENCES: Mapping[str, str] = {
    "syntax.unclosed-string": _("a text is not closed by a double quote"),
    "syntax.character": _("“{found}” has no meaning here"),
    "syntax.number": _("the number {found} is too large"),
    "syntax.expected": _("something is missing or too much after “{after}”"),
    "name.unknown": _("there is no value “{name}”"),
    "function.unknown": _("there is no function “{name}”"),
    "argument.count": _("{function} got {found} arguments but takes {expected}"),
    "type.conflict": _("{left} {operator} {right} can have no value"),
    "budget.text": _("it is longer than {allowed} characters"),
    "budget.nesting": _("it is nested deeper than {allowed} levels"),
}


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def feel_sentence(code: str, values: Mapping[str, Any], otherwise: str) -> str:
    """The sentence of a FEEL finding; ``otherwise`` where there is none for its code."""
    text = FEEL_SENTENCES.get(code)
    return gettext(text).format_map(_Values(values)) if text else otherwise
