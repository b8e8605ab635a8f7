import uuid
from threading import Barrier, Thread

import pytest
from django.db import connections

from tasks_inbox import commands
from tasks_inbox.exceptions import InboxRefusal, MovedMeanwhile, NotYours, RecipientUnfit, WorkItemUnknown
from tasks_inbox.models import WorkItem, WorkItemEvent

pytestmark = pytest.mark.django_db
BATCH = uuid.UUID(int=7)


def move(actor, item, recipient, **more):
    return commands.move_work_item(actor=actor, work_item_id=item.pk, recipient=recipient, batch=BATCH, **more)


def undo(actor, item, batch=BATCH):
    return commands.undo_move(actor=actor, work_item_id=item.pk, batch=batch)


def holder(item):
    item.refresh_from_db()
    return item.assignee and item.assignee.username


def test_it_works(ask, alice, bob, manager):
    item = ask(assignee="alice")
    move(manager, item, bob, seen_version=item.version, reason="too much")
    assert holder(item) == "bob"
    undo(manager, item)
    assert holder(item) == "alice"
    kinds = WorkItemEvent.objects.filter(item=item).order_by("at", "id").values_list("kind", "actor__username")
    assert list(kinds)[-2:] == [("transferred", "manager"), ("transferred", "manager")]


def test_an_untaken_one_goes_back_to_its_queue(ask, alice, director):
    item = ask(group="sales@HZ")
    WorkItem.objects.filter(pk=item.pk).update(org_unit=alice.org_unit)
    move(director, item, alice)
    undo(director, item)
    assert holder(item) is None
    assert item.candidates.get().available


def test_the_holder_and_the_outsider_move_nothing(ask, alice, bob, charlie):
    item = ask(assignee="alice", group="sales@HZ")
    with pytest.raises(NotYours):
        move(alice, item, bob)
    with pytest.raises(NotYours):
        move(bob, item, bob)
    with pytest.raises(WorkItemUnknown):
        move(charlie, item, charlie)
    assert holder(item) == "alice"


def test_what_changed_since_it_was_shown_is_not_moved(ask, alice, bob, dora, manager):
    item = ask(assignee="alice")
    shown = item.version
    commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)
    with pytest.raises(MovedMeanwhile):
        move(manager, item, dora, seen_version=shown)


def test_a_second_undo_and_somebody_elses_do_nothing(ask, alice, bob, manager, director):
    item = ask(assignee="alice")
    move(manager, item, bob)
    with pytest.raises(MovedMeanwhile):
        undo(manager, item, uuid.uuid4())
    with pytest.raises(InboxRefusal):
        undo(director, item)
    undo(manager, item)
    with pytest.raises(MovedMeanwhile):
        undo(manager, item)
    assert holder(item) == "alice"


def test_what_happened_since_is_not_undone(ask, alice, bob, dora, manager):
    item = ask(assignee="alice")
    move(manager, item, bob)
    commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=dora)
    with pytest.raises(MovedMeanwhile):
        undo(manager, item)
    assert holder(item) == "dora"


def test_nobody_gets_it_back_who_has_left(ask, alice, bob, manager):
    item = ask(assignee="alice")
    move(manager, item, bob)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    with pytest.raises(MovedMeanwhile):
        undo(manager, item)
    with pytest.raises(RecipientUnfit):
        move(manager, item, alice)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_move_it_once(ask, alice, bob, dora, manager):
    """The second of two who drag the same row is told, not obeyed."""
    item = ask(assignee="alice")
    seen, start, results = item.version, Barrier(2), []

    def attempt(recipient):
        try:
            start.wait(10)
            move(manager, item, recipient, seen_version=seen)
            results.append("moved")
        except InboxRefusal as refusal:
            results.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=attempt, args=[recipient]) for recipient in (bob, dora)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["moved", "moved-meanwhile"]
