"""Who takes back, sends back and completes at the same moment: one wins, and nobody's work is lost or done twice."""

from __future__ import annotations

import pytest

from tasks_inbox import commands
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import WorkItem, WorkItemEvent
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.exceptions import InstanceHasEnded, StepIsNotOpen

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
THREE = diagram(
    "three",
    "start -> first -> second -> third -> end",
    start=start(),
    first=user(assignee="alice"),
    second=user(assignee="bob"),
    third=user(assignee="alice"),
    end=end(),
)
REFUSED = InboxRefusal | InstanceHasEnded | StepIsNotOpen


def at_second(alice):
    running.deploy(THREE)
    instance = running.start("three", actor=alice)
    first = WorkItem.objects.get(instance=instance, element="first")
    commands.complete_work_item(actor=alice, work_item_id=first.pk, answers={})
    return instance, first, WorkItem.objects.get(instance=instance, element="second")


def one_won(results):
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(result) for result in refused if not isinstance(result, REFUSED)] == []
    return len(results) - len(refused) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_withdraw_against_next_completion(alice, bob, _round):
    instance, first, second = at_second(alice)
    results = race(
        lambda: commands.withdraw_work_item(actor=alice, work_item_id=first.pk),
        lambda: commands.complete_work_item(actor=bob, work_item_id=second.pk, answers={}),
    )
    assert one_won(results)
    withdrawn = not isinstance(results[0], Exception)
    assert running.waiting_at(instance) == (["first"] if withdrawn else ["third"])
    assert WorkItem.objects.filter(instance=instance, status="open").count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_same_task_sent_back_twice_and_completed(alice, bob, _round):
    instance, _first, second = at_second(alice)

    def back():
        return commands.return_work_item(actor=bob, work_item_id=second.pk, target="previous", reason="Wrong.")

    results = race(back, back, lambda: commands.complete_work_item(actor=bob, work_item_id=second.pk, answers={}))
    assert one_won(results)
    assert WorkItem.objects.filter(instance=instance, status="open").count() == 1
    kinds = WorkItemEvent.objects.filter(item=second, kind__in=("returned", "completed"))
    assert kinds.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_request_is_taken_back_while_it_is_completed(alice, bob, _round):
    instance, _first, second = at_second(alice)
    results = race(
        lambda: commands.recall_request(actor=alice, instance_id=instance.pk, reason="Not needed."),
        lambda: commands.complete_work_item(actor=bob, work_item_id=second.pk, answers={}),
    )
    assert not isinstance(results[0], Exception), "taking back comes too late for nobody while the request runs"
    assert not WorkItem.objects.filter(instance=instance, status="open").exists()
