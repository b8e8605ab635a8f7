"""Random processes under random stimuli: stored and restored after every step they behave as if never stored."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import orjson
import pytest

from tests.property.models import random_process
from tests.property.walking import (
    BUDGET,
    MAX_STEPS_OF_ONE,
    SEED,
    STEPS,
    beginning,
    check,
    normal,
    ports_of,
    possible,
)
from tests.unit.engine.driver import Story
from workflows.engine import Definition, compile_definition, inspect
from workflows.engine.advancing import begin, take
from workflows.engine.api import Entry, ModificationRefused, Modify, Resume, StartInstance, Stimulus, StimulusRefused
from workflows.engine.token import NO_DATA

PARTS = 8
"""Parts that may be driven beside one another, each with seeds of its own."""
WALKS = 6
"""Walks through each random process."""


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


@pytest.mark.parametrize("part", range(PARTS))
def test_storing_and_restoring_after_every_step_changes_nothing(part: int):
    driven, endings, seed = 0, 0, SEED * 1_000_000 + part * 100_000_000
    while driven < STEPS // PARTS:
        definition = compile_definition(random_process(Random(seed)))
        for walk in range(WALKS):
            steps, ended = walk_beside_a_twin(definition, seed + walk)
            driven, endings = driven + steps, endings + ended
        seed += WALKS
    assert endings > driven // 40


def walk_beside_a_twin(definition: Definition, seed: int) -> tuple[int, bool]:
    """Walk with an instance that is stored after every step and one that never is; how far, and whether to the end."""
    random, ports, twin_ports = Random(seed), ports_of(seed), ports_of(seed)
    variables, called = beginning(random), random.random() < 0.3
    story = Story(definition, variables, ports=ports, budget=BUDGET, called=called)
    twin = begin(definition, None, twin_ports, BUDGET)
    assert normal(take(twin, StartInstance(variables, called=called))) == normal(story.last), f"seed {seed}"
    driven = 0
    while driven < MAX_STEPS_OF_ONE:
        check(story, twin.all_tokens())
        choices = [] if story.ended else possible(story, random)
        if not choices:
            break
        stimulus = random.choice(choices)
        ports.moment += timedelta(minutes=20)
        twin_ports.moment = ports.moment
        try:
            stored = story.do(stimulus)
        except StimulusRefused:
            assert isinstance(stimulus, Resume), f"seed {seed} step {driven} {stimulus}"
            story.thrown = []  # whoever threw it has gone on already
            continue
        kept = take(begin(definition, twin, twin_ports, BUDGET), stimulus)
        assert normal(kept) == normal(stored), f"seed {seed} step {driven} {stimulus}"
        assert kept.state == stored.state, f"seed {seed} step {driven}"
        driven += 1
    assert all(token.data is NO_DATA for token in twin.tasks.values())
    return driven, story.ended


def test_tokens_moved_by_hand_leave_an_instance_that_goes_on_and_replays():
    """An operator's act may be refused, but never leaves a step without token, nor differs when it is replayed."""
    moved, refused, seed = 0, 0, SEED
    while moved < STEPS // 150:
        seed += 1
        random = Random(seed)
        definition = compile_definition(random_process(random))
        ports, again = ports_of(seed), ports_of(seed)
        variables = beginning(random)
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
