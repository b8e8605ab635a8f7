"""Bringing an instance back to where it was under its old version."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.engine.drawing import (
    boundary,
    draw,
    duration,
    end,
    flow,
    message,
    start,
    user,
)
from tests.unit.engine.driver import BEGIN, Story
from tests.unit.engine.going_over import block, go_over, line
from workflows.engine.api import LogKind, OpenedSubscription
from workflows.engine.migrating import restore


def test_undoing_brings_back_what_was_closed_and_never_gives_a_number_twice():
    model = line(user("a"), extra=(boundary("late", message("m", "= k"), "a"), user("c"), flow("late", "c")))
    story = Story(model, {"k": "K"})
    old, before, waited = story.definition, story.state, dict(story.subscriptions)
    go_over(story, line(user("z"), extra=(boundary("t", duration("PT1H"), "z"), flow("t", "end"))), {"a": "z"})
    highest = max(int(key) for key in story.timers)
    back = restore((story.definition, story.state), (old, before), story.ports, waited)
    assert len(back.timers_closed) == 1
    assert back.subscriptions == tuple(waited.values())
    assert [kept.element for kept in back.kept] == ["a"]
    story.definition, story.state, story.timers, story.subscriptions = old, back.state, {}, waited
    result = story.message(key="K")
    assert all(int(entry.step) > highest for entry in result.log if entry.kind is LogKind.ENTERED)


def test_undoing_opens_an_ended_step_again():
    story = Story(block("a", "b"))
    old, before = story.definition, story.state
    go_over(story, draw(start(), user("b"), end(), flow("start", "b", "end")), end=["a"])
    back = restore((story.definition, story.state), (old, before), story.ports, {})
    assert {kept.element for kept in back.kept} == {"a", "b"}
    assert OpenedSubscription not in map(type, back.subscriptions)


def test_undoing_gives_a_timer_that_was_planned_again_its_old_moment():
    def model(span):
        return line(user("a"), extra=(boundary("late", duration(span), "a"), user("chase"), flow("late", "chase")))

    story = Story(model("PT5H"))
    old, before = story.definition, story.state
    go_over(story, model("PT1H"), replan=["late"])
    back = restore((story.definition, story.state), (old, before), story.ports, {})
    assert [timer.due - BEGIN for timer in back.timers] == [timedelta(hours=5)]
