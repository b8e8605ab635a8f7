"""Telling a history: which part of the events, and what of an event's data a person may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from workflows import queries
from workflows.models import HistoryEvent

_PLAIN = frozenset({"type", "reason", "act", "scope", "name", "decision", "before", "after", "values", "variables"})
"""What is told to everybody who may see the record; traces, messages and arguments may show what masks hide."""
_NEVER = frozenset({"state"})


@dataclass(frozen=True, slots=True)
class Part:
    """Events of some ``kinds`` (none: all) beyond a number, ``newest`` first or oldest first, so many at most."""

    kinds: frozenset[str] = frozenset()
    beyond: int | None = None
    newest: bool = False
    limit: int | None = None

    def of(self, events: QuerySet[HistoryEvent]) -> Iterator[HistoryEvent]:
        """The part of events in the tables; all of them a few thousand at a time."""
        if self.kinds:
            events = events.filter(kind__in=self.kinds)
        if self.beyond is not None:
            events = events.filter(**{"sequence__lt" if self.newest else "sequence__gt": self.beyond})
        ordered = events.order_by("-sequence" if self.newest else "sequence")
        return ordered.iterator() if self.limit is None else iter(ordered[: self.limit])

    def among(self, events: Iterable[HistoryEvent]) -> Iterator[HistoryEvent]:
        """The part of events that were read elsewhere, in their order."""
        found = sorted(events, key=lambda event: event.sequence, reverse=self.newest)
        return islice((event for event in found if self._has(event)), self.limit)

    def _has(self, event: HistoryEvent) -> bool:
        is_beyond = self.beyond is None or (event.sequence - self.beyond) * (-1 if self.newest else 1) > 0
        return is_beyond and (not self.kinds or event.kind in self.kinds)


ALL = Part()


def readable(data: Mapping[str, Any], hidden: frozenset[str], *, in_full: bool) -> dict[str, Any]:
    """What of an event's data is shown where values under ``hidden`` names are masked.

    ``in_full`` for operators; where anything is hidden they, too, read no traces, messages and arguments, which may
    repeat it. The engine's state is never shown.
    """
    names = set(data) - _NEVER if in_full and not hidden else set(data) & _PLAIN
    return queries.mask({name: data[name] for name in data if name in names}, hidden)
