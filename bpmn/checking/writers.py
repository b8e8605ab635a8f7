"""What may have been written into variables when an element of a diagram is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpmn.bundle import Form
from bpmn.checking.catalogue import Catalogue
from bpmn.forms import fields
from bpmn.model import EventKind, Flow, Kind, Node, Process
from bpmn.texts import components

_OPEN_EVENTS = frozenset({EventKind.MESSAGE, EventKind.SIGNAL, EventKind.ERROR, EventKind.ESCALATION})
"""What they bring is only known to who sends them."""
_COUNTERS = frozenset(
    {
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)
_ORDERED = 1_000
"""Larger processes are not looked at step by step: whatever is written anywhere counts."""


@dataclass(slots=True)
class Written:
    """What one node may write: names, and whether it or whoever starts the process may bring anything else besides."""

    names: set[str] = field(default_factory=set)
    anything: bool = False
    given: bool = False

    def add(self, other: Written) -> None:
        """What the other may write too."""
        self.names |= other.names
        self.anything |= other.anything
        self.given |= other.given


class Writers:
    """What may have been written when an element's expressions are evaluated."""

    def __init__(
        self, process: Process, forms: Mapping[str, Form], catalogue: Catalogue, *, called: bool = False
    ) -> None:
        self.process = process
        self.forms = forms
        self.catalogue = catalogue
        self.called = called
        """Whether another process of the set calls this one and may pass it anything."""
        self.results = {node.id: self._result(node) for node in process.nodes.values()}
        """What an element has when it is done, before its output mappings choose from it."""
        self.written = {node.id: self._written(node) for node in process.nodes.values()}
        self.all = self._union(process.nodes)
        self.in_order = len(process.nodes) <= _ORDERED and not self._is_concurrent()
        self._entries = {node.scope: f"into {node.scope}" for node in process.nodes.values() if node.scope}
        """Where one enters a sub-process, apart from the sub-process itself, which is where one leaves it."""
        self._leading = self._edges() if self.in_order else {}
        self._seen: dict[tuple[str, bool, bool], Written] = {}

    def visible(self, owner: Node | Flow, *, own: bool) -> Written:
        """What may have been written when an element's expressions are evaluated, local names aside; ``own`` counts
        the element's own results too.
        """
        node = self.process.nodes.get(owner.source) if isinstance(owner, Flow) else owner
        if node is None or not self.in_order or node.for_compensation or node.kind is Kind.BOUNDARY_EVENT:
            return self.all
        asked = (node.id, isinstance(owner, Flow), own)
        if asked not in self._seen:
            ended = own or isinstance(owner, Flow)
            seen = self._union(self._reaching(node.id if ended else self._entries.get(node.id, node.id)))
            if ended:
                seen.add(self.written[node.id] if isinstance(owner, Flow) else self.results[node.id])
            self._seen[asked] = seen
        return self._seen[asked]

    def _union(self, identities: Iterable[str]) -> Written:
        found = Written()
        for identity in identities:
            if identity in self.written:
                found.add(self.written[identity])
        return found

    def _is_concurrent(self) -> bool:
        """Whether branches may run side by side, so that what lies on another one may have been written as well."""
        return any(
            (len(node.outgoing) > 1 and node.kind not in {Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY})
            or (node.kind is Kind.BOUNDARY_EVENT and not node.interrupting)
            or node.triggered_by_event
            for node in self.process.nodes.values()
        )

    def _reaching(self, identity: str) -> set[str]:
        """All nodes that lead to one; itself only where it leads to itself."""
        found, waiting = set[str](), [identity]
        while waiting:
            for source in self._leading.get(waiting.pop(), ()):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return found

    def _edges(self) -> dict[str, set[str]]:
        """From each node those that lead to it: flows, hosts, links, and sub-processes to and from what is inside."""
        nodes, entries = self.process.nodes, self._entries
        leading: dict[str, set[str]] = {identity: set() for identity in (*nodes, *entries.values())}
        for flow in self.process.flows.values():
            if flow.source in nodes and flow.target in nodes:
                leading[entries.get(flow.target, flow.target)].add(flow.source)
        for node in nodes.values():
            if node.attached_to in nodes:
                leading[node.id].add(node.attached_to or "")
            if node.scope in nodes:
                leading[entries.get(node.id, node.id)].add(entries[node.scope or ""])
                leading[node.scope or ""].add(node.id)
            if node.id in entries:
                leading[node.id].add(entries[node.id])
                if node.loop is not None:
                    leading[entries[node.id]].add(node.id)
            if node.kind is Kind.INTERMEDIATE_CATCH_EVENT and node.event and node.event.kind is EventKind.LINK:
                throws = (
                    other.id
                    for other in nodes.values()
                    if other.kind is Kind.INTERMEDIATE_THROW_EVENT
                    and other.event
                    and (other.event.kind, other.event.name) == (EventKind.LINK, node.event.name)
                )
                leading[node.id].update(throws)
        return leading

    def local(self, owner: Node | Flow) -> set[str]:
        """What only the element and what lies in it sees: mapped inputs, items of loops and their counters."""
        names: set[str] = set()
        at = self.process.nodes.get(owner.source) if isinstance(owner, Flow) else owner
        while at is not None:
            names |= {_first(mapping.target) for mapping in at.inputs}
            if at.kind is Kind.USER_TASK:
                names.add("signers")
            if at.loop is not None:
                names |= {*_COUNTERS, at.loop.input_element or "loopCounter", _first(at.loop.output_collection or "")}
            host = self.process.nodes.get(at.attached_to or "")
            if host is not None:
                names |= {_first(mapping.target) for mapping in host.inputs}
            at = self.process.nodes.get(at.scope or "")
        return names

    # --- what a node writes ---------------------------------------------------------------------------------------

    def _written(self, node: Node) -> Written:
        """With output mappings only what they name leaves an element."""
        if node.outputs:
            found = Written({_first(mapping.target) for mapping in node.outputs})
        else:
            found = Written()
            found.add(self.results[node.id])
        if node.loop is not None and node.loop.output_collection:
            found.names.add(_first(node.loop.output_collection))
        return found

    def _result(self, node: Node) -> Written:
        if node.kind is Kind.START_EVENT and node.scope is None:
            return self._start(node)
        if node.script is not None:
            return Written({_first(node.script.result_variable or "")})
        if node.decision is not None:
            return Written({_first(node.decision.result_variable or "")})
        if node.job is not None:
            return self._job(node.job.type)
        if node.kind is Kind.USER_TASK:
            return self._form(node)
        if node.called is not None:
            return Written(anything=node.called.propagate_all_child or bool(node.outputs))
        waits = node.event is not None and node.event.kind in _OPEN_EVENTS
        catches = node.kind not in {Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT, Kind.SEND_TASK}
        return Written(anything=node.kind is Kind.MANUAL_TASK or (waits and catches))

    def _start(self, node: Node) -> Written:
        if node.form:
            return self._form(node)
        kind = node.event.kind if node.event is not None else EventKind.NONE
        anything = kind in _OPEN_EVENTS or self.called or bool(self.process.record_kind)
        return Written(anything=anything, given=kind is EventKind.NONE)

    def _job(self, handler: str) -> Written:
        entry = (self.catalogue.handlers or {}).get(handler)
        return Written(anything=True) if entry is None or not entry.results else Written(set(entry.results))

    def _form(self, node: Node) -> Written:
        form = self.forms.get(node.form or "")
        if form is None:
            return Written(anything=True)
        paths = [fields.segments(component) for component in components(form)]
        return Written({str(path[0]) for path in paths if path})


def _first(name: str) -> str:
    """The variable of a target such as ``order.total``."""
    return name.partition(".")[0]
