"""Who approves when nobody is found, when it would be the requester, or the same person twice."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from notifications.models import Notification
from tasks_inbox import commands
from tasks_inbox.exceptions import NotACandidate, NotYours, RecipientUnfit, WorkItemUnknown
from tasks_inbox.models import Signer, WorkItem, WorkItemEvent
from tasks_inbox.waiting import open_work
from tests.commands.tasks_inbox.test_absences import away
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db
FORM = {
    "type": "default",
    "id": "decide",
    "components": [
        {
            "type": "radio",
            "id": "Field_1",
            "key": "outcome",
            "validate": {"required": True},
            "values": [{"value": "approve", "label": "Yes"}, {"value": "reject", "label": "No"}],
        },
        {"type": "textfield", "id": "Field_2", "key": "comment"},
    ],
}
DECIDE = '<zeebe:formDefinition formId="decide"/>'


def step(*, assignee="", group="", form=True, **headers):
    rows = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in headers.items())
    words = f"<zeebe:taskHeaders>{rows}</zeebe:taskHeaders>" if rows else ""
    return user(assignee=assignee, group=group, properties=(DECIDE if form else "") + words)


def run(first, second, *, actor=None, **variables):
    drawn = diagram("ruled", "begin -> first -> second -> done", begin=start(), first=first, second=second, done=end())
    from bpmn.commands import store_versions

    store_versions(actor=None, files={"ruled/ruled.bpmn": drawn, "ruled/decide.form": json.dumps(FORM).encode()})
    return running.start("ruled", actor=actor, **variables)


def item_at(instance, element):
    return WorkItem.objects.get(instance=instance, element=element)


def decide(actor, item, outcome="approve", **more):
    commands.complete_work_item(actor=actor, work_item_id=item.pk, answers={"outcome": outcome, **more})


def kinds(item):
    return list(WorkItemEvent.objects.filter(item=item).order_by("pk").values_list("kind", flat=True))


# --- nobody found ---------------------------------------------------------------------------------------------------


def test_nobody_and_skip(clock, alice):
    instance = run(step(assignee="= nobody", nobodyFound="skip"), step(assignee="alice"))
    running.settle()
    skipped = item_at(instance, "first")
    assert (skipped.status, skipped.ended_by, skipped.outcome) == ("completed", None, "approve")
    assert kinds(skipped) == ["created", "skipped"]
    assert running.variables(instance)["outcome"] == "approve"
    assert running.waiting_at(instance) == ["second"]


def test_a_skipped_step_may_end_otherwise(clock, alice):
    instance = run(step(assignee="= nobody", nobodyFound="skip", skipOutcome="reject"), step(assignee="alice"))
    running.settle()
    assert running.variables(instance)["outcome"] == "reject"


def test_nobody_and_administrator(clock, admin, alice, charlie):
    instance = run(step(assignee="= nobody", nobodyFound="administrator"), step(assignee="alice"))
    item = item_at(instance, "first")
    assert kinds(item) == ["created", "routed"]
    with pytest.raises((NotACandidate, WorkItemUnknown)):
        commands.claim_work_item(actor=charlie, work_item_id=item.pk)
    assert commands.claim_work_item(actor=admin, work_item_id=item.pk).assignee == admin


def test_without_a_rule_the_administrators_get_what_named_somebody(clock, admin, alice):
    """The model names somebody who is not there: the task is not left with nobody."""
    instance = run(step(assignee="gone.long.ago"), step(assignee="alice"))
    assert commands.claim_work_item(actor=admin, work_item_id=item_at(instance, "first").pk).assignee == admin


def test_what_names_nobody_at_all_goes_to_the_administrators_too(clock, admin, alice, charlie):
    instance = run(step(), step(assignee="alice"))
    item = item_at(instance, "first")
    assert kinds(item) == ["created", "routed"]
    with pytest.raises((NotACandidate, WorkItemUnknown)):
        commands.claim_work_item(actor=charlie, work_item_id=item.pk)
    commands.claim_work_item(actor=admin, work_item_id=item.pk)
    decide(admin, item)
    assert running.waiting_at(instance) == ["second"]


def test_a_rule_nobody_knows_leaves_no_task_with_nobody(clock, admin, alice):
    """Deploying refuses such a word; a model that came in before goes on."""
    instance = run(step(assignee="= nobody", nobodyFound="wait and see"), step(assignee="alice"))
    assert kinds(item_at(instance, "first")) == ["created", "routed"]


def test_a_signer_who_has_left_before_their_turn(clock, admin, alice, bob):
    """Whom somebody asked to sign after them may be gone by then: the administrators see to it."""
    item = item_at(run(step(assignee="alice"), step(assignee="alice")), "first")
    commands.add_signers(actor=alice, work_item_id=item.pk, people=[bob], where=Signer.Where.AFTER)
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    decide(alice, item)
    theirs = WorkItem.objects.get(instance=item.instance, signing="after", status="open")
    assert (theirs.assignee, kinds(theirs)) == (None, ["created", "routed"])
    decide(admin, theirs)
    assert running.waiting_at(item.instance) == ["second"]


def test_nobody_and_block(clock, alice):
    instance = run(step(assignee="= nobody", nobodyFound="block"), step(assignee="alice"))
    running.settle()
    item = item_at(instance, "first")
    assert (item.status, kinds(item)) == ("open", ["created", "blocked"])
    assert not open_work().filter(instance=instance).exists()


def test_an_empty_queue_is_nobody_where_there_is_a_rule(clock, alice, finance):
    instance = run(step(group="legal", nobodyFound="skip"), step(assignee="alice"))
    running.settle()
    assert running.waiting_at(instance) == ["second"]
    queued = run(step(group="finance", nobodyFound="skip"), step(assignee="alice"))
    running.settle()
    assert running.waiting_at(queued) == ["first"]


def test_a_queue_of_those_kept_out_is_nobody(clock, alice, finance):
    instance = run(step(group="finance", nobodyFound="skip"), step(assignee="alice"), excluded_people=["finance"])
    running.settle()
    assert running.waiting_at(instance) == ["second"]


# --- requester and segregation of duties ---------------------------------------------------------------------------


def test_the_requester_is_passed_over_upwards(clock, alice, manager, director):
    up = {"requesterIsApprover": "above"}
    instance = run(step(assignee="manager", **up), step(assignee="alice"), actor=manager)
    assert item_at(instance, "first").assignee == director
    instance = run(step(assignee="manager", **up), step(assignee="alice"), actor=alice)
    assert item_at(instance, "first").assignee == manager


def test_without_the_rule_the_requester_may_be_the_approver(clock, manager, alice):
    instance = run(step(assignee="manager"), step(assignee="alice"), actor=manager)
    assert item_at(instance, "first").assignee == manager


def test_above_the_requester_also_under_substitution(clock, alice, manager, director, ceo):
    """The director is away and the requester stands in: it waits for the director, and is not the requester's."""
    away(director, manager)
    instance = run(step(assignee="manager", requesterIsApprover="above"), step(assignee="alice"), actor=manager)
    item = item_at(instance, "first")
    assert item.assignee == director
    with pytest.raises((NotYours, WorkItemUnknown)):
        decide(manager, item)


