"""What a check found, as data: a code with values, where it is, and how much it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """An error refuses the deploy; a warning is probably a mistake; a notice informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a file; ``bpmn.checking.sentences.sentence`` puts it into words.

    ``element`` is the id of the element (or the key of a form component). ``line`` is where its start tag, or its entry
    in a JSON or YAML file, begins; it counts from 1, which also stands for the whole file. ``values`` are plain texts
    and numbers, among them ``name``, the element's name, where it has one.
    """

    file: str
    severity: Severity
    code: str
    element: str | None = None
    line: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", max(self.line, 1))
