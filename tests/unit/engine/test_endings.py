"""How an instance ends: by its last token, terminated, cancelled."""

import pytest

from bpmn.model import EventKind
from tests.unit.engine.drawing import (
    catch,
    draw,
    duration,
    end,
    event,
    flow,
    fork,
    message,
    start,
    sub,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import (
    Outcome,
    StartInstance,
    StimulusRefused,
)


def test_ends_are_all_reported_and_the_last_token_ends_the_instance():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        end("e1"),
        end("e2"),
        flow("start", "f", "a", "e1"),
        flow("f", "b", "e2"),
    )
    story = Story(process)
    story.complete("b")
    assert not story.ended
    story.complete("a")
    assert story.finished.ends == ("e2", "e1")
    assert story.finished.outcome is Outcome.COMPLETED


def test_a_terminate_end_takes_all_tokens_away():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        end("e1", event(EventKind.TERMINATE)),
        end("e2"),
        flow("start", "f", "a", "e1"),
        flow("f", "b", "e2"),
    )
    story = Story(process)
    story.complete("a")
    assert (story.finished.outcome, story.finished.ends) == (Outcome.TERMINATED, ("e1",))


def test_a_terminate_end_in_a_sub_process_ends_only_that():
    inner = sub(
        "sp",
        start("is"),
        user("a"),
        user("b"),
        end("t", event(EventKind.TERMINATE)),
        flow("is", "a", "t"),
        flow("is", "b"),
    )
    process = draw(start(), inner, user("u"), end(), flow("start", "sp", "u", "end"))
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["u"]
    story.complete("u")
    assert story.finished.outcome is Outcome.COMPLETED


def test_cancelling_closes_everything():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        catch("c", message()),
        catch("t", duration("PT1H")),
        flow("start", "f", "a"),
        flow("f", "c"),
        flow("f", "t"),
    )
    story = Story(process)
    story.cancel()
    assert story.finished.outcome is Outcome.CANCELLED
    with pytest.raises(StimulusRefused):
        story.cancel()
    with pytest.raises(StimulusRefused):
        story.do(StartInstance({}))


def test_a_token_that_runs_dry_ends_without_end_event():
    story = Story(draw(start(), user("a"), flow("start", "a")))
    story.complete("a")
    assert (story.ended, story.finished.ends) == (True, ())
