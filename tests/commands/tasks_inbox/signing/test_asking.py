"""Asking others to sign: before, beside and after, and what they see and answer."""

from __future__ import annotations

import pytest

from bpmn.forms import FormRefused
from tasks_inbox import commands, operations, signing
from tasks_inbox.exceptions import SignersAwaited
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent
from tests.commands.tasks_inbox.signing.conftest import OPINION, Where, add, answer, everybody, fresh, item_of, sign
from tests.support import running
from workflows.models import HistoryEvent

pytestmark = pytest.mark.django_db


def test_it_works(plan, alice, bob, manager):
    item = plan()
    (signer,) = add(alice, item, bob, note="the amount, please")
    theirs = item_of(signer)
    assert (theirs.assignee, theirs.signing, theirs.part_of) == (bob, "beside", item.step)
    assert everybody(item) == {"alice", "bob"}
    sign(bob, signer, comment="fine")
    answer(alice, item)
    assert everybody(item) == {"manager"}
    assert running.variables(item.instance) == {"amount": 7, "outcome": "approve", "comment": ""}
    (asked,) = signing.asked_at(fresh(item))
    assert (asked.state, asked.outcome, asked.comment) == ("signed", "approve", "fine")


def test_one_event_for_the_act_and_one_in_the_history(plan, alice, bob, dora):
    item = plan()
    add(alice, item, bob, dora, where=Where.AFTER, note="why")
    (event,) = WorkItemEvent.objects.filter(item=item, kind="signer-added")
    assert event.actor == alice
    assert event.data == {"to": ["bob", "dora"], "where": "after", "note": "why"}
    told = HistoryEvent.objects.filter(instance=item.instance, kind="task", data__act="signer-added")
    assert told.count() == 1


def test_before_the_holder_waits_with_their_draft(plan, alice, bob):
    item = plan()
    commands.save_draft(actor=alice, work_item_id=item.pk, answers={"amount": 6})
    (signer,) = add(alice, item, bob, where=Where.BEFORE)
    assert fresh(item).awaits == 1
    with pytest.raises(SignersAwaited):
        answer(alice, item)
    sign(bob, signer, "reject", comment="too much")
    kept = fresh(item)
    assert (kept.awaits, kept.is_open, kept.assignee) == (0, True, alice)
    assert Draft.objects.get(item=item, user=alice).answers == {"amount": 6}
    answer(alice, item)
    assert everybody(item) == {"manager"}


def test_before_waits_for_the_whole_chain(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob, where=Where.BEFORE)
    (further,) = add(bob, item_of(signer), dora, where=Where.AFTER)
    sign(bob, signer)
    assert fresh(item).awaits == 1
    sign(dora, further)
    assert fresh(item).awaits == 0


def test_after_the_signer_gets_the_task_with_what_was_answered(plan, alice, bob, dora):
    item = plan()
    first, second = add(alice, item, bob, dora, where=Where.AFTER)
    assert everybody(item) == {"alice"}
    assert [asked.state for asked in signing.asked_at(fresh(item))] == ["later", "later"]
    answer(alice, item, comment="mine")
    assert everybody(item) == {"bob"}
    theirs = item_of(first)
    shown = operations.form_variables(theirs)
    assert shown["amount"] == 7
    assert "comment" not in shown
    sign(bob, first)
    sign(dora, second)
    assert everybody(item) == {"manager"}


def test_a_rejection_decides_the_task(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    add(alice, item, dora, where=Where.AFTER)
    sign(bob, signer, "reject", comment="no")
    assert everybody(item) == {"manager"}
    assert fresh(item).status == WorkItem.Status.CANCELLED
    assert running.variables(item.instance) == {"amount": 5, "outcome": "reject", "comment": "no"}


@pytest.mark.parametrize("how", ["header", "no rejection"])
def test_advice_decides_nothing(plan, alice, bob, how):
    item = plan(signers="advisory") if how == "header" else plan(form=False)
    (signer,) = add(alice, item, bob)
    assert signer.advisory
    sign(bob, signer, "reject", comment="no")
    assert everybody(item) == {"alice"}


def test_signers_read_the_form_and_answer_below_it(plan, alice, bob):
    item = plan()
    (signer,) = add(alice, item, bob)
    shown = operations.form_of(item_of(signer))
    assert [(part["key"], part.get("readonly", False)) for part in shown["components"]] == [
        ("amount", True),
        ("outcome", False),
        ("comment", False),
    ]
    done = sign(bob, signer, comment="ok", amount=99)
    assert done.answers == {"outcome": "approve", "comment": "ok"}
    assert running.variables(item.instance)["amount"] == 5


@pytest.mark.parametrize("answers", [{}, {"outcome": "maybe"}, {"outcome": "approve", "nonsense": 1}])
def test_what_does_not_fit_is_refused(plan, alice, bob, answers):
    (signer,) = add(alice, plan(), bob)
    with pytest.raises(FormRefused):
        commands.complete_work_item(actor=bob, work_item_id=item_of(signer).pk, answers=answers)


def test_the_model_may_give_signers_a_form_of_their_own(plan, alice, bob):
    item = plan(signerForm="opinion")
    (signer,) = add(alice, item, bob)
    assert operations.form_of(item_of(signer)) == OPINION
    commands.complete_work_item(actor=bob, work_item_id=item_of(signer).pk, answers={"risk": 3})
    assert operations.step_variables(WorkItem.objects.get(pk=item.pk))["signers"][0]["answers"] == {"risk": 3}