def test_above_the_top_is_nobody(clock, ceo, alice):
    instance = run(
        step(assignee="ceo", requesterIsApprover="above", nobodyFound="block"), step(assignee="alice"), actor=ceo
    )
    assert kinds(item_at(instance, "first")) == ["created", "blocked"]


def test_two_steps_by_two_people(clock, alice, bob, manager):
    instance = run(step(group="sales"), step(group="sales", differentFrom="first"))
    decide(alice, item_at(instance, "first"))
    second = item_at(instance, "second")
    with pytest.raises((NotACandidate, WorkItemUnknown)):
        commands.claim_work_item(actor=alice, work_item_id=second.pk)
    commands.claim_work_item(actor=bob, work_item_id=second.pk)
    with pytest.raises(RecipientUnfit):
        commands.transfer_work_item(actor=bob, work_item_id=second.pk, recipient=alice)


def test_two_steps_by_two_people_also_under_substitution(clock, alice, bob, dora):
    """Bob did the first for alice: neither he nor she may do the second, nor who stands in for one of them."""
    away(alice, bob)
    away(bob, dora)
    instance = run(step(assignee="alice"), step(group="sales", differentFrom="first"))
    first = item_at(instance, "first")
    assert first.assignee == dora
    decide(dora, first)
    second = item_at(instance, "second")
    for person in (alice, bob, dora):
        with pytest.raises((NotACandidate, WorkItemUnknown)):
            commands.claim_work_item(actor=person, work_item_id=second.pk)


