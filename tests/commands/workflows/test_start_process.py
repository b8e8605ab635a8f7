"""Starting processes by hand: what is stored, and who is refused."""

from __future__ import annotations

import pytest

from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessDefinition
from tests import crm
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from tests.support.people import person
from tests.support.records import kinds_kept, note, register
from workflows import commands
from workflows.exceptions import NotPermitted, RecordNeeded, StartEventNotFound, StartsWithItsRecord
from workflows.models import HistoryEvent, ProcessInstance

pytestmark = pytest.mark.django_db

ORDER = diagram("order", "begin -> approve -> done", begin=start(), approve=user(), done=end())


def test_it_works(clock):
    running.deploy(ORDER)
    alice = person("alice")
    instance = commands.start_process(actor=alice, process_key="order", variables={"amount": 3}, number="O-1")
    fresh = running.reload(instance)
    assert (fresh.status, fresh.root_id, fresh.number) == (ProcessInstance.Status.RUNNING, fresh.pk, "O-1")
    assert (fresh.started_by, fresh.started_at) == (alice, clock.now())
    assert running.waiting_at(instance) == ["approve"]
    assert running.variables(instance) == {"amount": 3}


def test_history_is_numbered_without_gaps_and_names_the_actor(clock):
    running.deploy(ORDER)
    alice = person("alice")
    instance = commands.start_process(actor=alice, process_key="order")
    running.complete(instance, "approve", {"ok": True}, alice)
    rows = list(HistoryEvent.objects.filter(instance=instance).order_by("sequence"))
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert {row.actor for row in rows} == {alice}
    asked = [row.data["type"] for row in rows if row.kind == HistoryEvent.Kind.STIMULUS]
    assert asked == ["StartInstance", "CompleteStep"]
    assert running.reload(instance).history_length == len(rows)


def test_the_end_is_stored(clock):
    running.deploy(ORDER)
    instance = running.start("order")
    running.complete(instance, "approve")
    fresh = running.reload(instance)
    assert (fresh.status, fresh.ends, fresh.outcome) == (ProcessInstance.Status.COMPLETED, ["done"], "done")
    assert fresh.ended_at == clock.now()


def test_an_unknown_process_is_refused():
    with pytest.raises(ProcessNotDeployed):
        commands.start_process(actor=None, process_key="nothing")


def test_an_unknown_start_event_is_refused():
    running.deploy(ORDER)
    with pytest.raises(StartEventNotFound):
        commands.start_process(actor=None, process_key="order", event="elsewhere")


def test_the_outsider_may_not_start_what_names_roles():
    running.deploy(ORDER)
    ProcessDefinition.objects.filter(key="order").update(startable_by=["finance"])
    with pytest.raises(NotPermitted):
        commands.start_process(actor=person("charlie"), process_key="order")
    assert not ProcessInstance.objects.exists()


ABOUT = diagram("about", "begin -> ask -> done", begin=start(), ask=user(), done=end()).replace(
    b"<bpmn:startEvent",
    b"<bpmn:extensionElements><zeebe:properties>"
    b'<zeebe:property name="record" value="test.note"/></zeebe:properties></bpmn:extensionElements><bpmn:startEvent',
    1,
)


def test_a_process_about_records_is_not_started_without_one(clock, alice):
    """Started about nothing it would run into steps that have no record to work on."""
    with kinds_kept():
        record = note()
        running.deploy(ABOUT)
        with pytest.raises(RecordNeeded):
            commands.start_process(actor=None, process_key="about")
        with pytest.raises(RecordNeeded):
            commands.start_process(actor=None, process_key="about", record=crm.customer(alice))
        assert not ProcessInstance.objects.exists()
        assert commands.start_process(actor=None, process_key="about", record=record).number == "N1"


def test_what_making_a_record_starts_is_never_started_by_hand(clock):
    """A second process about the same record would do everything twice."""
    with kinds_kept():
        record = note()
        register(starts_itself=True)
        running.deploy(ABOUT)
        with pytest.raises(StartsWithItsRecord):
            commands.start_process(actor=None, process_key="about", record=record)
        assert not ProcessInstance.objects.exists()


def test_whoever_holds_the_role_may_start(clock):
    running.deploy(ORDER)
    ProcessDefinition.objects.filter(key="order").update(startable_by=["finance"])
    assert commands.start_process(actor=person("fiona", roles=["finance"]), process_key="order").is_live


def test_instances_stay_on_their_version(clock):
    running.deploy(ORDER)
    old = running.start("order")
    running.deploy(diagram("order", "begin -> check -> done", begin=start(), check=user(), done=end()))
    new = running.start("order")
    assert (running.waiting_at(old), running.waiting_at(new)) == (["approve"], ["check"])
    running.complete(old, "approve")
    assert running.reload(old).outcome == "done"
