import pytest

from tasks_inbox import commands, queries
from tasks_inbox.exceptions import WorkItemAlreadyClaimed, WorkItemEnded, WorkItemUnknown
from tasks_inbox.models import WorkItem, WorkItemEvent

pytestmark = pytest.mark.django_db


def test_it_works(ask, alice, bob):
    item = ask(group="sales@HZ")
    commands.claim_work_item(actor=alice, work_item_id=item.pk)
    item.refresh_from_db()
    assert item.assignee == alice
    assert [entry.pk for entry in queries.page(alice, queries.View.MINE).items] == [item.pk]
    assert queries.page(bob, queries.View.GROUPS).items == ()
    assert WorkItemEvent.objects.filter(item=item, kind="claimed", actor=alice).count() == 1


def test_a_second_click_changes_nothing(ask, alice):
    item = ask(group="sales@HZ")
    commands.claim_work_item(actor=alice, work_item_id=item.pk)
    commands.claim_work_item(actor=alice, work_item_id=item.pk)
    assert WorkItemEvent.objects.filter(item=item, kind="claimed").count() == 1


def test_what_somebody_else_took_is_refused(ask, alice, bob):
    item = ask(group="sales@HZ")
    commands.claim_work_item(actor=bob, work_item_id=item.pk)
    with pytest.raises(WorkItemAlreadyClaimed):
        commands.claim_work_item(actor=alice, work_item_id=item.pk)
    item.refresh_from_db()
    assert item.assignee == bob


def test_the_outsider_does_not_even_see_it(ask, charlie):
    item = ask(group="sales@HZ")
    with pytest.raises(WorkItemUnknown):
        commands.claim_work_item(actor=charlie, work_item_id=item.pk)
    assert queries.visible_item(charlie, item.pk) is None
    assert queries.page(charlie, queries.View.GROUPS).items == ()


def test_an_ended_item_is_refused(ask, alice, bob):
    item = ask(group="sales@HZ")
    commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    with pytest.raises(WorkItemEnded):
        commands.claim_work_item(actor=alice, work_item_id=item.pk)


def test_giving_it_back_offers_it_again(ask, alice, bob):
    item = ask(group="sales@HZ")
    commands.claim_work_item(actor=alice, work_item_id=item.pk)
    commands.release_work_item(actor=alice, work_item_id=item.pk)
    assert [entry.pk for entry in queries.page(bob, queries.View.GROUPS).items] == [item.pk]
    assert WorkItem.objects.get(pk=item.pk).assignee is None
