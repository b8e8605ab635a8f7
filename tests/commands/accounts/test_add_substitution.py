"""Letting somebody stand in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.changes import ChangeKind
from accounts.commands import add_substitution
from accounts.exceptions import InvalidValue, NotAllowed, PersonInactive, SubstitutionCircle
from accounts.queries import acts_for, stand_in_for, substitutes_of
from config import clock as time

WEEK = timedelta(days=7)


def substitute(actor, absent, stand_in, *, after=timedelta(0), lasting=WEEK, **more):
    starts = time.now() + after
    return add_substitution(
        actor=actor,
        substituted_id=absent.public_id,
        substitute_id=stand_in.public_id,
        starts=starts,
        ends=starts + lasting if lasting else None,
        **more,
    )


def test_it_works(clock, alice, bob, audited, told):
    with told() as heard:
        substitute(alice, alice, bob, reason="leave")
    assert stand_in_for(alice) == bob
    assert acts_for(bob) == [alice]
    clock.advance(WEEK)
    assert stand_in_for(alice) == alice
    assert audited("substitution.added").data["substitute"] == "bob"
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.SUBSTITUTION, {alice.pk, bob.pk})]


def test_those_above_and_administrators_may_do_it(clock, alice, bob, manager, director, admin, branch_admin):
    for number, actor in enumerate((manager, director, admin, branch_admin)):
        assert substitute(actor, alice, bob, after=number * WEEK)


def test_an_outsider_is_refused(clock, alice, bob, charlie, dora):
    for actor in (charlie, bob, dora):
        with pytest.raises(NotAllowed):
            substitute(actor, alice, bob)


def test_standing_in_for_oneself_is_refused(clock, alice):
    with pytest.raises(SubstitutionCircle):
        substitute(alice, alice, alice)


def test_somebody_who_left_is_refused(clock, alice, bob):
    bob.is_active = False
    bob.save()
    with pytest.raises(PersonInactive):
        substitute(alice, alice, bob)


@pytest.mark.parametrize(("after", "lasting"), [(timedelta(0), -WEEK), (-2 * WEEK, WEEK)])
def test_an_end_before_the_start_or_in_the_past_is_refused(clock, alice, bob, after, lasting):
    with pytest.raises(InvalidValue) as refusal:
        substitute(alice, alice, bob, after=after, lasting=lasting)
    assert refusal.value.field == "ends"


def test_two_for_each_other_at_a_time_are_refused(clock, alice, bob):
    substitute(alice, alice, bob)
    with pytest.raises(SubstitutionCircle):
        substitute(bob, bob, alice, after=WEEK - timedelta(days=1))
    assert substitute(bob, bob, alice, after=WEEK)


def test_three_in_a_circle_are_refused(clock, alice, bob, dora):
    substitute(alice, alice, bob, lasting=None)
    substitute(bob, bob, dora)
    with pytest.raises(SubstitutionCircle):
        substitute(dora, dora, alice)


def test_three_that_never_meet_at_one_time_are_no_circle(clock, alice, bob, dora):
    substitute(alice, alice, bob)
    substitute(bob, bob, dora, after=WEEK)
    assert substitute(dora, dora, alice, lasting=2 * WEEK)


def test_different_processes_or_branches_are_no_circle(clock, admin, alice, bob, dora, charlie, units):
    substitute(alice, alice, bob, process_keys=["level-change"])
    assert substitute(bob, bob, alice, process_keys=["dispatch"])
    substitute(dora, dora, charlie, branch_id=units["HZ"].public_id)
    assert substitute(admin, charlie, dora, branch_id=units["SH"].public_id)
    with pytest.raises(SubstitutionCircle):
        substitute(admin, charlie, dora, branch_id=units["HZ-SALES"].public_id)


def test_it_counts_only_for_its_processes_and_branch(clock, alice, bob, dora, units):
    substitute(alice, alice, bob, process_keys=["level-change"])
    substitute(alice, alice, dora, branch_id=units["HZ"].public_id)
    assert substitutes_of(alice) == []
    assert substitutes_of(alice, process_key="level-change") == [bob]
    assert substitutes_of(alice, unit="HZ-SALES-1") == [dora]
    assert substitutes_of(alice, unit="SH") == []
    assert substitutes_of(alice, process_key="level-change", unit="HZ") == [bob, dora]


def test_tasks_go_on_when_the_substitute_is_away_too(clock, alice, bob, dora):
    substitute(alice, alice, bob)
    substitute(bob, bob, dora)
    assert stand_in_for(alice) == dora
