"""A substitution starts while a task opens: whoever is first, both people can do the task, and one of them does."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts import operations as accounts
from accounts.models import User
from config import clock
from tasks_inbox import commands, jobs, queries
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import WorkItem, WorkItemEvent
from tests.concurrency.conftest import race
from tests.support import people, running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
ASK = diagram("asked", "begin -> ask -> done", begin=start(), ask=user(assignee="zhang.san"), done=end())


@transaction.atomic
def stand_in(absent: User, substitute: User) -> None:
    accounts.add_substitution(actor=None, substituted=absent, substitute=substitute, starts=clock.now())


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.fixture
def two():
    headquarters = people.headquarters()
    return people.person("zhang.san", unit=headquarters), people.person("li.wei", unit=headquarters)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_starting_while_a_task_opens(_round, two):
    absent, substitute = two
    running.deploy(ASK)
    started, added = race(lambda: running.start("asked"), lambda: stand_in(absent, substitute))
    assert not isinstance(started, Exception)
    assert added is None
    item = WorkItem.objects.get(instance=started)
    assert item.assignee in two
    assert item.on_behalf_of == (absent if item.assignee == substitute else None)
    for person in two:
        assert queries.visible_item(fresh(person), item.pk) is not None
    commands.complete_work_item(actor=fresh(substitute), work_item_id=item.pk, answers={})
    done = WorkItemEvent.objects.get(item=item, kind="completed")
    assert (done.actor, done.on_behalf_of) == (substitute, absent)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_handing_back_against_completing(_round, two):
    """Never both: it is completed by the substitute, or it is with the person again and completed by nobody."""
    absent, substitute = two
    running.deploy(ASK)
    stand_in(absent, substitute)
    item = WorkItem.objects.get(instance=running.start("asked"))
    from accounts.models import Substitution

    Substitution.objects.update(ends=clock.now())
    back, done = race(
        jobs.hand_back,
        lambda: commands.complete_work_item(actor=fresh(substitute), work_item_id=item.pk, answers={}),
    )
    item.refresh_from_db()
    if isinstance(done, InboxRefusal):
        assert (back, item.status, item.assignee) == (1, "open", absent)
    else:
        assert (back, item.status, item.ended_by) == (0, "completed", substitute)
    kinds = list(WorkItemEvent.objects.filter(item=item).values_list("kind", flat=True))
    assert kinds.count("completed") + kinds.count("restored") == 1
