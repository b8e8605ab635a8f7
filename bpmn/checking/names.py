"""Variables that expressions read and nothing before them can have written: mostly slips of the pen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpmn.bundle import Form
from bpmn.checking.catalogue import Catalogue
from bpmn.checking.report import Report
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
_SIMILAR = 0.85
_ORDERED = 1_000
"""Larger processes are not looked at step by step: whatever is written anywhere counts."""


@dataclass(slots=True)
class Written:
    """What one node may write: names, and whether it may bring anything else besides."""

    names: set[str] = field(default_factory=set)
    anything: bool = False


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
        self.written = {node.id: self._written(node) for node in process.nodes.values()}
        self.all = self._union(process.nodes)
        self.in_order = len(process.nodes) <= _ORDERED and not self._is_concurrent()
        self._leading = self._edges() if self.in_order else {}
        self._seen: dict[tuple[str, bool], Written] = {}

    def visible(self, owner: Node | Flow, *, own: bool) -> Written:
        """What may have been written when an element's expressions are evaluated, local names aside; ``own`` counts
        the element's own results too.
        """
        node = self.process.nodes.get(owner.source) if isinstance(owner, Flow) else owner
        if node is None or not self.in_order or node.for_compensation or node.kind is Kind.BOUNDARY_EVENT:
            return self.all
        asked = (node.id, own)
        if asked not in self._seen:
            self._seen[asked] = self._union(self._reaching(node.id) | ({node.id} if own else set()))
        return self._seen[asked]

    def _union(self, identities: Iterable[str]) -> Written:
        found = Written()
        for identity in identities:
            found.names |= self.written[identity].names
            found.anything |= self.written[identity].anything
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
        nodes = self.process.nodes
        leading: dict[str, set[str]] = {identity: set() for identity in nodes}
        for flow in self.process.flows.values():
            if flow.source in nodes and flow.target in nodes:
                leading[flow.target].add(flow.source)
        for node in nodes.values():
            if node.attached_to in nodes:
                leading[node.id].add(node.attached_to or "")
            if node.scope in nodes:
                leading[node.id].add(node.scope or "")
                leading[node.scope or ""].add(node.id)
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
            if at.loop is not None:
                names |= {*_COUNTERS, at.loop.input_element or "loopCounter"}
            host = self.process.nodes.get(at.attached_to or "")
            if host is not None:
                names |= {_first(mapping.target) for mapping in host.inputs}
            at = self.process.nodes.get(at.scope or "")
        return names

    # --- what a node writes ---------------------------------------------------------------------------------------

    def _written(self, node: Node) -> Written:
        found = self._result(node)
        if node.outputs:
            found.names |= {_first(mapping.target) for mapping in node.outputs}
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
        brings = node.event is not None and node.event.kind in _OPEN_EVENTS
        return Written(anything=brings or self.called or bool(self.process.record_kind))

    def _job(self, handler: str) -> Written:
        entry = (self.catalogue.handlers or {}).get(handler)
        return Written(anything=True) if entry is None or not entry.results else Written(set(entry.results))

    def _form(self, node: Node) -> Written:
        form = self.forms.get(node.form or "")
        if form is None:
            return Written(anything=True)
        paths = [fields.segments(component) for component in components(form)]
        return Written({str(path[0]) for path in paths if path})


def report_unknown(owner: Node | Flow, name: str, writers: Writers, report: Report, *, own: bool) -> bool:
    """Warn about a name that nothing before can have written; whether there was something to say. ``own`` says that
    the expression is evaluated when the element has its results.

    Where a step before may bring anything, only a name that is nearly that of another variable is doubted.
    """
    seen = writers.visible(owner, own=own)
    if name in seen.names or name in (local := writers.local(owner)):
        return False
    similar = difflib.get_close_matches(name, sorted((seen.names | local) - {name}), 1, _SIMILAR)
    if similar and not _is_plural(name, similar[0]):
        report.warn("unknown-name-similar", owner, variable=name, similar=similar[0])
    elif seen.anything:
        return False
    else:
        code = "unknown-name-later" if name in writers.all.names else "unknown-name"
        report.warn(code, owner, variable=name)
    return True


def _is_plural(one: str, other: str) -> bool:
    """Whether one name continues the other: ``order`` and ``orders`` are two things."""
    return one.startswith(other) or other.startswith(one)


def _first(name: str) -> str:
    """The variable of a target such as ``order.total``."""
    return name.partition(".")[0]
