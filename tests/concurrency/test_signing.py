"""Signers are added and removed while others answer: each act comes before or after, nobody is asked twice."""

from __future__ import annotations

import pytest

from tasks_inbox import commands
from tasks_inbox.exceptions import InboxRefusal, SignsAlready
from tasks_inbox.models import Signer, WorkItem
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.exceptions import WorkflowError

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def asked(assignee="alice"):
    running.deploy(
        diagram("asking", "a -> first -> second -> z", a=start(), first=user(assignee=assignee), second=user(), z=end())
    )
    return WorkItem.objects.get(instance=running.start("asking"), element="first")


def add(actor, item, person, where=Signer.Where.BESIDE):
    return lambda: commands.add_signers(actor=actor, work_item_id=item.pk, people=[person], where=where)


def open_items(item):
    rows = WorkItem.objects.filter(instance=item.instance, status=WorkItem.Status.OPEN)
    return sorted(rows.values_list("step", flat=True))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_clicks_ask_a_person_once(_round, alice, bob):
    item = asked()
    results = race(add(alice, item, bob), add(alice, item, bob, Signer.Where.AFTER))
    assert sum(isinstance(result, SignsAlready) for result in results) == 1, results
    assert Signer.objects.filter(removed_at=None).count() == 1
    assert open_items(item) == sorted(running.open_steps(item.instance).values()) or len(open_items(item)) in {1, 2}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_removing_against_answering(_round, alice, bob):
    item = asked()
    (signer,) = add(alice, item, bob)()
    theirs = WorkItem.objects.get(instance=item.instance, step=signer.step)
    removed, answered = race(
        lambda: commands.remove_signer(actor=alice, signer_id=signer.pk),
        lambda: commands.complete_work_item(actor=bob, work_item_id=theirs.pk, answers={"outcome": "approve"}),
    )
    refused = [result for result in (removed, answered) if isinstance(result, InboxRefusal | WorkflowError)]
    assert len(refused) == 1, (removed, answered)
    theirs.refresh_from_db()
    signer.refresh_from_db()
    assert (theirs.status == WorkItem.Status.COMPLETED) == signer.is_asked
    assert open_items(item) == [item.step]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_adding_against_completing(_round, alice, bob):
    item = asked()
    added, completed = race(
        add(alice, item, bob), lambda: commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    )
    assert not isinstance(completed, Exception)
    if isinstance(added, Exception):
        assert isinstance(added, InboxRefusal)
        assert running.waiting_at(item.instance) == ["second"]
    else:
        assert running.waiting_at(item.instance) == ["first"]
        assert [each.assignee for each in WorkItem.objects.filter(instance=item.instance, status="open")] == [bob]
