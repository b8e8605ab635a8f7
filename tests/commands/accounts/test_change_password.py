"""One's own password."""

from __future__ import annotations

import pytest

from accounts.commands import change_password
from accounts.exceptions import PasswordTooWeak, WrongPassword
from tests.factories import PASSWORD, UserFactory

NEW = "staple battery horse"


def test_it_works(db, audited):
    person = UserFactory(password=PASSWORD)
    change_password(actor=person, current=PASSWORD, new=NEW)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert NEW not in str(audited("person.password_changed").data)


def test_a_wrong_present_password_is_refused(db):
    person = UserFactory(password=PASSWORD)
    with pytest.raises(WrongPassword):
        change_password(actor=person, current=NEW, new=NEW)


def test_a_weak_new_password_is_refused(db):
    person = UserFactory(password=PASSWORD)
    with pytest.raises(PasswordTooWeak):
        change_password(actor=person, current=PASSWORD, new="short")
