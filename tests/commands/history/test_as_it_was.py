"""An instance as it was: replayed from what was recorded, equal to what was seen then, and nobody is asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.history.story import World, begin, walk, walked
from tests.support import running
from workflows import past, queries
from workflows.exceptions import InstanceNotFound
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


def seen(view):
    """All that is shown of an instance, in comparable order."""
    return (
        sorted((step.element, step.step, step.kind, step.loop, step.incident) for step in view.steps),
        sorted((timer.timer, timer.due) for timer in view.timers),
        view.subscriptions,
        sorted((found.step, found.kind, found.message) for found in view.incidents),
        view.scopes,
        view.outcome,
    )


def test_at_every_revision_it_is_what_was_seen_live_then(clock, alice, operator):
    """Timers, a failing handler, a BPMN error, lookups of moments, calls, suspension and operators' writes included."""
    world, shots = World(), []
    for instance in walk(clock, world, alice, operator):
        shots += [
            (member.pk, member.history_length, member.revision, member.status, queries.view(member))
            for member in ProcessInstance.objects.filter(root=instance)
        ]
    asked = world.asked
    assert {status for *_, status, _ in shots} >= {"running", "suspended", "completed"}
    assert any(view.incidents for *_, view in shots)
    for id, length, revision, status, view in shots:
        was = past.state_at(id, sequence=length)
        assert (was.sequence, was.revision, was.status) == (length, revision, status)
        assert seen(was.view) == seen(view)
        assert was.faithful
    assert world.asked == asked


def test_between_two_moves_it_is_as_the_earlier_one_left_it(clock, alice, operator):
    instance = begin(World())
    begun = clock.now()
    clock.advance(timedelta(hours=3))
    running.complete(instance, "ask", {"answer": "approve"}, actor=alice)
    before = past.state_at(instance.pk, moment=begun + timedelta(hours=1))
    assert sorted(step.element for step in before.view.steps) == ["ask", "child"]
    assert "answer" not in before.view.variables
    assert past.state_at(instance.pk, moment=clock.now()).view.variables["answer"] == "approve"
    assert seen(past.state_at(instance.pk).view) == seen(queries.view(running.reload(instance)))


def test_within_a_move_it_is_shown_after_it(clock):
    """Nobody ever saw it in between: a move is stored in one piece."""
    instance = running.reload(begin(World()))
    assert past.state_at(instance.pk, sequence=1).sequence == instance.history_length


def test_before_its_start_there_is_nothing_to_show(clock):
    instance = begin(World())
    with pytest.raises(InstanceNotFound):
        past.state_at(instance.pk, moment=clock.now() - timedelta(seconds=1))


def test_variables_are_told_with_old_and_new_value_moment_actor_and_element(clock, alice, operator):
    instance = walked(clock, alice, operator)
    amount = past.variable_history(instance.pk, "amount")
    assert [(entry.old, entry.new, entry.is_new, entry.actor, entry.element) for entry in amount] == [
        (None, 21, True, alice, "begin"),
        (21, 22, False, operator, "everything"),
        (22, 21, False, None, "child"),  # what the called process ended with
    ]
    answer = past.variable_history(instance.pk, "answer")
    assert [(entry.new, entry.element, entry.actor) for entry in answer] == [("approve", "ask", alice)]
    assert {entry.name for entry in past.variable_history(instance.pk)} >= {"amount", "reckoned", "seen", "answer"}


def test_every_event_says_under_which_version_it_happened(clock):
    instance = begin(World())
    assert {event.version_id for event in past.story(instance.pk)} == {instance.version_id}
