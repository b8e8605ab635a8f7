"""The last weeks in the demo company: what people asked for, decided, did and left lying in their inboxes."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from types import ModuleType

from accounts.models import User
from config.clock import DrivenClock
from config.demo.scenes import complaints, levels, plans, talk, visits
from config.demo.stage import Stage
from notifications.jobs import mail_unseen
from tasks_inbox.models import WorkItem

PARTS = (levels, complaints, visits, plans, talk)
LENGTH = timedelta(days=38)
"""How far back the first scene begins: 25 working days and the free days among them."""


def tell(
    people: Mapping[str, User],
    buys: Mapping[str, str],
    clock: DrivenClock,
    *,
    until: datetime,
    seed: int,
    say: Callable[[str], None],
    parts: Sequence[ModuleType] = PARTS,
) -> None:
    """Everything from the clock's present to ``until``; the same seed tells the same."""
    stage = Stage(people, buys, clock, random.Random(seed))  # noqa: S311 - a demo, the same every time
    cues = chain.from_iterable(part.cues(stage) for part in parts)
    stage.play(cues, until)
    while mail_unseen():
        pass  # what people left unread was mailed to them at the time
    say(f"{WorkItem.objects.filter(status=WorkItem.Status.OPEN).count()} open tasks")
