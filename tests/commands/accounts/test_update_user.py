"""Changing what is known of a person."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import update_user
from accounts.exceptions import (
    AlreadyTaken,
    ChangedMeanwhile,
    InvalidValue,
    NotAllowed,
    PersonInactive,
    WouldFormCircle,
)


def test_it_works(admin, alice, audited, told):
    with told() as heard:
        update_user(actor=admin, user_id=alice.public_id, capacity=7, phone="123", seen_version=1)
    alice.refresh_from_db()
    assert (alice.capacity, alice.phone, alice.version, alice.updated_by) == (7, "123", 2, admin)
    assert audited("person.changed").data == {"capacity": [20, 7], "phone": ["", "123"]}
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.PROFILE, {alice.pk})]


def test_nothing_new_changes_nothing(admin, alice):
    assert update_user(actor=admin, user_id=alice.public_id, capacity=20).version == 1


def test_an_outsider_is_refused(charlie, bob, alice):
    for actor in (charlie, bob, alice):
        with pytest.raises(NotAllowed):
            update_user(actor=actor, user_id=alice.public_id, capacity=7)


def test_an_older_version_is_refused(admin, alice):
    update_user(actor=admin, user_id=alice.public_id, capacity=7)
    with pytest.raises(ChangedMeanwhile):
        update_user(actor=admin, user_id=alice.public_id, capacity=8, seen_version=1)


def test_a_manager_who_reports_to_the_person_is_refused(admin, alice, director):
    with pytest.raises(WouldFormCircle):
        update_user(actor=admin, user_id=director.public_id, manager_id=alice.public_id)


def test_a_manager_who_left_is_refused(admin, alice, bob):
    bob.is_active = False
    bob.save()
    with pytest.raises(PersonInactive):
        update_user(actor=admin, user_id=alice.public_id, manager_id=bob.public_id)


def test_a_new_manager(admin, alice, director):
    assert update_user(actor=admin, user_id=alice.public_id, manager_id=director.public_id).manager == director


def test_a_taken_staff_number_is_refused(admin, alice, bob):
    update_user(actor=admin, user_id=bob.public_id, staff_no="007")
    with pytest.raises(AlreadyTaken, match="staff number"):
        update_user(actor=admin, user_id=alice.public_id, staff_no="007")


@pytest.mark.parametrize(("field", "value"), [("zone", "Mars"), ("language", "tlh"), ("username", "eve")])
def test_impossible_values_are_refused(admin, alice, field, value):
    with pytest.raises(InvalidValue) as refusal:
        update_user(actor=admin, user_id=alice.public_id, **{field: value})
    assert refusal.value.field == field


def test_a_branch_administrator_does_not_reach_people_with_company_wide_roles(branch_admin, units, lawyer, alice):
    lawyer.org_unit = units["HZ"]
    lawyer.save()
    with pytest.raises(NotAllowed):
        update_user(actor=branch_admin, user_id=lawyer.public_id, email="mine@example.com")
    assert update_user(actor=branch_admin, user_id=alice.public_id, email="hers@example.com")
