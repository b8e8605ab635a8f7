"""Sending to read, urging and asking for an opinion: others are brought in, the task stays where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from notifications.models import Notification
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import (
    AskedAlready,
    CommentEmpty,
    NobodyToUrge,
    NotYours,
    QuestionEnded,
    RecordNotTheirs,
    TooManyPeople,
    UrgedJustNow,
    WorkItemAlreadyClaimed,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.models import Consultation, Copy, WorkItem, WorkItemEvent
from tasks_inbox.queries import View
from tasks_inbox.standing import standing_of
from tests.factories import UserFactory
from tests.support.records import note
from workflows import records
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db
PAUSING = '<zeebe:taskHeaders><zeebe:header key="consulting" value="pauses-clock"/></zeebe:taskHeaders>'


@pytest.fixture
def about(ask):
    """A task about a record that everybody but charlie may see."""

    def run(**options):
        item, record = ask(**options), note(f"N{WorkItem.objects.count()}")
        WorkItem.objects.filter(pk=item.pk).update(record_kind="test.note", record_id=str(record.pk))
        ProcessInstance.objects.filter(pk=item.instance_id).update(record_kind="test.note", record_id=str(record.pk))
        return WorkItem.objects.get(pk=item.pk)

    return run


def copy(user, item, *people, note=""):
    return commands.copy_work_item(actor=user, work_item_id=item.pk, people=people, note=note)


def told(user):
    return list(Notification.objects.filter(user=user).values_list("template", flat=True))


# --- sent to read ---


def test_a_copy_is_read_and_nothing_more(about, alice, finance):
    item = about(assignee="alice")
    assert queries.visible_item(finance, item.pk) is None
    copy(alice, item, finance, note="For the books")
    assert told(finance) == ["task-copied"]
    assert [row.pk for row in queries.page(finance, View.CC).items] == [item.pk]
    seen = queries.visible_item(finance, item.pk)
    assert seen is not None
    may = standing_of(finance, seen)
    assert not any((may.may_claim, may.may_complete, may.may_release, may.may_transfer))
    with pytest.raises(NotYours):
        commands.complete_work_item(actor=finance, work_item_id=item.pk, answers={})
    event = WorkItemEvent.objects.get(item=item, kind="copied")
    assert event.data == {"to": ["finance"], "reason": "For the books"}


def test_the_sender_sees_that_it_was_read(about, clock, alice, finance):
    item = about(assignee="alice")
    copy(alice, item, finance)
    assert Copy.objects.get().read_at is None
    assert commands.mark_copy_read(actor=finance, work_item_id=item.pk)
    assert not commands.mark_copy_read(actor=finance, work_item_id=item.pk)
    assert not commands.mark_copy_read(actor=alice, work_item_id=item.pk)
    assert Copy.objects.get().read_at == clock.now()
    assert WorkItemEvent.objects.filter(item=item, kind="read", actor=finance).count() == 1


def test_it_can_be_read_after_the_task_ended(about, alice, finance):
    item = about(assignee="alice")
    copy(alice, item, finance)
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert [row.pk for row in queries.page(finance, View.CC).items] == [item.pk]
    assert commands.mark_copy_read(actor=finance, work_item_id=item.pk)


def test_who_may_not_see_the_record_gets_no_copy_and_nobody_else_either(about, alice, finance, charlie):
    item = about(assignee="alice")
    with pytest.raises(RecordNotTheirs):
        copy(alice, item, finance, charlie)
    assert not Copy.objects.exists()
    assert not Notification.objects.filter(template="task-copied").exists()


def test_a_task_about_nothing_is_shown_to_nobody_new(ask, alice, finance):
    with pytest.raises(RecordNotTheirs):
        copy(alice, ask(assignee="alice"), finance)


def test_a_right_that_ends_ends_the_copy(about, alice, finance, monkeypatch):
    item = about(assignee="alice")
    copy(alice, item, finance)
    kind = records.kind("test.note")
    nothing = kind.model.objects.none()
    monkeypatch.setitem(records._kinds, "test.note", replace(kind, visible_to=lambda user: nothing))
    assert queries.visible_item(finance, item.pk) is None
    assert queries.page(finance, View.CC).items == ()
    assert queries.capped_count(finance, View.CC) == 0
    with pytest.raises(WorkItemUnknown):
        commands.mark_copy_read(actor=finance, work_item_id=item.pk)


def test_a_second_click_sends_nothing(about, alice, finance):
    item = about(assignee="alice")
    copy(alice, item, finance)
    copy(alice, item, finance)
    assert Copy.objects.count() == 1
    assert WorkItemEvent.objects.filter(item=item, kind="copied").count() == 1


def test_not_to_everybody_at_once(about, alice):
    item = about(assignee="alice")
    with pytest.raises(TooManyPeople):
        copy(alice, item)
    with pytest.raises(TooManyPeople):
        copy(alice, item, *UserFactory.create_batch(21))


def test_others_send_no_copies(about, alice, bob, finance, charlie):
    item = about(assignee="alice", group="sales@HZ")
    with pytest.raises(NotYours):
        copy(bob, item, finance)
    with pytest.raises(WorkItemUnknown):
        copy(charlie, item, finance)
    copy(alice, item, finance)
    with pytest.raises(NotYours):
        copy(finance, item, bob)


# --- urging ---


def urge(user, item, text=""):
    return commands.urge_work_item(actor=user, work_item_id=item.pk, text=text)


def test_the_starter_urges_the_holder_once_in_four_hours(ask, clock, alice, bob):
    item = ask(assignee="alice", actor=bob)
    urge(bob, item, "The customer is waiting.")
    assert "task-urged" in told(alice)
    assert WorkItemEvent.objects.get(item=item, kind="urged").data == {
        "to": ["alice"],
        "reason": "The customer is waiting.",
    }
    clock.advance(timedelta(hours=3, minutes=59))
    with pytest.raises(UrgedJustNow):
        urge(bob, item)
    clock.advance(timedelta(minutes=2))
    urge(bob, item)
    assert told(alice).count("task-urged") == 2


def test_each_person_has_their_own_four_hours(ask, clock, alice, bob, manager):
    item = ask(assignee="alice", actor=bob)
    urge(bob, item)
    urge(manager, item)
    assert told(alice).count("task-urged") == 2


def test_an_untaken_task_reaches_everybody_who_may_take_it(ask, alice, bob, dora, manager, finance):
    item = ask(group="sales@HZ", actor=finance, excluded_people=["dora"])
    urge(finance, item)
    assert set(WorkItemEvent.objects.get(item=item, kind="urged").data["to"]) == {"alice", "bob"}
    assert told(dora) == []


def test_followers_may_urge_teammates_may_not(ask, alice, bob):
    item = ask(assignee="alice", group="sales@HZ")
    with pytest.raises(NotYours):
        urge(bob, item)
    commands.follow_work_item(actor=bob, work_item_id=item.pk)
    urge(bob, item)
    assert "task-urged" in told(alice)


def test_nobody_urges_themselves_and_outsiders_see_nothing(ask, alice, charlie):
    item = ask(assignee="alice", actor=alice)
    with pytest.raises(NobodyToUrge):
        urge(alice, item)
    with pytest.raises(WorkItemUnknown):
        urge(charlie, item)


# --- asking for an opinion ---


def consult(user, item, person, question="May we?"):
    return commands.consult(actor=user, work_item_id=item.pk, person=person, question=question)


def answer(user, question, text="Yes."):
    return commands.answer_consultation(actor=user, consultation_id=question.pk, answer=text)


def test_an_opinion_is_asked_for_and_given(about, alice, finance):
    item = about(assignee="alice")
    asked = consult(alice, item, finance)
    assert told(finance) == ["task-consulted"]
    assert [row.pk for row in queries.page(finance, View.ASKED).items] == [item.pk]
    assert queries.capped_count(finance, View.ASKED) == 1
    answer(finance, asked)
    asked.refresh_from_db()
    assert (asked.status, asked.answer) == ("answered", "Yes.")
    assert "task-advised" in told(alice)
    assert queries.page(finance, View.ASKED).items == ()
    assert WorkItem.objects.get(pk=item.pk).assignee == alice
    assert list(WorkItemEvent.objects.filter(item=item, kind__in=["consulted", "advised"]).values_list("actor")) == [
        (alice.pk,),
        (finance.pk,),
    ]


def test_who_is_asked_may_not_act(about, alice, finance):
    item = about(assignee="alice")
    consult(alice, item, finance)
    with pytest.raises(WorkItemAlreadyClaimed):
        commands.claim_work_item(actor=finance, work_item_id=item.pk)
    with pytest.raises(NotYours):
        commands.release_work_item(actor=finance, work_item_id=item.pk)
    with pytest.raises(NotYours):
        commands.complete_work_item(actor=finance, work_item_id=item.pk, answers={})


def test_a_second_answer_is_refused(about, alice, finance):
    asked = consult(alice, about(assignee="alice"), finance)
    answer(finance, asked)
    with pytest.raises(QuestionEnded):
        answer(finance, asked, "No.")


def test_nobody_is_asked_twice_at_once(about, alice, finance):
    item = about(assignee="alice")
    consult(alice, item, finance)
    with pytest.raises(AskedAlready):
        consult(alice, item, finance)


def test_only_who_was_asked_answers(about, alice, bob, finance, charlie):
    item = about(assignee="alice", group="sales@HZ")
    asked = consult(alice, item, finance)
    for person, refusal in ((bob, NotYours), (alice, NotYours), (charlie, WorkItemUnknown)):
        with pytest.raises(refusal):
            answer(person, asked)


def test_only_the_holder_asks_and_only_who_may_see_the_record_is_asked(about, alice, bob, finance, charlie):
    item = about(assignee="alice", group="sales@HZ")
    with pytest.raises(WorkItemAlreadyClaimed):
        consult(bob, item, finance)
    with pytest.raises(RecordNotTheirs):
        consult(alice, item, charlie)
    assert told(charlie) == []


def test_a_question_can_be_withdrawn(about, alice, finance):
    asked = consult(alice, about(assignee="alice"), finance)
    commands.withdraw_consultation(actor=alice, consultation_id=asked.pk)
    assert queries.page(finance, View.ASKED).items == ()
    assert "task-unasked" in told(finance)
    with pytest.raises((QuestionEnded, WorkItemUnknown)):
        answer(finance, asked)


def test_the_end_of_the_task_ends_the_question(about, alice, finance):
    item = about(assignee="alice")
    asked = consult(alice, item, finance)
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    asked.refresh_from_db()
    assert asked.status == Consultation.Status.WITHDRAWN
    assert queries.page(finance, View.ASKED).items == ()
    with pytest.raises((WorkItemEnded, WorkItemUnknown)):
        answer(finance, asked)


@pytest.mark.parametrize("text", ["", " \n", "x" * 5001])
def test_silence_is_no_question_and_no_answer(about, alice, finance, text):
    item = about(assignee="alice")
    with pytest.raises(CommentEmpty):
        consult(alice, item, finance, text)
    asked = consult(alice, item, finance)
    with pytest.raises(CommentEmpty):
        answer(finance, asked, text)


def test_where_the_model_says_so_the_clock_stands_still(about, clock, alice, finance):
    item = about(assignee="alice", properties=PAUSING)
    due = clock.now() + timedelta(days=4)
    WorkItem.objects.filter(pk=item.pk).update(due_at=due, next_reminder_at=clock.now() + timedelta(days=1))
    asked = consult(alice, item, finance)
    item.refresh_from_db()
    assert (item.clock_stopped_at, item.next_reminder_at) == (clock.now(), None)
    clock.advance(timedelta(days=2))
    answer(finance, asked)
    item.refresh_from_db()
    assert item.clock_stopped_at is None
    assert item.due_at > due
    assert item.next_reminder_at is not None


def test_elsewhere_it_runs_on(about, clock, alice, finance):
    item = about(assignee="alice")
    due = clock.now() + timedelta(days=4)
    WorkItem.objects.filter(pk=item.pk).update(due_at=due)
    asked = consult(alice, item, finance)
    clock.advance(timedelta(days=2))
    answer(finance, asked)
    item.refresh_from_db()
    assert (item.due_at, item.clock_stopped_at) == (due, None)
