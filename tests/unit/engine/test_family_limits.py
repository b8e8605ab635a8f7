"""Families without end: calls, escalations and loops that go round for ever stop soon, where they are, visibly."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from bpmn.model import Process
from tests.unit.engine.drawing import (
    call,
    draw,
    each,
    end,
    escalation,
    flow,
    fork,
    script,
    start,
    task,
    throw,
    user,
    xor,
)
from tests.unit.engine.driver import StubPorts
from tests.unit.engine.test_family import CHILD, Household
from workflows.engine import family
from workflows.engine.api import Budget, IncidentKind, Retry, StartInstance
from workflows.engine.family import drive


class Measured(Household):
    """A family that finds children by their call, and knows what its start took."""

    def __init__(self, *processes: Process) -> None:
        super().__init__(*processes)
        self.ports_ = StubPorts()
        self.children: dict[tuple[int, str], int] = {}

    def create(self, key: int, step: Any) -> int:
        child: int = super().create(key, step)
        self.children[key, step.step] = child
        return child

    def called(self, key: int, step: str) -> int | None:
        child = self.children.get((key, step))
        return None if child in self.finished else child

    def start(self, process: str, **variables: Any) -> Household:
        begun = process_time()
        super().start(process, **variables)
        self.seconds = process_time() - begun
        return self

    def told(self) -> dict[str, set[str]]:
        """What the incidents say, by element."""
        said: dict[str, set[str]] = {}
        for incident in self.incidents.values():
            said.setdefault(incident.element, set()).add(incident.message)
        return said


def both(*processes: str) -> Process:
    calls = [call(f"c{process}", process) for process in processes]
    ways = [flow("f", one.id) for one in calls]
    return draw(start(), fork("f"), calls, flow("start", "f"), ways, id="P")


QUICK = draw(start(), task("t"), end(), flow("start", "t", "end"), id="Q")
ROUND = draw(start(), call("cq", "P"), flow("start", "cq"), id="Q")
ITEMS = draw(start(), call("cP", "P", loop=each("= for i in 1..9 return i", "it")), flow("start", "cP"))


@pytest.mark.parametrize(
    ("processes", "members", "element"),
    [
        ([both("P")], 51, "cP"),
        ([both("Q"), ROUND], 51, "cQ"),
        ([both("P", "P2"), draw(start(), call("c", "P"), flow("start", "c"), id="P2")], 101, "cP"),
        ([ITEMS], 101, "cP"),
    ],
    ids=["itself", "each other", "two ways around", "itself for each of nine"],
)
def test_processes_that_call_themselves_for_ever_stop_at_the_call(processes, members, element):
    """In a line by their depth, in a tree by their number: a tree of fifty levels has no end."""
    home = Measured(*processes)
    home.start("P")
    assert members <= len(home.names) <= members + 10
    assert element in home.told()
    assert {incident.kind for incident in home.incidents.values()} == {IncidentKind.CALL}
    assert all("deep" in said or "calls itself" in said for many in home.told().values() for said in many)
    assert {key for key, step in home.open.items() if step.kind == "incident"} == {*home.incidents}
    assert home.seconds < 3


def calling_for_ever(condition: str) -> Process:
    return draw(
        start(), xor("m"), script("x", "= n + 1", "n"), call("ca", "Q", child=False), xor("g", "g>end"), end(),
        flow("start", "m", "x", "ca", "g"), flow("g", "m", when=condition), flow("g", "end"),
    )  # fmt: skip


def test_a_loop_of_calls_stops_after_a_thousand_and_goes_on_when_retried():
    home = Measured(calling_for_ever("= n < 1500"), QUICK)
    home.start("P", n=0)
    assert home.told() == {"ca": {"more than 1,000 processes are called at once"}}
    assert home.seconds < 3
    drive(home, 0, Retry(next(iter(home.incidents))[1]))
    assert home.incidents == {}
    assert home.finished[0].variables["n"] == 1500


def test_a_called_process_that_escalates_for_ever_stops_where_it_throws():
    """Each escalation goes to the caller and back as an advance of its own, so no budget of one would end it."""
    child = draw(start(), xor("m"), throw("t", escalation("E")), flow("start", "m", "t", "m"), id="Q")
    home = Measured(draw(start(), call("ca", "Q"), flow("start", "ca")), child)
    home.start("P")
    assert [(key, incident.element) for (key, _), incident in home.incidents.items()] == [(1, "t")]
    assert home.seconds < 5


def test_the_endless_loops_of_many_children_share_the_computing_time_of_one_advance():
    """What is stopped is an incident where it is and goes on when it is retried with time left."""
    endless = draw(start(), xor("m"), task("t"), flow("start", "m", "t", "m"), id="Q")
    many = draw(
        start(),
        call("ca", "Q", loop=each("= for i in 1..40 return i", "it")),
        user("u"),
        flow("start", "ca"),
        flow("start", "u"),
    )
    home = Measured(many, endless)
    begun = process_time()
    drive(home, home.add("P"), StartInstance({}), Budget(cpu_seconds=0.2, steps=10**9, state_bytes=10**9))
    assert process_time() - begun < 1.5
    assert len(home.names) == 41
    assert len([key for key, _ in home.incidents if key]) == 40
    assert home.waiting == ["u"]


def test_what_follows_a_spent_act_is_held_and_not_lost(monkeypatch):
    """The child has begun, the caller goes on once somebody retries."""
    monkeypatch.setattr(family, "MAX_ADVANCES", 1)
    home = Measured(draw(start(), call("ca", "Q"), user("after"), flow("start", "ca", "after")), CHILD)
    home.start("P")
    monkeypatch.undo()
    ((key, step),) = home.incidents
    assert key == 1
    drive(home, key, Retry(step))
    assert home.waiting == ["cu"]
    home.complete("cu")
    assert home.waiting == ["after"]
