"""A task whose time is a part of what was promised stands still with that clock, and says why."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.queries import calendar_of
from crm_core.service.commands import pause_clock, resume_clock
from tasks_inbox.models import WorkItem
from tests.support import running
from web.views.inbox_rows import rows_of

pytestmark = pytest.mark.django_db


def shown(person, story):
    items = list(WorkItem.objects.in_context().filter(record_id=str(story.request.pk), status="open"))
    with translation.override("en"):
        return {row["item"].element: row["item"].shown_clock for row in rows_of(person, items)}


def item_of(story):
    return WorkItem.objects.select_related("org_unit").get(record_id=str(story.request.pk), element="investigate")


def test_paused_and_running_again(complaint, agent, handler):
    story = complaint()
    story.classify(agent)
    assert shown(handler, story)["investigate"].paused == ""
    before = item_of(story)
    pause_clock(actor=agent, request_id=story.request.id, reason="They look for the receipt")
    running.settle()
    assert item_of(story).next_reminder_at is None
    story.pass_hours(4)
    assert shown(handler, story)["investigate"].paused == "paused: They look for the receipt"
    resume_clock(actor=agent, request_id=story.request.id)
    running.settle()
    assert shown(handler, story)["investigate"].paused == ""
    after = item_of(story)
    calendar = calendar_of(after.org_unit)
    assert calendar.hours_between(before.due_at, after.due_at) == 4
    assert after.next_reminder_at > before.next_reminder_at
    assert after.candidates.exclude(sort_at=after.due_at).count() == 0


def test_the_clocks_of_many_rows_cost_as_much_as_those_of_one(complaint, agent, handler):
    complaint().classify(agent)
    items = list(WorkItem.objects.in_context().filter(status="open"))
    rows_of(handler, items)
    with CaptureQueriesContext(connection) as one:
        rows_of(handler, items)
    for _number in range(3):
        complaint().classify(agent)
    with CaptureQueriesContext(connection) as many:
        rows_of(handler, list(WorkItem.objects.in_context().filter(status="open")))
    assert len(many) == len(one) + 1  # the one that read the items
