"""Who approves: nearest holder, head further up, group, nobody; never one of the excluded or their stand-ins."""

from __future__ import annotations

import pytest

from accounts.approvers import ApproverRule, find_approver
from accounts.exceptions import NobodyThere
from accounts.models import Role, RoleAssignment
from tests.factories import SubstitutionFactory, UserFactory


def found(*args, **more):
    approver = find_approver(*args, **more)
    return (approver.person.username if approver.person else None, approver.group, approver.rule.value)


def test_the_holder_up_the_line(units, manager, director):
    assert found("sales-manager", "HZ-SALES-1") == ("manager", None, "role")
    assert found("director", units["HZ-SALES-1"]) == ("director", None, "role")


def test_the_holder_elsewhere_in_the_branch(finance):
    assert found("finance", "HZ-SALES-1") == ("finance", None, "role")


def test_the_holder_at_the_headquarters(lawyer, customer_office):
    assert found("legal", "HZ-SALES-1") == ("lawyer", None, "role")
    assert found("customer-office", "SH") == ("customer_office", None, "role")


def test_a_holder_in_another_branch_does_not_count(finance, sh_director):
    person = UserFactory(org_unit=finance.org_unit.parent, roles=["sales-manager"])
    assert found("finance", "SH-SALES") == ("sh_director", None, "head")
    assert found("sales-manager", "SH-SALES", [person]) == ("sh_director", None, "head")


def test_the_nearest_holder_goes_first(units, manager):
    lead = UserFactory(username="lead", org_unit=units["HZ-SALES-1"], roles=["sales-manager"])
    assert found("sales-manager", "HZ-SALES-1") == ("lead", None, "role")
    assert found("sales-manager", "HZ-SALES-1", [lead]) == ("manager", None, "role")


def test_the_head_of_the_next_unit_up_when_the_holder_asks(units, manager, director):
    assert found("sales-manager", "HZ-SALES", [manager]) == ("director", None, "head")


def test_a_neighbour_with_the_same_role_is_not_asked_instead(units, manager, director):
    UserFactory(org_unit=units["HZ-SALES-2"], roles=["sales-manager"])
    assert found("sales-manager", "HZ-SALES", [manager]) == ("director", None, "head")


def test_a_colleague_of_a_service_department_is_asked_instead(units, finance):
    UserFactory(username="second", org_unit=units["HZ-FIN"], roles=["finance"])
    assert found("finance", "HZ-SALES", [finance]) == ("second", None, "role")


def test_the_head_above_when_nobody_holds_the_role(units, manager, director):
    assert found("quality", "HZ-SALES-1") == ("manager", None, "head")
    assert found("quality", "HZ-SALES-1", [manager]) == ("director", None, "head")


def test_the_fallback_group_when_no_head_is_left(units, ceo):
    assert found("finance", "HQ") == (None, "top-management", "group")


def test_nobody(units, ceo):
    assert found("finance", "HQ", [ceo]) == (None, None, "none")
    Role.objects.filter(pk="finance").update(fallback_group="")
    assert find_approver("finance", "HQ").rule is ApproverRule.NONE


def test_an_unknown_unit_is_refused(units):
    with pytest.raises(NobodyThere):
        find_approver("finance", "NOWHERE")


def test_excluded_people_may_be_named(manager, director):
    assert found("sales-manager", "HZ-SALES-1", ["manager", "nobody.at.all"]) == ("director", None, "head")


def test_who_left_is_not_asked(manager, director):
    manager.is_active = False
    manager.save()
    assert found("sales-manager", "HZ-SALES-1") == ("director", None, "head")


def test_the_requesters_substitute_is_not_asked(clock, alice, manager, director):
    SubstitutionFactory(substituted=alice, substitute=manager)
    assert found("sales-manager", "HZ-SALES-1", [alice]) == ("director", None, "head")


def test_nor_the_substitute_of_the_substitute(clock, alice, bob, manager, director):
    SubstitutionFactory(substituted=alice, substitute=bob)
    SubstitutionFactory(substituted=bob, substitute=manager)
    assert found("sales-manager", "HZ-SALES-1", [alice]) == ("director", None, "head")


def test_nor_one_for_whom_the_requester_stands_in(clock, alice, manager, director):
    """The task of the absent manager would land at the requester."""
    SubstitutionFactory(substituted=manager, substitute=alice)
    assert found("sales-manager", "HZ-SALES-1", [alice]) == ("director", None, "head")


def test_an_absent_approver_with_another_stand_in_stays_the_approver(clock, alice, bob, manager):
    SubstitutionFactory(substituted=manager, substitute=bob)
    assert found("sales-manager", "HZ-SALES-1", [alice]) == ("manager", None, "role")


def test_a_substitution_that_is_over_bars_nobody(clock, alice, manager):
    row = SubstitutionFactory(substituted=alice, substitute=manager)
    clock.advance_to(row.ends)
    assert found("sales-manager", "HZ-SALES-1", [alice]) == ("manager", None, "role")


def test_the_fallback_group_needs_somebody_free(clock, ceo, alice, units):
    SubstitutionFactory(substituted=alice, substitute=ceo)
    assert found("finance", "HQ", [alice]) == (None, None, "none")


def test_among_equals_the_first_by_name_or_spread_by_a_number(units):
    people = {
        UserFactory(username=name, org_unit=units["HZ-FIN"], roles=["finance"]).username
        for name in ("fang", "feng", "fu")
    }
    assert found("finance", "HZ")[0] == "fang"
    spread = {number: found("finance", "HZ", spread_by=f"LC-{number}")[0] for number in range(30)}
    assert set(spread.values()) == people
    assert spread == {number: found("finance", "HZ", spread_by=f"LC-{number}")[0] for number in range(30)}


def test_the_number_of_queries_does_not_grow_with_the_company(units, manager, director, django_assert_max_num_queries):
    for number in range(10):
        person = UserFactory(org_unit=units["SH"])
        RoleAssignment.objects.create(user=person, role_id="sales-manager", unit=units["SH-SALES"])
        UserFactory(org_unit=units["HZ"], username=f"other{number}")
    with django_assert_max_num_queries(7):
        assert find_approver("sales-manager", "HZ-SALES-1").person == manager
