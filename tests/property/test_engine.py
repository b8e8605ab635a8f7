"""Random processes under random stimuli: stored and restored after every step they behave as if never stored.

``BATON_PROPERTY_STEPS`` sets how many steps are driven (default 20,000), ``BATON_PROPERTY_SEED`` where to begin.
"""

from __future__ import annotations

import os
from datetime import timedelta
from random import Random
from typing import Any

import orjson

from tests.property.models import random_process
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import compile_definition, inspect
from workflows.engine.advancing import begin, take
from workflows.engine.api import (
    Advance,
    Budget,
    Cancel,
    CompleteStep,
    Done,
    Entry,
    Failed,
    FailStep,
    Fault,
    FireTimer,
    Later,
    ModificationRefused,
    Modify,
    Receive,
    ReplanTimers,
    Resolve,
    Retry,
    SetVariables,
    StartInstance,
    StepKind,
    Stimulus,
    ThrowError,
)
from workflows.engine.token import NO_DATA

STEPS = int(os.environ.get("BATON_PROPERTY_STEPS", "20000"))
SEED = int(os.environ.get("BATON_PROPERTY_SEED", "1"))
MAX_STEPS_OF_ONE = 60
BUDGET = Budget(steps=3000, state_bytes=2_000_000)


def ports_of(seed: int) -> StubPorts:
    """Handlers whose answers depend only on how often they were asked."""
    ports = StubPorts()
    random = Random(seed)
    ports.handlers["later"] = Later()
    ports.handlers["job"] = lambda inputs, step: Done({"x": random.randint(0, 6)})
    ports.handlers["flaky"] = lambda inputs, step: random.choice((Done(), Failed("down"), Fault("E"), Fault("OTHER")))
    return ports


def possible(story: Story, random: Random) -> list[Stimulus]:
    """Everything the outside may do now."""
    found: list[Stimulus] = []
    values = {"x": random.randint(0, 6), "again": random.random() < 0.3, "wait": random.choice(("PT1H", None, "P1D"))}
    for key, step in story.steps.items():
        if step.kind in {StepKind.USER_TASK, StepKind.JOB}:
            found.append(CompleteStep(key, values))
            found.append(CompleteStep(key, {}))
            if random.random() < 0.15:
                found.append(ThrowError(key, random.choice(("E", "OTHER"))))
        if step.kind is StepKind.JOB:
            found.append(FailStep(key, "no retries"))
    found += [FireTimer(key) for key, timer in story.timers.items() if timer.due is not None]
    found += [Receive(key, values) for key in story.subscriptions]
    found += [Retry(key, {"wait": "PT1H"}) for key in story.incidents]
    found += [Resolve(key, {"wait": "PT1H"}) for key in story.incidents if random.random() < 0.2]
    if random.random() < 0.05:
        found += [SetVariables(values), ReplanTimers()]
    if random.random() < 0.01:
        found.append(Cancel("enough"))
    return sorted(found, key=repr)


def by_hand(story: Story, random: Random) -> Modify:
    """An operator moves tokens somewhere, sensible or not."""
    nodes = sorted(story.definition.process.nodes)
    open_ones = sorted({*story.steps, *(token.step for token in inspect(story.definition, story.state).tokens)})
    ancestors = [None, None, "", *open_ones]
    entries = [
        Entry(random.choice(nodes), random.random() < 0.3, random.choice(ancestors), {"x": random.randint(0, 6)})
        for _number in range(random.randint(0, 2))
    ]
    ends = random.sample([*open_ones, *nodes], k=min(random.randint(0, 2), len(open_ones)))
    return Modify(tuple(entries), tuple(ends), {"x": random.randint(0, 6)}, "repair")


def repeated(stimulus: Stimulus) -> Stimulus:
    """The stimulus as it is read back from the history."""
    return type(stimulus)(**orjson.loads(orjson.dumps(stimulus)))


def normal(result: Advance) -> Any:
    """An advance without its bytes."""
    return {name: getattr(result, name) for name in Advance.__dataclass_fields__ if name != "state"}


def check(story: Story) -> None:
    """What must hold after every step."""
    view = inspect(story.definition, story.state)
    assert {step.step for step in view.steps} == set(story.steps), "every open step exactly once"
    assert {timer.timer for timer in view.timers} == set(story.timers)
    assert set(view.subscriptions) == set(story.subscriptions)
    assert {incident.step for incident in view.incidents} == set(story.incidents)
    if story.ended:
        assert not view.tokens, "ended means nothing is left"
    else:
        assert view.tokens, "a running instance has a token"


def test_storing_and_restoring_after_every_step_changes_nothing():
    driven, seed, endings = 0, SEED, 0
    while driven < STEPS:
        seed += 1
        random = Random(seed)
        definition = compile_definition(random_process(random))
        variables = {"x": random.randint(0, 6), "wait": "PT1H"}
        ports = ports_of(seed)
        story = Story(definition, variables, ports=ports, budget=BUDGET)
        twin_ports = ports_of(seed)
        twin = begin(definition, None, twin_ports, BUDGET)
        assert normal(take(twin, StartInstance(variables))) == normal(story.last), f"seed {seed}"
        for number in range(MAX_STEPS_OF_ONE):
            check(story)
            if story.ended:
                endings += 1
                break
            choices = possible(story, random)
            if not choices:
                break
            stimulus = random.choice(choices)
            ports.moment += timedelta(minutes=20)
            twin_ports.moment = ports.moment
            stored = story.do(stimulus)
            kept = take(begin(definition, twin, twin_ports, BUDGET), stimulus)
            assert normal(kept) == normal(stored), f"seed {seed} step {number} {stimulus}"
            assert kept.state == stored.state, f"seed {seed} step {number}"
            driven += 1
        for token in twin.tasks.values():
            assert token.data is NO_DATA
    assert endings > 20


def test_tokens_moved_by_hand_leave_an_instance_that_goes_on_and_replays():
    """An operator's act may be refused, but never leaves a step without token, nor differs when it is replayed."""
    moved, refused, seed = 0, 0, SEED
    while moved < STEPS // 20:
        seed += 1
        random = Random(seed)
        definition = compile_definition(random_process(random))
        ports, again = ports_of(seed), ports_of(seed)
        variables = {"x": random.randint(0, 6), "wait": "PT1H"}
        story = Story(definition, variables, ports=ports, budget=BUDGET)
        twin = Story(definition, variables, ports=again, budget=BUDGET)
        for _number in range(MAX_STEPS_OF_ONE):
            check(story)
            if story.ended:
                break
            choices = possible(story, random)
            stimulus = by_hand(story, random) if random.random() < 0.4 or not choices else random.choice(choices)
            try:
                story.do(stimulus)
            except ModificationRefused:
                refused += 1
                continue
            twin.do(repeated(stimulus))
            assert twin.state == story.state, f"seed {seed} {stimulus}"
            moved += isinstance(stimulus, Modify)
    assert refused > 20


def test_the_same_inputs_give_the_same_bytes():
    for seed in range(SEED, SEED + 30):
        definition = compile_definition(random_process(Random(seed)))
        states = {Story(definition, {"x": 1, "wait": "PT1H"}, ports=ports_of(seed)).state for _ in range(2)}
        assert len(states) == 1


def test_variables_stay_json():
    for seed in range(SEED, SEED + 30):
        definition = compile_definition(random_process(Random(seed)))
        story = Story(definition, {"x": 1, "wait": "PT1H"}, ports=ports_of(seed))
        orjson.dumps(dict(inspect(story.definition, story.state).variables))
