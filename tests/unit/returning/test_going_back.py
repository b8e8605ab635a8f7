"""Going back to an earlier step undoes what it caused, and nothing else."""

from dataclasses import replace

import pytest

from bpmn.model import Loop
from tests.unit.engine.drawing import (
    boundary,
    draw,
    duration,
    each,
    end,
    error,
    event_sub,
    flow,
    fork,
    inclusive,
    message,
    start,
    sub,
    user,
    xor,
)
from tests.unit.returning.going import Traced
from workflows.returning.cutting import Blocked, CutImpossible


def two_branches():
    return draw(
        start(),
        *(user(name) for name in ("ask", "a1", "a2", "b", "after")),
        fork("split"),
        fork("join"),
        end(),
        flow("start", "ask", "split", "a1", "a2", "join", "after", "end"),
        flow("split", "b", "join"),
    )


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


def nested(**options):
    return draw(
        start(),
        user("before"),
        sub(
            "part",
            start("ps"),
            user("p1", **options),
            user("p2"),
            end("pe"),
            flow("ps", "p1", "p2", "pe"),
        ),
        user("after"),
        end(),
        flow("start", "before", "part", "after", "end"),
    )


def test_out_of_a_sub_process_it_is_closed():
    story = Traced(nested())
    story.complete("before")
    story.complete("p1")
    assert story.names_back("p2") == ["before", "p1"]
    story.back("p2", "before")
    assert story.waiting == ["before"]
    assert [element for element, _ in story.marking] == ["before"]


def test_into_an_ended_sub_process_it_is_opened_again():
    story = Traced(nested())
    for name in ("before", "p1", "p2"):
        story.complete(name)
    story.back("after", "p2")
    assert story.waiting == ["p2"]
    assert story.names_back("p2") == ["before", "p1"]
    story.back("p2", "p1")
    assert story.waiting == ["p1"]
    story.complete("p1")
    story.complete("p2")
    assert story.waiting == ["after"]
    assert story.names_back("after") == ["before", "p1", "p2"]
    story.back("after", "before")
    for name in ("before", "p1", "p2", "after"):
        story.complete(name)
    assert story.ended


def signed(**loop):
    return draw(
        start(),
        user("before"),
        user("sign", loop=each("= [1, 2, 3]", "who", **loop)),
        user("after"),
        end(),
        flow("start", "before", "sign", "after", "end"),
    )


def test_one_of_several_goes_back_before_all_of_them():
    story = Traced(signed())
    story.complete("before")
    story.complete("sign", 2)
    story.back("sign", "before", 2)
    assert story.waiting == ["before"]
    story.complete("before")
    assert story.waiting == ["sign"] * 3


def test_behind_a_repeated_step_all_are_asked_again():
    story = Traced(signed(until="= numberOfCompletedInstances >= 2"))
    story.complete("before")
    story.complete("sign")
    story.complete("sign")
    assert story.names_back("after") == ["before", "sign"]
    story.back("after", "sign")
    assert story.waiting == ["sign"] * 3


def test_inside_a_repeated_sub_process_only_that_item_goes_back():
    story = Traced(nested_many())
    story.complete("before")
    story.complete("p1", 1)
    story.complete("p1", 1)
    assert story.waiting == ["p2", "p2"]
    other = story.step("p2", 2).step
    assert story.names_back("p2", 1) == ["before", "p1"]
    story.back("p2", "p1", 1)
    assert story.waiting == ["p1", "p2"]
    assert story.step("p2").step == other
    story.back("p2", "before")
    assert story.waiting == ["before"]


def nested_many():
    process = nested()
    part = process.nodes["part"]
    return replace(process, nodes={**process.nodes, "part": replace(part, loop=each("= [1, 2]", "who"))})


def test_into_an_ended_repeated_part_there_is_no_way():
    story = Traced(nested_many())
    story.complete("before")
    for name in ("p1", "p1", "p2", "p2"):
        story.complete(name)
    visit = story.visit("after", "p2")
    with pytest.raises(CutImpossible) as refusal:
        story.cut(visit.step)
    assert refusal.value.why is Blocked.ROUND_OVER


