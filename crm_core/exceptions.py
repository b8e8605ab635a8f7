"""What can go wrong with records, named as facts; each has a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CrmRefusal(Exception):
    """The request was refused; ``message`` says why."""

    message: ClassVar[str | Promise] = _("This was refused.")

    def __init__(self, message: str | Promise | None = None) -> None:
        self.text = message or self.message
        super().__init__(str(self.text))

    def __str__(self) -> str:
        return str(self.text)


class RecordNotFound(CrmRefusal):
    """There is no such record, or the person may not see it: both look the same to them."""

    message = _("There is no such record, or you may not see it.")


class NotPermitted(CrmRefusal):
    """The person sees the record but may not do this to it."""

    message = _("You may see this record but not do this to it.")


class RecordHasChanged(CrmRefusal):
    """Somebody changed the record after the person read it."""

    message = _("Somebody changed this record in the meantime. Look at the new version and try again.")


class WrongState(CrmRefusal):
    """The record is not in a state where this is possible."""

    message = _("The record is not in a state where this is possible.")


class TooManyTags(CrmRefusal):
    """The customer would carry more tags than allowed, in all or in one category."""

    message = _("A customer cannot carry that many tags.")


class FileRefused(CrmRefusal):
    """The file is too large, empty, or of a kind that is not kept."""

    message = _("This file cannot be kept.")


class ValuesRefused(CrmRefusal):
    """Some values cannot be stored; ``errors`` names each with its reasons."""

    message = _("Some values cannot be stored.")

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors: dict[str, list[str]] = {name: list(reasons) for name, reasons in errors.items()}
        super().__init__("; ".join(f"{name}: {' '.join(reasons)}" for name, reasons in self.errors.items()))

    @classmethod
    def of(cls, error: ValidationError) -> ValuesRefused:
        """The same said about Django's validation error."""
        if hasattr(error, "error_dict"):
            return cls({name: [str(text) for text in texts] for name, texts in error.message_dict.items()})
        return cls({"": [str(text) for text in error.messages]})


class NotAPerson(CrmRefusal):
    """Only persons have personal data; an organisation's contacts are erased one by one."""

    message = _("This customer is an organisation. Erase its contacts one by one.")
