"""Signers that are removed, and to what none are added."""

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import draw, end, flow, node, start
from tests.unit.engine.driver import Story
from tests.unit.engine.signers import add, asked, own, plain, refusal, sign
from workflows.engine.api import AddSigner, Closing, CompleteStep, RemoveSigner, StimulusRefused, Unsigned


def test_a_removed_signer_is_not_awaited():
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob", "before")
    result = story.do(RemoveSigner(bob))
    assert [closed.how for closed in result.closed] == [Closing.CANCELLED]
    story.do(CompleteStep(step.step, {}))
    assert story.waiting == ["b"]


def test_removing_the_last_one_lets_an_answered_activity_go():
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob")
    later = add(story, step, "cara", "after")
    story.do(CompleteStep(step.step, {"x": 1}))
    story.do(RemoveSigner(later))
    story.do(RemoveSigner(bob))
    assert story.waiting == ["b"]
    assert story.variables == {"x": 1}


def test_removing_takes_along_whom_they_asked():
    story = Story(plain())
    bob = add(story, story.step("a"), "bob")
    add(story, bob, "cara")
    story.do(RemoveSigner(bob))
    assert asked(story) == []


def test_who_has_answered_is_not_removed():
    story = Story(plain())
    bob = add(story, story.step("a"), "bob")
    add(story, bob, "cara", "after")
    story.do(CompleteStep(bob, {"outcome": "approve"}))
    assert refusal(story, RemoveSigner(bob)) is Unsigned.ANSWERED
    sign(story, "cara")
    with pytest.raises(StimulusRefused):
        story.do(RemoveSigner(bob))


def test_only_signers_are_removed_and_only_user_tasks_signed():
    story = Story(plain())
    assert refusal(story, RemoveSigner(story.step("a").step)) is Unsigned.NO_SIGNER
    for key in ("99", "", "x", "-1", "0"):
        with pytest.raises(StimulusRefused):
            story.do(RemoveSigner(key))
        with pytest.raises(StimulusRefused):
            story.do(AddSigner(key, "bob"))
    story = Story(draw(start(), node("m", Kind.MANUAL_TASK), end(), flow("start", "m", "end")))
    assert refusal(story, AddSigner(story.step("m").step, "bob")) is Unsigned.NO_USER_TASK


def test_nobody_is_added_to_a_task_that_was_answered():
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob")
    story.do(CompleteStep(step.step, {}))
    with pytest.raises(StimulusRefused):
        story.do(AddSigner(step.step, "cara"))
