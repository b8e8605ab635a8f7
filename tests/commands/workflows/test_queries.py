"""Looking at instances: who may see them, where they stand, what they know, and how they came there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import running
from tests.support.diagrams import boundary, catch, diagram, end, exclusive, service, start, user
from tests.support.people import person
from tests.support.records import note
from workflows import operations, queries
from workflows.exceptions import InstanceNotFound, NotPermitted

pytestmark = pytest.mark.django_db

CHOICE = diagram(
    "choice",
    "begin -> work -> which -[amount > 10]-> check -> done",
    "which -> skipped",
    "late -> overdue",
    begin=start(),
    work=user(),
    late=boundary("work", timer="PT8H"),
    overdue=end(),
    which=exclusive(default="which-to-skipped"),
    check=service("test.nobody"),
    skipped=end(),
    done=end(),
)


def about(record, **variables):
    running.deploy(CHOICE)
    return operations.start_instance(actor=None, process_key="choice", record=record, variables=variables)


def test_the_path_tells_what_was_passed_when_and_by_whom(clock):
    running.deploy(CHOICE)
    instance, alice = running.start("choice"), person("alice")
    clock.advance(timedelta(minutes=5))
    running.complete(instance, "work", {"amount": 50}, alice)
    path = queries.path(instance)
    marks = {element: passage.mark for element, passage in path.passages.items()}
    assert marks["begin"] == marks["work"] == marks["which"] == queries.Mark.COMPLETED
    assert marks["check"] == queries.Mark.INCIDENT
    assert "skipped" not in marks
    assert path.flows == {"begin-to-work", "work-to-which", "which-to-check"}
    work = path.passages["work"]
    assert (work.by, work.left_at - work.entered_at) == (alice, timedelta(minutes=5))
    assert path.passages["begin"].by is None


def test_the_current_element_is_marked(clock):
    running.deploy(CHOICE)
    assert queries.path(running.start("choice")).passages["work"].mark == queries.Mark.CURRENT


def test_the_path_takes_two_queries(clock, django_assert_num_queries):
    running.deploy(CHOICE)
    instance = running.start("choice")
    with django_assert_num_queries(2):
        queries.path(instance)


def test_at_a_glance(clock):
    running.deploy(
        diagram("wait", "begin -> paid -> done", begin=start(), paid=catch(message="order.paid", key="n"), done=end())
    )
    waiting, working = running.start("wait", n="1"), about(note())
    assert queries.at_a_glance(waiting).messages == ("order.paid",)
    glance = queries.at_a_glance(working)
    assert (glance.waiting_at, glance.next_timer) == (("work",), clock.now() + timedelta(hours=8))
    running.complete(working, "work", {"amount": 50})
    assert [incident.element for incident in queries.at_a_glance(working).incidents] == ["check"]


def test_instances_of_a_record(clock):
    first, other = note("N1"), note("N2")
    mine = about(first)
    about(other)
    assert [instance.pk for instance in queries.instances_of(first)] == [mine.pk]


def test_whoever_may_see_the_record_sees_the_instance_and_the_outsider_does_not(clock):
    instance = about(note())
    assert queries.visible_instance(person("bob"), instance.pk) == instance
    with pytest.raises(InstanceNotFound):
        queries.visible_instance(person("charlie"), instance.pk)


def test_who_started_it_sees_it_without_any_record(clock):
    running.deploy(CHOICE)
    alice = person("alice")
    instance = running.start("choice", actor=alice)
    assert queries.visible_instance(alice, instance.pk) == instance
    with pytest.raises(InstanceNotFound):
        queries.visible_instance(person("bob"), instance.pk)


def test_operators_see_all(clock):
    running.deploy(CHOICE)
    instance = running.start("choice")
    assert queries.visible_instance(person("olga", roles=["operator"]), instance.pk) == instance


def test_variables_are_masked_as_the_record_is(clock):
    instance = about(note(), amount=3, customer={"secret": "x", "name": "Acme"}, rows=[{"secret": 1}])
    assert queries.visible_variables(person("bob"), instance) == {
        "amount": 3,
        "customer": {"secret": queries.MASK, "name": "Acme"},
        "rows": [{"secret": queries.MASK}],
    }


def test_the_outsider_sees_no_variables(clock):
    with pytest.raises(NotPermitted):
        queries.visible_variables(person("charlie"), about(note()))


def test_incidents_are_shown_to_who_sees_the_instance(clock):
    instance = about(note())
    running.complete(instance, "work", {"amount": 50})
    assert [row.instance_id for row in queries.open_incidents(person("bob"))] == [instance.pk]
    assert not queries.open_incidents(person("charlie")).exists()


def test_counts_by_process(clock):
    instance = about(note())
    about(note("N2"))
    running.complete(instance, "work", {"amount": 50})
    assert queries.live_counts() == {"choice": {"running": 2, "suspended": 0, "incidents": 1}}
    assert [row.has_incident for row in queries.instances_of_process("choice").order_by("has_incident")] == [
        False,
        True,
    ]
