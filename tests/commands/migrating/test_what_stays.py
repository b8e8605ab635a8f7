"""What an instance keeps when it moves: claims, drafts, timers, subscriptions, incidents, effects, calls."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem
from tests.commands.migrating.moves import deploy_both, move, process, result_of, version_of, with_timer
from tests.support import running
from tests.support.diagrams import call, catch, diagram, end, parallel, service, start, user
from workflows import commands as processes
from workflows.engine.migrating import Reason
from workflows.migrating import carrying, commands, queries
from workflows.migrating.choices import Choice
from workflows.migrating.queries import Standing
from workflows.models import Effect, Subscription, Timer
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db


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


def test_timers_keep_their_due_moments_under_their_new_names(operator, clock):
    instance = deploy_both(with_timer("do", "PT5H"), with_timer("do", "PT1H", event="tardy"))
    due = Timer.objects.get().due
    move(operator, mapping={"late": "tardy"})
    timer = Timer.objects.get()
    assert (timer.element, timer.due) == ("tardy", due)
    clock.advance(timedelta(hours=5))
    running.settle()
    assert running.waiting_at(instance) == ["chase"]


def test_timers_are_planned_again_where_that_is_chosen_and_undone_with_the_move(operator, clock):
    instance = deploy_both(with_timer("do", "PT5H"), with_timer("do", "PT2H"))
    due = Timer.objects.get().due
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    assert [(remark.kind.value, remark.element) for remark in group.remarks] == [("keeps-due", "late")]
    move(operator, choices={group.key: Choice(replan=("late",))})
    assert due - Timer.objects.get().due == timedelta(hours=3)
    commands.undo_one(actor=operator, result_id=result_of(instance).pk)
    assert Timer.objects.get().due == due
    move(operator, choices={group.key: Choice(replan=("late",))})
    clock.advance(timedelta(hours=2, seconds=1))
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
