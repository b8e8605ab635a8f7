"""Groups, managers, branches and heads."""

from __future__ import annotations

import pytest

from accounts.exceptions import NobodyThere
from accounts.models import User
from accounts.queries import branch_of, group_keys, group_near, head_of, manager_of, members_of
from tests.factories import UserFactory


def names(people) -> list[str]:
    return [person.username for person in people]


def test_a_role_at_a_unit_answers_for_everything_above(alice):
    assert group_keys(alice) == {"sales", "sales@HZ-SALES-1", "sales@HZ-SALES", "sales@HZ", "sales@HQ"}


def test_group_keys_are_one_query_once(alice, django_assert_num_queries):
    person = User.objects.get(pk=alice.pk)
    with django_assert_num_queries(1):
        group_keys(person)
        group_keys(person)


def test_members_and_keys_agree(cast):
    people = cast.whole().values()
    for key in {key for person in people for key in group_keys(person)}:
        assert set(members_of(key)) == {person for person in people if key in group_keys(person)}, key


def test_members_are_active_people_of_the_unit_or_below(alice, bob, charlie, units):
    assert names(members_of("sales@HZ")) == ["alice", "bob"]
    assert names(members_of("sales")) == ["alice", "bob", "charlie"]
    assert names(members_of("sales@NOWHERE")) == []
    bob.is_active = False
    bob.save()
    assert names(members_of("sales@HZ-SALES")) == ["alice"]


def test_the_manager_chain(alice, manager, director, ceo):
    assert [manager_of(alice, levels) for levels in (1, 2, 3, 4)] == [manager, director, ceo, None]
    assert manager_of("alice") == manager
    assert manager_of(alice, 0) == alice


def test_without_a_manager_the_head_of_the_unit_manages(units, manager, director):
    newcomer = UserFactory(org_unit=units["HZ-SALES-1"])
    assert manager_of(newcomer) == manager
    manager.manager = None
    manager.save()
    assert manager_of(newcomer, 2) == director


def test_managers_who_left_are_passed_over(alice, manager, director):
    manager.is_active = False
    manager.save()
    assert manager_of(User.objects.get(pk=alice.pk)) == director


def test_a_circle_of_managers_ends(alice, bob):
    User.objects.filter(pk=alice.pk).update(manager=bob)
    User.objects.filter(pk=bob.pk).update(manager=alice)
    assert manager_of("alice", 3) is None


def test_outside_the_tree_nobody_manages(db):
    assert manager_of(UserFactory()) is None


def test_an_unknown_person_is_refused(db):
    with pytest.raises(NobodyThere):
        manager_of("nobody")


def test_the_branch_of_people_and_units(alice, lawyer, units, django_assert_num_queries):
    assert branch_of(alice) == units["HZ"]
    assert branch_of("SH-SALES") == units["SH"]
    assert branch_of(lawyer) == units["HQ"]
    assert branch_of(UserFactory()) is None
    with django_assert_num_queries(0):
        assert branch_of(units["SH"]) == units["SH"]


def test_heads_who_left_head_nothing(units, manager):
    assert head_of(units["HZ-SALES"]) == manager
    manager.is_active = False
    manager.save()
    assert head_of("HZ-SALES") is None


def test_the_group_near_a_unit_is_its_branchs_or_everybodys(alice, finance, units):
    assert group_near("finance", units["HZ-SALES-1"]) == "finance@HZ"
    assert group_near("finance", units["SH-SALES"]) == "finance"
    assert group_near("sales", units["HQ-LEGAL"]) == "sales@HQ"
