"""Going back in a row, in branches, over joins and in loops undoes what a step caused, and nothing else."""

from tests.unit.engine.drawing import draw, end, flow, inclusive, start, user, xor
from tests.unit.returning.drawings import two_branches
from tests.unit.returning.going import Traced


def test_one_step_back_in_a_row():
    story = Traced(draw(start(), user("a"), user("b"), user("c"), end(), flow("start", "a", "b", "c", "end")))
    story.complete("a")
    story.complete("b")
    assert story.names_back("c") == ["a", "b"]
    story.back("c", "b")
    assert story.waiting == ["b"]
    assert story.names_back("b") == ["a"]
    story.complete("b")
    story.complete("c")
    assert story.ended


def test_within_a_branch_the_other_branch_stays():
    story = Traced(two_branches())
    story.complete("ask")
    story.complete("a1")
    b = story.step("b").step
    assert story.names_back("a2") == ["ask", "a1"]
    story.back("a2", "a1")
    assert story.waiting == ["a1", "b"]
    assert story.step("b").step == b


def test_before_the_fork_both_branches_are_closed():
    story = Traced(two_branches())
    story.complete("ask")
    story.complete("a1")
    story.back("a2", "ask")
    assert story.waiting == ["ask"]


def test_what_waits_at_the_join_is_undone_with_its_branch_only():
    story = Traced(two_branches())
    story.complete("ask")
    story.complete("a1")
    story.complete("b")
    story.back("a2", "a1")
    assert story.waiting == ["a1"]
    story.complete("a1")
    story.complete("a2")
    assert story.waiting == ["after"], "the other branch still waited at the join"


def test_before_the_fork_nothing_waits_at_the_join():
    story = Traced(two_branches())
    story.complete("ask")
    story.complete("b")
    story.back("a1", "ask")
    assert story.waiting == ["ask"]
    story.complete("ask")
    story.complete("b")
    assert story.waiting == ["a1"]


def test_behind_the_join_into_one_branch_the_other_branchs_token_waits_again():
    story = Traced(two_branches())
    for name in ("ask", "a1", "a2", "b"):
        story.complete(name)
    assert story.names_back("after") == ["ask", "a1", "a2", "b"]
    story.back("after", "a2")
    assert story.waiting == ["a2"]
    story.complete("a2")
    assert story.waiting == ["after"]
    story.back("after", "b")
    story.complete("b")
    story.complete("after")
    assert story.ended


def test_an_inclusive_join_waits_again_for_what_is_redone():
    story = Traced(
        draw(
            start(),
            *(user(name) for name in ("a", "b", "after")),
            inclusive("split"),
            inclusive("join"),
            end(),
            flow("start", "split", "a", "join", "after", "end"),
            flow("split", "b", "join"),
        )
    )
    story.complete("a")
    story.complete("b")
    story.back("after", "a")
    assert story.waiting == ["a"]
    story.complete("a")
    assert story.waiting == ["after"]


def test_in_a_loop_the_latest_visit_counts():
    story = Traced(
        draw(
            start(),
            user("write"),
            user("check"),
            user("approve"),
            xor("merge"),
            xor("good", "good>end"),
            end(),
            flow("start", "merge", "write", "check", "approve", "good", "end"),
            flow("good", "merge", when="= again"),
        )
    )
    story.complete("write")
    story.complete("check")
    story.complete("approve", again=True)
    story.complete("write")
    assert story.names_back("check") == ["approve", "write"], "its own earlier visit is no step back"
    story.back("check", "write")
    assert story.waiting == ["write"]
    story.complete("write")
    story.complete("check")
    story.back("approve", "write")
    story.complete("write")
    story.complete("check")
    story.complete("approve", again=False)
    assert story.ended
