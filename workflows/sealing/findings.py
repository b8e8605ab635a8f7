"""What a check of the history finds, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Fault(StrEnum):
    """What is not as it was written. Erased by order and not signed yet are no damage."""

    ALTERED = "altered"
    MISSING = "missing"
    ERASED = "erased"
    UNSIGNED = "unsigned"


DAMAGE = (Fault.ALTERED, Fault.MISSING)
WATCHED = 5000
"""Events between two calls of a report's ``watch``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: about events ``first`` to ``last`` of an instance, or about a seal or an archive segment."""

    fault: Fault
    detail: str
    instance: UUID | None = None
    first: int | None = None
    last: int | None = None
    seal: int | None = None
    segment: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data, without what does not apply."""
        values = {
            "fault": self.fault.value,
            "detail": self.detail,
            "instance": None if self.instance is None else str(self.instance),
            "first": self.first,
            "last": self.last,
            "seal": self.seal,
            "segment": self.segment,
        }
        return {name: value for name, value in values.items() if value is not None}

    @property
    def size(self) -> int:
        """How many events (or seals, or segments) it is about."""
        return 1 if self.first is None or self.last is None else self.last - self.first + 1


@dataclass(slots=True)
class Report:
    """What was looked at and how much of it is altered, missing, erased or unsigned; each finding is told at once.

    ``watch`` is called now and then while events are counted.
    """

    tell: Callable[[Finding], None] = lambda finding: None
    watch: Callable[[Report], None] = lambda report: None
    instances: int = 0
    events: int = 0
    seals: int = 0
    segments: int = 0
    counts: Counter[Fault] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered and nothing is missing."""
        return not any(self.counts[fault] for fault in DAMAGE)

    def count_event(self) -> None:
        """One more event was looked at."""
        self.events += 1
        if not self.events % WATCHED:
            self.watch(self)

    def add(self, fault: Fault, detail: str, **about: Any) -> None:
        """Count a finding and tell it."""
        finding = Finding(fault, detail, **about)
        self.counts[fault] += finding.size
        self.tell(finding)

    def to_json(self) -> dict[str, Any]:
        """The sums."""
        return {
            "whole": self.is_whole,
            "instances": self.instances,
            "events": self.events,
            "seals": self.seals,
            "segments": self.segments,
            **{fault.value: self.counts[fault] for fault in Fault},
        }
