"""Keeping, sharing, pinning and forgetting views of the inbox."""

from __future__ import annotations

import pytest

from tasks_inbox import saved_views
from tasks_inbox.arranging import Arrangement, Grouping, Order
from tasks_inbox.commands import forget_view, pin_view, save_view
from tasks_inbox.exceptions import SavedViewUnfit, SavedViewUnknown
from tasks_inbox.models import PinnedView, SavedView
from tasks_inbox.queries import View

pytestmark = pytest.mark.django_db
BEST = Arrangement(Order.BEST, Grouping.CUSTOMER)


def keep(actor, name="Gold complaints", unit=None, query="到期：今天 process:complaint"):
    return save_view(actor=actor, name=name, base=View.MINE, query=query, arrangement=BEST, unit=unit)


def names(user):
    return [view.name for view in saved_views.views_of(user)]


def test_it_works(alice):
    view = keep(alice)
    assert (view.base, view.query, view.order, view.grouping) == (
        "mine",
        "due:today process:complaint",
        "best",
        "customer",
    )
    assert names(alice) == ["Gold complaints"]


def test_the_same_name_replaces_ones_own_view_only(alice, bob):
    keep(bob)
    first, second = keep(alice), keep(alice, name="  Gold   complaints ", query="acme")
    assert first.pk == second.pk
    assert SavedView.objects.get(pk=first.pk).query == "acme"
    assert SavedView.objects.count() == 2


def test_shared_with_a_team_it_is_seen_below_that_unit_and_nowhere_else(alice, bob, dora, charlie, manager, units):
    keep(alice, unit=units["HZ-SALES-1"])
    keep(manager, name="Branch", unit=units["HZ-SALES"])
    assert names(bob) == ["Branch", "Gold complaints"]
    assert names(dora) == ["Branch"]
    assert names(charlie) == []
    assert names(manager) == ["Branch"]  # what the team shares below is theirs


@pytest.mark.parametrize("name", ["", "   ", "\0", "x" * 61])
def test_a_name_says_something_and_is_short(alice, name):
    with pytest.raises(SavedViewUnfit):
        keep(alice, name=name)


def test_sharing_goes_no_further_than_ones_own_units(alice, units):
    for code in ("HZ-SALES", "HZ-SALES-2", "SH"):
        with pytest.raises(SavedViewUnfit):
            keep(alice, unit=units[code])
    assert not SavedView.objects.exists()


def test_there_are_not_too_many(alice):
    for number in range(saved_views.MOST):
        keep(alice, name=f"View {number}")
    with pytest.raises(SavedViewUnfit):
        keep(alice, name="One more")
    keep(alice, name="View 7", query="again")
    assert SavedView.objects.filter(owner=alice).count() == saved_views.MOST


def test_pins_are_each_persons_own_and_come_first(alice, bob, units):
    keep(alice, name="A")
    view = keep(alice, name="B", unit=units["HZ-SALES-1"])
    for _twice in (1, 2):
        pin_view(actor=bob, view_id=view.pk, pinned=True)
    assert saved_views.pinned_by(bob) == [view]
    assert saved_views.pinned_by(alice) == []
    pin_view(actor=alice, view_id=view.pk, pinned=True)
    assert names(alice) == ["B", "A"]
    for _twice in (1, 2):
        pin_view(actor=bob, view_id=view.pk, pinned=False)
    assert saved_views.pinned_by(bob) == []


def test_what_is_shared_no_longer_leaves_the_rail(alice, bob, units):
    view = keep(alice, unit=units["HZ-SALES-1"])
    pin_view(actor=bob, view_id=view.pk, pinned=True)
    keep(alice)
    assert saved_views.pinned_by(bob) == []


def test_outsiders_neither_pin_nor_forget(alice, bob, charlie, units):
    view = keep(alice, unit=units["HZ-SALES-1"])
    with pytest.raises(SavedViewUnknown):
        pin_view(actor=charlie, view_id=view.pk, pinned=True)
    for other in (bob, charlie):
        with pytest.raises(SavedViewUnknown):
            forget_view(actor=other, view_id=view.pk)
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_forgetting_takes_the_pins_with_it(alice, bob, units):
    view = keep(alice, unit=units["HZ-SALES-1"])
    pin_view(actor=bob, view_id=view.pk, pinned=True)
    forget_view(actor=alice, view_id=view.pk)
    assert not PinnedView.objects.exists()
    with pytest.raises(SavedViewUnknown):
        forget_view(actor=alice, view_id=view.pk)
