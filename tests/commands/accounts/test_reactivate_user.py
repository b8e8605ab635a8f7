"""Letting somebody in again."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import deactivate_user, reactivate_user
from accounts.exceptions import NotAllowed
from accounts.queries import members_of


def test_it_works(admin, alice, audited, told):
    deactivate_user(actor=admin, user_id=alice.public_id)
    with told() as heard:
        reactivate_user(actor=admin, user_id=alice.public_id)
    assert alice in members_of("sales@HZ")
    assert audited("person.reactivated")
    assert [change.kind for change in heard] == [ChangeKind.ACTIVE]


def test_an_outsider_is_refused(admin, charlie, alice):
    deactivate_user(actor=admin, user_id=alice.public_id)
    with pytest.raises(NotAllowed):
        reactivate_user(actor=charlie, user_id=alice.public_id)
