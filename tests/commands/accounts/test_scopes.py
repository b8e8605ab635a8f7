"""Which rows and fields a person sees. People serve as rows here: their unit, and their manager as the owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.commands import add_substitution
from accounts.models import DataScope, FieldEffect, FieldRule, OrgUnit, User
from accounts.permissions import COMPANY, may
from accounts.rights import rights_of
from accounts.scopes import field_rules, mask_for, read_only_for, visible
from config import clock as time
from tests.factories import SubstitutionFactory, UserFactory


@dataclass
class Record:
    """A customer, say."""

    org_unit: OrgUnit | None
    owner: User | None

    @property
    def owner_id(self) -> int:
        return self.owner.pk if self.owner else 0


def seen(user: Any, **more) -> set[str]:
    rows = visible(User.objects.filter(username__startswith="row-"), user, "customer", owner="manager", **more)
    return {row.username.removeprefix("row-") for row in rows}


@pytest.fixture
def rows(units, alice, bob, dora, charlie, manager):
    """A customer of each, kept at the owner's unit; "branch" is kept at the branch as the domain model has it."""
    for owner in (alice, bob, dora, charlie, manager):
        UserFactory(username=f"row-{owner.username}", org_unit=owner.org_unit, manager=owner)
    UserFactory(username="row-branch", org_unit=units["HZ"], manager=dora)


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("alice", {"alice", "bob"}),
        ("dora", {"dora", "branch"}),
        ("charlie", {"charlie"}),
        ("manager", {"alice", "bob", "dora", "manager", "branch"}),
        ("director", {"alice", "bob", "dora", "manager", "branch"}),
        ("sh_director", {"charlie"}),
        ("ceo", {"alice", "bob", "dora", "charlie", "manager", "branch"}),
        ("parts_of_another_branch", set()),
    ],
)
def test_everybody_sees_what_the_matrix_says(rows, cast, units, who, what):
    person = cast(who) if who != "parts_of_another_branch" else UserFactory(org_unit=units["SH"], roles=["parts"])
    assert seen(person) == what


def test_the_row_and_the_list_agree(rows, cast, units):
    for person in cast.whole().values():
        for row in User.objects.filter(username__startswith="row-"):
            assert may(person, "view", "customer", Record(row.org_unit, row.manager)) == (
                row.username.removeprefix("row-") in seen(person)
            ), (person, row)


def test_changing_reaches_less_far_than_seeing(rows, alice):
    assert seen(alice, action="change") == {"alice"}


