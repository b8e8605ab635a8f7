"""Random processes through commands and rows: every open human step is one work item, every open job one effect.

``BATON_PROPERTY_STEPS`` sets how many steps are driven: one here for every two hundred there.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from accounts.models import User
from config.clock import DrivenClock
from tests.property.stories import Story
from tests.property.walking import SEED, STEPS

pytestmark = pytest.mark.django_db

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_open_step_is_one_row_and_ended_means_nothing_open(
    part: int, clock: DrivenClock, alice: User, random_handlers: Random
):
    driven, seed, ended, done = 0, SEED * 1_000_000 + part * 100_000_000, 0, Counter[str]()
    random_handlers.seed(seed)
    while driven < STEPS // 200 // PARTS:
        seed += 1
        story = Story(Random(seed), clock, alice)
        driven += story.walk(f"seed {seed}", done)
        ended += not story.is_live
        story.stop(f"seed {seed}")
    assert ended >= driven // 100
    assert done["complete"] > driven // 8, done
