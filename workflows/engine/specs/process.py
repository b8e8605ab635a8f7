"""The scope of a process or sub-process as drawn: its nodes, where tokens start, which events it listens for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

if TYPE_CHECKING:
    from workflows.engine.specs.base import FlowNode
    from workflows.engine.specs.event_sub_process import EventSubProcess


class ScopeSpec(BpmnProcessSpec):  # type: ignore[misc]
    """Spiff's process spec, filled from the diagram model; never changed once compiled, shared by all instances."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.starts: tuple[FlowNode, ...] = ()
        self.event_sub_processes: tuple[EventSubProcess, ...] = ()
