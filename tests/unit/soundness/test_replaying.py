"""What the search says of a process is what the engine does: every way to a flaw ends there, sound ones never stall."""

from __future__ import annotations

from random import Random

import pytest

from bpmn.model import Event, EventKind, Kind, Node, Process
from tests.unit.engine.drawing import (
    boundary,
    draw,
    duration,
    end,
    flow,
    fork,
    inclusive,
    start,
    sub,
    user,
    xor,
)
from tests.unit.engine.driver import Story
from workflows.engine import inspect
from workflows.engine.api import Budget, FireTimer, LogKind
from workflows.soundness import Flaw, FlawKind, examine
from workflows.soundness.search import PathStep

SEEDS = 150
CROWD = 12
GATEWAYS = {Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY}
STUCK = {FlawKind.DEADLOCK, FlawKind.LEFT_BEHIND}


def random_net(random: Random, prefix: str = "", depth: int = 0) -> list:
    """Any graph of tasks, gateways and, at times, a sub-process with such a graph: most have flaws.

    A task stands before every gateway that decides, so that each decision is told to the engine by itself.
    """
    names = [f"{prefix}n{index}" for index in range(random.randint(2, 6 - 2 * depth))]
    begin, stop = f"{prefix}start", f"{prefix}end"
    edges = {(begin, names[0])}
    for index, name in enumerate(names):
        for _ in range(random.choice([1, 1, 2])):
            onward = random.random() < 0.85
            onto = names[index + 1 :] if onward else [other for other in names[1:] if other != name]
            edges.add((name, random.choice([*onto, stop])))
    parts: list = [start(begin), end(stop)]
    for name in names:
        ways = sum(name == source for source, _ in edges)
        kind = random.choice([user, xor, fork, inclusive]) if sum(name in edge for edge in edges) > 2 else user
        if kind in {xor, inclusive} and ways > 1:
            parts.append(user(f"{name}?"))
            edges = {(source, f"{name}?" if target == name else target) for source, target in edges}
            edges.add((f"{name}?", name))
        if kind is user and depth == 0 and random.random() < 0.15:
            parts.append(sub(name, random_net(random, f"{name}.", 1)))
        else:
            parts.append(kind(name))
    if random.random() < 0.3:
        parts.append(end(f"{prefix}stop", Event(EventKind.TERMINATE)))
        edges.add((random.choice(names), f"{prefix}stop"))
    tasks = [part.id for part in parts if not isinstance(part, list) and part.kind is Kind.USER_TASK]
    if tasks and random.random() < 0.4:
        parts.append(boundary(f"{prefix}b", duration("PT1H"), random.choice(tasks), interrupting=random.random() < 0.5))
        edges.add((f"{prefix}b", random.choice([*names[1:], stop])))
    return [*parts, *(_flow(source, target, parts, edges) for source, target in sorted(edges))]


def _flow(source: str, target: str, parts: list, edges: set[tuple[str, str]]) -> list:
    kinds = {part.id: part.kind for part in parts if not isinstance(part, list)}
    decides = kinds.get(source) in GATEWAYS and sum(source == other for other, _ in edges) > 1
    return flow(source, target, when=f'= list contains(taken, "{source}>{target}")' if decides else None)


def replay(process: Process, path: tuple[PathStep, ...]) -> Story:
    """Let the engine follow a path of the search."""
    story = Story(process, {"taken": _decisions(process, path)})
    nodes = process.nodes
    for place, step in enumerate(path):
        node = nodes[step.element]
        if not _is_act(node, step):
            continue
        story.set(taken=_decisions(process, path[place + 1 :]))
        if node.kind is Kind.USER_TASK:
            story.complete(node.id)
        else:
            story.do(FireTimer(next(key for key, timer in story.timers.items() if timer.element == node.id)))
    return story


def _is_act(node: Node, step: PathStep) -> bool:
    """Whether somebody does something here: a task is entered first, and then done."""
    return node.kind is Kind.BOUNDARY_EVENT or (node.kind is Kind.USER_TASK and bool(step.take))


