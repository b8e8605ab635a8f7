"""What cannot be started or ended by hand, and the reason that is given."""

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    compensate,
    draw,
    duration,
    either,
    end,
    event_sub,
    flow,
    message,
    node,
    start,
    throw,
    undo,
    user,
)
from tests.unit.engine.driver import Story
from tests.unit.engine.moving import modify, refused
from workflows.engine.api import Entry, Obstacle, Outcome


def everything():
    handler = event_sub("es", start("ess", message("e")), user("h"), flow("ess", "h"))
    return draw(
        start(),
        user("a"),
        boundary("late", duration("PT1H"), "a"),
        either("choice"),
        catch("got", message("m")),
        catch("passed", duration("PT2H")),
        user("undone"),
        undo("undo", "undone", "undoing"),
        node("undoing", Kind.USER_TASK, for_compensation=True),
        throw("back", compensate()),
        end(),
        flow("start", "a", "choice", "got", "undone", "back", "end"),
        flow("choice", "passed", "end"),
        flow("late", "end"),
        handler,
    )


@pytest.mark.parametrize(
    ("entry", "obstacle"),
    [
        (Entry("nowhere"), Obstacle.UNKNOWN_ELEMENT),
        (Entry("start>a"), Obstacle.UNKNOWN_ELEMENT),
        (Entry("late"), Obstacle.BOUNDARY_EVENT),
        (Entry("start"), Obstacle.START_EVENT),
        (Entry("ess"), Obstacle.START_EVENT),
        (Entry("es"), Obstacle.EVENT_SUB_PROCESS),
        (Entry("es", after=True), Obstacle.EVENT_SUB_PROCESS),
        (Entry("undoing"), Obstacle.COMPENSATION),
        (Entry("got"), Obstacle.AFTER_GATEWAY),
        (Entry("choice", after=True), Obstacle.NOTHING_FOLLOWS),
        (Entry("end", after=True), Obstacle.NOTHING_FOLLOWS),
        (Entry("a", ancestor="7"), Obstacle.NO_ANCESTOR),
        (Entry("a", variables={"bad": 10**400}), Obstacle.FAILED),
    ],
)
def test_what_cannot_be_started_is_refused_with_the_reason(entry, obstacle):
    assert refused(Story(everything()), entry) is obstacle


def test_what_cannot_be_ended_is_refused_with_the_reason():
    story = Story(everything())
    timer = next(iter(story.timers))
    listener = next(iter(story.subscriptions))
    assert refused(story, end=["b"]) is Obstacle.NOT_OPEN
    assert refused(story, end=["99"]) is Obstacle.NOT_OPEN
    assert refused(story, end=[timer]) is Obstacle.LISTENER
    assert refused(story, end=[listener]) is Obstacle.LISTENER
    assert refused(story) is Obstacle.NOTHING
    assert refused(story, "undone", end=["b"]) is Obstacle.NOT_OPEN
    assert story.waiting == ["a"]


def test_an_event_behind_a_gateway_ends_with_its_gateway_only():
    story = Story(everything())
    story.complete("a")
    assert refused(story, end=["got"]) is Obstacle.LISTENER
    modify(story, "undone", end=["choice"])
    assert story.waiting == ["undone"]


def test_an_ended_compensation_handler_lets_the_throw_go_on():
    story = Story(everything())
    modify(story, "undone", end=["a"])
    story.complete("undone")
    assert story.waiting == ["undoing"]
    modify(story, end=["undoing"])
    assert story.finished.outcome is Outcome.COMPLETED
