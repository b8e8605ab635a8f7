"""What an import changed and what somebody must decide, as data; words are made in ``bpmn.importing.sentences``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpmn.markup import BPMN_PREFIX
from bpmn.xml import line_of

KEPT = "kept"
"""The code of what stays in the file because it changes nothing here."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to a file, or left in it: as harmless (``kept``) or because its meaning is not clear (``decide``).

    ``element`` is the id of the nearest BPMN element that has one, ``line`` its line in the file that was read.
    """

    code: str
    element: str | None
    line: int = 1
    decide: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_edit(self) -> bool:
        """Whether the file was changed."""
        return not self.decide and self.code != KEPT


class Changes:
    """Collects the changes of one file."""

    def __init__(self) -> None:
        self.made: list[Change] = []
        self._told: dict[Any, set[str | None]] = {}

    def done(self, code: str, element: Any, **values: Any) -> None:
        """Something was changed at an lxml element."""
        self._add(code, element, decide=False, values=values)

    def kept(self, element: Any, **values: Any) -> None:
        """Something of another tool stays and changes nothing here."""
        self._add(KEPT, element, decide=False, values=values)

    def open(self, code: str, element: Any, attribute: str | None = None, /, **values: Any) -> None:
        """An element, or one attribute of it, stays as it is until somebody decides."""
        self._told.setdefault(element, set()).add(attribute)
        self._add(code, element, decide=True, values=values)

    def refuse(self, element: str | None, line: int, **values: Any) -> None:
        """The deploy check would refuse what is known only by its id."""
        self.made.append(Change("refused", element, line, True, values))

    def is_told(self, element: Any, attribute: str | None) -> bool:
        """Whether somebody is asked about this already."""
        return attribute in self._told.get(element, ())

    @property
    def undecided(self) -> frozenset[str | None]:
        """The ids of the elements somebody must decide about."""
        return frozenset(change.element for change in self.made if change.decide)

    @property
    def has_edits(self) -> bool:
        """Whether the file was changed at all."""
        return any(change.is_edit for change in self.made)

    def _add(self, code: str, element: Any, *, decide: bool, values: Mapping[str, Any]) -> None:
        self.made.append(Change(code, _owner(element), max(line_of(element), 1), decide, values))


def _owner(element: Any) -> str | None:
    """The id of the nearest BPMN element; a shape or edge stands for what it draws."""
    while element is not None:
        if element.get("bpmnElement"):
            return str(element.get("bpmnElement"))
        if element.get("id") is not None and str(element.tag).startswith(BPMN_PREFIX):
            return str(element.get("id"))
        element = element.getparent()
    return None
