"""What accounts refuses, as facts; each has a sentence for people."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountsRefusal(Exception):
    """The request was refused; ``message`` says why, ``field`` names the answer at fault, if one is."""

    message: ClassVar[str | Promise] = _("This was refused.")

    def __init__(self, message: str | Promise | None = None, *, field: str = "") -> None:
        self.text = message or self.message
        self.field = field
        super().__init__(str(self.text))

    def __str__(self) -> str:
        return str(self.text)


class NotAllowed(AccountsRefusal):
    """The person has no right to do this."""

    message = _("You have no right to do this.")


class InvalidValue(AccountsRefusal):
    """One of the values is missing or wrong."""

    message = _("This value is not valid.")


class AlreadyTaken(AccountsRefusal):
    """Another row already has this name, code, number or address."""

    message = _("This is already taken.")


class ChangedMeanwhile(AccountsRefusal):
    """Somebody else changed the row after it was read."""

    message = _("Somebody else changed this in the meantime. Look at the new state and try again.")


class NobodyThere(AccountsRefusal):
    """There is no such person, unit, role, calendar or substitution."""

    message = _("This does not exist.")


class PersonInactive(AccountsRefusal):
    """The person has left; nothing new is given to them."""

    message = _("This person is no longer active.")


class UnitClosed(AccountsRefusal):
    """The unit is closed; nothing new is put there."""

    message = _("This unit is closed.")


class WouldFormCircle(AccountsRefusal):
    """A unit would lie inside itself, or a person be their own manager in the end."""

    message = _("This would form a circle.")


class SubstitutionCircle(AccountsRefusal):
    """The substitutes would stand in for each other in a circle."""

    message = _("These people would stand in for each other in a circle.")


class SubstitutionOver(AccountsRefusal):
    """The substitution has already ended."""

    message = _("This substitution has already ended.")


class LastAdministrator(AccountsRefusal):
    """Nobody would be left who may administer the company."""

    message = _("Somebody must be left who administers the company.")


class OwnAccount(AccountsRefusal):
    """People do not do this to their own account."""

    message = _("You cannot do this to your own account.")


class RoleTooFar(AccountsRefusal):
    """The role reaches further than the one who would give it."""

    message = _("This role reaches the whole company: only an administrator of the headquarters may give it.")


class HoursInvalid(AccountsRefusal):
    """The working hours cannot be read, overlap, or leave not one open hour."""

    message = _("These working hours are not valid.")


class WrongPassword(AccountsRefusal):
    """The present password is not right."""

    message = _("The present password is not right.")


class PasswordTooWeak(AccountsRefusal):
    """The new password is too easy to guess."""

    message = _("This password is too easy to guess.")
