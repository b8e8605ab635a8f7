"""Random processes in which people are sent back: what is undone is what the step caused, and nothing else changes."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import orjson

from tests.property.models import random_process
from tests.property.walking import BUDGET, MAX_STEPS_OF_ONE, SEED, STEPS, beginning, check, ports_of, possible
from tests.unit.engine.driver import Story
from tests.unit.returning.going import Traced, going
from workflows.engine import compile_definition
from workflows.engine.api import CompleteStep, Detour, Modify, Resolve, Resume, StepKind, Stimulus
from workflows.returning.cutting import CutImpossible, human_steps

MOST_VISITS = 1_000
"""Some random processes run in circles without anybody in them."""
HUMAN = {StepKind.USER_TASK, StepKind.MANUAL_TASK}


class Walk:
    """One walk: what people and the world do, and now and then somebody sent back."""

    def __init__(self, seed: int) -> None:
        self.seed, self.random = seed, Random(seed)
        definition = compile_definition(random_process(self.random, callable=()))
        variables = beginning(self.random)
        self.story = Traced(definition, variables, ports=ports_of(seed), budget=BUDGET)
        self.twin = Story(definition, variables, ports=ports_of(seed), budget=BUDGET)
        self.open_at: dict[str, tuple[list[tuple[str, tuple[tuple[str, int], ...]]], set[str]]] = {}
        self.back = self.blocked = self.detours = self.same = 0

    def go(self) -> None:
        for _number in range(MAX_STEPS_OF_ONE):
            check(self.story)
            if self.story.ended or len(self.story.trail.visits) > MOST_VISITS or not self.move():
                return

    def move(self) -> bool:
        steps = [step for step in self.story.steps.values() if step.kind in HUMAN]
        if steps and self.random.random() < 0.25:
            self.send_back(self.random.choice(steps).step)
            return True
        choices = [
            each for each in possible(self.story, self.random) if not isinstance(each, Resume | Modify | Resolve)
        ]
        if not choices:
            return False
        self.do(self.random.choice(choices))
        return True

    def do(self, stimulus: Stimulus) -> None:
        self.story.ports.moment += timedelta(minutes=20)
        self.twin.ports.moment = self.story.ports.moment
        if isinstance(stimulus, CompleteStep):
            self.open_at[stimulus.step] = (self.story.marking, set(self.story.trail.visits))
        self.story.do(stimulus)
        again = type(stimulus)(**orjson.loads(orjson.dumps(stimulus)))
        self.twin.do(again)
        assert self.twin.state == self.story.state, f"seed {self.seed} {stimulus}"

    def send_back(self, step: str) -> None:
        trail = self.story.trail
        if step not in trail.visits:
            return
        steps = human_steps(trail, step)
        if not steps:
            return
        visit = self.random.choice(steps)
        node = trail.node(visit)
        host = self.story.steps[step]
        free = step not in self.story.incidents
        if (
            free
            and self.random.random() < 0.3
            and host.kind is StepKind.USER_TASK
            and node is not None
            and node.loop is None
        ):
            self.do(Detour(step, visit.element, visit.step))
            self.detours += 1
            return
        try:
            found = self.story.cut(visit.step)
        except CutImpossible:
            self.blocked += 1
            return
        before = dict(self.story.steps)
        assert step in found.undone, f"seed {self.seed}: who sends back gives the step away"
        self.do(going(found))
        self.back += 1
        self.check_untouched(before, found.undone)
        self.check_as_it_was(visit.step, found.undone)

    def check_untouched(self, before: dict, undone: frozenset[str]) -> None:
        """Every open step that was not caused by the target is open as it was; every other one is closed."""
        for key, step in before.items():
            if step.kind is StepKind.INCIDENT and key not in self.story.trail.visits:
                continue
            caused = key in undone or any(outer.step in undone for outer in self.around(key))
            assert (key in self.story.steps) != caused, f"seed {self.seed}: {step.element}"

    def around(self, key: str):
        visit = self.story.trail.visits.get(key)
        return () if visit is None else self.story.trail.around(visit)

    def check_as_it_was(self, of: str, undone: frozenset[str]) -> None:
        """Where nothing happened beside it meanwhile, the tokens stand as they stood when the step was open."""
        known = self.open_at.get(of)
        if known is None:
            return
        marking, visits = known
        trail = self.story.trail
        since = [visit for key, visit in trail.visits.items() if key not in visits and key not in undone]
        ended = [
            visit
            for key, visit in trail.visits.items()
            if key not in undone and visit.ended_move > trail.visits[of].ended_move and not visit.undone
        ]
        alone = undone & visits == {of}  # nothing was begun beside the step by an event on it
        if alone and not ended and all(visit.move == trail._move for visit in since):
            now = self.story.marking
            assert [element for element, _ in now] == [element for element, _ in marking], f"seed {self.seed}"
            assert now == marking, f"seed {self.seed}"
            self.same += 1


def test_going_back_undoes_exactly_what_the_step_caused():
    back = blocked = detours = same = ended = 0
    seed = SEED * 7_000_000
    while back < STEPS // 150:
        seed += 1
        walk = Walk(seed)
        walk.go()
        back, blocked, same = back + walk.back, blocked + walk.blocked, same + walk.same
        detours, ended = detours + walk.detours, ended + walk.story.ended
    assert blocked > 10
    assert detours > 50
    assert same > back // 8
    assert ended > back // 40