def test_whoever_did_the_first_is_passed_over_upwards(clock, alice, manager):
    instance = run(step(assignee="alice"), step(assignee="alice", differentFrom="first"))
    decide(alice, item_at(instance, "first"))
    assert item_at(instance, "second").assignee == manager


# --- the same approver twice in a row ------------------------------------------------------------------------------


def test_who_approved_just_before_is_not_asked_again(clock, manager):
    instance = run(step(assignee="manager"), step(assignee="manager", sameApprover="merge"))
    decide(manager, item_at(instance, "first"), comment="fine")
    running.settle()
    merged = item_at(instance, "second")
    assert (merged.status, merged.ended_by, merged.outcome) == ("completed", None, "approve")
    assert merged.answers == {"outcome": "approve", "comment": "fine"}
    assert kinds(merged) == ["created", "merged"]
    event = WorkItemEvent.objects.get(item=merged, kind="merged")
    assert event.data["approver"] == "manager"
    assert not running.reload(instance).is_live


@pytest.mark.parametrize("rule", [{}, {"sameApprover": "ask"}])
def test_without_the_rule_they_are_asked_again(clock, manager, rule):
    instance = run(step(assignee="manager"), step(assignee="manager", **rule))
    decide(manager, item_at(instance, "first"))
    running.settle()
    assert running.waiting_at(instance) == ["second"]


def test_a_rejection_is_not_repeated(clock, manager):
    instance = run(step(assignee="manager"), step(assignee="manager", sameApprover="merge"))
    decide(manager, item_at(instance, "first"), "reject")
    running.settle()
    assert running.waiting_at(instance) == ["second"]


def test_another_approver_is_asked(clock, manager, director):
    instance = run(step(assignee="manager"), step(assignee="director", sameApprover="merge"))
    decide(manager, item_at(instance, "first"))
    running.settle()
    assert running.waiting_at(instance) == ["second"]


def test_who_approved_for_somebody_else_is_asked_in_their_own_name(clock, alice, manager):
    away(manager, alice)
    instance = run(step(assignee="manager"), step(assignee="alice", sameApprover="merge"))
    decide(alice, item_at(instance, "first"))
    running.settle()
    assert running.waiting_at(instance) == ["second"]


def test_what_was_begun_meanwhile_is_not_taken_away(clock, manager):
    instance = run(step(assignee="manager"), step(assignee="manager", sameApprover="merge"))
    decide(manager, item_at(instance, "first"))
    commands.save_draft(actor=manager, work_item_id=item_at(instance, "second").pk, answers={"comment": "hm"})
    running.settle()
    assert running.waiting_at(instance) == ["second"]


LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=approvers" inputElement="approver"/>'
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
)


def test_inside_a_multi_instance_each_item_is_one_delivery(clock, manager, director):
    """Who approved just before is not asked again; a step with nobody is skipped, and who comes after it is asked."""
    asked = step(assignee="= approver", sameApprover="merge", nobodyFound="skip")
    several = replace(asked, inner=asked.inner + LOOP)
    instance = run(several, step(assignee="director"), approvers=["manager", "manager", "director", None, "director"])
    decide(manager, WorkItem.objects.get(instance=instance, status="open"))
    running.settle()
    item = WorkItem.objects.get(instance=instance, status="open")
    assert (item.element, item.assignee) == ("first", director)
    decide(director, item)
    running.settle()
    ends = WorkItem.objects.filter(instance=instance, element="first").order_by("created_at", "loop")
    assert sorted(kinds(item)[-1] for item in ends) == ["completed", "completed", "created", "merged", "skipped"]
    waiting = WorkItem.objects.get(instance=instance, status="open")
    assert (waiting.element, waiting.assignee) == ("first", director)  # a step without anybody lay between


def test_nobody_is_told_twice_of_what_counts_as_decided(clock, manager):
    instance = run(step(assignee="manager"), step(assignee="manager", sameApprover="merge"))
    decide(manager, item_at(instance, "first"))
    running.settle()
    assert Notification.objects.filter(user=manager, subject_id=str(item_at(instance, "second").pk)).count() <= 1
