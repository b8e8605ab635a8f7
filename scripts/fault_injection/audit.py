"""The ledger and the receiver's counts against the database, by plain SQL: the product is not asked about itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from scripts.fault_injection.ledger import Ledger, Told
from scripts.fault_injection.processes import KEY
from scripts.fault_injection.works.names import MARKS


@dataclass
class Findings:
    """What is wrong, one sentence each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.stuck)

    def __str__(self) -> str:
        return f"lost {len(self.lost)}, doubled {len(self.doubled)}, stuck {len(self.stuck)}"


class Audit:
    """Compares once everything should have come to its end."""

    def __init__(self, address: str, ledger: Ledger, letters: Mapping[str, int]) -> None:
        self._address = address
        self._ledger = ledger
        self._letters = letters

    def unfinished(self) -> int:
        """How many processes have not ended yet."""
        return int(self._ask("SELECT count(*) FROM workflows_processinstance WHERE ended_at IS NULL")[0][0])

    def findings(self) -> Findings:
        """Everything that was lost, done twice, or is stuck."""
        found = Findings()
        self._starts(found)
        self._completions(found)
        self._letters_and_marks(found)
        self._standstill(found)
        return found

    def _starts(self, found: Findings) -> None:
        numbers = Counter(
            number
            for (number,) in self._ask(
                "SELECT number FROM workflows_processinstance WHERE process_key = %s AND parent_id IS NULL", [KEY]
            )
        )
        asked = {entry.subject for entry in self._ledger.entries if entry.act == "start"}
        found.lost += [
            f"start {entry.subject} was confirmed and does not exist"
            for entry in self._ledger.told("start", Told.DONE)
            if entry.subject not in numbers
        ]
        found.doubled += [f"start {number} happened {times} times" for number, times in numbers.items() if times > 1]
        found.doubled += [f"start {number} was refused or never asked for" for number in set(numbers) - asked]

    def _completions(self, found: Findings) -> None:
        done = {
            str(task): (person, answers)
            for task, person, answers in self._ask(
                "SELECT item.id, person.username, item.answers FROM tasks_inbox_workitem AS item "
                "LEFT JOIN accounts_user AS person ON person.id = item.ended_by_id WHERE item.status = 'completed'"
            )
        }
        confirmed = Counter(entry.subject for entry in self._ledger.told("complete", Told.DONE))
        for entry in self._ledger.told("complete", Told.DONE):
            if done.get(entry.subject) != (entry.person, entry.answers):
                found.lost.append(
                    f"{entry.person} completed {entry.subject} with {entry.answers}: {done.get(entry.subject)}"
                )
        found.doubled += [f"task {task} was confirmed to {times}" for task, times in confirmed.items() if times > 1]
        found.doubled += [
            f"step {step} of {instance} was completed {times} times"
            for instance, step, times in self._ask(
                "SELECT instance_id, step, count(*) FROM workflows_historyevent WHERE kind = 'completed' "
                "GROUP BY instance_id, step HAVING count(*) > 1"
            )
        ]

    def _letters_and_marks(self, found: Findings) -> None:
        effects = self._ask("SELECT idempotency_key, instance_id, element, status FROM workflows_effect")
        found.lost += [
            f"letter {key} was never received"
            for key, _, _, status in effects
            if status == "done" and key not in self._letters
        ]
        places = Counter((instance, element) for _, instance, element, _ in effects)
        found.doubled += [f"{times} letters of {place}" for place, times in places.items() if times > 1]
        known = {key for key, _, _, _ in effects}
        found.doubled += [f"letter {key} belongs to nothing" for key in self._letters if key not in known]
        marks = Counter(instance for (instance,) in self._ask(f"SELECT instance_id FROM {MARKS}"))  # noqa: S608 - a constant
        found.doubled += [f"{times} marks of {instance}" for instance, times in marks.items() if times > 1]
        ended = self._ask(
            "SELECT id FROM workflows_processinstance WHERE process_key = %s AND status = 'completed'", [KEY]
        )
        wrote = {instance for _, instance, _, status in effects if status == "done"}
        for (instance,) in ended:
            if instance not in marks:
                found.lost.append(f"the mark of {instance}")
            if instance not in wrote:
                found.lost.append(f"the letter of {instance}")

    def _standstill(self, found: Findings) -> None:
        rows = {
            "process has not ended": "SELECT id FROM workflows_processinstance WHERE status <> 'completed'",
            "incident is open": "SELECT message FROM workflows_incident WHERE closed_at IS NULL",
            "task is open": "SELECT id FROM tasks_inbox_workitem WHERE status = 'open'",
            "timer is left": "SELECT id FROM workflows_timer",
            "subscription is left": "SELECT id FROM workflows_subscription",
            "delivery is pending": "SELECT id FROM workflows_delivery WHERE status = 'pending'",
            "effect is pending": "SELECT id FROM workflows_effect WHERE status NOT IN ('done', 'withdrawn')",
        }
        for what, sql in rows.items():
            found.stuck += [f"{what}: {row[0]}" for row in self._ask(sql)]

    def _ask(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self._address)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        finally:
            connection.close()
