"""An administrator gives a new password."""

from __future__ import annotations

import pytest

from accounts.commands import reset_password
from accounts.exceptions import NotAllowed, PasswordTooWeak
from tests.factories import PASSWORD, UserFactory


def test_it_works(admin, alice, audited):
    reset_password(actor=admin, user_id=alice.public_id, password=PASSWORD)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert PASSWORD not in str(audited("person.password_reset").data)


def test_an_outsider_is_refused(charlie, manager, alice):
    for actor in (charlie, manager):
        with pytest.raises(NotAllowed):
            reset_password(actor=actor, user_id=alice.public_id, password=PASSWORD)


def test_a_weak_one_is_refused(admin, alice):
    with pytest.raises(PasswordTooWeak):
        reset_password(actor=admin, user_id=alice.public_id, password="12345678901")


def test_a_branch_administrator_does_not_reach_further_by_it(branch_admin, alice, admin, director, units):
    root = UserFactory(is_superuser=True, org_unit=units["HZ"])
    for person in (admin, root):
        with pytest.raises(NotAllowed):
            reset_password(actor=branch_admin, user_id=person.public_id, password=PASSWORD)
    assert reset_password(actor=branch_admin, user_id=director.public_id, password=PASSWORD)
