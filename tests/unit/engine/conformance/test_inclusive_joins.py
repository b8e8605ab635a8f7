"""What an inclusive join waits for: everything that can still come, and nothing else."""

from tests.unit.engine.drawing import (
    draw,
    end,
    flow,
    fork,
    inclusive,
    start,
    sub,
    user,
    xor,
)
from tests.unit.engine.driver import Story


def test_an_inclusive_join_waits_for_every_branch_that_can_still_come():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        inclusive("j"),
        user("z"),
        flow("start", "f", "a", "j", "z"),
        flow("f", "b", "j"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b"]
    story.complete("b")
    assert story.waiting == ["z"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_has_passed_by():
    process = draw(
        start(),
        inclusive("s", "s>c"),
        user("a"),
        user("b"),
        user("c"),
        inclusive("j"),
        user("z"),
        end("away"),
        flow("s", "a", when="= x > 0"),
        flow("s", "b", when="= x > 1"),
        flow("s", "c"),
        flow("start", "s"),
        flow("a", "j", "z"),
        flow("b", "away"),
        flow("c", "j"),
    )
    story = Story(process, {"x": 2})
    story.complete("a")
    assert story.waiting == ["b", "z"], "b leads elsewhere: nothing more can come"


def test_inclusive_blocks_inside_one_another():
    inner = [inclusive("s2", "s2>d"), user("c"), user("d"), inclusive("j2")]
    process = draw(
        start(),
        inclusive("s1", "s1>b"),
        inner,
        user("b"),
        inclusive("j1"),
        user("z"),
        flow("start", "s1"),
        flow("s1", "s2", when="= true"),
        flow("s1", "b"),
        flow("s2", "c", when="= true"),
        flow("s2", "d"),
        flow("c", "j2"),
        flow("d", "j2"),
        flow("j2", "j1"),
        flow("b", "j1", "z"),
    )
    story = Story(process)
    assert story.waiting == ["c"]
    story.complete("c")
    assert story.waiting == ["z"]


def test_an_inclusive_join_waits_for_a_branch_inside_a_sub_process():
    process = draw(
        start(),
        inclusive("s"),
        user("a"),
        sub("p", start("is"), user("u"), flow("is", "u")),
        inclusive("j"),
        user("z"),
        flow("start", "s"),
        flow("s", "a", when="= true"),
        flow("s", "p", when="= true"),
        flow("a", "j", "z"),
        flow("p", "j"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["u"]
    story.complete("u")
    assert story.waiting == ["z"]


def test_an_inclusive_gateway_joins_and_forks_at_once():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        inclusive("g", "g>n"),
        user("x"),
        user("y"),
        user("n"),
        flow("start", "f", "a", "g"),
        flow("f", "b", "g"),
        flow("g", "x", when="= true"),
        flow("g", "y", when="= true"),
        flow("g", "n"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b"]
    story.complete("b")
    assert story.waiting == ["x", "y"]


def test_an_inclusive_join_in_a_loop_whose_branch_goes_back():
    """The way back leads past the split: its token may still come, the join waits for it."""
    process = draw(
        start(),
        xor("m"),
        inclusive("s", "s>b"),
        user("a"),
        user("b"),
        xor("g", "g>j"),
        inclusive("j"),
        user("z"),
        flow("start", "m", "s"),
        flow("s", "a", when="= both"),
        flow("s", "b"),
        flow("a", "j"),
        flow("b", "g", "j", "z"),
        flow("g", "m", when="= again"),
    )
    story = Story(process, {"both": False, "again": True})
    story.complete("b", again=False)
    assert story.waiting == ["z"]
