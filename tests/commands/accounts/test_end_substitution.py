"""Ending a substitution."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.commands import end_substitution
from accounts.exceptions import NobodyThere, NotAllowed, SubstitutionOver
from accounts.queries import stand_in_for
from config import clock as time
from tests.factories import SubstitutionFactory


def test_it_works(clock, alice, bob, audited):
    row = SubstitutionFactory(substituted=alice, substitute=bob)
    assert stand_in_for(alice) == bob
    end_substitution(actor=alice, substitution_id=row.pk)
    assert stand_in_for(alice) == alice
    assert audited("substitution.ended").data == {"substituted": "alice", "substitute": "bob"}


def test_one_that_has_not_begun_is_taken_back(clock, alice, bob):
    row = SubstitutionFactory(substituted=alice, substitute=bob, starts=time.now() + timedelta(days=1), ends=None)
    end_substitution(actor=alice, substitution_id=row.pk)
    clock.advance(timedelta(days=2))
    assert stand_in_for(alice) == alice


def test_an_outsider_is_refused(clock, alice, bob, charlie):
    row = SubstitutionFactory(substituted=alice, substitute=bob)
    for actor in (charlie, bob):
        with pytest.raises(NotAllowed):
            end_substitution(actor=actor, substitution_id=row.pk)


def test_one_that_is_over_is_refused(clock, alice, bob):
    row = SubstitutionFactory(substituted=alice, substitute=bob)
    end_substitution(actor=alice, substitution_id=row.pk)
    with pytest.raises(SubstitutionOver):
        end_substitution(actor=alice, substitution_id=row.pk)


def test_an_unknown_one_is_refused(alice):
    with pytest.raises(NobodyThere):
        end_substitution(actor=alice, substitution_id=0)
