"""Running instances move to another version: nothing lost, nothing doubled, back for a day."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError

from bpmn.models import ProcessVersion
from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem
from tests.support import running
from tests.support.diagrams import Element, boundary, call, catch, diagram, end, parallel, script, service, start, user
from workflows import batches, past
from workflows import commands as processes
from workflows import queries as instances
from workflows.engine.migrating import MigrationBroken, Reason
from workflows.exceptions import NotPermitted
from workflows.jobs import carry_on_migration, tidy_up
from workflows.migrating import carrying, commands, queries
from workflows.migrating.choices import Choice
from workflows.migrating.exceptions import (
    MappingUnfit,
    MigrationCannotBeUndone,
    MigrationUnderWay,
    NothingToMigrate,
    VersionNotFound,
    VersionsUnfit,
)
from workflows.migrating.queries import Standing
from workflows.models import Effect, HistoryEvent, MigrationBatch, MigrationResult, Subscription, Timer
from workflows.registry import BpmnError, effect, service_task

pytestmark = pytest.mark.django_db
Status = MigrationResult.Status


def process(*names, key="work", **more):
    """begin -> names ... -> done"""
    nodes = {name: user(group="sales") for name in names} | more
    return diagram(key, " -> ".join(["begin", *names, "done"]), begin=start(), **nodes, done=end())


def with_timer(name, span, event="late"):
    return diagram(
        "work", f"begin -> {name} -> done", f"{event} -> chase -> over",
        **{"begin": start(), name: user(group="sales"), event: boundary(name, timer=span), "chase": user(),
           "done": end(), "over": end()},
    )  # fmt: skip


def deploy_both(old, new):
    running.deploy(old)
    started = running.start("work", actor=None)
    running.deploy(new)
    return started


def move(actor=None, **more):
    """Begin and carry out."""
    batch = commands.start_migration(actor=actor, process_key="work", source=1, target=2, **more)
    assert carrying.carry_on(batch.pk)
    return MigrationBatch.objects.get(pk=batch.pk)


def result_of(instance):
    return MigrationResult.objects.filter(instance=instance).latest("pk")


def version_of(instance):
    return running.reload(instance).version.number


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


# --- the work item --------------------------------------------------------------------------------------------------


def test_a_claimed_item_stays_claimed_with_draft_comments_and_due(operator, alice):
    form = {"old.form": b'{"id": "old", "components": [{"type": "textfield", "key": "a"}]}'}
    newer = {"new.form": b'{"id": "new", "components": [{"type": "textfield", "key": "b"}]}'}
    shown = '<zeebe:formDefinition formId="{}"/>'
    running.deploy(process("do", do=user(group="sales", properties=shown.format("old"))), **form)
    instance = running.start("work")
    item = WorkItem.objects.get()
    inbox.claim_work_item(actor=alice, work_item_id=item.pk)
    inbox.save_draft(actor=alice, work_item_id=item.pk, answers={"a": "typed", "b": "also"})
    inbox.comment_on_work_item(actor=alice, work_item_id=item.pk, text="nearly done")
    running.deploy(process("check", check=user(group="sales", properties=shown.format("new"))), **newer)
    move(operator, mapping={"do": "check"})
    kept = WorkItem.objects.get()
    assert (kept.pk, kept.assignee, kept.status) == (item.pk, alice, "open")
    assert (kept.element, kept.name, kept.form) == ("check", "check", "new")
    assert kept.drafts.get().answers == {"a": "typed", "b": "also"}, "nothing typed is lost"
    assert kept.comments.get().text == "nearly done"
    from web.views.task_form import form_of

    assert form_of(alice, kept, readonly=False).data == {"b": "also"}, "what the new form does not ask is not shown"
    inbox.complete_work_item(actor=alice, work_item_id=item.pk, answers={"b": "done"})
    assert not running.reload(instance).is_live


def test_two_steps_may_exchange_their_names(operator):
    def both(one, two):
        return diagram(
            "work", f"begin -> split -> {one} -> done", f"split -> {two} -> over",
            **{"begin": start(), "split": parallel(), one: user(group="sales"), two: user(group="sales"),
               "done": end(), "over": end()},
        )  # fmt: skip

    instance = deploy_both(both("one", "two"), both("two", "one"))
    steps = running.open_steps(instance)
    move(operator, mapping={"one": "two", "two": "one"})
    assert running.open_steps(instance) == {"two": steps["one"], "one": steps["two"]}
    items = dict(WorkItem.objects.values_list("step", "element"))
    assert items == {steps["one"]: "two", steps["two"]: "one"}


def test_an_ended_step_leaves_the_inbox_and_comes_back_when_the_move_is_undone(operator, alice):
    old = diagram(
        "work", "begin -> split -> one -> done", "split -> two -> over",
        begin=start(), split=parallel(), one=user(group="sales"), two=user(group="sales"), done=end(), over=end(),
    )  # fmt: skip
    instance = deploy_both(old, process("one"))
    item = WorkItem.objects.get(element="two")
    inbox.claim_work_item(actor=alice, work_item_id=item.pk)
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    assert group.standing is Standing.CHOICE
    assert [(problem.element, problem.reason) for problem in group.problems] == [("two", Reason.GONE)]
    move(operator, choices={group.key: Choice(end=("two",))})
    assert running.waiting_at(instance) == ["one"]
    assert WorkItem.objects.get(pk=item.pk).status == "cancelled"
    commands.undo_one(actor=operator, result_id=result_of(instance).pk)
    assert running.waiting_at(instance) == ["one", "two"]
    again = WorkItem.objects.get(pk=item.pk)
    assert (again.status, again.assignee, again.ended_at) == ("open", alice, None)
    inbox.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert running.waiting_at(instance) == ["one"]


# --- timers, subscriptions, incidents, effects, calls ---------------------------------------------------------------


def test_timers_keep_their_due_moments_under_their_new_names(operator, clock):
    instance = deploy_both(with_timer("do", "PT5H"), with_timer("do", "PT1H", event="tardy"))
    due = Timer.objects.get().due
    move(operator, mapping={"late": "tardy"})
    timer = Timer.objects.get()
    assert (timer.element, timer.due) == ("tardy", due)
    clock.advance(timedelta(hours=5))
    running.settle()
    assert running.waiting_at(instance) == ["chase"]


def test_subscriptions_keep_their_keys(operator):
    def model(event, key):
        return diagram(
            "work", f"begin -> {event} -> done", **{"begin": start(), event: catch(message="m", key=key), "done": end()}
        )

    running.deploy(model("wait", "number"))
    instance = running.start("work", number="K-1")
    running.deploy(model("hold", "other"))
    move(operator, mapping={"wait": "hold"})
    row = Subscription.objects.get()
    assert (row.element, row.correlation_key) == ("hold", "K-1")
    processes.send_message(actor=None, name="m", correlation_key="K-1")
    running.settle()
    assert not running.reload(instance).is_live


def test_incidents_stay_and_are_retried_as_the_new_version_says(operator):
    @service_task("bad")
    def bad(step):
        raise RuntimeError("down")

    @service_task("good")
    def good(step):
        return {}

    instance = deploy_both(
        process("call", "z", call=service("bad", retries="1")), process("ask", "z", ask=service("good"))
    )
    incident = running.open_incident(instance)
    move(operator, mapping={"call": "ask"})
    incident.refresh_from_db()
    assert (incident.closed_at, incident.element) == (None, "ask")
    processes.retry_incident(actor=operator, incident_id=incident.pk)
    assert running.waiting_at(instance) == ["z"]


def test_an_effect_under_way_is_done_once_and_answers_the_moved_step(operator):
    done = []

    @effect("post")
    def post(step):
        done.append(step.idempotency_key)
        return {}

    instance = deploy_both(process("send", "z", send=service("post")), process("mail", "z", mail=service("post")))
    key = Effect.objects.get().idempotency_key
    move(operator, mapping={"send": "mail"})
    running.settle()
    assert done == [key]
    assert running.waiting_at(instance) == ["z"]


def test_a_called_instance_stays_on_its_version_unless_it_is_moved_itself(operator):
    running.deploy(process("inner", key="child"))
    caller = diagram("work", "begin -> sub -> done", begin=start(), sub=call("child"), done=end())
    instance = deploy_both(caller, diagram(
        "work", "begin -> sub -> z -> done", begin=start(), sub=call("child"), z=user(), done=end()))  # fmt: skip
    running.deploy(process("inner", "more", key="child"))
    child = instance.children.get()
    move(operator)
    assert (version_of(instance), version_of(child)) == (2, 1)
    batch = commands.start_migration(actor=operator, process_key="child", source=1, target=2)
    carrying.carry_on(batch.pk)
    assert version_of(child) == 2
    running.complete(child, "inner")
    running.complete(child, "more")
    assert running.waiting_at(instance) == ["z"]


def test_a_suspended_instance_moves_and_stays_suspended(operator):
    instance = deploy_both(process("do"), process("do", "check"))
    processes.suspend_process(actor=operator, instance_id=instance.pk)
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    assert group.suspended == 1
    move(operator)
    assert (version_of(instance), running.reload(instance).status) == (2, "suspended")
    processes.resume_process(actor=operator, instance_id=instance.pk)
    running.complete(instance, "do")
    assert running.waiting_at(instance) == ["check"]


def test_a_step_that_begins_anew_runs_what_follows(operator):
    instance = deploy_both(process("do"), process("sum", "z", sum=script("1 + 1", "two")))
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    move(operator, choices={group.key: Choice(mapping={"do": "sum"})})
    assert running.waiting_at(instance) == ["z"]
    assert running.variables(instance) == {"two": 2}


# --- preview --------------------------------------------------------------------------------------------------------


def test_the_preview_groups_by_what_is_open(operator, django_assert_num_queries):
    running.deploy(process("one", "two"))
    ones = [running.start("work") for _ in range(4)]
    for instance in ones[:3]:
        running.complete(instance, "one")
    running.deploy(process("one", "three"))
    with django_assert_num_queries(5):
        seen = queries.preview_migration(actor=operator, process_key="work", source=1, target=2)
    assert [(g.standing, g.open, g.count) for g in seen.groups] == [
        (Standing.CHOICE, ("two",), 3),
        (Standing.SAFE, ("one",), 1),
    ]
    assert (seen.total, seen.count(Standing.SAFE), seen.count(Standing.CANNOT)) == (4, 1, 0)
    assert seen.groups[0].examples == tuple(instance.pk for instance in ones[:3])
    mapped = queries.preview_migration(actor=operator, process_key="work", source=1, target=2, mapping={"two": "three"})
    assert {group.standing for group in mapped.groups} == {Standing.SAFE}
    few = queries.preview_migration(actor=operator, process_key="work", source=1, target=2, instances=[ones[0].pk])
    assert few.total == 1


def test_groups_left_and_groups_in_the_way_stay(operator):
    running.deploy(process("one", "two", "four"))
    first, second = running.start("work"), running.start("work")
    running.complete(second, "one")
    running.deploy(process("one", "three", "four"))
    batch = move(operator)
    assert (version_of(first), version_of(second)) == (2, 1)
    left = result_of(second)
    assert (left.status, left.problems) == (Status.LEFT, [{"element": "two", "reason": "element-gone"}])
    assert queries.progress(batch) == queries.Progress(total=2, migrated=1, left=1)
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    with pytest.raises(NothingToMigrate):
        move(operator, choices={group.key: Choice(leave=True, mapping={"two": "three"})})
    move(operator, choices={group.key: Choice(mapping={"two": "three"})})
    assert running.waiting_at(second) == ["three"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"target": 7}, VersionNotFound),
        ({"source": 7}, VersionNotFound),
        ({"process_key": "nothing"}, VersionNotFound),
        ({"target": 1}, VersionsUnfit),
        ({"mapping": {"do": "nowhere"}}, MappingUnfit),
        ({"mapping": {"nowhere": "do"}}, MappingUnfit),
        ({"choices": {"x": Choice(end=("nowhere",))}}, MappingUnfit),
        ({"instances": [uuid.UUID(int=1)]}, NothingToMigrate),
    ],
)
def test_hostile_input(operator, values, refusal):
    instance = deploy_both(process("do"), process("do", "check"))
    given = {"process_key": "work", "source": 1, "target": 2} | values
    with pytest.raises(refusal):
        commands.start_migration(actor=operator, **given)
    assert version_of(instance) == 1
    assert not MigrationResult.objects.exists()


def test_a_withdrawn_version_is_no_target(operator):
    deploy_both(process("do"), process("do", "check"))
    ProcessVersion.objects.filter(number=2).update(status="withdrawn")
    with pytest.raises(VersionsUnfit):
        move(operator)


# --- twice, at once, killed -----------------------------------------------------------------------------------------


def test_the_second_click_is_refused(operator):
    deploy_both(process("do"), process("do", "check"))
    commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    with pytest.raises(MigrationUnderWay):
        commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    carrying.carry_on(MigrationBatch.objects.get().pk)
    with pytest.raises(NothingToMigrate):
        commands.start_migration(actor=operator, process_key="work", source=1, target=2)


def test_an_instance_that_moved_on_meanwhile_is_judged_anew(operator):
    running.deploy(process("one", "two"))
    first, second = running.start("work"), running.start("work")
    running.deploy(process("one", "three"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    running.complete(first, "one")
    running.complete(second, "one")
    running.complete(second, "two")
    carrying.carry_on(batch.pk)
    assert (result_of(first).status, result_of(first).message) == (Status.LEFT, "needs-a-choice")
    assert (result_of(second).status, result_of(second).message) == (Status.LEFT, "ended")
    assert version_of(first) == 1


def test_a_batch_goes_on_where_it_was_killed(operator):
    running.deploy(process("do"))
    started = [running.start("work") for _ in range(5)]
    running.deploy(process("do", "check"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)

    class Killed(BaseException):
        pass

    real, moved = commands.migrate_one, []

    def dies(result_id):
        if len(moved) == 2:
            raise Killed
        moved.append(real(result_id))

    with pytest.raises(Killed):
        batches.carry_on(replace(carrying.MOVES, carry_out=dies), batch.pk)
    assert queries.progress(batch) == queries.Progress(total=5, migrated=2, pending=3)
    assert carrying.unfinished() == [batch.pk]
    carry_on_migration(str(batch.pk))
    carry_on_migration(str(batch.pk))
    assert {version_of(instance) for instance in started} == {2}
    assert HistoryEvent.objects.filter(kind="migrated").count() == 5
    assert carrying.unfinished() == []


def test_what_fails_is_rolled_back_whole_and_stops_no_other(operator):
    running.deploy(process("do"))
    bad, good = running.start("work"), running.start("work")
    Timer.objects.create(instance=bad, root=bad, timer="99", element="ghost")
    running.deploy(process("do", "check"))
    before = bytes(running.reload(bad).state)
    batch = move(operator)
    assert result_of(bad).status == Status.FAILED
    assert MigrationBroken.__name__ in result_of(bad).message
    assert (version_of(bad), bytes(running.reload(bad).state)) == (1, before)
    assert not HistoryEvent.objects.filter(instance=bad, kind="migrated").exists()
    assert version_of(good) == 2
    assert batch.status == MigrationBatch.Status.FINISHED


def test_whoever_is_in_the_way_is_waited_for(operator):
    instance = deploy_both(process("do"), process("do", "check"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    busy = OperationalError()
    busy.__cause__ = type("Busy", (Exception,), {"pgcode": "55P03"})()
    with patch.object(commands.operations, "go_over", side_effect=busy):
        assert not carrying.carry_on(batch.pk)
    assert (result_of(instance).status, result_of(instance).attempts) == (Status.PENDING, 1)
    assert carrying.carry_on(batch.pk)
    assert version_of(instance) == 2


# --- back -----------------------------------------------------------------------------------------------------------


def test_undo_brings_back_everything(operator, clock):
    instance = deploy_both(with_timer("do", "PT5H"), process("check"))
    before = running.reload(instance)
    due = Timer.objects.get().due
    batch = move(operator, mapping={"do": "check"})
    assert not Timer.objects.exists()
    assert commands.undo_migration(actor=operator, batch_id=batch.pk) == {instance.pk: None}
    after = running.reload(instance)
    assert (after.version_id, running.waiting_at(instance)) == (before.version_id, ["do"])
    assert (Timer.objects.get().due, Timer.objects.get().element) == (due, "late")
    assert WorkItem.objects.get().element == "do"
    assert result_of(instance).status == Status.UNDONE
    assert [event.data["undo"] for event in HistoryEvent.objects.filter(kind="migrated").order_by("pk")] == [
        False,
        True,
    ]
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(instance).pk)


def test_undo_only_while_no_step_was_taken_and_within_a_day(operator, clock):
    running.deploy(process("do", "more"))
    stepped, late = running.start("work"), running.start("work")
    running.deploy(process("do", "check", "more"))
    move(operator)
    running.complete(stepped, "do")
    clock.advance(timedelta(hours=23, minutes=59))
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(stepped).pk)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(late).pk)
    clock.advance(timedelta(minutes=1))
    tidy_up()
    assert not MigrationResult.objects.filter(state_before__isnull=False).exists()


def test_a_move_that_caused_something_outside_is_not_undone(operator):
    @service_task("act")
    def act(step):
        return {}

    instance = deploy_both(process("do"), process("act", "z", act=service("act")))
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    move(operator, choices={group.key: Choice(mapping={"do": "act"})})
    assert running.waiting_at(instance) == ["z"]
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(instance).pk)


def test_afterwards_one_moves_back_with_the_same_preview(operator):
    instance = deploy_both(process("do"), process("check"))
    move(operator, mapping={"do": "check"})
    seen = queries.preview_migration(actor=operator, process_key="work", source=2, target=1, mapping={"check": "do"})
    assert [group.standing for group in seen.groups] == [Standing.SAFE]
    batch = commands.start_migration(actor=operator, process_key="work", source=2, target=1, mapping={"check": "do"})
    carrying.carry_on(batch.pk)
    assert (version_of(instance), running.waiting_at(instance)) == (1, ["do"])


def test_an_undone_instance_goes_on_without_using_a_number_twice(operator, clock):
    instance = deploy_both(process("do", "more"), with_timer("do", "PT1H"))
    batch = move(operator)
    commands.undo_migration(actor=operator, batch_id=batch.pk)
    running.complete(instance, "do")
    running.complete(instance, "more")
    assert not running.reload(instance).is_live


# --- cost -----------------------------------------------------------------------------------------------------------


def test_moving_one_costs_the_same_however_many_there_are(operator, django_assert_max_num_queries):
    running.deploy(process("do"))
    for _ in range(12):
        running.start("work")
    running.deploy(process("do", "check"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    ids = list(MigrationResult.objects.order_by("pk").values_list("pk", flat=True))
    commands.migrate_one(ids[0])
    for one in ids[1:4]:
        with django_assert_max_num_queries(16):
            commands.migrate_one(one)
    carrying.carry_on(batch.pk)


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
