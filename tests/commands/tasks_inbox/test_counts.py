"""Numbers beside the views: counted together they are what each view says alone, and offers by two ways count once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config import clock as time
from tasks_inbox import queries
from tasks_inbox.commands import snooze_work_item
from tasks_inbox.models import Candidate, WorkItem
from tasks_inbox.queries import COUNT_CAP, PAGE, View
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db
SPREAD = [timedelta(days=-2), timedelta(minutes=-1), timedelta(minutes=1), timedelta(days=3), None]


@pytest.fixture
def template(alice):
    """One task of alice's."""
    nodes = {"start": diagrams.start(), "look": diagrams.user(assignee="alice"), "end": diagrams.end()}
    running.deploy(diagrams.diagram("counted", "start -> look -> end", **nodes))
    return WorkItem.objects.get(instance=running.start("counted"))


def copies(template, number, **fields):
    """So many more tasks like it, due before, soon, later and never."""
    now = time.now()
    made = [
        WorkItem(
            instance=template.instance,
            step=f"copy-{each}",
            element=f"copy-{each}",
            process_key=template.process_key,
            created_at=now,
            due_at=None if (after := SPREAD[each % len(SPREAD)]) is None else now + after,
            **({"assignee": template.assignee} | fields),
        )
        for each in range(number)
    ]
    return WorkItem.objects.bulk_create(made)


@pytest.mark.parametrize("number", [0, 7, 99, 100, 101, 400])
def test_counted_together_is_counted_alone(template, alice, number):
    made = copies(template, number)
    if made:
        snooze_work_item(actor=alice, work_item_id=made[0].pk, until=time.now() + timedelta(days=1))
    assert queries.capped_counts(alice, View) == {view: queries.capped_count(alice, view) for view in View}


def test_what_is_offered_by_two_ways_is_one_row_and_hides_no_other(template, alice):
    """A page of fifty was shorter, and the last one, where tasks were offered to two groups of the reader."""
    made = copies(template, 2 * PAGE, assignee=None)
    keys = sorted(queries.people.group_keys(alice))[:2]
    assert len(keys) == 2
    Candidate.objects.bulk_create(
        Candidate(item=item, group_key=key, sort_at=item.due_at or item.created_at, created_at=item.created_at)
        for item in made
        for key in keys
    )
    page = queries.page(alice, View.GROUPS)
    assert len(page.items) == PAGE
    assert page.more
    assert len(queries.page(alice, View.GROUPS, offset=PAGE).items) == PAGE
    assert queries.capped_count(alice, View.GROUPS) == COUNT_CAP + 1
