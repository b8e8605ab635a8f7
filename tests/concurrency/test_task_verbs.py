"""Acts beside the work at the same moment: each counts once, and the task ends up with one person."""

from __future__ import annotations

import pytest

from notifications.models import Notification
from tasks_inbox import commands
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import Consultation, Copy, WorkItem, WorkItemEvent
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from tests.support.records import kinds_kept, note
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(alice):
    with kinds_kept():
        drawn = diagram("asking", "start -> first -> end", start=start(), first=user(assignee="alice"), end=end())
        running.deploy(drawn)
        instance, record = running.start("asking"), note()
        about = {"record_kind": "test.note", "record_id": str(record.pk)}
        ProcessInstance.objects.filter(pk=instance.pk).update(**about)
        WorkItem.objects.filter(instance=instance).update(**about)
        yield WorkItem.objects.get(instance=instance)


def acts(item, kind):
    return WorkItemEvent.objects.filter(item=item, kind=kind).count()


def worked(results):
    assert all(not isinstance(result, Exception) or isinstance(result, InboxRefusal) for result in results), results
    return [not isinstance(result, Exception) for result in results]


def test_two_windows_urge_once(item, manager):
    results = race(*[lambda: commands.urge_work_item(actor=manager, work_item_id=item.pk)] * 2)
    assert sorted(worked(results)) == [False, True]
    assert acts(item, "urged") == 1
    assert Notification.objects.filter(template="task-urged").count() == 1


def test_handing_back_against_taking_back(item, alice, bob):
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    results = race(
        lambda: commands.hand_back_work_item(actor=bob, work_item_id=item.pk),
        lambda: commands.recall_work_item(actor=alice, work_item_id=item.pk),
    )
    assert sorted(worked(results)) == [False, True]
    item.refresh_from_db()
    assert (item.assignee, item.delegated_by) == (alice, None)
    assert acts(item, "handed-back") == 1


def test_the_same_people_are_sent_it_twice_at_once(item, alice, finance):
    results = race(*[lambda: commands.copy_work_item(actor=alice, work_item_id=item.pk, people=[finance])] * 2)
    assert worked(results) == [True, True]
    assert Copy.objects.count() == 1
    assert acts(item, "copied") == 1


def test_answering_against_the_end_of_the_task(item, alice, finance):
    asked = commands.consult(actor=alice, work_item_id=item.pk, person=finance, question="May we?")
    results = race(
        lambda: commands.answer_consultation(actor=finance, consultation_id=asked.pk, answer="Yes."),
        lambda: commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={}),
    )
    answered, completed = worked(results)
    assert completed
    asked.refresh_from_db()
    assert asked.status == (Consultation.Status.ANSWERED if answered else Consultation.Status.WITHDRAWN)


def test_the_task_goes_to_somebody_else_while_it_is_delegated(item, alice, bob, dora, manager):
    results = race(
        lambda: commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob),
        lambda: commands.transfer_work_item(actor=manager, work_item_id=item.pk, recipient=dora),
    )
    assert worked(results)[1]
    item.refresh_from_db()
    assert (item.assignee, item.delegated_by) == (dora, None)
