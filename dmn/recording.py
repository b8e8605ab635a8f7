"""What an evaluation notes while it runs, cheaply; the explanation is worked out only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from feel import Run
from feel.functions import Function
from feel.limits import Budget, Clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmn.model import Ref
    from dmn.tables import CompiledTable

MAX_TABLES = 200
"""Tables noted per evaluation: a table called in a loop must not fill the memory."""


@dataclass(slots=True)
class TableRecord:
    """One evaluation of one table: the tested values, the frame, and what came out of it."""

    table: CompiledTable
    values: list[Any]
    frame: list[Any]
    matched: list[int] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    used_default: bool = False
    refused_input: int | None = None
    conflict: str | None = None


@dataclass(slots=True)
class NodeRecord:
    """One computed node: its value, the tables run on the way, and where a service's inner nodes belong."""

    ref: Ref
    value: Any = None
    tables: list[TableRecord] = field(default_factory=list)
    service: Ref | None = None


class Recorder:
    """Notes nodes and tables in the order in which they are computed."""

    def __init__(self) -> None:
        self.nodes: list[NodeRecord] = []
        self._open: list[NodeRecord] = []
        self._tables = 0
        self.truncated = False

    def enter(self, ref: Ref, service: Ref | None) -> NodeRecord:
        """A node's computation starts."""
        record = NodeRecord(ref, service=service)
        self._open.append(record)
        return record

    def leave(self, record: NodeRecord, value: Any) -> None:
        """A node's computation ended with a value."""
        record.value = value
        self._open.pop()
        if len(self.nodes) < MAX_TABLES:
            self.nodes.append(record)
        else:
            self.truncated = True

    def add(self, table: TableRecord) -> None:
        """A table starts; it belongs to the node being computed."""
        if self._tables >= MAX_TABLES or not self._open:
            self.truncated = True
            return
        self._tables += 1
        self._open[-1].tables.append(table)


class DecisionRun(Run):
    """A FEEL evaluation that keeps records of decisions and tables."""

    __slots__ = ("outside", "recorder", "service")

    def __init__(
        self,
        clock: Clock | None,
        budget: Budget | None,
        functions: Mapping[str, Function] | None,
        recorder: Recorder | None,
    ) -> None:
        super().__init__(clock, budget, functions)
        self.recorder = recorder
        # What the caller passes; an expression sees of it what its own file does not declare.
        self.outside: dict[str, Any] = {}
        self.service: Ref | None = None
