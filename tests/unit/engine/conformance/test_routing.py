"""Which ways tokens take and where they wait for one another."""

import pytest

from bpmn.model import EventKind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    duration,
    either,
    end,
    error,
    event,
    flow,
    fork,
    inclusive,
    link,
    message,
    script,
    signal,
    start,
    sub,
    task,
    throw,
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


def test_the_gateway_of_two_timers_and_a_message_takes_one_way_only():
    process = draw(
        start(),
        either("g"),
        catch("slow", duration("PT5H")),
        catch("fast", duration("PT1H")),
        catch("m", message()),
        user("a"),
        user("b"),
        user("c"),
        flow("start", "g", "slow", "a"),
        flow("g", "fast", "b"),
        flow("g", "m", "c"),
    )
    story = Story(process)
    assert story.waiting == ["g"]
    story.wait(hours=6)
    assert story.waiting == ["b"]
    assert not story.timers
    assert not story.subscriptions


def test_every_token_waits_at_the_event_gateway_for_itself():
    process = draw(
        start(),
        fork("f"),
        xor("x"),
        either("g"),
        catch("s", signal("go")),
        catch("t", duration("PT1H")),
        user("a"),
        user("b"),
        flow("start", "f", "x", "g", "s", "a"),
        flow("f", "x", id="second"),
        flow("g", "t", "b"),
    )
    story = Story(process)
    assert story.waiting == ["g", "g"]
    story.signal("go")
    assert story.waiting == ["a", "a"]


def test_terminate_takes_branches_calls_timers_and_event_scopes_with_it():
    process = draw(
        start(),
        fork("f"),
        catch("t", duration("PT1H")),
        sub("s", start("is"), user("u"), flow("is", "u")),
        boundary("b", signal("x"), "s", interrupting=False),
        task("n"),
        user("a"),
        end("stop", event(EventKind.TERMINATE)),
        flow("start", "f", "t"),
        flow("f", "s"),
        flow("f", "a", "stop"),
        flow("b", "n"),
    )
    story = Story(process)
    story.complete("a")
    assert story.finished.ends == ("stop",)


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