def test_nested_items_belong_to_their_own_whole():
    process = draw(
        start(),
        user("before"),
        sub(
            "part",
            start("ps"),
            user("sign", loop=each("= [1, 2]", "who")),
            user("close"),
            end("pe"),
            flow("ps", "sign", "close", "pe"),
            loop=each("= [1, 2]", "part"),
        ),
        end(),
        flow("start", "before", "part", "end"),
    )
    story = Traced(process)
    story.complete("before")
    first, second = ([story.step("sign", n).step for n in pair] for pair in ((1, 2), (3, 4)))
    for key in first:
        number = [step.step for step in story.steps.values() if step.element == "sign"].index(key) + 1
        story.complete("sign", number)
    assert story.waiting == ["close", "sign", "sign"]
    story.back("close", "sign")
    assert story.waiting == ["sign"] * 4
    assert set(second) < set(story.steps)


def test_a_boundary_event_leads_back_to_before_its_activity():
    story = Traced(
        draw(
            start(),
            user("before"),
            user("work"),
            boundary("late", duration("PT1H"), "work"),
            user("chase"),
            end(),
            end("end2"),
            flow("start", "before", "work", "end"),
            flow("late", "chase", "end2"),
        )
    )
    story.complete("before")
    story.wait(hours=2)
    assert story.names_back("chase") == ["before"]
    story.back("chase", "before")
    story.complete("before")
    assert story.waiting == ["work"]
    assert len(story.timers) == 1


def test_a_sibling_an_error_took_away_cannot_be_brought_back():
    story = Traced(
        draw(
            start(),
            user("before"),
            sub(
                "part",
                start("ps"),
                fork("split"),
                user("a"),
                user("b"),
                end("broken", error("E")),
                end("pe"),
                flow("ps", "split", "a", "broken"),
                flow("split", "b", "pe"),
            ),
            boundary("caught", error("E"), "part"),
            user("repair"),
            end(),
            end("end2"),
            flow("start", "before", "part", "end"),
            flow("caught", "repair", "end2"),
        )
    )
    story.complete("before")
    story.complete("a")
    assert story.names_back("repair") == ["before", "a"]
    with pytest.raises(CutImpossible) as refusal:
        story.cut(story.visit("repair", "a").step)
    assert refusal.value.why is Blocked.ENDED_BESIDE
    story.back("repair", "before")
    assert story.waiting == ["before"]


def test_what_an_event_sub_process_does_is_not_on_the_main_path():
    story = Traced(
        draw(
            start(),
            user("a"),
            user("b"),
            event_sub(
                "beside",
                start("es", message("m"), interrupting=False),
                user("x1"),
                user("x2"),
                end("ee"),
                flow("es", "x1", "x2", "ee"),
            ),
            end(),
            flow("start", "a", "b", "end"),
        )
    )
    story.complete("a")
    story.message()
    story.complete("x1")
    assert story.names_back("b") == ["a"]
    assert story.names_back("x2") == ["x1"]
    story.back("x2", "x1")
    assert story.waiting == ["b", "x1"]
    story.back("b", "a")
    assert story.waiting == ["a", "x1"]


def test_one_after_another_the_earlier_one_of_the_same_round_is_over():
    story = Traced(
        draw(
            start(),
            user("before"),
            user("sign", loop=each("= [1, 2, 3]", "who", sequential=True)),
            end(),
            flow("start", "before", "sign", "end"),
        )
    )
    story.complete("before")
    story.complete("sign")
    assert story.names_back("sign") == ["before"]
    story.back("sign", "before")
    assert story.waiting == ["before"]


def test_a_standard_loop_goes_back_before_it_as_a_whole():
    story = Traced(
        draw(
            start(),
            user("before"),
            user("again", loop=Loop(standard=True, loop_maximum="3")),
            end(),
            flow("start", "before", "again", "end"),
        )
    )
    story.complete("before")
    story.complete("again")
    story.back("again", "before")
    story.complete("before")
    assert story.waiting == ["again"]
    assert story.step("again").path == (1,)


# --- straight back --------------------------------------------------------------------------------------------------


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
