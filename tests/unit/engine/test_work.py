"""How much the engine works: in proportion to what happens, never to an instance's age or to its neighbours.

Work is counted in calls of the engine's functions, not by the clock, so that the figures are the same on every machine.
"""

import sys
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.unit.engine.drawing import (
    boundary,
    call,
    compensate,
    cycle,
    draw,
    each,
    end,
    event_sub,
    flow,
    fork,
    message,
    script,
    service,
    start,
    sub,
    task,
    throw,
    undo,
    user,
    xor,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import ChildFinished


def work_of(act: Callable[[], object]) -> int:
    """The calls of engine functions while ``act`` runs."""
    calls = 0

    def count(frame, what, _):
        nonlocal calls
        calls += what == "call" and "workflows/engine" in frame.f_code.co_filename

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls


def loop(*middle, ways):
    """A loop of ``n`` rounds around ``middle``."""
    return draw(
        start(),
        xor("m"),
        list(middle),
        script("inc", "= i + 1", "i"),
        xor("g", "out"),
        end(),
        flow("start", "m"),
        ways,
        flow("inc", "g"),
        flow("g", "m", when="= i < n"),
        flow("g", "end", id="out"),
    )


PLAIN = loop(ways=flow("m", "inc"))
BUSY = loop([service(f"t{k}") for k in range(8)], ways=flow("m", *[f"t{k}" for k in range(8)], "inc"))
BLOCK = loop(
    fork("f"), task("p"), service("q"), fork("j"), ways=[*flow("m", "f", "p", "j", "inc"), *flow("f", "q", "j")]
)
SCOPE = loop(
    sub(
        "s", start("is"), task("t"), flow("is", "t"), event_sub("e", start("es", message()), task("x"), flow("es", "x"))
    ),
    ways=flow("m", "s", "inc"),
)
ITEMS = loop(service("s", loop=each("= [1, 2, 3]", "it", output="= it", collect="outs")), ways=flow("m", "s", "inc"))


def run(process, rounds):
    story = Story(process, {"i": 0, "n": rounds})
    assert story.ended, story.incidents
    assert story.variables["i"] == rounds


@pytest.mark.parametrize("process", [PLAIN, BUSY, BLOCK, SCOPE, ITEMS])
def test_the_work_of_a_loop_is_in_proportion_to_its_rounds(process):
    few, many = (work_of(lambda rounds=rounds: run(process, rounds)) for rounds in (50, 400))
    assert many < 8.2 * few


def test_5000_rounds_of_ten_steps_finish_within_the_budget_of_one_advance():
    run(BUSY, 5000)


def test_300_rounds_around_a_parallel_block_finish():
    run(BLOCK, 300)


def waiting_loop(*middle, ways, beside=()):
    """A loop that waits for a person in every round."""
    return draw(start(), xor("m"), user("a"), list(middle), list(beside), flow("start", "m", "a"), ways)


AGEING = {
    "block": waiting_loop(
        fork("f"), task("p"), task("q"), fork("j"), ways=[*flow("a", "f", "p", "j", "m"), *flow("f", "q", "j")]
    ),
    "sub-process": waiting_loop(sub("s", start("is"), task("t"), flow("is", "t")), ways=flow("a", "s", "m")),
    "items": waiting_loop(service("s", loop=each("= [1, 2]")), ways=flow("a", "s", "m")),
    "timers": waiting_loop(
        boundary("b", cycle("R/PT1H"), "a", interrupting=False), task("t"), ways=[*flow("a", "m"), *flow("b", "t")]
    ),
    "event sub-process": waiting_loop(
        throw("t", message("out")),
        ways=flow("a", "t", "m"),
        beside=event_sub("e", start("es", message(), interrupting=False), task("x"), flow("es", "x")),
    ),
    "undone": waiting_loop(
        undo("u", "a", "h"), task("h", for_compensation=True), throw("t", compensate()), ways=flow("a", "t", "m")
    ),
}


@pytest.mark.parametrize("kind", AGEING)
def test_an_old_instance_costs_and_weighs_what_a_young_one_does(kind):
    story = Story(AGEING[kind])

    def turn():
        if story.timers:
            story.wait(hours=1)
        if story.subscriptions:
            story.message()
        story.complete("a", x=1)

    for _ in range(3):
        turn()
    young, light = work_of(turn), len(story.state)
    for _ in range(150):
        turn()
    assert work_of(turn) <= young + 2
    assert len(story.state) <= light + 40


def test_called_children_leave_nothing_behind():
    story = Story(waiting_loop(call("c", "child"), ways=flow("a", "c", "m")))

    def turn():
        story.complete("a")
        story.do(ChildFinished(story.step("c").step, {"x": 1}))

    turn()
    young, light = work_of(turn), len(story.state)
    for _ in range(100):
        turn()
    assert work_of(turn) <= young + 2
    assert len(story.state) <= light + 40


def of_items(count, **plan):
    process = draw(
        start(),
        user("a", loop=each("= items", "it", **plan)),
        boundary("late", message("stop"), "a"),
        user("z"),
        flow("start", "a", "z"),
        flow("late", "z"),
    )
    return Story(process, {"items": list(range(count))})


@pytest.mark.parametrize(
    "plan", [{}, {"output": "= it", "collect": "outs"}, {"until": "= numberOfCompletedInstances > 5000"}]
)
def test_completing_one_of_1000_items_is_hardly_more_work_than_one_of_10(plan):
    small, large = of_items(10, **plan), of_items(1000, **plan)
    one_of_ten = work_of(lambda: small.complete("a", 4))
    for number in (1, 500, 990):
        assert work_of(lambda number=number: large.complete("a", number)) <= 3 * one_of_ten


def test_the_last_of_many_items_is_no_surprise():
    """Not the number of those that are through but the one that is completed decides what it costs."""
    story = of_items(300)
    costs = [work_of(lambda: story.complete("a")) for _ in range(299)]
    assert max(costs) <= 3 * min(costs)
    for earlier, later in pairwise(costs[::50]):
        assert later <= 1.5 * earlier


def remembering(variables):
    process = waiting_loop(
        undo("u", "a", "h"),
        service("h", for_compensation=True),
        xor("g", "g>m"),
        throw("t", compensate()),
        user("z"),
        ways=[*flow("a", "g", "m"), *flow("g", "t", when="= stop"), *flow("t", "z")],
    )
    return Story(process, {"stop": False, **variables})


def test_what_could_be_undone_is_carried_along_without_being_looked_at():
    story = remembering({f"v{number}": f"{number} is {'long ' * 30}" for number in range(30)})
    work, bytes_by_round = [], []
    for number in range(1, 401):
        work.append(work_of(lambda number=number: story.complete("a", round=number)))
        bytes_by_round.append(len(story.state))
    assert sum(work[-32:]) <= 1.1 * sum(work[64:96]), "32 rounds at the end are 32 rounds at the beginning"
    assert bytes_by_round[-1] - bytes_by_round[100] < 300 * 50, "a snapshot takes what is new in it"


def test_everything_remembered_is_undone_newest_first_as_it_was():
    story = remembering({})
    for number in range(1, 201):
        story.complete("a", round=number, stop=number == 200)
    assert story.waiting == ["z"]
    assert [inputs["round"] for _, inputs, _ in story.ports.calls] == list(range(200, 0, -1))
