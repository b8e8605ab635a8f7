"""Entering a new person."""

from __future__ import annotations

import pytest

from accounts.commands import close_unit, create_user
from accounts.exceptions import AlreadyTaken, InvalidValue, NobodyThere, NotAllowed, PasswordTooWeak, UnitClosed
from accounts.models import User
from tests.factories import PASSWORD, UnitFactory


def test_it_works(admin, manager, units, audited):
    person = create_user(
        actor=admin,
        username="li.wei",
        unit_id=units["HZ-SALES-1"].public_id,
        email="Li.Wei@Example.com",
        password=PASSWORD,
        manager_id=manager.public_id,
        first_name="Wei",
        last_name="Li",
        skills=["electric"],
    )
    stored = User.objects.get(username="li.wei")
    assert (stored.pk, stored.email, stored.manager, stored.skills) == (
        person.pk,
        "li.wei@example.com",
        manager,
        ["electric"],
    )
    assert stored.check_password(PASSWORD)
    assert stored.created_by == admin
    assert audited("person.created").actor == admin


def test_without_a_password_nobody_can_log_in(admin, units):
    person = create_user(actor=admin, username="li.wei", unit_id=units["HZ"].public_id)
    assert not person.has_usable_password()


def test_a_branch_administrator_enters_people_of_the_branch_only(branch_admin, units):
    assert create_user(actor=branch_admin, username="li.wei", unit_id=units["HZ-FIN"].public_id)
    with pytest.raises(NotAllowed):
        create_user(actor=branch_admin, username="li.na", unit_id=units["SH"].public_id)


def test_an_outsider_is_refused(charlie, manager, units):
    for actor in (charlie, manager):
        with pytest.raises(NotAllowed):
            create_user(actor=actor, username="li.wei", unit_id=units["HZ"].public_id)
    assert not User.objects.filter(username="li.wei").exists()


@pytest.mark.parametrize("username", ["", "Li Wei", "li@wei", "-li", "李伟", "x" * 61])
def test_a_username_that_processes_could_not_use_is_refused(admin, units, username):
    with pytest.raises(InvalidValue) as refusal:
        create_user(actor=admin, username=username, unit_id=units["HZ"].public_id)
    assert refusal.value.field == "username"


def test_a_taken_username_is_refused(admin, alice, units):
    with pytest.raises(AlreadyTaken) as refusal:
        create_user(actor=admin, username="alice", unit_id=units["HZ"].public_id)
    assert refusal.value.field == "username"


def test_a_taken_address_is_refused_whatever_its_case(admin, alice, units):
    with pytest.raises(AlreadyTaken, match="e-mail"):
        create_user(actor=admin, username="li.wei", unit_id=units["HZ"].public_id, email="ALICE@example.com")


def test_a_weak_password_is_refused(admin, units):
    with pytest.raises(PasswordTooWeak):
        create_user(actor=admin, username="li.wei", unit_id=units["HZ"].public_id, password="password")


def test_an_unknown_field_is_refused(admin, units):
    with pytest.raises(InvalidValue) as refusal:
        create_user(actor=admin, username="li.wei", unit_id=units["HZ"].public_id, is_superuser=True)
    assert refusal.value.field == "is_superuser"


def test_an_unknown_unit_is_refused(admin):
    with pytest.raises(NobodyThere):
        create_user(actor=admin, username="li.wei", unit_id=admin.public_id)


def test_a_closed_unit_is_refused(admin, units):
    empty = UnitFactory(parent=units["HZ"])
    close_unit(actor=admin, unit_id=empty.public_id)
    with pytest.raises(UnitClosed):
        create_user(actor=admin, username="li.wei", unit_id=empty.public_id)
