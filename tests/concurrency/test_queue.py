"""Fifty people at one queue, each taking the next task: nobody shares one, none is lost, refusals say what happened."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from accounts.models import User
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import WorkItemAlreadyClaimed, WorkItemEnded
from tasks_inbox.models import Candidate, WorkItem, WorkItemEvent
from tests.concurrency.conftest import race
from tests.factories import UnitFactory, UserFactory
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 50


@pytest.fixture
def crowd() -> list[User]:
    unit = UnitFactory(code="HZ")
    return [UserFactory(username=f"sales{number}", org_unit=unit, roles=["sales"]) for number in range(PEOPLE)]


def queue_of(number: int) -> list[WorkItem]:
    """So many untaken tasks of the queue everybody is in."""
    task = user(group="sales@HZ")
    running.deploy(
        diagram("queued", "begin -> first -> second -> done", begin=start(), first=task, second=task, done=end())
    )
    for _number in range(number):
        running.start("queued")
    return list(WorkItem.objects.all())


def take_next(person: User) -> tuple[WorkItem | None, list[Exception]]:
    """Take the first task of one's queue that nobody else was quicker with, as a person does who reads it again."""
    refusals: list[Exception] = []
    while items := queries.page(person, queries.View.GROUPS).items:
        for item in items:
            try:
                return commands.claim_work_item(actor=person, work_item_id=item.pk), refusals
            except (WorkItemAlreadyClaimed, WorkItemEnded) as refusal:
                refusals.append(refusal)
    return None, refusals


def check_queue(people: list[User], results: list[tuple[WorkItem | None, list[Exception]]], left: int) -> None:
    """Whatever the threads did, rows and answers agree."""
    strange = [result for result in results if isinstance(result, Exception)]
    assert not strange, strange
    taken = {person.pk: item.pk for person, (item, _refusals) in zip(people, results, strict=True) if item}
    assert len(set(taken.values())) == len(taken), "two people were told that they have the same task"
    held = WorkItem.objects.filter(status="open").exclude(assignee=None).values_list("assignee", "pk")
    assert dict(held) == taken
    free = set(WorkItem.objects.filter(status="open", assignee=None).values_list("pk", flat=True))
    assert len(free) == left, "a task was lost"
    assert set(Candidate.objects.filter(available=True).values_list("item", flat=True)) == free
    claims = WorkItemEvent.objects.filter(kind="claimed").values_list("item", "actor")
    assert sorted(claims) == sorted((item, person) for person, item in taken.items()), "one event for each"


def test_everybody_gets_a_task_of_their_own(crowd):
    queue_of(PEOPLE + 10)
    results = race(*[lambda person=person: take_next(person) for person in crowd])
    check_queue(crowd, results, left=10)
    assert all(item is not None for item, _refusals in results)


def test_with_fewer_tasks_than_people_none_is_lost_and_the_others_see_an_empty_queue(crowd):
    queue_of(20)
    results = race(*[lambda person=person: take_next(person) for person in crowd])
    check_queue(crowd, results, left=0)
    assert sum(item is not None for item, _refusals in results) == 20
    assert all(queries.page(person, queries.View.GROUPS).items == () for person in crowd)


def test_completing_and_taking_the_next_moves_every_process_once(crowd):
    """Ten of them empty the queue, completing what they take, while all the others take one task each."""
    items = queue_of(PEOPLE)
    workers, others = crowd[:10], crowd[10:]

    def work(person):
        item, refusals = take_next(person)
        if item is not None:
            commands.complete_work_item(actor=person, work_item_id=item.pk, answers={})
        return item, refusals

    acts = [*[lambda p=p: work(p) for p in workers], *[lambda p=p: take_next(p) for p in others]]
    assert [result for result in race(*acts) if isinstance(result, Exception)] == []
    done = WorkItem.objects.filter(status="completed")
    assert done.count() == len(workers)
    assert set(done.values_list("ended_by", flat=True)) == {person.pk for person in workers}
    steps = Counter(WorkItem.objects.filter(element="second").values_list("instance", flat=True))
    assert steps == Counter(done.filter(element="first").values_list("instance", flat=True))
    assert WorkItem.objects.filter(element="first").count() == len(items)
    assert WorkItem.objects.filter(status="open").exclude(assignee=None).count() == len(others)


def test_over_http_one_of_fifty_gets_the_task_and_the_others_are_told(crowd):
    (item,) = queue_of(1)
    clients = [Client(raise_request_exception=False) for _person in crowd]
    for client, person in zip(clients, crowd, strict=True):
        client.force_login(person)
    address = f"/tasks/{item.pk}/claim/"
    answers = race(*[lambda client=client: client.post(address, headers={"HX-Request": "true"}) for client in clients])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    said = Counter(answer.status_code for answer in answers)
    assert len(said) == 2, said
    assert said[409] == PEOPLE - 1, said
    item.refresh_from_db()
    assert item.assignee is not None
    assert all(item.assignee.display_name in a.content.decode() for a in answers if a.status_code == 409)
    assert WorkItemEvent.objects.filter(item=item, kind="claimed").count() == 1
