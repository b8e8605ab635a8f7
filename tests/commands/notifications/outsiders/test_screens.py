"""Screens and sockets say only what their person may see."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from crm_core.interactions.commands import add_note
from notifications import live_lists, rights, screens
from notifications.commands import mark_read, tell_people
from tasks_inbox import audiences, commands
from tests import crm
from tests.commands.notifications.outsiders.conftest import comment
from workflows import nudge as nudges

pytestmark = pytest.mark.django_db


def test_screens_of_a_record_are_only_joined_by_who_may_see_it(ears, alice, agent, charlie):
    """A screen that asks for a record it may not see is in no group of it, so a hint about it goes past."""
    customer = crm.customer(alice)
    name = f"record:customer:{customer.pk}"
    add_note(actor=alice, customer_id=customer.pk, text="Called")
    audiences.tell_record("customer", str(customer.pk))
    group = audiences.record_group("customer", str(customer.pk))
    assert group in ears.told
    assert group in screens.look_up(alice.pk, [name], None)[1]
    assert group not in screens.look_up(charlie.pk, [name], None)[1]


def test_changed_rights_are_told_without_saying_whose(monkeypatch):
    """Everybody's screens may be sent to look; the message has no id, and nothing of a record."""
    from accounts.changes import Change, ChangeKind

    sent: list[Any] = []
    monkeypatch.setattr(rights, "nudge", lambda groups, message: sent.append(message))
    rights.tell_screens(Change(ChangeKind.RIGHTS, None))
    assert sent == [{"type": "rights.changed"}]


def test_reading_ones_own_news_tells_nobody_else(ears, alice, charlie, monkeypatch):
    from notifications.commands import choosing

    heard: set[str] = set()
    monkeypatch.setattr(choosing, "nudge", lambda groups, message: heard.update(groups))
    tell_people(usernames=["alice"], template="own", data={}, record_kind="", record_id="", key="k")
    assert mark_read(actor=charlie) == 0
    assert mark_read(actor=alice) == 1
    assert heard == {audiences.user_group(alice.pk)}


def test_sockets_say_only_what_their_person_may_see(item, charlie, alice, bob):
    """Counts and fingerprints are those of a person who has nothing, whatever lists the screen names."""
    names = ["inbox:mine", "inbox:groups", "news:all", "news:unread", "team:rows", "team:people"]
    counts = screens.counts(User.objects.get(pk=charlie.pk))
    assert set(counts.values()) == {0}
    before = live_lists.fingerprints(User.objects.get(pk=charlie.pk), names)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="@charlie @bob")
    commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)
    assert live_lists.fingerprints(User.objects.get(pk=charlie.pk), names) == before


def test_who_looks_at_a_task_is_told_only_to_who_may_see_it(item, alice, charlie):
    assert screens.may_look_at(alice, str(item.pk))
    assert not screens.may_look_at(charlie, str(item.pk))
    assert not screens.may_look_at(charlie, "nonsense")


def test_no_two_queues_share_a_group():
    """Hints of one queue must not reach another that is only spelt alike."""
    names = ["a@b_c", "a_b@c", "a.b@c", "a-b@c", "a@b@c", "a_40_b@c", "销售@HZ", "客服@HZ", "x" * 120, "x" * 121]
    groups = {audiences.queue_group(name) for name in names}
    assert len(groups) == len(names)
    assert all(len(group) < 100 for group in groups)


def test_nothing_but_ids_travels_to_screens(item, alice, bob, manager, monkeypatch):
    """A hint that carried a name or a text would be one more way out."""
    sent: list[Any] = []
    monkeypatch.setattr(nudges, "_notify", sent.extend)
    comment(item, alice, bob, manager)
    assert sent
    assert not [payload for payload in sent if b"N-1" in payload or b"look at" in payload or b"first" in payload]
