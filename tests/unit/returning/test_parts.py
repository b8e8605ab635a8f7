"""Going back out of, into and within sub-processes, repeated steps and what events led to."""

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
    message,
    start,
    sub,
    user,
)
from tests.unit.returning.drawings import nested, nested_many, signed
from tests.unit.returning.going import Traced
from workflows.returning.cutting import Blocked, CutImpossible


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
