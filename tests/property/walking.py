"""Random walks through an instance: what the outside may do now, and what must hold after every step.

``BATON_PROPERTY_STEPS`` sets how many steps are driven (default 100,000), ``BATON_PROPERTY_SEED`` where to begin.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

from tests.unit.engine.driver import Story, StubPorts
from workflows.engine.api import (
    Advance,
    Budget,
    Cancel,
    ChildFinished,
    CompleteStep,
    Done,
    Escalate,
    Failed,
    FailStep,
    Fault,
    FireTimer,
    Later,
    OpenedStep,
    Receive,
    ReplanTimers,
    Resolve,
    Resume,
    Retry,
    SetVariables,
    StepKind,
    Stimulus,
    ThrowError,
)
from workflows.engine.token import Token
from workflows.engine.views import load

STEPS = int(os.environ.get("BATON_PROPERTY_STEPS", "100000"))
SEED = int(os.environ.get("BATON_PROPERTY_SEED", "1"))
MAX_STEPS_OF_ONE = 60
BUDGET = Budget(steps=1000, state_bytes=2_000_000)
PEOPLE = frozenset({StepKind.USER_TASK, StepKind.MANUAL_TASK, StepKind.RECEIVE_TASK})


def ports_of(seed: int) -> StubPorts:
    """Handlers whose answers depend only on how often they were asked."""
    ports = StubPorts()
    random = Random(seed)
    ports.handlers["later"] = Later()
    ports.handlers["job"] = lambda inputs, step: Done({"x": random.randint(0, 6)})
    ports.handlers["flaky"] = lambda inputs, step: random.choice((Done(), Failed("down"), Fault("E"), Fault("OTHER")))
    return ports


def beginning(random: Random) -> dict[str, Any]:
    """Variables a random process may start with."""
    return {"x": random.randint(0, 6), "wait": "PT1H", "called": random.choice(("Q", "R", "nobody"))}


def answers(random: Random) -> dict[str, Any]:
    """What somebody may bring: whatever the conditions and dates of random processes read."""
    return {"x": random.randint(0, 6), "again": random.random() < 0.3, "wait": random.choice(("PT1H", None, "P1D"))}


def at_step(step: OpenedStep, values: dict[str, Any], random: Random) -> list[Stimulus]:
    """What may happen to an open step, but for its child when it is a call."""
    key, found = step.step, list[Stimulus]()
    if step.kind in PEOPLE or step.kind is StepKind.JOB:
        found += [CompleteStep(key, values), CompleteStep(key)]
        if random.random() < 0.15:
            found.append(ThrowError(key, random.choice(("E", "OTHER"))))
    if step.kind is StepKind.JOB:
        found.append(FailStep(key, "no retries"))
    return found


def of_child(step: OpenedStep, values: dict[str, Any], random: Random) -> list[Stimulus]:
    """What the child of a call may do to it."""
    if step.kind is not StepKind.CALL:
        return []
    found: list[Stimulus] = [ChildFinished(step.step, values)]
    if random.random() < 0.3:
        found += [ThrowError(step.step, "E"), Escalate(step.step, "S"), FailStep(step.step, "cancelled")]
    return found


def possible(story: Story, random: Random) -> list[Stimulus]:
    """Everything the outside may do now."""
    found: list[Stimulus] = []
    values = answers(random)
    for step in story.steps.values():
        found += at_step(step, values, random) + of_child(step, values, random)
    found += [FireTimer(key) for key, timer in story.timers.items() if timer.due is not None]
    found += [Receive(key, values) for key in story.subscriptions]
    found += [Retry(key, {"wait": "PT1H"}) for key in story.incidents]
    found += [Resolve(key, {"wait": "PT1H"}) for key in story.incidents if random.random() < 0.2]
    found += [Resume(thrown.step) for thrown in story.thrown if thrown.escalation]
    if random.random() < 0.05:
        found += [SetVariables(values), ReplanTimers()]
    if random.random() < 0.01:
        found.append(Cancel("enough"))
    return found


def normal(result: Advance) -> Any:
    """An advance without its bytes."""
    return {name: getattr(result, name) for name in Advance.__dataclass_fields__ if name != "state"}


def check(story: Story, tokens: list[Token] | None = None) -> None:
    """What must hold after every step; of ``tokens``, or of those that are stored."""
    if tokens is None:
        tokens = load(story.definition, story.state).all_tokens()
    waits = {token.key: token.internal_data["w"] for token in tokens if "w" in token.internal_data}
    assert [token.key for token in tokens if token.kind] == sorted(story.steps, key=int), "every open step exactly once"
    assert {key for key, what in waits.items() if what == "t"} == set(story.timers)
    assert {key for key, what in waits.items() if what != "t"} == set(story.subscriptions)
    assert {token.key for token in tokens if token.incident} == set(story.incidents)
    assert story.ended == (not tokens), "ended means nothing is left, and something is left until then"
