"""A step put aside until an earlier one is redone."""

from tests.unit.engine.drawing import boundary, draw, duration, end, flow, start, user
from tests.unit.returning.drawings import signed, two_branches
from tests.unit.returning.going import Traced


def test_a_detour_puts_the_step_aside_and_leads_straight_back():
    story = Traced(two_branches())
    for name in ("ask", "a1"):
        story.complete(name)
    mine = story.step("a2").step
    story.detour("a2", "ask")
    assert story.waiting == ["ask", "b"], "the other branch goes on: nobody forks again"
    story.complete("ask", x=2)
    assert story.waiting == ["a2", "b"]
    assert story.step("a2").step == mine
    assert story.variables["x"] == 2
    story.complete("a2")
    story.complete("b")
    story.complete("after")
    assert story.ended


def test_one_of_several_may_be_put_aside_alone():
    story = Traced(signed())
    story.complete("before")
    story.detour("sign", "before", 2)
    assert story.waiting == ["before", "sign", "sign"]
    story.complete("sign")
    story.complete("before")
    story.complete("sign")
    story.complete("sign")
    assert story.waiting == ["after"]


def test_from_a_detour_one_goes_further_back_with_all_it_stands_for():
    story = Traced(draw(start(), user("a"), user("b"), user("c"), end(), flow("start", "a", "b", "c", "end")))
    story.complete("a")
    story.complete("b")
    story.detour("c", "b")
    assert story.names_back("b") == ["a"]
    story.detour("b", "a")
    assert story.waiting == ["a"]
    story.complete("a")
    assert story.waiting == ["b"]
    story.back("b", "a")
    assert story.waiting == ["a"]
    for name in ("a", "b", "c"):
        story.complete(name)
    assert story.ended


def test_a_step_put_aside_is_taken_away_with_its_detour():
    story = Traced(
        draw(
            start(),
            user("a"),
            user("b"),
            boundary("late", duration("PT1H"), "b"),
            end(),
            flow("start", "a", "b", "end"),
            flow("late", "end"),
        )
    )
    story.complete("a")
    story.detour("b", "a")
    assert story.waiting == ["a"]
    story.wait(hours=2)
    assert story.ended
