"""Random crowds of signers: what is open, and when the activity is left, follows from who said what."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tests.property.models import random_process
from tests.property.walking import BUDGET, SEED, STEPS, check, ports_of, possible
from tests.unit.engine.drawing import draw, each, flow, start, user
from tests.unit.engine.driver import Story
from workflows.engine import Definition, compile_definition
from workflows.engine.advancing import begin, take
from workflows.engine.api import (
    AddSigner,
    CompleteStep,
    RemoveSigner,
    SigningRefused,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
    Unsigned,
    Where,
)
from workflows.engine.views import load


@dataclass(eq=False)
class Person:
    """Somebody asked at a step, and whom they asked: the rules once more, said as what holds rather than what to do."""

    key: str
    where: Where | None = None
    advisory: bool = False
    host: Person | None = None
    outcome: str | None = None
    answered: bool = False
    removed: bool = False
    asked: list[Person] = field(default_factory=list)

    @property
    def left(self) -> list[Person]:
        return [person for person in self.asked if not person.removed and not person.done]

    @property
    def decided(self) -> str | None:
        """What somebody asked here decided instead."""
        for person in self.asked:
            if person.removed or not person.done or person.where is Where.BEFORE or person.advisory:
                continue
            if person.final not in {None, "approve"}:
                return person.final
        return None

    @property
    def final(self) -> str | None:
        return self.decided or self.outcome

    @property
    def done(self) -> bool:
        if self.decided:
            return True
        no = self.outcome == "reject" if self.where is None else self.outcome not in {None, "approve"}
        return self.answered and (no or not self.left)

    @property
    def gone(self) -> bool:
        """Nobody waits for them: they, or somebody above them, are through or were taken away."""
        return self.done or self.removed or (self.host is not None and self.host.gone)

    @property
    def is_open(self) -> bool:
        if self.gone or self.answered:
            return False
        if self.where is not Where.AFTER:
            return True
        host = self.host
        assert host is not None
        before = host.asked[: host.asked.index(self)]
        others = [person for person in host.asked if person.where is not Where.AFTER] + before
        return host.answered and not [person for person in others if person in host.left]

    @property
    def is_held_up(self) -> bool:
        return any(person.where is Where.BEFORE for person in self.left)

    def everybody(self) -> list[Person]:
        return [self, *(inner for person in self.asked for inner in person.everybody())]


def one_task() -> Definition:
    return compile_definition(draw(start(), user("a"), user("b"), flow("start", "a", "b")))


def several(sequential: bool) -> Definition:
    loop = each("= [1, 2, 3]", "who", sequential=sequential)
    return compile_definition(draw(start(), user("a", loop=loop), user("b"), flow("start", "a", "b")))


def signer_keys(story: Story) -> set[str]:
    return {token.key for token in load(story.definition, story.state).all_tokens() if token.task_spec.is_signer}


def act(story: Story, root: Person, random: Random) -> Stimulus:
    """Something somebody does, sensible or not; told to the model where the engine took it."""
    person = random.choice(root.everybody())
    dice = random.random()
    if dice < 0.4:
        where, advisory = random.choice(list(Where)), random.random() < 0.2
        before = signer_keys(story)
        stimulus: Stimulus = AddSigner(person.key, f"p{random.randint(0, 9)}", where, advisory)
        story.do(stimulus)
        (key,) = signer_keys(story) - before
        person.asked.append(Person(key, where, advisory, person))
    elif dice < 0.55:
        stimulus = RemoveSigner(person.key)
        story.do(stimulus)
        person.removed = True
    else:
        outcome = random.choice(("approve", "approve", "approve", None, "reject", "return"))
        stimulus = CompleteStep(person.key, {"outcome": outcome} if outcome else {})
        story.do(stimulus)
        person.answered, person.outcome = True, outcome
    return stimulus


@pytest.mark.parametrize("definition", [one_task(), several(False), several(True)], ids=["one", "parallel", "sequence"])
def test_what_is_open_follows_from_what_was_said(definition: Definition):
    acts, left_by_signers, seed = 0, 0, SEED
    while acts < STEPS // 20:
        seed += 1
        random, story = Random(seed), Story(definition)
        host = next(iter(story.steps.values()))
        root, others = Person(host.step), set(story.steps) - {host.step}
        for _number in range(40):
            opened = {person.key for person in root.everybody() if person.is_open}
            held = {person.key for person in root.everybody() if person.is_held_up}
            refused: StimulusRefused | None = None
            try:
                stimulus = act(story, root, random)
            except StimulusRefused as refusal:
                refused = refusal
            if refused is not None:
                awaited = isinstance(refused, SigningRefused) and refused.reason is Unsigned.AWAITED
                assert not awaited or refused.step in held, f"seed {seed}"
                continue
            acts += 1
            if isinstance(stimulus, CompleteStep):
                assert stimulus.step in opened - held, f"seed {seed}: nobody answers twice or before their turn"
            check(story)
            expected = {person.key for person in root.everybody() if person.is_open}
            if root.done:
                assert not expected
                assert not {key for key, step in story.steps.items() if step.signing}, f"seed {seed}"
                left_by_signers += root.decided is not None
                break
            assert set(story.steps) - others == expected, f"seed {seed} {stimulus}"
        if root.done and definition.process.nodes["a"].loop is None:
            assert story.waiting == ["b"], f"seed {seed}"
            assert story.variables.get("outcome") == root.final, f"seed {seed}"
    assert left_by_signers > acts // 200


def test_signers_anywhere_in_random_processes_survive_storing_after_every_step():
    driven, signed, seed = 0, 0, SEED + 5_000
    while driven < STEPS // 10:
        seed += 1
        definition = compile_definition(random_process(Random(seed)))
        random, ports, twin_ports = Random(seed), ports_of(seed), ports_of(seed)
        variables = {"x": 1, "wait": "PT1H", "called": "Q"}
        story = Story(definition, variables, ports=ports, budget=BUDGET)
        twin: Any = begin(definition, None, twin_ports, BUDGET)
        take(twin, StartInstance(variables))
        for _number in range(60):
            tasks = [step for step in story.steps.values() if step.kind is StepKind.USER_TASK]
            choices = [] if story.ended else possible(story, random)
            if tasks and random.random() < 0.35:
                step = random.choice(tasks)
                added = AddSigner(step.step, "p", random.choice(list(Where)))
                choices = [added] if not step.signing or random.random() < 0.6 else [RemoveSigner(step.step)]
            if not choices:
                break
            stimulus = random.choice(choices)
            try:
                stored = story.do(stimulus)
            except StimulusRefused:
                continue
            kept = take(begin(definition, twin, twin_ports, BUDGET), stimulus)
            assert kept.state == stored.state, f"seed {seed} {stimulus}"
            check(story)
            driven, signed = driven + 1, signed + isinstance(stimulus, AddSigner)
    assert signed > driven // 20
