"""What people set for themselves: language, look, time zone, password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.changes import ChangeKind, announce
from accounts.checking import save_change, set_fields
from accounts.exceptions import NotAllowed, PasswordTooWeak, WrongPassword
from accounts.models import User

EDITABLE = frozenset({"language", "theme", "density", "zone", "letter_keys"})


@transaction.atomic(durable=True)
def change_profile(*, actor: User, **values: Any) -> User:
    """Change one's own fields from ``EDITABLE``. Refuses unknown languages, themes, densities and zones."""
    person = _locked_self(actor)
    if set_fields(person, values, EDITABLE):
        save_change(person, person)
        announce(ChangeKind.PROFILE, [person.pk])
    return person


@transaction.atomic(durable=True)
def change_password(*, actor: User, current: str, new: str) -> User:
    """Change one's own password; other sessions end. Refuses a wrong present password and a weak new one."""
    person = _locked_self(actor)
    if not check_password(current, person.password):
        raise WrongPassword(field="current")
    try:
        validate_password(new, person)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages), field="new") from None
    person.password = make_password(new)
    save_change(person, person)
    audit.record("person.password_changed", actor=person, subject=person, subject_kind="user")
    return person


def _locked_self(actor: User) -> User:
    person = User.objects.select_for_update(no_key=True).filter(pk=actor.pk, is_active=True).first()
    if person is None:
        raise NotAllowed
    return person
