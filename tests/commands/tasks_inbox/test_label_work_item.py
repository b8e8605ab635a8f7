"""Labels: one's own and those of a team, on items and as a filter."""

from __future__ import annotations

import uuid

import pytest

from tasks_inbox import commands, queries
from tasks_inbox.exceptions import LabelTaken, LabelUnfit, LabelUnknown, WorkItemUnknown
from tasks_inbox.labels import labelled, labels_for
from tasks_inbox.marks import marks_of
from tasks_inbox.models import Label, Labelling, WorkItem, WorkItemEvent
from tests.concurrency.conftest import race

pytestmark = pytest.mark.django_db


def make(user, name="VIP", colour="danger", unit=None):
    return commands.create_label(actor=user, name=name, colour=colour, unit=unit)


def put_on(user, item, label):
    return commands.label_work_item(actor=user, work_item_id=item.pk, label_id=label.pk)


def shown(user, item):
    return [label["name"] for label in marks_of(user, WorkItem.objects.get(pk=item.pk)).labels]


def test_it_works(ask, alice, bob):
    item, other = ask(assignee="alice", group="sales@HZ"), ask(assignee="alice")
    label = make(alice)
    put_on(alice, item, label)
    assert shown(alice, item) == ["VIP"]
    assert shown(bob, item) == []
    found = queries.page(alice, queries.View.MINE, where=labelled(alice, "vip")).items
    assert [row.pk for row in found] == [item.pk]
    assert found[0].marked_labels[0]["colour"] == "danger"
    assert not WorkItem.objects.filter(labelled(bob, "VIP")).exists()
    assert other.pk


def test_ones_own_label_stays_out_of_the_history(ask, alice):
    item = ask(assignee="alice")
    before = item.version
    put_on(alice, item, make(alice, "Difficult customer"))
    event = WorkItemEvent.objects.get(item=item, kind="labelled")
    assert event.data == {"personal": True}
    item.refresh_from_db()
    assert item.version == before


def test_a_teams_label_is_seen_by_the_team_alone(ask, alice, bob, charlie, manager, units):
    item = ask(assignee="alice", group="sales@HZ")
    label = make(manager, "Hot", "warning", units["HZ-SALES"])
    put_on(alice, item, label)
    assert shown(bob, item) == ["Hot"]
    assert list(labels_for(charlie)) == []
    assert WorkItemEvent.objects.get(item=item, kind="labelled").data == {"label": "Hot"}


def test_who_keeps_a_units_labels(alice, manager, charlie, units):
    with pytest.raises(LabelUnknown):
        make(alice, "Ours", "", units["HZ-SALES-1"])
    label = make(manager, "Ours", "", units["HZ-SALES-1"])
    for person in (alice, charlie):
        with pytest.raises(LabelUnknown):
            commands.change_label(actor=person, label_id=label.pk, name="Mine", colour="")
        with pytest.raises(LabelUnknown):
            commands.delete_label(actor=person, label_id=label.pk)
    commands.change_label(actor=manager, label_id=label.pk, name="Ours now", colour="info")
    label.refresh_from_db()
    assert (label.name, label.colour) == ("Ours now", "info")


def test_somebody_elses_label_cannot_be_used(ask, alice, bob):
    item, theirs = ask(assignee="alice"), make(bob)
    for label_id in (theirs.pk, uuid.uuid4()):
        with pytest.raises(LabelUnknown):
            commands.label_work_item(actor=alice, work_item_id=item.pk, label_id=label_id)


def test_a_second_click_changes_nothing(ask, alice):
    item, label = ask(assignee="alice"), make(alice)
    for _click in (1, 2):
        put_on(alice, item, label)
    assert Labelling.objects.count() == 1
    for _click in (1, 2):
        commands.unlabel_work_item(actor=alice, work_item_id=item.pk, label_id=label.pk)
    assert WorkItemEvent.objects.filter(item=item).exclude(kind="created").count() == 2


def test_deleting_a_label_leaves_the_task(ask, alice):
    item, label = ask(assignee="alice"), make(alice)
    put_on(alice, item, label)
    commands.delete_label(actor=alice, label_id=label.pk)
    assert shown(alice, item) == []
    assert not Label.objects.exists()


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("", ""),
        ("   ", ""),
        ("x" * 41, ""),
        ("x" * 2**20, ""),
        ("a\x00b", ""),
        ("zero\u200bwidth", ""),
        ("VIP", "pink"),
    ],
)
def test_names_and_colours_that_are_none_are_refused(alice, name, colour):
    with pytest.raises(LabelUnfit):
        make(alice, name, colour)


def test_line_breaks_become_spaces(alice):
    assert make(alice, " two\nlines ").name == "two lines"


def test_a_name_is_taken_once_whatever_its_case(alice, bob):
    make(alice, "VIP")
    with pytest.raises(LabelTaken):
        make(alice, "vip")
    assert make(bob, "VIP").owner == bob


def test_there_is_an_end_to_labels(ask, alice):
    Label.objects.bulk_create(Label(name=f"L{number}", owner=alice) for number in range(50))
    with pytest.raises(LabelUnfit):
        make(alice)
    item = ask(assignee="alice")
    kept = list(labels_for(alice)[:11])
    for label in kept[:10]:
        put_on(alice, item, label)
    with pytest.raises(LabelUnfit):
        put_on(alice, item, kept[10])


def test_the_outsider_does_not_even_see_the_task(ask, alice, charlie):
    item, label = ask(assignee="alice"), make(charlie)
    with pytest.raises(WorkItemUnknown):
        put_on(charlie, item, label)


@pytest.mark.django_db(transaction=True)
def test_two_windows_make_one_label(alice):
    results = race(lambda: make(alice, "VIP"), lambda: make(alice, "vip"))
    assert Label.objects.count() == 1
    assert sorted(type(result).__name__ for result in results) == ["Label", "LabelTaken"]
