"""What an import changed and what somebody must decide, as data; words are made in ``bpmn.importing.sentences``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpmn.markup import BPMN_PREFIX


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to a file, or left in it because its meaning is not clear (``decide``).

    ``element`` is the id of the nearest BPMN element that has one, ``line`` its line in the file that was read.
    """

    code: str
    element: str | None
    line: int = 0
    decide: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


class Changes:
    """Collects the changes of one file."""

    def __init__(self) -> None:
        self.made: list[Change] = []

    def done(self, code: str, element: Any, **values: Any) -> None:
        """Something was changed at an lxml element."""
        self._add(code, element, False, values)

    def open(self, code: str, element: Any, **values: Any) -> None:
        """Something stays as it is until somebody decides; the deploy check refuses or reports it."""
        self._add(code, element, True, values)

    def _add(self, code: str, element: Any, decide: bool, values: Mapping[str, Any]) -> None:
        owner = element
        while owner is not None and (owner.get("id") is None or not str(owner.tag).startswith(BPMN_PREFIX)):
            owner = owner.getparent()
        identity = owner.get("id") if owner is not None else None
        self.made.append(Change(code, identity, int(element.sourceline or 0), decide, values))
