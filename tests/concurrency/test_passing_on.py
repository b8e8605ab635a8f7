"""A task is completed, passed on, taken and taken back at the same moment: one act wins, the others are refused."""

from __future__ import annotations

import pytest

from tasks_inbox import commands
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import HeldAct, WorkItem, WorkItemEvent
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
HERS, QUEUED = user(assignee="alice"), user(group="sales@HZ")


def begun(first):
    drawn = diagram("passed", "a -> first -> second -> z", a=start(), first=first, second=user(assignee="bob"), z=end())
    running.deploy(drawn)
    instance = running.start("passed")
    return instance, WorkItem.objects.get(instance=instance, element="first")


def complete(actor, item):
    return lambda: commands.complete_work_item(actor=actor, work_item_id=item.pk, answers={})


def transfer(actor, item, recipient):
    return lambda: commands.transfer_work_item(actor=actor, work_item_id=item.pk, recipient=recipient)


def acts(item, *kinds):
    return list(WorkItemEvent.objects.filter(item=item, kind__in=kinds).order_by("pk").values_list("kind", flat=True))


def worked(results):
    """Which acts were done; what was not was refused in words."""
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(result, InboxRefusal) and str(result.sentence) for result in refused), refused
    return [not isinstance(result, Exception) for result in results]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_complete_against_transfer(_round, alice, dora, manager):
    """Completed by her, or the other's to do: never both, and never neither."""
    instance, item = begun(HERS)
    completed, transferred = worked(race(complete(alice, item), transfer(manager, item, dora)))
    assert completed != transferred
    item.refresh_from_db()
    assert acts(item, "completed", "transferred") == (["completed"] if completed else ["transferred"])
    if completed:
        assert (item.status, item.ended_by, running.waiting_at(instance)) == ("completed", alice, ["second"])
    else:
        assert (item.status, item.assignee, running.waiting_at(instance)) == ("open", dora, ["first"])
        complete(dora, item)()
        assert running.waiting_at(instance) == ["second"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_transfers(_round, alice, bob, dora, manager):
    """One after the other: the last has it, and who gave it away first gives it away no more."""
    _instance, item = begun(HERS)
    by_her, by_manager = worked(race(transfer(alice, item, bob), transfer(manager, item, dora)))
    assert by_manager
    item.refresh_from_db()
    assert item.assignee == dora
    told = WorkItemEvent.objects.filter(item=item, kind="transferred")
    assert [event.data["to"] for event in told.order_by("pk")] == (["bob", "dora"] if by_her else ["dora"])


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_completing_what_another_takes(_round, alice, bob):
    instance, item = begun(QUEUED)
    claimed, completed = worked(
        race(lambda: commands.claim_work_item(actor=alice, work_item_id=item.pk), complete(bob, item))
    )
    assert claimed != completed
    item.refresh_from_db()
    assert item.assignee == (alice if claimed else bob)
    assert running.waiting_at(instance) == (["first"] if claimed else ["second"])


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_giving_back_against_completing(_round, alice):
    instance, item = begun(QUEUED)
    commands.claim_work_item(actor=alice, work_item_id=item.pk)
    released, completed = worked(
        race(lambda: commands.release_work_item(actor=alice, work_item_id=item.pk), complete(alice, item))
    )
    assert completed, "also after it was given back: it is offered to her again"
    assert acts(item, "released", "completed") == (["released", "completed"] if released else ["completed"])
    assert running.waiting_at(instance) == ["second"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_withdraw_against_the_next_completion_that_can_be_undone(_round, alice, bob, settings):
    """What the next one has accepted counts as done: it is carried out before, and taking back comes too late."""
    settings.INBOX_UNDO_SECONDS = 8
    instance, item = begun(HERS)
    complete(alice, item)()
    following = WorkItem.objects.get(instance=instance, element="second")
    withdrawn, held = worked(
        race(
            lambda: commands.withdraw_work_item(actor=alice, work_item_id=item.pk),
            lambda: commands.hold_completion(actor=bob, work_item_id=following.pk, answers={}),
        )
    )
    assert withdrawn != held
    following.refresh_from_db()
    assert not HeldAct.objects.exists()
    assert following.status == ("cancelled" if withdrawn else "completed")
    assert running.waiting_at(instance) == (["first"] if withdrawn else [])


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_withdraw_against_taking_the_next(_round, alice, bob):
    """Looking at the next task and taking it is no act on what was done: it can be withdrawn all the same."""
    drawn = diagram("passed", "a -> first -> second -> z", a=start(), first=HERS, second=QUEUED, z=end())
    running.deploy(drawn)
    instance = running.start("passed")
    item = WorkItem.objects.get(instance=instance, element="first")
    complete(alice, item)()
    following = WorkItem.objects.get(instance=instance, element="second")
    withdrawn, _claimed = worked(
        race(
            lambda: commands.withdraw_work_item(actor=alice, work_item_id=item.pk),
            lambda: commands.claim_work_item(actor=bob, work_item_id=following.pk),
        )
    )
    assert withdrawn
    following.refresh_from_db()
    assert following.status == "cancelled"
    assert running.waiting_at(instance) == ["first"]
