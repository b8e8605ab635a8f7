"""Random processes that call one another: a call has one living child, a child its call, and nobody is orphaned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from random import Random

import pytest

from tests.property.models import CALLED, random_family
from tests.property.walking import BUDGET, SEED, STEPS, answers, at_step, beginning, ports_of
from tests.unit.engine.test_family import Household
from workflows.engine import inspect
from workflows.engine.api import (
    Cancel,
    FireTimer,
    Receive,
    Retry,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
)
from workflows.engine.family import drive

PARTS = 4
STEPS_OF_ONE = 40
LARGE = 100  # a loop around a call makes families of thousands: each step of theirs looks at all of them
Told = tuple[int, Stimulus]


def household(seed: int) -> Household:
    home = Household(*random_family(Random(seed)))
    home.ports_ = ports_of(seed)
    return home


def possible(home: Household, random: Random) -> list[Told]:
    """What may happen to any member of the family."""
    values = answers(random)
    found: list[Told] = []
    for (key, _), step in home.open.items():
        found += [(key, stimulus) for stimulus in at_step(step, values, random)]
    found += [(key, FireTimer(timer)) for (key, timer), planned in home.timers.items() if planned.due is not None]
    found += [(key, Receive(subscription, values)) for key, subscription in home.subscriptions]
    found += [(key, Retry(step, {"wait": "PT1H", "called": random.choice(CALLED)})) for key, step in home.incidents]
    if random.random() < 0.02:
        found.append((random.randrange(len(home.names)), Cancel("enough")))
    return found


def check(home: Household, held: set[int]) -> None:
    """What must hold of a family after every step; ``held`` are the members that were seen to have ended well."""
    living = [key for key in range(len(home.names)) if key not in home.finished]
    steps, timers = by_owner(home.open), by_owner(home.timers)
    subscriptions, incidents = by_owner(home.subscriptions), by_owner(home.incidents)
    nothing: set[str] = set()
    for key in {*range(len(home.names))} - held:
        view = inspect(home.definition(key), home.states[key])
        assert {step.step for step in view.steps} == steps.get(key, nothing), "every open step exactly once"
        assert {timer.timer for timer in view.timers} == timers.get(key, nothing)
        assert {*view.subscriptions} == subscriptions.get(key, nothing)
        assert {one.step for one in view.incidents} == incidents.get(key, nothing)
        assert (key not in home.finished) == bool(view.tokens), "ended means nothing is open"
    held |= {*home.finished}
    assert not held & {*steps, *timers, *subscriptions, *incidents}, "nothing opens where all has ended"
    callers = [home.callers[key] for key in living if home.callers[key] is not None]
    assert len(callers) == len(set(callers)), "a call has one child"
    calls = {where for where, step in home.open.items() if step.kind is StepKind.CALL}
    assert calls == set(callers), "a call waits for a living child, and a living child for its call"


def by_owner(places: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    """What is open, by the member of the family it belongs to."""
    found: dict[int, set[str]] = defaultdict(set)
    for owner, name in places:
        found[owner].add(name)
    return dict(found)


@pytest.mark.parametrize("part", range(PARTS))
def test_families_hold_together_and_replay(part: int):
    driven, seed, endings, children = 0, SEED * 1_000_000 + part * 100_000_000, 0, 0
    while driven < STEPS // 40 // PARTS:
        seed += 1
        home, story = walk(seed)
        driven, endings, children = driven + len(story), endings + (0 in home.finished), children + len(home.names) - 1
        replay(seed, home, story)
    assert endings > driven // 100
    assert children > driven // 50


def walk(seed: int) -> tuple[Household, list[Told]]:
    """A random walk through a family; what was told to it, in order."""
    random, home, story = Random(seed), household(seed), list[Told]()
    first: Told = (home.add("P"), StartInstance(beginning(random)))
    choices, held = [first], set[int]()
    while choices and len(story) < STEPS_OF_ONE and len(home.names) < LARGE:
        told = random.choice(choices)
        try:
            drive(home, *told, BUDGET)
        except StimulusRefused:
            assert isinstance(told[1], Cancel), f"seed {seed} {told}"
            choices.remove(told)
            continue
        story.append(told)
        check(home, held)
        home.ports_.moment += timedelta(minutes=20)
        choices = [] if 0 in home.finished else possible(home, random)
    return home, story


def replay(seed: int, home: Household, story: list[Told]) -> None:
    """Told the same once more, a family comes to the same bytes."""
    again = household(seed)
    again.add("P")
    for told in story:
        drive(again, *told, BUDGET)
        again.ports_.moment += timedelta(minutes=20)
    assert again.states == home.states, f"seed {seed}"
