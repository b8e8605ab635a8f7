"""What waits for time, messages and signals goes on waiting for it in the other version."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.engine.drawing import (
    boundary,
    catch,
    cycle,
    draw,
    duration,
    either,
    end,
    event_sub,
    flow,
    fork,
    message,
    signal,
    start,
    user,
)
from tests.unit.engine.driver import BEGIN, Story
from tests.unit.engine.going_over import go_over, line, verdict
from workflows.engine.migrating import MigrationRefused, RemarkKind


def test_a_timer_keeps_its_due_moment_though_the_new_version_says_another():
    def model(span):
        return line(user("a"), extra=(boundary("late", duration(span), "a"), user("chase"), flow("late", "chase")))

    story = Story(model("PT5H"))
    due = next(iter(story.timers.values())).due
    found = verdict(story, model("PT1H"))
    assert found.is_safe
    assert [remark.kind for remark in found.remarks] == [RemarkKind.KEEPS_DUE]
    result = go_over(story, model("PT1H"))
    assert not result.timers
    assert [timer.due for timer in story.timers.values()] == [due] == [BEGIN + timedelta(hours=5)]
    story.wait(hours=5)
    assert story.waiting == ["chase"]


def with_timer(timer, **more):
    return line(user("a"), extra=(boundary("late", timer, "a", **more), user("chase"), flow("late", "chase")))


def test_a_timer_that_is_to_be_planned_again_counts_from_when_it_began_to_wait():
    story = Story(with_timer(duration("PT5H")))
    story.wait(hours=1)
    found = verdict(story, with_timer(duration("PT2H")), replan=["late"])
    assert [remark.kind for remark in found.remarks] == [RemarkKind.PLANS_AGAIN]
    result = go_over(story, with_timer(duration("PT2H")), replan=["late"])
    assert [timer.due for timer in result.timers] == [BEGIN + timedelta(hours=2)]
    story.wait(hours=1)
    assert story.waiting == ["chase"]


def test_only_the_timers_that_were_chosen_are_planned_again_under_their_new_names():
    def model(one, two, first="one"):
        return line(user("a"), extra=(
            boundary(first, duration(one), "a"), boundary("two", duration(two), "a"), user("chase"),
            flow(first, "chase"), flow("two", "chase"),
        ))  # fmt: skip

    story = Story(model("PT5H", "PT6H"))
    go_over(story, model("PT1H", "PT2H", "uno"), {"one": "uno"}, replan=["one"])
    due = {timer.element: timer.due - BEGIN for timer in story.timers.values() if timer.element != "one"}
    assert due["two"] == timedelta(hours=6)
    assert timedelta(hours=1) in {timer.due - BEGIN for timer in story.timers.values()}


def test_what_would_be_due_already_fires_at_once():
    story = Story(with_timer(duration("PT5H")))
    story.wait(hours=3)
    go_over(story, with_timer(duration("PT1H")), replan=["late"])
    story.wait(seconds=1)
    assert story.waiting == ["chase"]


def test_a_cycle_that_becomes_a_duration_does_not_come_again():
    cyclic = with_timer(cycle("R/PT1H"), interrupting=False)
    story = Story(cyclic)
    story.wait(hours=1)
    go_over(story, with_timer(duration("PT3H"), interrupting=False), replan=["late"])
    story.wait(hours=30)
    assert story.waiting.count("chase") == 2
    assert not story.timers


def test_a_cycle_that_becomes_another_cycle_goes_on_in_its_beat():
    story = Story(with_timer(cycle("R/PT4H"), interrupting=False))
    go_over(story, with_timer(cycle("R/PT1H"), interrupting=False), replan=["late"])
    story.wait(hours=3, minutes=30)
    assert story.waiting.count("chase") == 3


def test_an_expression_that_fails_leaves_the_instance_where_it_is():
    story = Story(with_timer(duration("PT5H")))
    before = story.state
    with pytest.raises(MigrationRefused):
        go_over(story, with_timer(duration('= "soon"')), replan=["late"])
    assert story.state == before


def test_a_cycle_that_has_fired_goes_on_where_it_is_and_an_exhausted_one_does_not_begin_again():
    model = line(
        user("a"), extra=(boundary("nag", cycle("R3/PT1H"), "a", interrupting=False), user("n"), flow("nag", "n"))
    )
    story = Story(model)
    story.wait(hours=1)
    go_over(story, model)
    assert [(t.due, t.repetitions) for t in story.timers.values()] == [(BEGIN + timedelta(hours=2), 1)]
    story.wait(hours=5)
    assert story.waiting == ["a", "n", "n", "n"]
    go_over(story, model)
    assert not story.timers


def test_an_event_put_onto_another_activity_is_listened_for_there():
    def model(host):
        return draw(
            start(), fork("s"), fork("j"), user("a"), user("b"), user("chase"), end(),
            flow("start", "s"), flow("s", "a", "j"), flow("s", "b", "j"), flow("j", "end"),
            boundary("late", duration("PT1H"), host), flow("late", "chase"),
        )  # fmt: skip

    story = Story(model("a"))
    before = list(story.timers)
    go_over(story, model("b"))
    assert len(story.timers) == 1
    assert list(story.timers) != before
    story.wait(hours=1)
    assert story.waiting == ["a", "chase"]


def test_a_new_boundary_event_is_listened_for_from_now_on_and_a_gone_one_no_longer():
    with_timer = line(user("a"), extra=(boundary("late", duration("PT5H"), "a"), user("c"), flow("late", "c")))
    with_message = line(user("a"), extra=(boundary("stop", message("m"), "a"), user("c"), flow("stop", "c")))
    story = Story(with_timer)
    remarks = {(remark.kind, remark.target or remark.element) for remark in verdict(story, with_message).remarks}
    assert remarks == {(RemarkKind.STOPS_LISTENING, "late"), (RemarkKind.STARTS_LISTENING, "stop")}
    go_over(story, with_message)
    assert not story.timers
    story.message()
    assert story.waiting == ["c"]


def test_a_subscription_keeps_what_it_waits_for():
    story = Story(line(catch("c", message("m", "= key"))), {"key": "K1"})
    story.set(key="K2")
    result = go_over(story, line(catch("c", message("m", "= other"))))
    assert not result.subscriptions
    story.message(key="K1")
    assert story.ended


def test_event_sub_processes_keep_listening_begin_and_stop():
    def model(*subs):
        return draw(start(), user("a"), end(), flow("start", "a", "end"), *subs)

    def on(id, event, **more):
        return event_sub(
            id, start(id + "s", event, **more), user(id + "u"), end(id + "e"), flow(id + "s", id + "u", id + "e")
        )

    story = Story(model(on("one", message("m1"), interrupting=False), on("two", message("m2"))))
    first = next(key for key, s in story.subscriptions.items() if s.name == "m1")
    go_over(story, model(on("one", message("m1"), interrupting=False), on("three", duration("PT1H"))))
    assert list(story.subscriptions) == [first]
    assert [timer.element for timer in story.timers.values()] == ["threes"]
    story.message("m1")
    assert story.waiting == ["a", "oneu"]
    story.wait(hours=1)
    assert story.waiting == ["threeu"]


def test_an_event_based_gateway_keeps_its_events_and_gets_new_ones():
    def model(*events):
        return draw(
            start(),
            either("g"),
            end(),
            flow("start", "g"),
            *([catch(id, on), user(id + "u"), end(id + "e"), flow("g", id, id + "u", id + "e")] for id, on in events),
        )

    story = Story(model(("m", message("m")), ("t", duration("PT2H"))))
    go_over(story, model(("t", duration("PT9H")), ("s", signal("sig"))))
    assert [s.element for s in story.subscriptions.values()] == ["s"]
    assert [t.due for t in story.timers.values()] == [BEGIN + timedelta(hours=2)]
    story.signal()
    assert story.waiting == ["su"]
