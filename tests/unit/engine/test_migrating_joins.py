"""Joins remember who came, and never wait for a token nobody can send any more."""

from __future__ import annotations

from tests.unit.engine.drawing import (
    draw,
    end,
    flow,
    fork,
    inclusive,
    start,
    user,
)
from tests.unit.engine.driver import Story
from tests.unit.engine.going_over import block, go_over, problems
from workflows.engine.migrating import (
    Reason,
)


def test_a_join_remembers_who_came():
    story = Story(block("a", "b"))
    story.complete("a")
    go_over(story, block("a", "b", join="k"), {"j": "k"})
    story.complete("b")
    assert story.waiting == ["z"]


def test_a_branch_added_to_a_running_block_would_leave_the_join_waiting_for_ever():
    story = Story(block("a", "b"))
    assert problems(story, block("a", "b", "c")) == [("j", Reason.STARVES)]
    before = Story(draw(start(), user("first"), end(), flow("start", "first", "end")))
    after = draw(
        start(), user("first"), fork("s"), fork("j"), user("a"), user("b"), end(),
        flow("start", "first", "s"), flow("s", "a", "j"), flow("s", "b", "j"), flow("j", "end"),
    )  # fmt: skip
    assert problems(before, after) == [], "whoever has not come to the fork sends all tokens"


def test_a_branch_taken_out_lets_a_join_go_that_waits_for_it_alone():
    story = Story(block("a", "b", "c"))
    story.complete("a")
    story.complete("b")
    assert problems(story, block("a", "b")) == [("c", Reason.GONE)]
    go_over(story, block("a", "b"), end=["c"])
    assert story.waiting == ["z"]


def test_a_flow_that_is_gone_though_a_token_came_by_it():
    story = Story(block("a", "b"))
    story.complete("a")
    other = draw(
        start(), fork("s"), fork("j"), user("x"), user("b"), user("z"), end(),
        flow("start", "s"), flow("s", "x", "j"), flow("s", "b", "j"), flow("j", "z", "end"),
    )  # fmt: skip
    assert problems(story, other) == [("j", Reason.FLOW)]


def test_an_inclusive_join_goes_on():
    def model(last):
        return draw(
            start(), inclusive("s", "s>a"), inclusive("j"), user("a"), user("b"), user(last), end(),
            flow("start", "s"), flow("s", "a", "j"), flow("s", "b", when="= true"), flow("b", "j"),
            flow("j", last, "end"),
        )  # fmt: skip

    story = Story(model("z"))
    go_over(story, model("y"))
    story.complete("b")
    assert story.waiting == ["y"]
