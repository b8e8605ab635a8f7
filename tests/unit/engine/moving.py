"""An operator's hand on a story: tokens started and ended by element or key."""

import pytest

from tests.unit.engine.drawing import draw, end, flow, start, user
from workflows.engine.api import Entry, ModificationRefused, Modify


def modify(story, *start_at, end=(), **variables):
    entries = tuple(entry if isinstance(entry, Entry) else Entry(entry) for entry in start_at)
    return story.do(Modify(entries, tuple(end), variables, "repair"))


def refused(story, *start_at, end=()):
    before = story.state
    with pytest.raises(ModificationRefused) as refusal:
        modify(story, *start_at, end=end)
    assert story.state == before
    return refusal.value.obstacle


def line(*steps):
    return draw(start(), *(user(step) for step in steps), end(), flow("start", *steps, "end"))
