"""Call activities: calling and called instances move together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.engine.drawing import (
    boundary,
    call,
    draw,
    duration,
    each,
    end,
    error,
    escalation,
    event_sub,
    flow,
    message,
    service,
    start,
    sub,
    task,
    throw,
    user,
    xor,
)
from tests.unit.engine.driver import StubPorts
from workflows.engine import compile_definition
from workflows.engine.api import (
    Advance,
    Cancel,
    CompleteStep,
    FireTimer,
    IncidentKind,
    Outcome,
    Receive,
    StartInstance,
    StimulusRefused,
    ThrowError,
)
from workflows.engine.family import CallRefused, drive


class Household:
    """A family in memory: instances by number."""

    def __init__(self, *processes: Any) -> None:
        self.definitions = {process.id: compile_definition(process) for process in processes}
        self.ports_ = StubPorts()
        self.names: list[str] = []
        self.states: list[bytes | None] = []
        self.callers: list[tuple[int, str] | None] = []
        self.open: dict[tuple[int, str], Any] = {}
        self.incidents: dict[tuple[int, str], Any] = {}
        self.timers: dict[tuple[int, str], Any] = {}
        self.subscriptions: dict[tuple[int, str], Any] = {}
        self.finished: dict[int, Any] = {}

    def definition(self, key):
        return self.definitions[self.names[key]]

    def state(self, key):
        return self.states[key]

    def ports(self, key):
        return self.ports_

    def caller(self, key):
        return self.callers[key]

    def called(self, key, step):
        return next(
            (
                child
                for child, caller in enumerate(self.callers)
                if caller == (key, step) and child not in self.finished
            ),
            None,
        )

    def create(self, key, step):
        if step.process not in self.definitions:
            raise CallRefused(f"no process {step.process}")
        return self.add(step.process, (key, step.step))

    def add(self, process, caller=None):
        self.names.append(process)
        self.states.append(None)
        self.callers.append(caller)
        return len(self.names) - 1

    def store(self, key, stimulus, result: Advance):
        self.states[key] = result.state
        for closed in result.closed:
            del self.open[key, closed.step]
        for step in result.opened:
            self.open[key, step.step] = step
        for gone in result.incidents_closed:
            del self.incidents[key, gone]
        for incident in result.incidents:
            self.incidents[key, incident.step] = incident
        for gone in result.timers_closed:
            del self.timers[key, gone]
        for timer in result.timers:
            self.timers[key, timer.timer] = timer
        for gone in result.subscriptions_closed:
            del self.subscriptions[key, gone]
        for subscription in result.subscriptions:
            self.subscriptions[key, subscription.subscription] = subscription
        if result.finished:
            self.finished[key] = result.finished

    def start(self, process, **variables):
        key = self.add(process)
        drive(self, key, StartInstance(variables))
        return self

    def find(self, element):
        return next(key for key, step in self.open.items() if step.element == element)

    def complete(self, element, **variables):
        key, step = self.find(element)
        return drive(self, key, CompleteStep(step, variables))

    def throw(self, element, code):
        key, step = self.find(element)
        return drive(self, key, ThrowError(step, code))

    @property
    def waiting(self):
        return sorted(step.element for step in self.open.values() if step.kind not in {"callActivity", "incident"})


CHILD = draw(start(), user("cu"), end(), flow("start", "cu", "end"), id="Q")


def parent(*more, **options):
    return draw(start(), call("ca", "Q", **options), user("after"), end(), flow("start", "ca", "after", "end"), *more)


def test_the_child_gets_all_variables_and_gives_all_back():
    home = Household(parent(), CHILD).start("P", a=1)
    assert home.waiting == ["cu"]
    home.complete("cu", a=2, b=3)
    assert home.waiting == ["after"]
    home.complete("after")
    assert home.finished[0].variables == {"a": 2, "b": 3}
    assert home.finished[1].variables == {"a": 2, "b": 3}


def test_mappings_and_no_propagation():
    home = Household(parent(ins={"p": "= a"}, outs={"res": "= r"}, parent=False, child=False), CHILD).start("P", a=1)
    home.complete("cu", r=4, junk=1)
    assert home.finished[1].variables == {"p": 1, "r": 4, "junk": 1}
    home.complete("after")
    assert home.finished[0].variables == {"a": 1, "res": 4}


def test_without_propagation_and_mapping_nothing_comes_back():
    home = Household(parent(child=False), CHILD).start("P", a=1)
    home.complete("cu", r=4)
    home.complete("after")
    assert home.finished[0].variables == {"a": 1}


def test_an_unknown_process_is_an_incident_that_can_be_retried():
    home = Household(parent()).start("P")
    ((_, step),) = home.incidents
    assert home.incidents[0, step].kind is IncidentKind.CALL
    home.definitions["Q"] = compile_definition(CHILD)
    from workflows.engine.api import Retry

    drive(home, 0, Retry(step))
    assert home.waiting == ["cu"]
    assert home.incidents == {}


def test_an_interrupted_call_cancels_the_child_and_its_children():
    grand = draw(start(), call("cb", "Q"), flow("start", "cb"), id="G")
    process = draw(
        start(),
        call("ca", "G"),
        boundary("b", duration("PT1H"), "ca"),
        user("late"),
        flow("start", "ca"),
        flow("b", "late"),
    )
    home = Household(process, grand, CHILD).start("P")
    assert home.waiting == ["cu"]
    drive(home, 0, FireTimer(next(iter(home.timers))[1]))
    assert home.waiting == ["late"]
    assert [home.finished[key].outcome for key in (1, 2)] == [Outcome.CANCELLED] * 2


def test_cancelling_the_root_cancels_all():
    home = Household(parent(), CHILD).start("P")
    drive(home, 0, Cancel())
    assert (home.waiting, set(home.finished)) == ([], {0, 1})


def test_a_child_cancelled_alone_is_an_incident_of_its_caller():
    home = Household(parent(), CHILD).start("P")
    drive(home, 1, Cancel())
    assert [incident.element for incident in home.incidents.values()] == ["ca"]


def test_an_error_of_the_child_is_caught_at_the_call():
    thrower = draw(start(), user("cu"), end("boom", error("X")), flow("start", "cu", "boom"), id="Q")
    process = parent(boundary("b", error("X"), "ca"), user("h"), flow("b", "h"))
    home = Household(process, thrower).start("P")
    home.complete("cu")
    assert home.waiting == ["h"]
    assert home.finished[1].outcome is Outcome.CANCELLED
    assert home.incidents == {}


def test_an_error_crosses_two_calls():
    thrower = draw(start(), user("cu"), flow("start", "cu"), id="Q")
    middle = draw(start(), sub("sp", call("cb", "Q")), flow("start", "sp"), id="G")
    handler = event_sub("es", start("ess", error("X")), user("h"), flow("ess", "h"))
    process = draw(start(), call("ca", "G"), flow("start", "ca"), handler)
    home = Household(process, middle, thrower).start("P")
    home.throw("cu", "X")
    assert home.waiting == ["h"]
    assert set(home.finished) == {1, 2}


def test_an_error_nobody_catches_is_an_incident_where_it_was_thrown():
    home = Household(parent(), CHILD).start("P")
    home.throw("cu", "X")
    assert [(key, incident.element) for (key, _), incident in home.incidents.items()] == [(1, "cu")]


def test_an_escalation_reaches_the_caller_and_the_child_goes_on():
    child = draw(start(), throw("t", escalation("E")), user("cu"), flow("start", "t", "cu"), id="Q")
    process = parent(boundary("b", escalation("E"), "ca", interrupting=False), user("boss"), flow("b", "boss"))
    home = Household(process, child).start("P")
    assert home.waiting == ["boss", "cu"]
    interrupting = parent(boundary("b", escalation("E"), "ca"), user("boss"), flow("b", "boss"))
    home = Household(interrupting, child).start("P")
    assert home.waiting == ["boss"]
    assert 1 in home.finished


def test_an_escalation_crosses_two_calls_and_without_listener_has_no_effect():
    child = draw(start(), throw("t", escalation("E")), user("cu"), flow("start", "t", "cu"), id="Q")
    middle = draw(start(), call("cb", "Q"), flow("start", "cb"), id="G")
    process = draw(
        start(),
        call("ca", "G"),
        boundary("b", escalation("E"), "ca", interrupting=False),
        user("boss"),
        flow("start", "ca"),
        flow("b", "boss"),
    )
    assert Household(process, middle, child).start("P").waiting == ["boss", "cu"]
    assert Household(parent(), child).start("P").waiting == ["cu"]


def test_what_the_first_of_several_called_closes_does_not_begin():
    """The first one called throws before the second has begun, and its caller goes on without both."""
    child = draw(start(), throw("t", escalation("E")), user("cu"), flow("start", "t", "cu"), id="Q")
    process = draw(
        start(),
        call("ca", "Q", loop=each("= [1, 2, 3]", "it")),
        boundary("b", escalation("E"), "ca"),
        user("boss"),
        flow("start", "ca"),
        flow("b", "boss"),
    )
    home = Household(process, child).start("P")
    assert home.waiting == ["boss"]
    assert home.finished[1].outcome is Outcome.CANCELLED
    assert home.states[2:] == [None, None], "the others never began"


def test_calls_in_a_loop_do_not_pile_up():
    child = draw(start(), task("t"), end(), flow("start", "t", "end"), id="Q")
    process = draw(
        start(),
        xor("m"),
        call("ca", "Q", child=False),
        service("inc"),
        xor("g", "g>end"),
        end(),
        flow("start", "m", "ca", "inc", "g"),
        flow("g", "m", when="= n < 200"),
        flow("g", "end"),
    )
    home = Household(process, child)
    from workflows.engine.api import Done

    home.ports_.handlers["inc"] = lambda inputs, step: Done({"n": inputs["n"] + 1})
    home.start("P", n=0)
    assert home.finished[0].variables == {"n": 200}


def test_processes_that_call_each_other_for_ever_are_stopped():
    process = draw(start(), call("ca", "P"), flow("start", "ca"))
    home = Household(process).start("P")
    assert len(home.names) == 51
    ((_, _),) = home.incidents


def test_each_item_calls_its_own_child():
    process = draw(
        start(), call("ca", "Q", child=False, loop=each("= items", "it")), user("after"), flow("start", "ca", "after")
    )
    home = Household(process, CHILD).start("P", items=["x", "y"])
    assert home.waiting == ["cu", "cu"]
    home.complete("cu")
    home.complete("cu")
    assert home.waiting == ["after"]


def test_messages_reach_the_child_directly():
    child = draw(
        start(), user("cu"), boundary("b", message("m"), "cu"), end(), flow("start", "cu"), flow("b", "end"), id="Q"
    )
    home = Household(parent(), child).start("P")
    ((key, subscription),) = home.subscriptions
    drive(home, key, Receive(subscription, {"x": 1}))
    assert home.waiting == ["after"]


def test_a_stimulus_that_does_not_fit_changes_nothing():
    home = Household(parent(), CHILD).start("P")
    before = list(home.states)
    with pytest.raises(StimulusRefused):
        drive(home, 0, CompleteStep("2"))
    assert home.states == before
