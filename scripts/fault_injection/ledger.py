"""What clients were told, written to disk before they go on: it is compared with the database at the end."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Told(StrEnum):
    """How an act ended for who asked for it."""

    DONE = "done"
    REFUSED = "refused"
    UNCLEAR = "unclear"  # no answer came, however often it was asked: it may have happened or not


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: a start by business number, or a completion by task."""

    act: str
    subject: str
    person: str
    told: Told
    answers: Mapping[str, Any] = field(default_factory=dict)


class Ledger:
    """A file with a line per act; safe for several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Keep what was told."""
        line = {name: getattr(entry, name) for name in Entry.__slots__}
        with self._lock:
            self.entries.append(entry)
            with self._file.open("a") as lines:
                lines.write(json.dumps(line) + "\n")

    def told(self, act: str, told: Told) -> list[Entry]:
        """The acts of this kind that ended so."""
        with self._lock:
            return [entry for entry in self.entries if entry.act == act and entry.told is told]
