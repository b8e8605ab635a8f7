"""Taking one's own completion back while nobody acted after, a whole request, and rejecting."""

import pytest

from tasks_inbox import commands, returning
from tasks_inbox.exceptions import (
    PathChanged,
    RecallImpossible,
    RejectImpossible,
    TooLateToWithdraw,
    WithdrawImpossible,
    WorkItemUnknown,
)
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent
from tests.support import diagrams, running
from workflows import registry
from workflows.models import HistoryEvent

pytestmark = pytest.mark.django_db
REJECTS = '<zeebe:taskHeaders><zeebe:header key="reject" value="end-request"/></zeebe:taskHeaders>'
FORBIDS = '<zeebe:taskHeaders><zeebe:header key="withdraw" value="none"/></zeebe:taskHeaders>'


def start_two(alice, *, properties="", second="bob", between=""):
    nodes = {
        "start": diagrams.start(),
        "first": diagrams.user(assignee="alice", properties=properties),
        "second": diagrams.user(assignee=second),
        "end": diagrams.end(),
    }
    if between:
        nodes["send"] = diagrams.service(between)
    way = "start -> first -> send -> second -> end" if between else "start -> first -> second -> end"
    running.deploy(diagrams.diagram("two", way, **nodes))
    return running.start("two", actor=alice)


def item_at(instance, element, **more):
    return WorkItem.objects.filter(instance__root=instance, element=element, **more).latest("created_at", "loop")


def complete(instance, element, actor):
    item = item_at(instance, element, status="open")
    commands.complete_work_item(actor=actor, work_item_id=item.pk, answers={})
    item.refresh_from_db()
    return item


@pytest.fixture
def two(db, alice, bob):
    instance = start_two(alice)
    return instance, complete(instance, "first", alice)


def test_who_has_withdrawn_it_has_not_done_it(db, alice, bob):
    """A step that wants another person every round is the same person's again when they take their answer back."""
    another = '<zeebe:taskHeaders><zeebe:header key="differentFrom" value="first"/></zeebe:taskHeaders>'
    instance = start_two(alice, properties=another)
    item = complete(instance, "first", alice)
    WorkItem.objects.filter(pk=item.pk).update(answers={"title": "Tea"})
    back = commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    assert back.assignee == alice
    assert Draft.objects.get(item=back, user=alice).answers == {"title": "Tea"}
    assert complete(instance, "first", alice).status == "completed"


def test_it_works(two, alice, bob):
    instance, item = two
    WorkItem.objects.filter(pk=item.pk).update(answers={"title": "Tea"})
    back = commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    assert (back.element, back.assignee, back.status) == ("first", alice, "open")
    assert Draft.objects.get(item=back).answers == {"title": "Tea"}
    assert running.waiting_at(instance) == ["first"]
    item.refresh_from_db()
    assert (item.status, item.outcome) == ("cancelled", "withdraw")
    assert item_at(instance, "second").status == "cancelled"
    assert WorkItemEvent.objects.filter(item=item, kind="withdrawn", actor=alice).count() == 1


def test_a_draft_and_a_claim_of_the_next_are_no_act(alice, bob, db):
    instance = start_two(alice)
    item = complete(instance, "first", alice)
    commands.save_draft(actor=bob, work_item_id=item_at(instance, "second").pk, answers={"a": 1})
    commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    assert running.waiting_at(instance) == ["first"]


def test_too_late_once_the_next_has_acted(db, alice, bob):
    running.deploy(
        diagrams.diagram(
            "three",
            "start -> first -> second -> third -> end",
            start=diagrams.start(),
            first=diagrams.user(assignee="alice"),
            second=diagrams.user(assignee="bob"),
            third=diagrams.user(assignee="alice"),
            end=diagrams.end(),
        )
    )
    instance = running.start("three", actor=alice)
    item = complete(instance, "first", alice)
    second = complete(instance, "second", bob)
    assert not returning.may_withdraw(alice, item)
    with pytest.raises(TooLateToWithdraw):
        commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    commands.withdraw_work_item(actor=bob, work_item_id=second.pk)
    assert running.waiting_at(instance) == ["second"]


def test_too_late_once_the_request_has_ended(two, alice, bob):
    instance, _item = two
    second = complete(instance, "second", bob)
    with pytest.raises(TooLateToWithdraw):
        commands.withdraw_work_item(actor=bob, work_item_id=second.pk)


def test_the_second_click_changes_nothing_more(two, alice):
    instance, item = two
    commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    with pytest.raises(WithdrawImpossible):
        commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    assert running.waiting_at(instance) == ["first"]


def test_others_may_not(two, bob, charlie, manager):
    _instance, item = two
    with pytest.raises(WorkItemUnknown):
        commands.withdraw_work_item(actor=charlie, work_item_id=item.pk)
    with pytest.raises((WithdrawImpossible, WorkItemUnknown)):
        commands.withdraw_work_item(actor=bob, work_item_id=item.pk)