def test_the_owning_department_edits_and_others_read(units, alice, agent, finance, data_clerk, charlie):
    record = Record(units["HZ-SALES-1"], alice)
    assert [may(person, "change", "customer", record) for person in (alice, agent, finance, data_clerk, charlie)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert may(agent, "view", "customer", record)
    assert may(agent, "change", "contact", record)


def test_strangers_see_nothing(rows, units):
    for person in (AnonymousUser(), User(username="unsaved"), UserFactory(is_active=False, org_unit=units["HZ"])):
        assert seen(person) == set()
        assert not may(person, "view", "customer")


def test_a_superuser_sees_everything(rows):
    root = UserFactory(is_superuser=True)
    assert len(seen(root)) == 6
    assert mask_for(root, "customer") == frozenset()


def test_a_substitute_sees_but_does_not_change_the_own_records_of_the_absent(clock, rows, alice, charlie):
    SubstitutionFactory(substituted=alice, substitute=charlie)
    assert seen(charlie) == {"charlie", "alice"}
    assert seen(charlie, action="change") == {"charlie"}


def test_a_substitute_for_one_process_sees_no_more(clock, rows, alice, charlie):
    SubstitutionFactory(substituted=alice, substitute=charlie, process_keys=["level-change"])
    assert seen(charlie) == {"charlie"}


def test_a_substitution_takes_effect_on_the_same_user_object(clock, rows, alice, charlie, manager):
    assert seen(charlie) == {"charlie"}
    add_substitution(actor=alice, substituted_id=alice.public_id, substitute_id=charlie.public_id, starts=time.now())
    assert seen(User.objects.get(pk=charlie.pk)) == {"charlie", "alice"}


def test_records_without_unit_belong_to_the_company(units, admin, branch_admin):
    assert may(admin, "change", "work_calendar", COMPANY)
    assert not may(branch_admin, "change", "work_calendar", COMPANY)


def test_units_are_their_own_place(units, branch_admin):
    assert may(branch_admin, "change", "org_unit", units["HZ-FIN"])
    assert not may(branch_admin, "change", "org_unit", units["SH"])
    mine = visible(OrgUnit.objects.all(), branch_admin, "org_unit", owner=None, unit_path="path")
    assert {unit.code for unit in mine} == {code for code in units.by_code if code.startswith("HZ")}


def test_a_code_that_begins_like_another_is_not_below_it(units, director):
    from tests.factories import UnitFactory

    neighbour = UnitFactory(code="HZ2", parent=units["HQ"], kind="city_branch")
    assert not may(director, "view", "customer", Record(neighbour, director))


@pytest.mark.parametrize("scope", ["own", "team", "department", "branch_subtree", "all"])
def test_each_reach_contains_the_narrower_one(rows, units, scope):
    person = UserFactory(username="row-me", org_unit=units["HZ-SALES-1"], roles=["parts"])
    person.manager = person
    DataScope.objects.filter(role_id="parts").delete()
    DataScope.objects.create(role_id="parts", kind="customer", scope=scope, actions=["view"])
    expected = {
        "own": set(),
        "team": {"alice", "bob", "me"},
        "department": {"alice", "bob", "dora", "manager", "branch", "me"},
        "branch_subtree": {"alice", "bob", "dora", "manager", "branch", "me"},
        "all": {"alice", "bob", "dora", "manager", "branch", "charlie", "me"},
    }
    assert seen(person) == expected[scope]


def test_rights_cost_one_query_however_many_there_are(rows, units, django_assert_num_queries):
    roles = ["sales", "finance", "legal", "director", "admin"]
    person = User.objects.get(pk=UserFactory(org_unit=units["HZ"], roles=roles).pk)
    record = Record(units["HZ"], person)
    with django_assert_num_queries(1):
        assert may(person, "view", "customer", record)
        assert mask_for(person, "customer") == frozenset()
        assert "finance@HQ" in rights_of(person).group_keys
        visible(User.objects.all(), person, "customer", owner="manager")
        assert not may(person, "approve", "macro", record)


def test_a_list_is_one_query(rows, alice, django_assert_num_queries):
    rights_of(alice)
    with django_assert_num_queries(1):
        seen(alice)


def test_sensitive_fields_are_masked_unless_a_role_opens_them(alice, data_clerk, finance, agent, analyst):
    assert {"id_no", "credit_limit"} <= mask_for(alice, "customer")
    assert "credit_limit" in mask_for(agent, "customer")
    assert field_rules(agent, "customer")["credit_limit"] == FieldEffect.HIDDEN
    assert "credit_limit" not in mask_for(finance, "customer")
    assert "credit_limit" in read_only_for(finance, "customer")
    assert "mobile" in mask_for(analyst, "customer")
    assert mask_for(data_clerk, "customer") == frozenset()


def test_of_several_roles_the_mildest_counts(units):
    person = UserFactory(org_unit=units["HZ"], roles=["marketing-analyst", "finance"])
    assert "mobile" not in mask_for(person, "customer")
    assert "credit_limit" not in mask_for(person, "customer")


def test_a_role_that_does_not_see_the_kind_opens_nothing(units):
    FieldRule.objects.create(role_id="operator", kind="customer", field="id_no", effect="open")
    person = UserFactory(org_unit=units["HZ"], roles=["sales", "operator"])
    assert "id_no" in mask_for(person, "customer")


def test_who_sees_a_record_only_through_a_task_gets_the_common_rules(designer):
    assert {"id_no", "credit_limit"} <= mask_for(designer, "customer")
