"""Playing the demo company live: so many acts a minute for so many minutes, each by somebody who has the right."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import OperationalError

from config import clock
from config.demo.acts import customers, staff
from config.demo.acts.deeds import REFUSALS, Act, Deed
from config.demo.pump import carry_out_what_is_due
from tasks_inbox.models import WorkItem
from workflows.locks import is_transient

TRIES = 12
"""So many different acts are tried for one beat before it passes without one."""
FEW, MANY = 60, 160
"""Open tasks: with few of them customers act more, with many of them staff do."""

CUSTOMERS: Sequence[tuple[int, Act]] = (
    (10, customers.complain),
    (10, customers.report_fault),
    (8, customers.inquire),
    (14, customers.answer_reply),
    (10, customers.answer_quote),
    (4, customers.change_booking),
    (2, customers.cancel_visit),
    (8, customers.parts_arrive),
    (2, customers.technician_drops_out),
    (2, customers.withdraw_complaint),
    (12, customers.buy),
    (6, customers.pay),
    (8, customers.ask_for_level),
    (2, customers.change_mind_about_level),
    (8, customers.talk),
)
STAFF: Sequence[tuple[int, Act]] = ((10, staff.work_on_a_task), (1, staff.answer_question))


@dataclass(slots=True)
class Tally:
    """What came of a simulation: deeds, beats that passed without one, and attempts somebody else was faster at."""

    planned: int
    deeds: int = 0
    idle: int = 0
    late: int = 0
    refused: int = 0
    stopped: bool = False
    by_person: dict[str, int] = field(default_factory=dict)

    def count(self, deed: Deed) -> None:
        """One more deed."""
        self.deeds += 1
        self.by_person[deed.who.username] = self.by_person.get(deed.who.username, 0) + 1


@dataclass(frozen=True, slots=True)
class Simulation:
    """``rate`` acts a minute for ``minutes`` minutes; ``wait`` sleeps so many seconds, ``tell`` is told each deed.

    Time is cut into beats of 60/rate seconds, the first at once. At each beat one act is done, if anybody can do
    one. A beat that is over before its turn came is skipped, never made up for: no minute sees more than ``rate`` acts.
    """

    rate: float
    minutes: float
    chance: random.Random
    wait: Callable[[float], None]
    tell: Callable[[Deed], None]

    def run(self) -> Tally:
        """Play to the end or until interrupted (Ctrl-C); what is under way is then rolled back."""
        beat = timedelta(minutes=1 / self.rate)
        tally = Tally(planned=max(1, int(self.minutes * self.rate)))
        began = clock.now()
        try:
            for number in range(tally.planned):
                if not self._wait_for(began + number * beat, beat):
                    tally.late += 1
                    continue
                self._act(tally)
        except KeyboardInterrupt:
            tally.stopped = True
        return tally

    def _wait_for(self, turn: datetime, beat: timedelta) -> bool:
        """Wait until a beat's turn; False when the beat is over already."""
        now = clock.now()
        if now < turn:
            self.wait((turn - now).total_seconds())
        return now < turn + beat

    def _act(self, tally: Tally) -> None:
        for _try in range(TRIES):
            try:
                deed = self._next_act()(self.chance)
            except REFUSALS:
                tally.refused += 1
                continue
            except OperationalError as error:
                if not is_transient(error):
                    raise
                tally.refused += 1
                continue
            if deed is not None:
                tally.count(deed)
                self.tell(deed)
                carry_out_what_is_due()
                return
        tally.idle += 1

    def _next_act(self) -> Act:
        acts = CUSTOMERS if self.chance.random() < _share_of_customers() else STAFF
        return self.chance.choices([act for _weight, act in acts], [weight for weight, _act in acts])[0]


def _share_of_customers() -> float:
    """How often a customer acts, between six and one in ten, so that inboxes neither empty nor overflow."""
    open_tasks = WorkItem.objects.filter(status=WorkItem.Status.OPEN).count()
    filled = min(1.0, max(0.0, (open_tasks - FEW) / (MANY - FEW)))
    return 0.6 - 0.5 * filled