def test_the_model_may_forbid_it(db, alice, bob):
    instance = start_two(alice, properties=FORBIDS)
    item = complete(instance, "first", alice)
    with pytest.raises(WithdrawImpossible):
        commands.withdraw_work_item(actor=alice, work_item_id=item.pk)


def test_what_was_not_seen_is_not_confirmed(two, alice):
    _instance, item = two
    with pytest.raises(PathChanged):
        commands.withdraw_work_item(actor=alice, work_item_id=item.pk, seen="other")


@pytest.mark.parametrize("irreversible", [True, False])
def test_an_effect_that_was_made_is_named_and_an_irreversible_one_refuses(alice, bob, db, irreversible):
    with registry.temporarily():
        registry.effect("test.letter", label="Write a letter", irreversible=irreversible)(lambda step: None)
        instance = start_two(alice, between="test.letter")
        item = complete(instance, "first", alice)
        running.settle()
        assert running.waiting_at(instance) == ["second"]
        if irreversible:
            with pytest.raises(TooLateToWithdraw) as refusal:
                commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
            assert "Write a letter" in str(refusal.value.sentence)
            return
        preview = returning.preview_withdrawal(alice, item)
        assert [(made.label, made.times) for made in preview.made] == [("Write a letter", 1)]
        commands.withdraw_work_item(actor=alice, work_item_id=item.pk, seen=preview.digest)
        complete(instance, "first", alice)
        running.settle()
        assert running.waiting_at(instance) == ["second"]


def test_one_branch_takes_its_part_back_behind_the_join(db, alice, bob):
    running.deploy(
        diagrams.diagram(
            "joined",
            "start -> split -> a -> join -> after -> end",
            "split -> b -> join",
            start=diagrams.start(),
            split=diagrams.parallel(),
            a=diagrams.user(assignee="alice"),
            b=diagrams.user(assignee="bob"),
            join=diagrams.parallel(),
            after=diagrams.user(assignee="bob"),
            end=diagrams.end(),
        )
    )
    instance = running.start("joined", actor=alice)
    first = complete(instance, "a", alice)
    complete(instance, "b", bob)
    commands.withdraw_work_item(actor=alice, work_item_id=first.pk)
    assert running.waiting_at(instance) == ["a"]
    complete(instance, "a", alice)
    assert running.waiting_at(instance) == ["after"]


# --- the whole request --------------------------------------------------------------------------------------------


def test_the_starter_takes_the_request_back(two, alice):
    instance, _item = two
    ended = commands.recall_request(actor=alice, instance_id=instance.pk, reason="Not needed any more.")
    assert ended.status == "cancelled"
    assert not WorkItem.objects.filter(instance=instance, status="open").exists()
    act = HistoryEvent.objects.get(instance=instance, kind="operated")
    assert (act.data["act"], act.data["reason"], act.actor) == ("recall", "Not needed any more.", alice)
    with pytest.raises(RecallImpossible):
        commands.recall_request(actor=alice, instance_id=instance.pk, reason="Again.")


def test_a_model_that_listens_says_what_follows(db, alice, bob):
    running.deploy(
        diagrams.diagram(
            "listening",
            "start -> work -> end",
            "taken-back -> tidy -> over",
            start=diagrams.start(),
            work=diagrams.user(assignee="bob"),
            taken_back=diagrams.boundary("work", message="plan.withdrawn", key="plan"),
            tidy=diagrams.user(assignee="alice"),
            end=diagrams.end(),
            over=diagrams.end(),
        )
    )
    instance = running.start("listening", actor=alice, plan="P-1")
    assert returning.preview_recall(instance).by_model
    commands.recall_request(actor=alice, instance_id=instance.pk, reason="Too dear.")
    assert running.waiting_at(instance) == ["tidy"]
    assert running.variables(instance)["withdrawal_reason"] == "Too dear."


def test_nobody_else_takes_a_request_back(two, bob, charlie, manager):
    instance, _item = two
    for person in (bob, charlie, manager):
        with pytest.raises(RecallImpossible):
            commands.recall_request(actor=person, instance_id=instance.pk, reason="x")


def test_a_task_may_end_the_request_where_its_model_says_so(db, alice, bob, charlie):
    instance = start_two(alice, properties=REJECTS)
    item = item_at(instance, "first")
    with pytest.raises(WorkItemUnknown):
        commands.reject_work_item(actor=charlie, work_item_id=item.pk, reason="x")
    commands.reject_work_item(actor=alice, work_item_id=item.pk, reason="No.")
    item.refresh_from_db()
    assert (item.status, item.outcome) == ("cancelled", "reject")
    assert running.reload(instance).status == "cancelled"
    assert WorkItemEvent.objects.filter(item=item).exclude(kind="created").get().kind == "rejected"


def test_other_tasks_do_not_end_the_request(db, alice):
    instance = start_two(alice)
    with pytest.raises(RejectImpossible):
        commands.reject_work_item(actor=alice, work_item_id=item_at(instance, "first").pk, reason="No.")
