import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bpmn.forms import FormRefused
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import NotYours, WorkItemAlreadyClaimed, WorkItemEnded, WorkItemUnknown
from tasks_inbox.models import Candidate, Draft, WorkItem
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db


def test_it_works(ask, alice, bob):
    item = ask(assignee="alice", group="sales@HZ")
    done = commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert (done.status, done.ended_by) == (WorkItem.Status.COMPLETED, alice)
    following = WorkItem.objects.get(instance=item.instance, status="open")
    assert following.element == "second"
    assert [entry.pk for entry in queries.page(bob, queries.View.GROUPS).items] == [following.pk]
    assert [entry.pk for entry in queries.page(alice, queries.View.DONE).items] == [item.pk]


def test_an_offered_item_is_taken_by_completing_it(ask, alice):
    item = ask(group="sales@HZ")
    assert commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={}).assignee == alice
    assert not Candidate.objects.filter(item=item, available=True).exists()


def test_the_second_completion_is_refused_and_nothing_moves_twice(ask, alice):
    item = ask(assignee="alice", group="sales@HZ")
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    with pytest.raises(WorkItemEnded):
        commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert running.waiting_at(item.instance) == ["second"]


def test_somebody_elses_item_is_refused(ask, alice, bob, charlie):
    item = ask(assignee="alice", group="sales@HZ")
    with pytest.raises(WorkItemAlreadyClaimed):
        commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    with pytest.raises(WorkItemUnknown):
        commands.complete_work_item(actor=charlie, work_item_id=item.pk, answers={})
    assert running.waiting_at(item.instance) == ["first"]


def test_whoever_started_it_sees_it_but_may_not_complete_it(ask, alice, bob):
    item = ask(assignee="alice", actor=bob)
    with pytest.raises(NotYours):
        commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})


def test_a_withdrawn_item_is_refused(ask, alice):
    from workflows.commands import cancel_process

    item = ask(assignee="alice")
    cancel_process(actor=None, instance_id=item.instance_id, reason="no longer needed")
    with pytest.raises(WorkItemEnded):
        commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    item.refresh_from_db()
    assert item.status == WorkItem.Status.CANCELLED


def test_the_draft_goes_with_the_answers(ask, alice):
    item = ask(assignee="alice")
    commands.save_draft(actor=alice, work_item_id=item.pk, answers={"note": "half a sen"})
    assert Draft.objects.get(item=item, user=alice).answers == {"note": "half a sen"}
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert not Draft.objects.filter(item=item).exists()


def test_the_number_of_queries_does_not_grow_with_items(alice, db):
    chain = {f"t{n}": diagrams.user(assignee="alice") for n in range(1, 31)}
    flow = " -> ".join(["start", *chain, "end"])
    running.deploy(diagrams.diagram("long", flow, start=diagrams.start(), end=diagrams.end(), **chain))
    instance = running.start("long")
    counts = []
    for n in range(1, 21):
        item = WorkItem.objects.get(instance=instance, element=f"t{n}")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
        counts.append(len(captured))
    # Begin, lock and read; the next holder, their stand-ins and wishes to be told; write all; end.
    assert set(counts[1:]) == {7}, [query["sql"][:90] for query in captured.captured_queries]


def test_a_day_gone_by_is_refused_by_the_persons_own_calendar_day(alice, clock):
    """Past midnight in Hangzhou it is still yesterday in London: the limit is the answerer's own today."""
    form = {
        "id": "when",
        "components": [
            {"type": "datetime", "key": "on", "subtype": "date", "dateLabel": "On", "disallowPassedDates": True}
        ],
    }
    drawn = diagrams.diagram(
        "dated",
        "start -> first -> end",
        start=diagrams.start(),
        first=diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="when"/>'),
        end=diagrams.end(),
    )
    running.deploy(drawn, **{"when.form": json.dumps(form).encode()})
    item = WorkItem.objects.get(instance=running.start("dated"))
    clock.advance_to(datetime(2026, 1, 5, 17, 0, tzinfo=UTC))  # the 6th in Hangzhou, still the 5th in London
    with pytest.raises(FormRefused) as refused:
        commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={"on": "2026-01-05"})
    assert [error.code for error in refused.value.errors["on"]] == ["past"]
    alice.zone = "Europe/London"
    alice.save(update_fields=["zone"])
    done = commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={"on": "2026-01-05"})
    assert done.status == WorkItem.Status.COMPLETED
