"""Inclusive gateways: every condition that holds, and a join that waits for those."""

import pytest

from tests.unit.engine.drawing import (
    boundary,
    draw,
    duration,
    end,
    flow,
    inclusive,
    script,
    start,
    task,
    user,
    xor,
)
from tests.unit.engine.driver import Story


def chosen(default=None):
    return draw(
        start(),
        inclusive("f", default),
        user("a"),
        user("b"),
        user("c"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= x > 1"),
        flow("f", "b", when="= x > 2"),
        flow("f", "c", when=None if default else "= x > 3"),
        flow("a", "j"),
        flow("b", "j"),
        flow("c", "j"),
        flow("j", "z", "end"),
    )


@pytest.mark.parametrize(("x", "waiting"), [(9, ["a", "b", "c"]), (3, ["a", "b"]), (2, ["a"])])
def test_an_inclusive_gateway_takes_every_true_flow_and_joins_those(x, waiting):
    story = Story(chosen(), {"x": x})
    assert story.waiting == waiting
    for element in waiting:
        assert "z" not in story.waiting
        story.complete(element)
    assert story.waiting == ["z"]
    story.complete("z")
    assert story.ended


def test_an_inclusive_default_is_taken_when_nothing_holds():
    assert Story(chosen("f>c"), {"x": 0}).waiting == ["c"]


def test_an_inclusive_gateway_without_a_way_is_an_incident():
    assert Story(chosen(), {"x": 0}).troubled == ["f"]


def test_an_inclusive_join_waits_for_longer_branches():
    process = draw(
        start(),
        inclusive("f"),
        user("a"),
        user("b1"),
        user("b2"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b1", when="= true"),
        flow("a", "j"),
        flow("b1", "b2", "j"),
        flow("j", "z", "end"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("b1")
    assert story.waiting == ["b2"]
    story.complete("b2")
    assert story.waiting == ["z"]


def test_an_inclusive_join_goes_on_when_a_branch_leaves_another_way():
    process = draw(
        start(),
        inclusive("f"),
        user("a"),
        user("b"),
        xor("g", "g>out"),
        end("out"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b", when="= true"),
        flow("a", "j"),
        flow("b", "g"),
        flow("g", "j", when="= false"),
        flow("g", "out"),
        flow("j", "z", "end"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b"]
    story.complete("b")
    assert story.waiting == ["z"]


def test_an_inclusive_join_in_a_loop_fires_each_round():
    process = draw(
        start(),
        xor("m"),
        inclusive("f"),
        task("a"),
        task("b"),
        inclusive("j"),
        script("inc", "= n + 1", "n"),
        xor("g", "g>end"),
        end(),
        flow("start", "m", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b", when="= odd(n)"),
        flow("a", "j"),
        flow("b", "j"),
        flow("j", "inc", "g"),
        flow("g", "m", when="= n < 4"),
        flow("g", "end"),
    )
    story = Story(process, {"n": 0})
    assert story.ended
    assert (story.counts["a"], story.counts["b"], story.counts["inc"]) == (4, 2, 4)


def test_an_inclusive_join_waits_for_a_boundary_path():
    process = draw(
        start(),
        inclusive("f"),
        user("a"),
        user("b"),
        boundary("late", duration("PT1H"), "b"),
        user("l"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b", when="= true"),
        flow("a", "j"),
        flow("b", "j"),
        flow("late", "l", "j"),
        flow("j", "z", "end"),
    )
    story = Story(process)
    story.complete("a")
    story.wait(hours=1)
    assert story.waiting == ["l"]
    story.complete("l")
    assert story.waiting == ["z"]
