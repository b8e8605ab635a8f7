"""Signers who are asked no longer: who may say so, and what becomes of the task."""

from __future__ import annotations

import pytest

from tasks_inbox.exceptions import NotYoursToRemove, SignerHasAnswered, SignerUnknown, WorkItemEnded, WorkItemUnknown
from tasks_inbox.models import WorkItem, WorkItemEvent
from tests.commands.tasks_inbox.signing.conftest import Where, add, answer, everybody, fresh, item_of, remove, sign

pytestmark = pytest.mark.django_db


def test_a_removed_signer_loses_the_task(plan, alice, bob):
    item = plan()
    (signer,) = add(alice, item, bob, where=Where.BEFORE)
    theirs = item_of(signer)
    remove(alice, signer)
    assert fresh(theirs).status == WorkItem.Status.CANCELLED
    assert fresh(item).awaits == 0
    assert WorkItemEvent.objects.filter(item=item, kind="signer-removed").count() == 1
    add(alice, item, bob, where=Where.AFTER)
    with pytest.raises(SignerUnknown):
        remove(alice, signer)


def test_removing_the_last_one_lets_the_task_go_on(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    (further,) = add(bob, item_of(signer), dora)
    answer(alice, item)
    remove(alice, signer)
    further.refresh_from_db()
    assert not further.is_asked
    assert everybody(item) == {"manager"}


def test_who_may_remove(plan, alice, bob, dora, manager, charlie):
    item = plan()
    (signer,) = add(alice, item, bob)
    (further,) = add(bob, item_of(signer), dora)
    with pytest.raises(WorkItemUnknown):
        remove(charlie, signer)
    with pytest.raises((NotYoursToRemove, WorkItemUnknown)):
        remove(dora, signer)
    remove(bob, further)
    remove(manager, signer)


def test_who_has_answered_is_not_removed(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    add(bob, item_of(signer), dora, where=Where.AFTER)
    sign(bob, signer)
    with pytest.raises(SignerHasAnswered):
        remove(alice, signer)


def test_the_second_click(plan, alice, bob):
    item = plan()
    (signer,) = add(alice, item, bob)
    sign(bob, signer)
    with pytest.raises(WorkItemEnded):
        sign(bob, signer)
    with pytest.raises(SignerHasAnswered):
        remove(alice, signer)