def _decisions(process: Process, rest: tuple[PathStep, ...]) -> list[str]:
    """What the gateways decide until something waits to be done again."""
    taken: list[str] = []
    for step in rest:
        node = process.nodes[step.element]
        if _is_act(node, step):
            break
        if node.kind in GATEWAYS:
            taken += step.take
    return taken


def tokens(story: Story) -> list[str]:
    """Where tokens are, the sub-processes around them included."""
    return [token.element for token in inspect(story.definition, story.state).tokens]


def confirm(process: Process, flaw: Flaw) -> None:
    """The engine at the end of the way shows the flaw."""
    story = replay(process, flaw.path)
    assert not story.incidents
    if flaw.kind in STUCK:
        assert not story.ended
        assert story.waiting == []
        assert {*flaw.elements} <= {*tokens(story)}
    elif story.ended:  # the act that made the second token also ended everything
        entered = [entry.element for entry in story.log if entry.kind is LogKind.ENTERED]
        assert entered.count(flaw.elements[0]) > 1
    else:
        assert tokens(story).count(flaw.elements[0]) > 1


def walk(process: Process, random: Random) -> tuple[Story, bool]:
    """A random run; whether it came to its end, or to a place where nothing can happen any more."""
    deciding = [node for node in process.nodes.values() if node.kind in GATEWAYS and len(node.outgoing) > 1]
    story = Story(process, {"taken": _any(deciding, random)}, budget=Budget(steps=2_000))
    for _ in range(60):
        acts = [*story.steps.values(), *story.timers.values()]
        if not acts or story.incidents or len(story.steps) > CROWD:
            break
        act = random.choice(acts)
        story.set(taken=_any(deciding, random))
        if act in story.timers.values():
            story.do(FireTimer(act.timer))
        else:
            story.complete(act.element)
    return story, not story.ended and not story.steps and not story.timers


def _any(deciding: list[Node], random: Random) -> list[str]:
    """A random way out of each gateway, several of an inclusive one."""
    taken: list[str] = []
    for node in deciding:
        several = 1 if node.kind is Kind.EXCLUSIVE_GATEWAY else random.randint(1, len(node.outgoing))
        taken += random.sample(node.outgoing, several)
    return taken


@pytest.mark.parametrize("part", range(4))
def test_every_way_to_a_flaw_leads_the_engine_there(part: int):
    confirmed = dict.fromkeys((*STUCK, FlawKind.RUNS_TWICE), 0)
    for seed in range(part * SEEDS, (part + 1) * SEEDS):
        process = draw(*random_net(Random(seed)))
        for flaw in examine(process).flaws:
            if flaw.path:
                try:
                    confirm(process, flaw)
                except Exception as error:
                    raise AssertionError(f"seed {seed}: {flaw}") from error
                confirmed[flaw.kind] += 1
    assert all(confirmed.values()), confirmed


@pytest.mark.parametrize("part", range(4))
def test_where_the_search_finds_nothing_the_engine_never_stalls(part: int):
    """And where it stalls, or a step it calls dead is reached, the search is wrong."""
    sound = stalled = 0
    for seed in range(part * SEEDS, (part + 1) * SEEDS):
        random = Random(seed)
        process = draw(*random_net(random))
        verdict = examine(process)
        if not verdict.decided:
            continue
        stuck = any(flaw.kind in STUCK for flaw in verdict.flaws)
        dead = {flaw.elements[0] for flaw in verdict.flaws if flaw.kind is FlawKind.NEVER_RUNS}
        cut = any(flaw.kind is FlawKind.RUNS_TWICE for flaw in verdict.flaws)
        sound += not stuck
        for _ in range(5):
            story, stalls = walk(process, random)
            stalled += stalls
            assert not (stalls and not stuck and not cut), f"seed {seed}: {tokens(story)}"
            assert not dead & {*story.completed}, f"seed {seed}"
    assert sound > SEEDS // 10
    assert stalled > SEEDS // 10
