import pytest

from tasks_inbox import commands
from tasks_inbox.exceptions import NotYours, RecipientUnfit, WorkItemUnknown
from tasks_inbox.models import WorkItemEvent

pytestmark = pytest.mark.django_db


def test_it_works(ask, alice, bob):
    item = ask(assignee="alice")
    commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob, reason="on leave")
    item.refresh_from_db()
    assert item.assignee == bob
    assert WorkItemEvent.objects.get(item=item, kind="transferred").data == {"to": "bob", "reason": "on leave"}


def test_the_holders_manager_may_reassign(ask, alice, bob, manager):
    item = ask(assignee="alice")
    commands.transfer_work_item(actor=manager, work_item_id=item.pk, recipient=bob)
    item.refresh_from_db()
    assert item.assignee == bob


def test_who_is_kept_out_by_four_eyes_cannot_get_it(ask, alice, bob):
    item = ask(assignee="alice", excluded_people=["bob"])
    with pytest.raises(RecipientUnfit):
        commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)


def test_who_has_left_cannot_get_it(ask, alice, bob):
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    item = ask(assignee="alice")
    with pytest.raises(RecipientUnfit):
        commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)


def test_a_teammate_may_look_on_but_not_pass_it_on(ask, alice, bob, charlie):
    item = ask(assignee="alice", group="sales@HZ")
    with pytest.raises(NotYours):
        commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=bob)
    with pytest.raises(WorkItemUnknown):
        commands.transfer_work_item(actor=charlie, work_item_id=item.pk, recipient=charlie)
