"""Running instances move to another version, for whom it is, and what the history tells of it."""

from __future__ import annotations

import pytest

from tests.commands.migrating.moves import deploy_both, move, process, result_of, version_of
from tests.support import running
from tests.support.diagrams import Element, boundary, diagram, end, script, service, start, user
from workflows import past
from workflows import queries as instances
from workflows.exceptions import NotPermitted
from workflows.migrating import carrying, commands, queries
from workflows.migrating.choices import Choice
from workflows.migrating.exceptions import (
    MigrationUnderWay,
    NothingToMigrate,
)
from workflows.models import HistoryEvent, MigrationBatch
from workflows.registry import BpmnError, effect

pytestmark = pytest.mark.django_db


def test_it_works(operator):
    instance = deploy_both(process("do"), process("do", "check"))
    batch = move(operator, reason="a second pair of eyes")
    assert version_of(instance) == 2
    assert batch.status == MigrationBatch.Status.FINISHED
    assert queries.progress(batch) == queries.Progress(total=1, migrated=1)
    running.complete(instance, "do")
    assert running.waiting_at(instance) == ["check"]


def test_it_is_one_audited_event_with_before_after_and_mapping(operator):
    instance = deploy_both(process("do"), process("work-on"))
    before = HistoryEvent.objects.filter(instance=instance).count()
    move(operator, mapping={"do": "work-on"}, reason="renamed")
    (event,) = HistoryEvent.objects.filter(instance=instance, kind="migrated")
    assert HistoryEvent.objects.filter(instance=instance).count() == before + 1
    assert event.actor == operator
    assert event.version.number == 2
    data = event.data
    assert (data["before"], data["after"], data["mapping"], data["reason"]) == (1, 2, {"do": "work-on"}, "renamed")


def test_the_instance_can_still_be_shown_as_it_was(operator):
    instance = deploy_both(process("do"), process("work-on"))
    move(operator, mapping={"do": "work-on"})
    running.complete(instance, "work-on")
    first = past.state_at(instance.pk, sequence=1)
    assert [step.element for step in first.view.steps] == ["do"]
    moved = HistoryEvent.objects.get(instance=instance, kind="migrated").sequence
    there = past.state_at(instance.pk, sequence=moved)
    assert [step.element for step in there.view.steps] == ["work-on"]
    assert past.state_at(instance.pk).faithful


def test_the_way_is_drawn_under_the_new_names(operator):
    instance = deploy_both(process("do", "more"), process("work-on", "more"))
    move(operator, mapping={"do": "work-on"})
    running.complete(instance, "work-on")
    passages = instances.path(running.reload(instance)).passages
    assert {element: passage.mark.value for element, passage in passages.items()} == {
        "begin": "completed",
        "work-on": "completed",
        "more": "current",
    }


def test_a_step_that_begins_anew_elsewhere_is_drawn_once(operator):
    instance = deploy_both(process("do"), process("other", other=Element("manualTask")))
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    move(operator, choices={group.key: Choice(mapping={"do": "other"})})
    running.complete(instance, "other")
    passages = instances.path(running.reload(instance)).passages
    assert not any(passage.is_open for passage in passages.values())


@pytest.mark.parametrize("outsider", ["charlie", "alice", "designer", "manager"])
def test_only_operators_and_publishers(request, outsider):
    instance = deploy_both(process("do"), process("do", "check"))
    person = request.getfixturevalue(outsider)
    with pytest.raises(NotPermitted):
        commands.start_migration(actor=person, process_key="work", source=1, target=2)
    with pytest.raises(NotPermitted):
        queries.preview_migration(actor=person, process_key="work", source=1, target=2)
    move(request.getfixturevalue("publisher"))
    with pytest.raises(NotPermitted):
        commands.undo_one(actor=person, result_id=result_of(instance).pk)
    with pytest.raises(NotPermitted):
        commands.undo_migration(actor=person, batch_id=result_of(instance).batch_id)
    with pytest.raises(NotPermitted):
        queries.migrations(person)


def test_the_second_click_is_refused(operator):
    deploy_both(process("do"), process("do", "check"))
    commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    with pytest.raises(MigrationUnderWay):
        commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    carrying.carry_on(MigrationBatch.objects.get().pk)
    with pytest.raises(NothingToMigrate):
        commands.start_migration(actor=operator, process_key="work", source=1, target=2)


def test_a_step_that_begins_anew_runs_what_follows(operator):
    instance = deploy_both(process("do"), process("sum", "z", sum=script("1 + 1", "two")))
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    move(operator, choices={group.key: Choice(mapping={"do": "sum"})})
    assert running.waiting_at(instance) == ["z"]
    assert running.variables(instance) == {"two": 2}


def test_an_error_code_of_the_new_version_catches_what_a_moved_step_throws(operator):
    @effect("later")
    def later(step):
        raise BpmnError("E")

    caught = diagram(
        "work", "begin -> send -> done", "oops -> repair -> over",
        begin=start(), send=service("later"), oops=boundary("send", error="E"), repair=user(), done=end(), over=end(),
    )  # fmt: skip
    instance = deploy_both(process("send", send=service("later")), caught)
    move(operator)
    running.settle()
    assert running.waiting_at(instance) == ["repair"]
