"""Links of several throws and of several scopes."""

from tests.unit.engine.drawing import (
    catch,
    draw,
    end,
    flow,
    fork,
    link,
    start,
    sub,
    throw,
    user,
    xor,
)
from tests.unit.engine.driver import Story


def test_several_throws_reach_one_link_even_in_a_loop():
    process = draw(
        start(),
        fork("f"),
        throw("t1", link("L")),
        throw("t2", link("L")),
        catch("c", link("L")),
        user("a"),
        xor("g", "g>end"),
        throw("t3", link("L")),
        end(),
        flow("start", "f", "t1"),
        flow("f", "t2"),
        flow("c", "a", "g", "end"),
        flow("g", "t3", when="= again"),
    )
    story = Story(process, {"again": True})
    assert story.waiting == ["a", "a"]
    story.complete("a", again=True)
    assert story.waiting == ["a", "a"]
    story.complete("a", again=False)
    story.complete("a")
    assert story.ended


def test_links_of_different_scopes_do_not_meet():
    process = draw(
        start(),
        throw("t", link("L")),
        catch("c", link("L")),
        sub(
            "s",
            start("is"),
            throw("t2", link("L")),
            catch("c2", link("L")),
            user("in"),
            flow("is", "t2"),
            flow("c2", "in"),
        ),
        user("z"),
        flow("start", "t"),
        flow("c", "s", "z"),
    )
    story = Story(process)
    assert story.waiting == ["in"]
    story.complete("in")
    assert story.waiting == ["z"]
