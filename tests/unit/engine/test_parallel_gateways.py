"""Parallel gateways join one token of each flow; forks and merges may do without a gateway."""

from tests.unit.engine.drawing import (
    draw,
    end,
    flow,
    fork,
    start,
    sub,
    user,
)
from tests.unit.engine.driver import Story


def test_a_parallel_join_waits_for_all():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        user("c"),
        fork("j"),
        user("z"),
        end(),
        flow("start", "f", "a", "j", "z", "end"),
        flow("f", "b", "j"),
        flow("f", "c", "j"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("c")
    assert story.waiting == ["b"]
    story.complete("b")
    assert story.waiting == ["z"]


def test_excess_tokens_stay_at_the_join():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", id="f1"),
        flow("f", "a", id="f2"),
        flow("f", "b", id="f3"),
        flow("f", "b", id="f4"),
        flow("a", "j", "z", "end"),
        flow("b", "j"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("a")
    assert story.waiting == ["b", "b"]
    story.complete("b")
    assert story.waiting == ["b", "z"]
    story.complete("b")
    assert story.waiting == ["z", "z"]


def test_join_and_fork_in_one_gateway():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        user("y"),
        user("z"),
        end(),
        flow("start", "f", "a", "j", "y", "end"),
        flow("f", "b", "j", "z", "end", id=None),
    )
    story = Story(process)
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["y", "z"]


def test_implicit_fork_and_merge():
    process = draw(
        start(),
        user("a"),
        user("b"),
        user("c"),
        user("m"),
        end(),
        flow("start", "a"),
        flow("a", "b", "m", "end"),
        flow("a", "c", "m"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b", "c"]
    story.complete("b")
    story.complete("c")
    assert story.waiting == ["m", "m"], "a merge without gateway passes every token"


def test_a_join_inside_a_sub_process_is_its_own():
    inner = sub(
        "sp",
        start("is"),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        end("ie"),
        flow("is", "f", "a", "j", "ie"),
        flow("f", "b", "j"),
    )
    process = draw(
        start(), fork("outer"), inner, user("x"), end(), flow("start", "outer", "sp", "end"), flow("outer", "x", "end")
    )
    story = Story(process)
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["x"]
    story.complete("x")
    assert story.ended
