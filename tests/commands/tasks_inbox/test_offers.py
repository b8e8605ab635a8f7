"""Whom an item is offered to is read once, and never told wrongly for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks_inbox import operations, queries
from tasks_inbox.locks import lock_item
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import load_offers, offers_of

pytestmark = pytest.mark.django_db


def test_they_are_read_once_however_often_they_are_asked(ask, alice, django_assert_num_queries):
    item = WorkItem.objects.get(pk=ask(group="sales@HZ").pk)
    queries.people.group_keys(alice)
    with django_assert_num_queries(1):
        assert queries.may_take(alice, item)
        assert queries.may_take(alice, item)
        assert [offer.group_key for offer in offers_of(item)] == ["sales@HZ"]


def test_many_items_are_read_at_once(ask, django_assert_num_queries):
    for group in ("sales@HZ", "finance"):
        ask(group=group)
    items = list(WorkItem.objects.order_by("created_at", "pk"))
    with django_assert_num_queries(1):
        load_offers(items)
        assert sorted(offer.group_key for item in items for offer in offers_of(item)) == ["finance", "sales@HZ"]


def test_an_item_offered_to_nobody_is_not_asked_about_again(ask, alice, django_assert_num_queries):
    item = WorkItem.objects.get(pk=ask(assignee="alice").pk)
    with django_assert_num_queries(1):
        assert list(offers_of(item)) == []
        assert list(offers_of(item)) == []


def test_a_locked_item_knows_them_as_the_database_does(ask, alice, manager):
    asked = ask(group="sales@HZ")
    asked.candidates.create(user=manager, escalated=True, sort_at=asked.created_at, created_at=asked.created_at)
    locked = lock_item(asked.pk)
    assert sorted(offers_of(locked)) == sorted(offers_of(WorkItem.objects.get(pk=asked.pk)))
    assert (None, manager.pk) == tuple(offer.user_id for offer in sorted(offers_of(locked), key=lambda o: o.escalated))


def test_people_a_late_item_climbs_to_are_among_them(ask, alice, manager, clock):
    """Who was just put above the holder must hear of it, though the item was read before."""
    item = ask(assignee="alice")
    WorkItem.objects.filter(pk=item.pk).update(due_at=clock.now() + timedelta(hours=2))
    item = lock_item(item.pk)
    while operations.next_rung(item) is not None:
        operations.climb(item)
    known = {offer.user_id for offer in offers_of(item)}
    assert known == set(item.candidates.values_list("user_id", flat=True))
    assert known
