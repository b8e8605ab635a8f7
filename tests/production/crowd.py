"""Run as a script beside an installation: twenty people with logins, and a stream of changes to their tasks.

`crowd.py people` enters them and prints, as JSON, the session of each. `crowd.py changes SEED COUNT` makes so many
changes through the commands, the same choices for the same seed; a few of them tell nobody, as when a process dies
between commit and hint. After every twenty it prints how many it has made, and waits for a line.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User

SIZE = 20
SILENT = 0.05
"""The part of all changes of which nobody is told."""
STEP = 20
ENOUGH = 160
"""Open tasks from which on nothing more is started."""


def enter_people() -> dict[str, str]:
    """One manager of all, eleven in sales, eight in finance; gives the session key of each."""
    from accounts.models import OrgUnit, RoleAssignment, User

    unit = OrgUnit.objects.get(code="HQ")
    sessions: dict[str, str] = {}
    manager: User | None = None
    for number in range(SIZE):
        person = User.objects.create(username=f"member.{number:02}", org_unit=unit, manager=manager)
        roles = ("sales-manager",) if manager is None else ("sales",) if number < 12 else ("finance",)  # noqa: PLR2004
        for role in roles:
            RoleAssignment.objects.create(user=person, role_id=role, unit=unit)
        manager = manager or person
        sessions[person.username] = _session(person)
    return sessions


def _session(person: User) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


class Crowd:
    """People who do what they may, one after the other, by chance."""

    def __init__(self, seed: int) -> None:
        from accounts.models import User

        self._chance = Random(seed)  # noqa: S311 - nothing secret
        self._people = list(User.objects.filter(username__startswith="member.").order_by("username"))
        self.made: Counter[str] = Counter()

    def change(self) -> None:
        """One change that a command accepted; what is refused is tried again otherwise."""
        from tasks_inbox.exceptions import InboxRefusal

        acts: Sequence[tuple[int, Callable[[Any], bool]]] = (
            (20, self._start),
            (26, self._claim),
            (22, self._complete),
            (10, self._release),
            (10, self._transfer),
            (6, self._put_off),
            (6, self._give_priority),
        )
        while True:
            person = self._chance.choice(self._people)
            (act,) = self._chance.choices([each for _weight, each in acts], [weight for weight, _each in acts])
            try:
                if act(person):
                    self.made[act.__name__.strip("_")] += 1
                    return
            except InboxRefusal:
                continue

    def _start(self, person: User) -> bool:
        from tasks_inbox.models import WorkItem
        from workflows import commands

        if WorkItem.objects.filter(status=WorkItem.Status.OPEN).count() >= ENOUGH:
            return False
        commands.start_process(actor=person, process_key="relay", number=f"C-{self.made.total()}")
        return True

    def _claim(self, person: User) -> bool:
        from tasks_inbox import commands, queries

        offered = queries.offered_ids(person, 60)
        if offered:
            commands.claim_work_item(actor=person, work_item_id=self._chance.choice(offered))
        return bool(offered)

    def _complete(self, person: User) -> bool:
        from tasks_inbox import commands

        item = self._own(person)
        if item is not None:
            commands.complete_work_item(actor=person, work_item_id=item.pk, answers={})
        return item is not None

    def _release(self, person: User) -> bool:
        from tasks_inbox import commands

        item = self._own(person)
        if item is not None:
            commands.release_work_item(actor=person, work_item_id=item.pk)
        return item is not None

    def _transfer(self, person: User) -> bool:
        from tasks_inbox import commands

        item = self._own(person)
        others = [other for other in self._people if other != person]
        if item is not None:
            commands.transfer_work_item(actor=person, work_item_id=item.pk, recipient=self._chance.choice(others))
        return item is not None

    def _put_off(self, person: User) -> bool:
        from config import clock
        from tasks_inbox import commands

        item = self._own(person)
        if item is not None:
            later = clock.now() + timedelta(hours=self._chance.randint(1, 90))
            commands.snooze_work_item(actor=person, work_item_id=item.pk, until=later)
        return item is not None

    def _give_priority(self, person: User) -> bool:
        from tasks_inbox import commands

        item = self._own(person)
        if item is not None:
            priority = self._chance.randint(1, 100)
            commands.set_priority(actor=self._people[0], work_item_id=item.pk, priority=priority)
        return item is not None

    def _own(self, person: User) -> Any:
        from tasks_inbox.models import WorkItem

        rows = WorkItem.objects.filter(assignee=person, status=WorkItem.Status.OPEN)
        own = list(rows.order_by("created_at", "id")[:60])
        return self._chance.choice(own) if own else None


def lose_some(seed: int) -> None:
    """From now on the hints of some changes never leave this process."""
    from workflows import nudge

    chance = Random(seed)  # noqa: S311 - nothing secret

    def lossy(send: Callable[..., None]) -> Callable[..., None]:
        return lambda *arguments: None if chance.random() < SILENT else send(*arguments)

    nudge._post = lossy(nudge._post)
    nudge._notify = lossy(nudge._notify)


def change(seed: int, count: int) -> None:
    """Make the changes, telling how far it is."""
    crowd = Crowd(seed)
    lose_some(seed)
    for number in range(1, count + 1):
        crowd.change()
        if number % STEP == 0:
            print(number, flush=True)
            sys.stdin.readline()  # until the others are ready for more
    time.sleep(1)  # the last hints are sent by another thread
    print(json.dumps(crowd.made), flush=True)


def main(what: str, *numbers: str) -> None:
    """What the command line says."""
    import django

    django.setup()
    if what == "people":
        print(json.dumps(enter_people()))
    else:
        change(*(int(number) for number in numbers))


if __name__ == "__main__":
    checkout = Path.cwd()
    sys.path.insert(0, str(checkout))
    from config import databases

    databases.ensure_embedded(checkout, os.environ)
    main(*sys.argv[1:])
