"""Signers in every kind of activity and scope."""

from dataclasses import replace

import pytest

from tests.unit.engine.drawing import boundary, draw, duration, each, end, flow, fork, start, sub, user
from tests.unit.engine.driver import Story
from tests.unit.engine.signers import add, asked, own, plain, refusal, sign
from workflows.engine.api import CompleteStep, ThrowError, Unsigned


def many(sequential, **more):
    loop = each("= people", "who", sequential=sequential, output="= {by: who, n: count(signers)}", collect="votes")
    return draw(
        start(),
        user("a", loop=replace(loop, **more)),
        user("b"),
        end(),
        flow("start", "a", "b", "end"),
    )


@pytest.mark.parametrize("where", ["before", "beside", "after"])
@pytest.mark.parametrize("sequential", [False, True])
def test_one_item_of_many_has_signers(sequential, where):
    story = Story(many(sequential), {"people": ["p", "q", "r"]})
    first = own(story)[0]
    add(story, first, "bob", where)
    if where != "after":
        sign(story, "bob")
    story.do(CompleteStep(first.step, {}))
    if where == "after":
        assert len([step for step in story.steps.values() if step.path == (1,)]) == 1
        sign(story, "bob")
    while own(story):
        story.do(CompleteStep(own(story)[0].step, {}))
    assert story.waiting == ["b"]
    assert [vote["n"] for vote in story.variables["votes"]] == [1, None, None]


def test_enough_votes_close_the_signers_of_the_others():
    story = Story(many(False, completion_condition="= numberOfCompletedInstances >= 1"), {"people": ["p", "q"]})
    first, second = own(story)
    add(story, second, "bob")
    add(story, second, "cara", "after")
    story.do(CompleteStep(first.step, {}))
    assert story.waiting == ["b"]


def test_signers_in_a_large_crowd_are_found_again():
    story = Story(many(False), {"people": [str(number) for number in range(200)]})
    host = own(story)[150]
    add(story, host, "bob", "before")
    assert refusal(story, CompleteStep(host.step, {})) is Unsigned.AWAITED
    sign(story, "bob")
    story.do(CompleteStep(host.step, {}))
    assert len(own(story)) == 199


def test_in_a_sub_process_whose_timer_ends_it():
    story = Story(
        draw(
            start(),
            sub("s", start("is"), user("a"), end("ie"), flow("is", "a", "ie")),
            boundary("t", duration("PT1H"), "s"),
            user("b"),
            user("late"),
            end(),
            flow("start", "s", "b", "end"),
            flow("t", "late"),
        )
    )
    bob = add(story, story.step("a"), "bob", "before")
    add(story, bob, "cara", "after")
    story.wait(hours=2)
    assert story.waiting == ["late"]


@pytest.mark.parametrize("answered", [False, True])
def test_the_activitys_own_timer_closes_everybody(answered):
    story = Story(
        draw(
            start(),
            user("a"),
            boundary("t", duration("PT1H"), "a"),
            boundary("tick", duration("PT10M"), "a", interrupting=False),
            user("note"),
            end(),
            flow("start", "a", "end"),
            flow("tick", "note"),
            flow("t", "end"),
        )
    )
    (step,) = own(story)
    add(story, step, "bob")
    if answered:
        story.do(CompleteStep(step.step, {}))
    story.wait(minutes=20)
    assert "note" in story.waiting
    assert asked(story) == ["bob"], "an event beside it ends nothing"
    story.wait(hours=1)
    assert story.waiting == ["note"]


def test_an_answered_activity_keeps_listening_until_its_signers_are_done():
    story = Story(draw(start(), user("a"), boundary("t", duration("PT1H"), "a"), end(), flow("start", "a", "end")))
    (step,) = own(story)
    add(story, step, "bob")
    story.do(CompleteStep(step.step, {}))
    assert len(story.timers) == 1
    sign(story, "bob")
    assert story.ended


def test_an_error_of_a_signer_is_caught_at_the_activity():
    from tests.unit.engine.drawing import error

    story = Story(
        draw(start(), user("a"), boundary("e", error("E"), "a"), user("b"), flow("start", "a"), flow("e", "b"))
    )
    bob = add(story, story.step("a"), "bob")
    story.do(ThrowError(bob, "E"))
    assert story.waiting == ["b"]


def test_cancelling_the_instance_closes_everybody():
    story = Story(plain())
    add(story, story.step("a"), "bob")
    add(story, story.step("a"), "cara", "after")
    story.cancel()
    assert story.ended


def test_a_branch_beside_is_not_disturbed():
    story = Story(
        draw(
            start(),
            fork("f"),
            user("a"),
            user("c"),
            fork("j"),
            user("b"),
            flow("start", "f", "a", "j", "b"),
            flow("f", "c", "j"),
        )
    )
    add(story, story.step("a"), "bob")
    sign(story, "bob", "reject")
    assert story.waiting == ["c"]
    story.complete("c")
    assert story.waiting == ["b"]
