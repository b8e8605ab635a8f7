"""From the diagram model to specs: every node of the process gets one, or the process is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bpmn.model import EventKind, Kind, Node, Process
from workflows.engine.failures import DefinitionRefused
from workflows.engine.reach import Reach
from workflows.engine.specs.base import FlowNode, Way
from workflows.engine.specs.boundary import BoundaryEvent
from workflows.engine.specs.event_sub_process import EventStart, EventSubProcess
from workflows.engine.specs.inclusive import InclusiveGateway
from workflows.engine.specs.kinds import check_supported, spec_class
from workflows.engine.specs.multi_instance import MultiInstance, Repeated, StandardLoop
from workflows.engine.specs.process import ScopeSpec
from workflows.engine.specs.signer import Signer
from workflows.engine.specs.start import StartEvent
from workflows.engine.specs.sub_process import SubProcess
from workflows.engine.specs.tasks import UserTask
from workflows.engine.texts import known_functions

ITEM = " [item]"
SIGNER = " [signer]"


@dataclass(frozen=True, slots=True)
class Definition:
    """A compiled process: immutable, shared by all its instances.

    ``nodes`` holds the specs by name: every node by its id, and the item of a repeated activity as ``<id> [item]``,
    those who sign a user task as ``<id> [signer]``.
    """

    process: Process
    root: ScopeSpec
    scopes: Mapping[str, ScopeSpec]
    nodes: Mapping[str, FlowNode]
    starts: Mapping[str, StartEvent] = field(default_factory=dict)


def compile_definition(process: Process, functions: Iterable[str] = ()) -> Definition:
    """Compile a process whose expressions may call these host functions.

    Raises DefinitionRefused for anything that could not be run exactly as drawn.
    """
    with known_functions(frozenset(functions)):
        try:
            return _Builder(process).build()
        except RecursionError:
            raise DefinitionRefused(process.id, "sub-processes are nested too deeply") from None


class _Builder:
    def __init__(self, process: Process) -> None:
        self.process = process
        self.root = ScopeSpec(process.id)
        self.scopes: dict[str, ScopeSpec] = {}
        self.nodes: dict[str, FlowNode] = {}
        self.children: dict[str | None, list[Node]] = {}
        for node in process.nodes.values():
            self.children.setdefault(node.scope, []).append(node)

    def build(self) -> Definition:
        self._fill(self.root, None)
        for node in self.process.nodes.values():
            if node.id not in self.nodes:
                raise DefinitionRefused(node.id, "lies in no scope of this process")
        self._connect()
        self._attach()
        self._reach()
        if not self.root.starts:
            raise DefinitionRefused(self.process.id, "has nowhere to start")
        starts = {
            node.id: spec for node in self.children.get(None, []) if isinstance(spec := self.nodes[node.id], StartEvent)
        }
        return Definition(
            self.process,
            self.root,
            MappingProxyType(self.scopes),
            MappingProxyType(self.nodes),
            MappingProxyType(starts),
        )

    # --- nodes and scopes -----------------------------------------------------------------------------------------

    def _fill(self, scope: ScopeSpec, id: str | None) -> None:
        """Make the specs of everything that lies directly in a scope, then of the scopes inside it."""
        events: list[EventSubProcess] = []
        for node in self.children.get(id, []):
            check_supported(self.process, node)
            spec = self._make(scope, node)
            if isinstance(spec, EventSubProcess):
                events.append(spec)
        scope.event_sub_processes = tuple(events)
        if not isinstance(scope.starts, tuple) or not scope.starts:
            scope.starts = tuple(self._starts(id))

    def _make(self, scope: ScopeSpec, node: Node) -> FlowNode:
        if node.loop is None:
            spec = self._plain(scope, node, None)
            self.nodes[node.id] = spec
            return spec
        repeated: Repeated = (StandardLoop if node.loop.standard else MultiInstance)(scope, node)
        item = self._plain(scope, node, node.id + ITEM)
        repeated.item = item
        item.repeated = repeated
        self.nodes[node.id] = repeated
        self.nodes[node.id + ITEM] = item
        return repeated

    def _plain(self, scope: ScopeSpec, node: Node, name: str | None) -> FlowNode:
        spec = spec_class(node)(scope, node, name)
        if isinstance(spec, UserTask):
            spec.signer = self.nodes[node.id + SIGNER] = Signer(scope, node, node.id + SIGNER, spec)
        if isinstance(spec, SubProcess):
            inner = ScopeSpec(node.id)
            spec.inner = inner
            self.scopes[node.id] = inner
            if isinstance(spec, EventSubProcess):
                self._event_start(spec, inner)
            self._fill(inner, node.id)
        return spec

    def _event_start(self, spec: EventSubProcess, inner: ScopeSpec) -> None:
        starts = [node for node in self.children.get(spec.bpmn_id, []) if node.kind is Kind.START_EVENT]
        if len(starts) != 1:
            raise DefinitionRefused(spec.bpmn_id, "an event sub-process needs exactly one start event")
        if starts[0].event is None or starts[0].event.kind is EventKind.NONE:
            raise DefinitionRefused(starts[0].id, "the start event of an event sub-process needs an event")
        check_supported(self.process, starts[0])
        spec.start = EventStart(inner, starts[0], spec)
        self.nodes[starts[0].id] = spec.start
        inner.starts = (spec.start,)
        self.children[spec.bpmn_id].remove(starts[0])

    def _starts(self, id: str | None) -> list[FlowNode]:
        """Where tokens begin: at the none start events, else at any start event, else where no flow leads to."""
        nodes = self.children.get(id, [])
        starts = [node for node in nodes if node.kind is Kind.START_EVENT]
        plain = [node for node in starts if _is_plain(node)]
        if not starts:
            starts = [node for node in nodes if _begins_by_itself(node)]
        return [self.nodes[node.id] for node in plain or starts]

    # --- what leads where -----------------------------------------------------------------------------------------

    def _connect(self) -> None:
        flows = self.process.flows
        for node in self.process.nodes.values():
            leading = []
            for flow_id in node.outgoing:
                flow = flows[flow_id]
                target = self.nodes.get(flow.target)
                if target is None:
                    raise DefinitionRefused(flow_id, f"leads to {flow.target}, which does not exist")
                if target.node.scope != node.scope:
                    raise DefinitionRefused(flow_id, "crosses the border of a sub-process")
                leading.append((flow, target))
            self.nodes[node.id].lead(tuple(leading))
        for flow in flows.values():
            if flow.source not in self.process.nodes or flow.id not in self.process.nodes[flow.source].outgoing:
                raise DefinitionRefused(flow.id, "starts nowhere")
        self._link()

    def _link(self) -> None:
        """A link throw event leads to the one link catch event of its name in its scope."""
        catches: dict[tuple[str | None, str | None], list[Node]] = {}
        for node in self.process.nodes.values():
            if node.kind is Kind.INTERMEDIATE_CATCH_EVENT and node.event and node.event.kind is EventKind.LINK:
                catches.setdefault((node.scope, node.event.name), []).append(node)
        for node in self.process.nodes.values():
            if node.kind is Kind.INTERMEDIATE_THROW_EVENT and node.event and node.event.kind is EventKind.LINK:
                found = catches.get((node.scope, node.event.name), [])
                if len(found) != 1:
                    raise DefinitionRefused(
                        node.id, f"link {node.event.name!r} needs exactly one catch event, has {len(found)}"
                    )
                spec, target = self.nodes[node.id], self.nodes[found[0].id]
                spec.ways = spec.always = (Way("", target),)
                spec.connect(target)

    def _attach(self) -> None:
        """Boundary events and compensation handlers to their activities."""
        for node in self.process.nodes.values():
            if node.kind is not Kind.BOUNDARY_EVENT:
                continue
            event, host = self.nodes[node.id], self.nodes.get(node.attached_to or "")
            assert isinstance(event, BoundaryEvent)
            if host is None or host.node.scope != node.scope:
                raise DefinitionRefused(node.id, "is attached to nothing in its scope")
            if event.event.kind is EventKind.COMPENSATION:
                handler = self.nodes.get(node.compensation_handler or "")
                if handler is None:
                    raise DefinitionRefused(node.id, "a compensation event needs the activity that undoes")
                host.handler = handler
                continue
            host.boundary += (event,)
            if event.listens:
                host.catching += (event,)

    def _reach(self) -> None:
        joins = [spec for spec in self.nodes.values() if isinstance(spec, InclusiveGateway)]
        reach = Reach(self.process) if joins else None
        for spec in joins:
            spec.reach = reach


def _is_plain(node: Node) -> bool:
    return node.event is None or node.event.kind is EventKind.NONE


def _begins_by_itself(node: Node) -> bool:
    link = node.event is not None and node.event.kind is EventKind.LINK and node.kind is Kind.INTERMEDIATE_CATCH_EVENT
    apart = node.kind is Kind.BOUNDARY_EVENT or node.triggered_by_event or node.for_compensation or link
    return not node.incoming and not apart
