"""A task for each of a thousand: completing one asks the database no more, and works little more, than one of ten."""

from __future__ import annotations

from statistics import median
from time import process_time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bpmn.model import Process
from tasks_inbox import commands
from tasks_inbox.models import WorkItem
from tests.support import running
from tests.unit.engine.drawing import draw, each, end, flow, start, user
from tests.unit.scenarios.xml import file_of

pytestmark = pytest.mark.django_db


def over_all() -> Process:
    loop = each("= items", "it", output="= it", collect="outs", until="= numberOfCompletedInstances > 5000")
    return draw(start(), user("each", assignee="alice", loop=loop), end(), flow("start", "each", "end"), id="many")


def some_of(count: int) -> list[WorkItem]:
    instance = running.start("many", items=list(range(count)))
    items = list(WorkItem.objects.filter(instance=instance, status=WorkItem.Status.OPEN).order_by("pk"))
    assert len(items) == count
    return items[:: count // 10][:9]


def cost_of(alice: User, item: WorkItem) -> tuple[int, float]:
    """Statements and CPU seconds of completing one."""
    with CaptureQueriesContext(connection) as captured:
        begun = process_time()
        commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
        spent = process_time() - begun
    return len(captured), spent


def test_one_of_a_thousand_costs_little_more_than_one_of_ten(alice: User):
    running.deploy(file_of(over_all()))
    few = [cost_of(alice, item) for item in some_of(10)][1:]
    many = [cost_of(alice, item) for item in some_of(1000)][1:]
    assert {statements for statements, _ in many} == {statements for statements, _ in few}
    assert median(seconds for _, seconds in many) <= 3 * median(seconds for _, seconds in few)


def test_every_one_of_many_is_one_item_until_it_is_done(alice: User):
    running.deploy(file_of(over_all()))
    instance = running.start("many", items=list(range(100)))
    for left in range(100, 0, -1):
        items = WorkItem.objects.filter(instance=instance, status=WorkItem.Status.OPEN)
        assert items.count() == left
        commands.complete_work_item(actor=alice, work_item_id=items.order_by("?")[0].pk, answers={})
    assert not running.reload(instance).is_live
    assert running.variables(instance)["outs"] == list(range(100))
