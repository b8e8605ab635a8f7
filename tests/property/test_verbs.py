"""Several people do whatever they can think of to the tasks of random processes, and nothing is lost or done twice.

``BATON_VERB_STEPS`` sets how many acts are tried (default 20,000), ``BATON_PROPERTY_SEED`` where to begin. What fails
is told with its seed and the fewest acts found that still fail; ``BATON_VERB_SEED`` tries one story alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from django.conf import LazySettings
from django.db import transaction
from structlog.testing import capture_logs

from accounts.models import OrgUnit
from config.clock import DrivenClock, use_clock
from tasks_inbox.models import Label
from tests.property import invariants
from tests.property.company import crew, headquarters
from tests.property.crowds import ACTS_OF_ONE, REFUSED, Crowd, Tried, roll_back_to
from tests.property.invariants import Before
from tests.property.verbs import VERBS
from tests.property.walking import SEED
from tests.support.records import kinds_kept, note
from tests.unit.engine.driver import BEGIN

pytestmark = pytest.mark.django_db

STEPS = int(os.environ.get("BATON_VERB_STEPS", "20000"))
ONE = os.environ.get("BATON_VERB_SEED")
PARTS = 4
MOST_TRIES = 60
"""How often a failing story is told again with fewer acts."""


class Broken(AssertionError):
    """Something did not hold; ``number`` is the act after which."""

    def __init__(self, what: str, number: int, log: list[str]) -> None:
        super().__init__(what)
        self.what, self.number, self.log = what, number, log


@pytest.fixture
def about() -> Iterator[OrgUnit]:
    """The record everything is about, and everybody who works here."""
    with kinds_kept():
        unit = headquarters()
        Label.objects.create(name="urgent", unit=unit)
        yield note()


class Telling:
    """Tells stories one after another, each from the same beginning."""

    def __init__(self, about: OrgUnit, handlers: Random) -> None:
        self.about, self.handlers, self.crew = about, handlers, crew()
        self.done, self.refused = Counter[str](), Counter[str]()

    def tell(self, seed: int, skipped: frozenset[int] = frozenset()) -> int:
        """One story without some of its acts; how many acts were tried. Raises Broken."""
        self.handlers.seed(seed)
        clock = DrivenClock(BEGIN)
        with forgotten(), use_clock(clock), capture_logs():
            crowd, number = Crowd(seed, clock, self.about, self.crew), 0
            try:
                check(crowd)
                while number < ACTS_OF_ONE and crowd.is_live:
                    if number not in skipped:
                        self.turn(crowd, crowd.choose(number))
                    number += 1
                crowd.stop("at the end")
                check(crowd)
            except (*REFUSED, AssertionError) as error:
                raise Broken(f"{type(error).__name__}: {error}", number, crowd.log) from error
            return len(crowd.log)

    def turn(self, crowd: Crowd, tried: Tried) -> None:
        """Somebody tries something; what must hold is checked."""
        before, answer = Before.of(crowd), None
        crowd.log.append(str(tried))
        try:
            answer = tried.run()
        except REFUSED as refusal:
            self.refused[f"{tried.name}: {type(refusal).__name__}"] += 1
            crowd.log[-1] += f" -> {type(refusal).__name__}"
            crowd.look()
            invariants.check_refused(crowd, tried, before)
        else:
            self.done[tried.name] += 1
            crowd.look()
            if tried.person is not None and crowd.touched:
                invariants.check_told(crowd, tried, before)
                invariants.check_going_back(crowd, tried, before, answer)
        check(crowd, before)

    def shrunk(self, seed: int, broken: Broken) -> Broken:
        """The same with as few acts as a few tries can do with: long runs of acts are left out first."""
        skipped, length, tries = frozenset(range(broken.number + 1, ACTS_OF_ONE)), 16, 0
        while length:
            for begin in range(0, broken.number + 1, length):
                without = skipped | set(range(begin, min(begin + length, broken.number + 1)))
                if without == skipped or (tries := tries + 1) > MOST_TRIES:
                    continue
                try:
                    self.tell(seed, frozenset(without))
                except Broken as again:
                    broken, skipped = again, frozenset(without)
            length //= 2
        return broken


def check(crowd: Crowd, before: Before | None = None) -> None:
    """Everything that must hold now, as far as rows have changed since it was checked last."""
    if before is None or crowd.moved or crowd.touched:
        crowd.check_rows("", crowd.family)
        invariants.check_people(crowd)
        invariants.check_ends(crowd)
        invariants.check_votes(crowd)
        if before is not None:
            invariants.check_come_back(crowd, before)
        crowd.events = []


@contextmanager
def forgotten() -> Iterator[None]:
    """What happens inside leaves nothing in the database."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        roll_back_to(mark)


@pytest.mark.parametrize("part", range(1 if ONE else PARTS))
def test_whatever_people_do_every_open_step_is_one_task_of_somebody(
    part: int, settings: LazySettings, random_handlers: Random, about: OrgUnit
):
    settings.INBOX_UNDO_SECONDS = 8
    telling, tried, seed = Telling(about, random_handlers), 0, SEED * 1_000_000 + part * 100_000_000
    while tried < (1 if ONE else STEPS // PARTS):
        seed = int(ONE) if ONE else seed + 1
        try:
            tried += telling.tell(seed)
        except Broken as broken:
            shrunk = telling.shrunk(seed, broken)
            steps = "\n  ".join(shrunk.log)
            pytest.fail(f"BATON_VERB_SEED={seed}: {broken.what}\nfewest acts: {shrunk.what}\n  {steps}", pytrace=False)
    print(f"part {part}: {tried} tried, done {dict(telling.done)}, refused {dict(telling.refused)}")
    if not ONE and STEPS >= 20_000:
        never = {name for name in VERBS if not telling.done[name]}
        assert len(never) <= 3, f"never done: {never}"
        assert sum(telling.done.values()) > tried // 3, (telling.done, telling.refused)
