"""Many families at once: suspended, let go on, cancelled; by choice or with their whole process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from tests.support.people import person
from workflows.models import BulkItem, HistoryEvent
from workflows.operating import bulk
from workflows.operating.bulk import Kind, Status, start_bulk_act
from workflows.operating.definitions import families_under_way, resume_definition, suspend_definition

pytestmark = pytest.mark.django_db

LINE = diagram("line", "begin -> first -> done", begin=start(), first=user(), done=end())


@pytest.fixture
def olga():
    return person("olga", roles=["operator"])


def outcomes(batch):
    return [item.status for item in BulkItem.objects.filter(batch=batch).order_by("pk")]


def test_many_are_suspended_let_go_on_and_cancelled(clock, olga):
    running.deploy(LINE)
    instances = [running.start("line") for _ in range(3)]
    ids = [instance.pk for instance in instances]
    for kind, status in ((Kind.SUSPEND, "suspended"), (Kind.RESUME, "running"), (Kind.CANCEL, "cancelled")):
        clock.advance(timedelta(minutes=1))
        batch = start_bulk_act(actor=olga, kind=kind, instances=ids, reason="stocktaking")
        bulk.carry_on(batch.pk)
        assert outcomes(batch) == [Status.THROUGH] * 3
        assert {running.reload(instance).status for instance in instances} == {status}
        again = start_bulk_act(actor=olga, kind=kind, instances=ids, reason="stocktaking")
        bulk.carry_on(again.pk)
        assert outcomes(again) == [Status.REFUSED] * 3
    told = HistoryEvent.objects.filter(instance=instances[0], data__reason="stocktaking")
    assert {event.actor for event in told} == {olga}


def test_a_process_that_goes_on_calls_off_what_was_not_held_yet(clock, olga):
    running.deploy(LINE)
    first, second = running.start("line"), running.start("line")
    assert suspend_definition(actor=olga, process_key="line", families=True, reason="x") == 2
    bulk.carry_out(BulkItem.objects.earliest("pk").pk)
    assert families_under_way("line") == 1
    assert resume_definition(actor=olga, process_key="line", families=True) == 1
    running.settle()
    assert [running.reload(instance).status for instance in (first, second)] == ["running", "running"]
    assert BulkItem.objects.filter(status=Status.REFUSED, message=bulk.CALLED_OFF).count() == 1
