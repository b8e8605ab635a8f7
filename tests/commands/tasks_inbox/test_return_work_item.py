"""Sending a task back: who may, what closes, who has it again with what, and what is refused."""

import pytest

from tasks_inbox import commands, returning
from tasks_inbox.exceptions import (
    NotYours,
    PathChanged,
    ReasonMissing,
    ReturnImpossible,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.models import Draft, Signer, WorkItem, WorkItemEvent
from tests.commands.tasks_inbox.test_absences import away
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db
HEADER = '<zeebe:taskHeaders><zeebe:header key="return" value="{}"/></zeebe:taskHeaders>'


@pytest.fixture
def plan(db, alice, bob, manager):
    """Written by alice, checked by bob beside finance, approved by the manager: the instance at the approval."""

    def run(*, at="approve", properties="", **more):
        running.deploy(
            diagrams.diagram(
                "plan",
                "start -> write -> split -> check -> join -> approve -> end",
                "split -> count -> join",
                start=diagrams.start(),
                write=diagrams.user(assignee="alice"),
                split=diagrams.parallel(),
                check=diagrams.user(assignee="bob"),
                count=diagrams.user(group="finance@HZ"),
                join=diagrams.parallel(),
                approve=diagrams.user(assignee="manager", properties=properties),
                end=diagrams.end(),
            )
        )
        instance = running.start("plan", actor=alice, **more)
        done = {"approve": ("write", "check", "count"), "check": ("write",), "join": ("write", "check")}[at]
        for element in done:
            doer = {"write": alice, "check": bob}.get(element, manager)
            _finish(instance, element, doer)
        return instance

    return run


def _finish(instance, element, actor):
    item = open_item(instance, element)
    if item.assignee != actor:
        item.assignee = actor
        item.save(update_fields=["assignee"])
    commands.complete_work_item(actor=actor, work_item_id=item.pk, answers={})


def open_item(instance, element):
    return WorkItem.objects.get(instance__root=instance, element=element, status="open")


def test_it_works(plan, alice, manager):
    instance = plan()
    item = open_item(instance, "approve")
    old = WorkItem.objects.get(instance=instance, element="write")
    WorkItem.objects.filter(pk=old.pk).update(answers={"title": "Tea"})
    back = commands.return_work_item(actor=manager, work_item_id=item.pk, target="starter", reason="No figures.")
    assert (back.element, back.assignee, back.status) == ("write", alice, "open")
    assert Draft.objects.get(item=back).answers == {"title": "Tea"}
    item.refresh_from_db()
    assert (item.status, item.outcome, item.ended_by) == ("cancelled", "return", manager)
    assert running.waiting_at(instance) == ["write"]
    told = WorkItemEvent.objects.filter(item=item).exclude(kind="created")
    assert [event.kind for event in told] == ["returned"]
    assert told[0].data["reason"] == "No figures."
    assert told[0].data["to"] == "alice"


def test_a_branch_beside_the_path_stays_open(plan, alice, bob, manager):
    instance = plan(at="check")
    item = open_item(instance, "check")
    count = open_item(instance, "count")
    [step] = returning.steps_back(item)
    preview = returning.preview_return(item, step.key)
    assert {each.element for each in preview.closes} == {"check", "count"}
    straight = returning.preview_return(item, step.key, straight=True)
    assert [each.element for each in straight.closes] == ["check"]
    commands.return_work_item(
        actor=bob, work_item_id=item.pk, target=step.key, reason="Again.", straight_back=True, seen=straight.digest
    )
    count.refresh_from_db()
    assert count.is_open


def test_before_the_fork_the_sibling_is_closed(plan, bob):
    instance = plan(at="check")
    commands.return_work_item(
        actor=bob, work_item_id=open_item(instance, "check").pk, target="previous", reason="Wrong."
    )
    assert running.waiting_at(instance) == ["write"]


def test_behind_the_join_only_one_branch_is_done_again(plan, alice, bob, manager):
    instance = plan()
    item = open_item(instance, "approve")
    key = next(step.key for step in returning.steps_back(item) if step.element == "check")
    commands.return_work_item(actor=manager, work_item_id=item.pk, target=key, reason="Look again.")
    assert running.waiting_at(instance) == ["check"]
    _finish(instance, "check", bob)
    assert running.waiting_at(instance) == ["approve"]


def test_straight_back_comes_to_the_same_task_with_its_draft(plan, alice, manager):
    instance = plan()
    item = open_item(instance, "approve")
    commands.save_draft(actor=manager, work_item_id=item.pk, answers={"comment": "half"})
    back = commands.return_work_item(
        actor=manager, work_item_id=item.pk, target="starter", reason="Figures, please.", straight_back=True
    )
    item.refresh_from_db()
    assert not item.is_open
    commands.complete_work_item(actor=alice, work_item_id=back.pk, answers={})
    item.refresh_from_db()
    assert (item.status, item.assignee, item.outcome, item.ended_by) == ("open", manager, "", None)
    assert Draft.objects.get(item=item, user=manager).answers == {"comment": "half"}
    kinds = list(WorkItemEvent.objects.filter(item=item).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["created", "returned", "came-back"]
    commands.complete_work_item(actor=manager, work_item_id=item.pk, answers={})
    assert running.reload(instance).status == "completed"


def test_whoever_left_is_replaced_by_whom_the_model_asks(plan, alice, bob, manager):
    instance = plan()
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    item = open_item(instance, "approve")
    back = commands.return_work_item(actor=manager, work_item_id=item.pk, target="starter", reason="Again.")
    assert back.assignee is None


def test_another_person_did_it_then_and_has_it_again(plan, alice, bob, manager):
    instance = plan(at="check")
    item = open_item(instance, "check")
    commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=manager)
    commands.complete_work_item(actor=manager, work_item_id=item.pk, answers={})
    _finish(instance, "count", manager)
    item = open_item(instance, "approve")
    key = next(step.key for step in returning.steps_back(item) if step.element == "check")
    back = commands.return_work_item(actor=manager, work_item_id=item.pk, target=key, reason="Again.")
    assert back.assignee == manager


def test_what_was_not_seen_is_not_confirmed(plan, bob, manager):
    instance = plan(at="check")
    item = open_item(instance, "check")
    preview = returning.preview_return(item, "previous")
    _finish(instance, "count", manager)
    with pytest.raises(PathChanged):
        commands.return_work_item(
            actor=bob, work_item_id=item.pk, target="previous", reason="Wrong.", seen=preview.digest
        )
    assert open_item(instance, "check") == item


def test_the_outsider_and_the_looker_on_are_refused(plan, bob, manager, charlie):
    instance = plan()
    item = open_item(instance, "approve")
    with pytest.raises(WorkItemUnknown):
        commands.return_work_item(actor=charlie, work_item_id=item.pk, target="previous", reason="x")
    with pytest.raises((NotYours, WorkItemUnknown)):
        commands.return_work_item(actor=bob, work_item_id=item.pk, target="previous", reason="x")


def test_the_second_click_finds_it_gone(plan, manager):
    item = open_item(plan(), "approve")
    commands.return_work_item(actor=manager, work_item_id=item.pk, target="previous", reason="x")
    with pytest.raises(WorkItemEnded):
        commands.return_work_item(actor=manager, work_item_id=item.pk, target="previous", reason="x")


@pytest.mark.parametrize("target", ["", "nowhere", "previous:1", "\x00", "00000000-0000-0000-0000-000000000000:1"])
def test_other_targets_are_refused(plan, manager, target):
    item = open_item(plan(), "approve")
    with pytest.raises(ReturnImpossible):
        commands.return_work_item(actor=manager, work_item_id=item.pk, target=target, reason="x")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_it_needs_a_reason(plan, manager, reason):
    item = open_item(plan(), "approve")
    with pytest.raises(ReasonMissing):
        commands.return_work_item(actor=manager, work_item_id=item.pk, target="previous", reason=reason)


@pytest.mark.parametrize(
    ("rule", "elements"),
    [("none", []), ("starter", ["write"]), ("previous", ["count"]), ("any", ["write", "check", "count"])],
)
def test_the_model_says_how_far_back(plan, manager, rule, elements):
    item = open_item(plan(properties=HEADER.format(rule)), "approve")
    assert [step.element for step in returning.steps_back(item)] == elements
    if rule == "none":
        with pytest.raises(ReturnImpossible):
            commands.return_work_item(actor=manager, work_item_id=item.pk, target="previous", reason="x")


def test_with_signers_it_goes_back_but_is_not_put_aside(plan, bob, manager):
    instance = plan()
    item = open_item(instance, "approve")
    commands.add_signers(actor=manager, work_item_id=item.pk, people=[bob], where=Signer.Where.BESIDE)
    with pytest.raises(ReturnImpossible) as refusal:
        commands.return_work_item(actor=manager, work_item_id=item.pk, target="starter", reason="x", straight_back=True)
    assert refusal.value.why == "not-now"
    signer = WorkItem.objects.get(instance=instance, signing="beside")
    assert returning.steps_back(signer) == []
    commands.return_work_item(actor=manager, work_item_id=item.pk, target="starter", reason="x")
    signer.refresh_from_db()
    assert signer.status == "cancelled"
    assert running.waiting_at(instance) == ["write"]


# --- called processes ----------------------------------------------------------------------------------------------


@pytest.fixture
def called(db, alice, bob, manager):
    running.deploy(
        diagrams.diagram(
            "outer",
            "start -> ask -> call -> after -> end",
            start=diagrams.start(),
            ask=diagrams.user(assignee="alice"),
            call=diagrams.call("inner"),
            after=diagrams.user(assignee="manager"),
            end=diagrams.end(),
        ),
        diagrams.diagram(
            "inner",
            "start -> one -> two -> end",
            start=diagrams.start(),
            one=diagrams.user(assignee="bob"),
            two=diagrams.user(assignee="manager"),
            end=diagrams.end(),
        ),
    )
    instance = running.start("outer", actor=alice)
    _finish(instance, "ask", alice)
    _finish(instance, "one", bob)
    return instance


def test_out_of_a_called_process_it_ends(called, alice, manager):
    item = open_item(called, "two")
    assert [step.element for step in returning.steps_back(item)] == ["ask", "one"]
    preview = returning.preview_return(item, "starter")
    assert {each.element for each in preview.closes} == {"call", "two"}
    back = commands.return_work_item(actor=manager, work_item_id=item.pk, target="starter", reason="Again.")
    assert (back.instance_id, back.assignee) == (called.pk, alice)
    item.refresh_from_db()
    assert item.status == "cancelled"
    assert WorkItem.objects.filter(instance__root=called, status="open").count() == 1


def test_not_straight_back_across_processes(called, manager):
    item = open_item(called, "two")
    with pytest.raises(ReturnImpossible) as refusal:
        commands.return_work_item(
            actor=manager, work_item_id=item.pk, target="starter", reason="Again.", straight_back=True
        )
    assert refusal.value.why == "another-process"


def test_a_called_process_that_ended_is_no_way_back(called, alice, manager):
    _finish(called, "two", manager)
    item = open_item(called, "after")
    assert [step.element for step in returning.steps_back(item)] == ["ask"]
    commands.return_work_item(actor=manager, work_item_id=item.pk, target="previous", reason="Again.")
    assert running.waiting_at(called) == ["ask"]


def test_who_sends_back_for_somebody_absent_says_so(db, clock, alice, bob, dora):
    """Nobody had the task; who sends it back may only do so for the absent one it is offered to."""
    both = diagrams.user(properties='<zeebe:assignmentDefinition candidateUsers="dora"/>')
    nodes = {"start": diagrams.start(), "write": diagrams.user(assignee="alice"), "check": both, "end": diagrams.end()}
    running.deploy(diagrams.diagram("offered", "start -> write -> check -> end", **nodes))
    instance = running.start("offered", actor=alice)
    _finish(instance, "write", alice)
    away(dora, bob)
    item = open_item(instance, "check")
    commands.return_work_item(actor=bob, work_item_id=item.pk, target="previous", reason="Again.", straight_back=True)
    told = WorkItemEvent.objects.get(item=item, kind="returned")
    assert (told.actor, told.on_behalf_of) == (bob, dora)
    _finish(instance, "write", alice)
    again = open_item(instance, "check")
    assert (again.pk, again.assignee, again.on_behalf_of) == (item.pk, bob, dora)


def test_a_task_put_aside_by_somebody_who_has_left_meanwhile_is_not_theirs(plan, alice, admin, manager):
    instance = plan()
    item = open_item(instance, "approve")
    commands.return_work_item(actor=manager, work_item_id=item.pk, target="starter", reason="?", straight_back=True)
    type(manager).objects.filter(pk=manager.pk).update(is_active=False)
    _finish(instance, "write", alice)
    again = open_item(instance, "approve")
    assert (again.pk, again.assignee) == (item.pk, None)
    kinds = WorkItemEvent.objects.filter(item=item).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["created", "returned", "came-back", "routed"]
    assert commands.claim_work_item(actor=admin, work_item_id=item.pk).assignee == admin
