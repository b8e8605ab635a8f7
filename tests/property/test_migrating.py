"""Random instances go over to another version in the midst of it and behave as if they had begun there."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bpmn.model import Flow, Kind, Node, Process
from tests.property.models import random_process
from tests.property.test_engine import BUDGET, check, normal, ports_of, possible
from tests.unit.engine.driver import Story
from workflows.engine import Definition, compile_definition
from workflows.engine.api import (
    Advance,
    FireTimer,
    LogKind,
    Modify,
    Receive,
    Stimulus,
)
from workflows.engine.migrating import Plan, check_migrated, footprint, migrate
from workflows.engine.migrating.fitting import Fitting

STEPS = int(os.environ.get("BATON_PROPERTY_STEPS", "20000")) // 50
SEED = int(os.environ.get("BATON_PROPERTY_SEED", "1"))
MOST = 25


def renamed(process: Process) -> tuple[Process, dict[str, str]]:
    """The same process with every node and flow called otherwise, and what was called how."""
    names = {id: f"new-{id}" for id in process.nodes}
    flows = {id: f"new-{id}" for id in process.flows}

    def of(id: str | None) -> str | None:
        return None if id is None else names[id]

    def node(old: Node) -> Node:
        event = old.event
        if event is not None and event.activity is not None:
            event = dataclasses.replace(event, activity=of(event.activity))
        return dataclasses.replace(
            old,
            id=names[old.id],
            name=names[old.id],
            scope=of(old.scope),
            attached_to=of(old.attached_to),
            compensation_handler=of(old.compensation_handler),
            default=None if old.default is None else flows[old.default],
            incoming=tuple(flows[id] for id in old.incoming),
            outgoing=tuple(flows[id] for id in old.outgoing),
            event=event,
        )

    def flow(old: Flow) -> Flow:
        return dataclasses.replace(old, id=flows[old.id], source=names[old.source], target=names[old.target])

    nodes = {names[id]: node(old) for id, old in process.nodes.items()}
    return dataclasses.replace(
        process, nodes=nodes, flows={flows[id]: flow(f) for id, f in process.flows.items()}
    ), names


def with_inserted(process: Process, random: Random) -> Process:
    """Tasks that are done at once, dropped onto some flows: the first half of a flow keeps its id."""
    nodes, flows = dict(process.nodes), dict(process.flows)
    for flow in list(flows.values()):
        source, target = nodes[flow.source], nodes[flow.target]
        if random.random() > 0.4 or source.kind is Kind.EVENT_BASED_GATEWAY:
            continue
        new, after = f"in-{flow.id}", f"after-{flow.id}"
        nodes[new] = Node(new, Kind.TASK, name=new, scope=source.scope, incoming=(flow.id,), outgoing=(after,))
        flows[flow.id] = dataclasses.replace(flow, target=new)
        flows[after] = Flow(after, new, flow.target)
        incoming = tuple(after if id == flow.id else id for id in target.incoming)
        nodes[target.id] = dataclasses.replace(nodes[target.id], incoming=incoming)
    return dataclasses.replace(process, nodes=nodes, flows=flows)


def driven(seed: int) -> tuple[Story, Random, Process]:
    """An instance of a random process after some random stimuli."""
    random = Random(seed)
    process = random_process(random)
    story = Story(compile_definition(process), {"x": 3, "wait": "PT1H"}, ports=ports_of(seed), budget=BUDGET)
    for _ in range(random.randint(0, 12)):
        choices = possible(story, random)
        if story.ended or not choices:
            break
        story.ports.moment += timedelta(minutes=20)
        story.do(random.choice(choices))
    return story, random, process


def gone_over(story: Story, new: Definition, names: dict[str, str] | None = None) -> tuple[Story, Advance]:
    """A twin of the instance under the other version."""
    fitting = Fitting(story.definition, new, Plan(names or {}))
    result = migrate(fitting, story.state, story.ports)
    check_migrated(story.definition, story.state, new, result)
    twin: Story = object.__new__(Story)
    twin.__dict__.update(story.__dict__)
    twin.definition, twin.state, twin.ports = new, result.state, ports_of(0)
    twin.ports.__dict__.update(story.ports.__dict__)
    for name in ("steps", "timers", "subscriptions", "incidents"):
        setattr(twin, name, dict(getattr(story, name)))
    twin.log = list(story.log)
    return twin, result


def nothing_changed(result: Advance) -> bool:
    """Whether an advance only describes what is open."""
    silent = {name for name in Advance.__dataclass_fields__ if name not in {"state", "kept"}}
    return not any(getattr(result, name) for name in silent)


def through(seeds: range, wanted: Callable[[Process], bool] = lambda process: True):
    """Driven instances of wanted processes that have not ended and were not stopped by a spent budget."""
    for seed in seeds:
        if not wanted(random_process(Random(seed))):
            continue
        story, random, process = driven(seed)
        if not story.ended and not footprint(story.definition, story.state).held:
            yield seed, story, random, process


def with_names(result: Any, names: dict[str, str]) -> Any:
    """What an advance said, in the new names."""
    flows = {f"flow:{old}": new for old, new in names.items()}
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return {f.name: with_names(getattr(result, f.name), names) for f in dataclasses.fields(result)}
    if isinstance(result, dict):
        return {key: with_names(value, names) for key, value in result.items()}
    if isinstance(result, (list, tuple)):
        return [with_names(value, names) for value in result]
    return (names | flows).get(result, result) if isinstance(result, str) else result


def test_going_over_to_the_same_version_changes_nothing():
    steps = 0
    for seed, story, random, process in through(range(SEED, SEED + 400)):
        twin, result = gone_over(story, compile_definition(process))
        assert result.state == story.state, f"seed {seed}"
        assert nothing_changed(result), f"seed {seed}"
        assert {step.step for step in result.kept} == set(story.steps), "every open step is described anew"
        steps += onward(seed, story, twin, random, {})
        if steps > STEPS:
            break
    assert steps > STEPS / 4


def test_with_every_element_renamed_it_goes_on_as_before():
    steps = 0
    for seed, story, random, process in through(range(SEED + 1000, SEED + 1400)):
        other, names = renamed(process)
        twin, result = gone_over(story, compile_definition(other), names)
        assert nothing_changed(result), f"seed {seed}"
        every = names | {id: f"new-{id}" for id in process.flows}
        steps += onward(seed, story, twin, random, every)
        if steps > STEPS:
            break
    assert steps > STEPS / 4


def onward(seed: int, story: Story, twin: Story, random: Random, names: dict[str, str]) -> int:
    """Both take the same stimuli; what comes of them is the same but for the names. Says how many they took."""
    calls = Random(seed)
    for number in range(MOST):
        check(twin)
        choices = [choice for choice in possible(story, random) if not isinstance(choice, Modify)]
        if story.ended or not choices:
            return number
        stimulus = random.choice(choices)
        story.ports.moment = twin.ports.moment = story.ports.moment + timedelta(minutes=20)
        answers = calls.random()
        for ports in (story.ports, twin.ports):
            fresh = ports_of(int(answers * 1e9))
            ports.handlers = fresh.handlers
        expected, actual = normal(story.do(stimulus)), normal(twin.do(stimulus))
        assert with_names(expected, names) == with_names(actual, {}), f"seed {seed} step {number} {stimulus}"
    return MOST


def translated(stimulus: Stimulus, story: Story, twin: Story) -> Stimulus | None:
    """The stimulus for the same step, timer or subscription of the twin."""
    if getattr(stimulus, "step", None) is not None:
        step = story.steps.get(stimulus.step)
        found = step and [s for s in twin.steps.values() if _place(s) == _place(step)]
        return dataclasses.replace(stimulus, step=found[0].step) if found else None
    if isinstance(stimulus, FireTimer):
        timer = story.timers[stimulus.timer]
        same = [t for t in twin.timers.values() if (t.element, t.due) == (timer.element, timer.due)]
        return FireTimer(same[0].timer) if same else None
    if isinstance(stimulus, Receive):
        wanted = story.subscriptions[stimulus.subscription].element
        listening = [s for s in twin.subscriptions.values() if s.element == wanted]
        return Receive(listening[0].subscription, stimulus.variables) if listening else None
    return stimulus


def _place(step: Any) -> Any:
    return step.element, step.loop, step.path


def _trace(story: Story, since: int) -> list[str]:
    kinds = {LogKind.COMPLETED, LogKind.ENDED}
    return [e.element for e in story.log[since:] if e.kind in kinds and not e.element.startswith("in-")]


def runs_one_by_one(process: Process) -> bool:
    """Whether there is never more than one token in a scope."""
    choosing = {Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY}
    return not any(
        node.loop or not node.interrupting or (len(node.outgoing) > 1 and node.kind not in choosing)
        for node in process.nodes.values()
    )


@pytest.mark.parametrize("straight", [True, False])
def test_with_tasks_inserted_it_goes_on_as_before(straight):
    """Where tokens run one by one the traces are equal; beside one another they may overtake, but none is lost."""
    steps = moved = 0
    for seed, story, random, process in through(
        range(SEED + 2000, SEED + 4000), lambda process: runs_one_by_one(process) is straight
    ):
        twin, _ = gone_over(story, compile_definition(with_inserted(process, random)))
        moved += 1
        since = len(story.log)
        for number in range(MOST):
            check(twin)
            choices = [c for c in possible(story if straight else twin, random) if not isinstance(c, Modify)]
            if (story if straight else twin).ended or not choices:
                break
            stimulus = random.choice(choices)
            twin.ports.moment = story.ports.moment = twin.ports.moment + timedelta(minutes=20)
            twin.ports.handlers = ports_of(seed + number).handlers
            if straight:
                other = translated(stimulus, story, twin)
                assert other is not None, f"seed {seed} step {number} {stimulus}"
                story.ports.handlers = ports_of(seed + number).handlers
                story.do(stimulus)
                twin.do(other)
                assert _trace(story, since) == _trace(twin, since), f"seed {seed} step {number} {stimulus}"
                assert sorted(map(_place, story.steps.values())) == sorted(map(_place, twin.steps.values())), seed
            else:
                twin.do(stimulus)
            steps += 1
        if steps > STEPS:
            break
    assert moved > 20
    assert steps > 100, steps
