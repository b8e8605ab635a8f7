"""Checking one chain: event after event against its digest, its link, its erasure notes and its seals."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from workflows import chaining
from workflows.models import HistoryEvent
from workflows.sealing.findings import Fault, Report


class Linked(NamedTuple):
    """One event as it is stored; ``data`` parsed, ``version`` as text, hashes as bytes or None."""

    sequence: int
    revision: int
    at: datetime
    actor: int | None
    version: str | None
    kind: str
    element: str
    step: str
    data: Any
    salt: bytes | None
    digest: bytes | None
    link: bytes | None


class End(NamedTuple):
    """Where the instance's row says that its chain ends."""

    length: int
    head: bytes


class ChainCheck:
    """The chain of one instance; feed its events in order, then ``finish``. ``sealed``: length -> (link, seal)."""

    def __init__(self, instance: UUID, end: End, sealed: Mapping[int, tuple[bytes, int]], report: Report) -> None:
        self._instance, self._id = instance, str(instance)
        self._end = end
        self._sealed = sealed
        self._report = report
        self._last = 0
        self._link: bytes | None = chaining.GENESIS
        self._unsalted: dict[int, str] = {}
        self._notes: dict[int, str] = {}
        report.instances += 1

    def feed(self, event: Linked) -> None:
        """The next event."""
        self._report.count_event()
        if event.sequence > self._last + 1:
            self._missing(self._last + 1, event.sequence - 1, "events are not there")
            self._link = None
        if event.sequence > self._end.length:
            self._altered(event.sequence, "event was added behind the end of the history")
        elif self._is_linked(event):
            self._check_payload(event)
        sealed = self._sealed.get(event.sequence)
        if sealed is not None and sealed[0] != event.link:
            self._altered(event.sequence, f"link is not the one in seal {sealed[1]}")
        self._last, self._link = event.sequence, event.link

    def finish(self) -> None:
        """All events were there; what should be and is not, is found now."""
        last_sealed = max(self._sealed, default=0)
        length = max(self._end.length, last_sealed)
        if length > self._last:
            self._missing(self._last + 1, length, "last events are not there")
        elif self._link != (self._end.head or chaining.GENESIS) and self._last == self._end.length:
            self._altered(self._last, "link is not the end of the chain that the instance knows")
        for sequence, left in self._unsalted.items():
            note = self._notes.get(sequence)
            if note is None:
                self._altered(sequence, "salt is gone, and nothing says that it was erased")
            elif note != left:
                self._altered(sequence, "what erasing left was changed")
            else:
                self._add(Fault.ERASED, sequence, sequence, "personal data was erased")
        if self._last > last_sealed:
            self._add(Fault.UNSIGNED, last_sealed + 1, self._last, "events are not sealed yet")

    def _is_linked(self, event: Linked) -> bool:
        if event.digest is None or event.link is None:
            self._altered(event.sequence, "event is not linked")
            return False
        if self._link is None:  # what was before it is missing
            return True
        common = chaining.envelope(self._id, event.revision, event.at, event.actor, event.version)
        own = chaining.own_envelope(event.sequence, event.kind, event.element, event.step)
        if chaining.link(self._link, event.digest, common, own) != event.link:
            self._altered(event.sequence, "envelope, order or link was changed")
            return False
        return True

    def _check_payload(self, event: Linked) -> None:
        payload = chaining.payload(event.data)
        if event.salt is None:
            self._unsalted[event.sequence] = hashlib.sha256(payload).hexdigest()
        elif event.digest is not None and chaining.digest(event.salt, payload) != event.digest:
            self._altered(event.sequence, "payload was changed")
        elif event.kind == HistoryEvent.Kind.ERASED:
            self._notes |= {int(sequence): left for sequence, left in event.data.get("events", {}).items()}

    def _altered(self, sequence: int, detail: str) -> None:
        self._add(Fault.ALTERED, sequence, sequence, detail)

    def _missing(self, first: int, last: int, detail: str) -> None:
        self._add(Fault.MISSING, first, last, detail)

    def _add(self, fault: Fault, first: int, last: int, detail: str) -> None:
        self._report.add(fault, detail, instance=self._instance, first=first, last=last)
