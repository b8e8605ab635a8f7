"""Which ways tokens take from activities and boundary events, and how several of them end."""

import pytest

from tests.unit.engine.drawing import (
    boundary,
    draw,
    end,
    error,
    flow,
    fork,
    script,
    start,
    sub,
    user,
    xor,
)
from tests.unit.engine.driver import Story


def test_a_parallel_join_takes_one_token_of_each_flow_for_every_round():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        user("c"),
        xor("x"),
        fork("j"),
        user("z"),
        flow("start", "f", "a", "x"),
        flow("f", "b", "x", "j", "z"),
        flow("f", "c", "j"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["c"]
    story.complete("c")
    assert story.waiting == ["z"]
    story.complete("z")
    assert not story.ended, "the token left at the join has nobody to go on with"


def test_several_tokens_end_one_by_one_and_the_last_ends_the_process():
    process = draw(start(), user("a"), end("e"), flow("start", "a", "e"), flow("start", "a", id="again"))
    story = Story(process)
    assert story.waiting == ["a", "a"]
    story.complete("a")
    assert not story.ended
    story.complete("a")
    assert story.finished.ends == ("e", "e")


@pytest.mark.parametrize(("x", "waiting"), [(5, ["a"]), (0, ["d"])])
def test_conditions_and_default_on_a_sub_process(x, waiting):
    process = draw(
        start(),
        sub("s", start("is"), flow("is", "ie"), end("ie"), default="s>d"),
        user("a"),
        user("d"),
        flow("start", "s"),
        flow("s", "a", when="= x > 3"),
        flow("s", "d"),
    )
    assert Story(process, {"x": x}).waiting == waiting


def test_conditions_of_an_activity_see_what_it_just_gave():
    process = draw(
        start(),
        user("u", default="u>b"),
        user("a"),
        user("b"),
        flow("start", "u"),
        flow("u", "a", when="= ok"),
        flow("u", "b"),
    )
    story = Story(process)
    story.complete("u", ok=True)
    assert story.waiting == ["a"]


def test_a_boundary_event_with_two_ways_out_forks():
    process = draw(
        start(),
        user("a"),
        boundary("b", error(), "a"),
        user("x"),
        user("y"),
        flow("start", "a"),
        flow("b", "x"),
        flow("b", "y"),
    )
    story = Story(process)
    story.throw("a", "E")
    assert story.waiting == ["x", "y"]


def test_a_flow_back_to_itself_is_a_loop():
    process = draw(
        start(),
        script("i", "= n + 1", "n", default="i>z"),
        user("z"),
        flow("start", "i"),
        flow("i", "i", when="= n < 5"),
        flow("i", "z"),
    )
    story = Story(process, {"n": 0})
    assert story.variables["n"] == 5
    assert story.waiting == ["z"]
