"""Numbers beside the views: counted together they are what each view says alone, and offers by two ways count once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role, RoleAssignment
from accounts.rights import forget_rights
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
    now, first = time.now(), WorkItem.objects.count()
    made = [
        WorkItem(
            instance=template.instance,
            step=f"copy-{first + each}",
            element=f"copy-{first + each}",
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


def test_lists_composed_once_are_each_persons_own(template, alice, bob):
    """The text of a query is kept for all with the same rights; what it finds is one's own, and of this moment."""
    mine, his = copies(template, 7), copies(template, 4, assignee=bob)
    snooze_work_item(actor=bob, work_item_id=his[3].pk, until=time.now() + timedelta(days=1))
    for person in (alice, bob, alice):
        for view in set(View) - {View.GROUPS}:
            shown = [item.pk for item in queries.page(person, view).items]
            assert shown == list(queries.rows_in_order(person, view).values_list("pk", flat=True)), view
            assert len(shown) == queries.capped_count(person, view), view
    assert {item.pk for item in queries.page(bob, View.MINE).items} == {item.pk for item in his[:3]}
    assert {item.pk for item in mine} < {item.pk for item in queries.page(alice, View.MINE).items}


def test_a_role_more_is_a_queue_more_at_once(template, bob, outsider_group_item):
    """What is kept of a query never outlives the rights it was composed for."""
    assert outsider_group_item.pk not in queries.offered_ids(bob, PAGE)
    role = Role.objects.get_or_create(code="night-watch", defaults={"name": "Night watch"})[0]
    held = RoleAssignment.objects.create(user=bob, role=role, unit=bob.org_unit)
    forget_rights(bob)
    assert outsider_group_item.pk in queries.offered_ids(bob, PAGE)
    held.delete()
    forget_rights(bob)
    assert outsider_group_item.pk not in queries.offered_ids(bob, PAGE)


@pytest.fixture
def outsider_group_item(template):
    """A task offered to a group nobody of the cast is in."""
    (item,) = copies(template, 1, assignee=None)
    Candidate.objects.create(item=item, group_key="night-watch", sort_at=item.created_at, created_at=item.created_at)
    return item
