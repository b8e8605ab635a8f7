"""Reads a BPMN 2.0 file in the Camunda 8 dialect into the diagram model; whatever it does not know it reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from bpmn import extensions
from bpmn.model import (
    BrokenReference,
    Declaration,
    Diagram,
    Event,
    EventKind,
    Flow,
    Kind,
    Loop,
    Node,
    Process,
    Unread,
)
from bpmn.vocabulary import (
    ATTRIBUTES,
    BPMN,
    BPMN_DI,
    DECLARATIONS,
    DOCUMENTATION,
    DOCUMENTATION_AT_TOP,
    ENGINE_NAMESPACES,
    EVENT_DEFINITIONS,
    FIXED,
    NODE_KINDS,
    PREFIXES,
    SUB_PROCESSES,
    TIMER_KINDS,
)
from bpmn.xml import XmlRefused, line_of, parse

FEEL_LANGUAGES = frozenset(
    {"feel", "http://www.omg.org/spec/FEEL/20140401", "https://www.omg.org/spec/DMN/20191111/FEEL/"}
)
_BPMN = f"{{{BPMN}}}"
_DIAGRAM = f"{{{BPMN_DI}}}BPMNDiagram"
MAX_NODES = 5_000
_FLOW_END = ("incoming", "outgoing")


def read(file: str, data: bytes) -> Diagram:
    """The diagram in ``data``. Raises XmlRefused for what is no BPMN file at all; all else is in the diagram."""
    root = parse(data)
    if root.tag != f"{_BPMN}definitions":
        namespace, _, name = str(root.tag).rpartition("}")
        code = "wrong-namespace" if name == "definitions" else "not-bpmn"
        raise XmlRefused(code, line_of(root), namespace=namespace.lstrip("{"), tag=name)
    return _Reader(file).read(root)


class _Reader:
    """Collects one file; ids of all scopes end up in flat mappings per process."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.declared: dict[tuple[EventKind, str], Declaration] = {}
        self.participants: dict[str, str] = {}
        self.message_flows: list[tuple[str, str]] = []
        self.unread: list[Unread] = []
        self.nameless: list[tuple[str, int]] = []
        self.broken: list[BrokenReference] = []
        self.ids: set[str] = set()
        self.duplicates: list[tuple[str, int]] = []
        self.owner = ""

    def read(self, root: etree._Element) -> Diagram:
        self._collect_ids(root)
        for element in root:
            if (name := _local(element)) in DECLARATIONS:
                self._declare(element, DECLARATIONS[name])
        processes, drawn = [], False
        for element in root:
            name = _local(element)
            if name == "process":
                processes.append(_ProcessReader(self, element).read())
            elif name == "collaboration":
                self._collaboration(element)
            elif element.tag == _DIAGRAM:
                drawn = True
            elif name == "extensionElements":
                self.extend(element, "definitions", {})
            elif name not in DECLARATIONS and name not in DOCUMENTATION_AT_TOP:
                self.leave(element)
        self._check_participants(processes)
        return Diagram(
            file=self.file,
            processes=tuple(processes),
            message_flows=tuple(self.message_flows),
            participants=self.participants,
            unread=tuple(self.unread),
            duplicates=tuple(self.duplicates),
            nameless=tuple(self.nameless),
            broken=tuple(self.broken),
            declarations=tuple(self.declared.values()),
            drawn=drawn,
        )

    # --- what every element shares --------------------------------------------------------------------------------

    def _collect_ids(self, root: etree._Element) -> None:
        """Every id of diagram and layout, before anything is built; too many flow nodes are refused here."""
        nodes = 0
        for element in root.iter():
            tag = str(element.tag)
            if not tag.startswith((_BPMN, f"{{{BPMN_DI}}}")):
                continue
            nodes += tag[len(_BPMN) :] in NODE_KINDS
            if (identity := element.get("id")) is None:
                continue
            if identity in self.ids:
                self.duplicates.append((identity, line_of(element)))
            self.ids.add(identity)
        if nodes > MAX_NODES:
            raise XmlRefused("too-many-elements", limit=MAX_NODES)

    def leave(self, element: etree._Element, attribute: str | None = None) -> None:
        """Report an element, or one attribute of it, as not understood."""
        tag = _prefixed(str(element.tag))
        if attribute is not None:
            tag = f"{tag}@{attribute}"
        name = element.get("name") or ""
        self.unread.append(Unread(element.get("id") or tag, name, line_of(element), tag, self.owner))

    def attributes(self, element: etree._Element, name: str) -> None:
        """Report attributes that are unknown, of another engine, or set to a value that does not run."""
        known = ATTRIBUTES[name]
        for key, value in element.items():
            attribute = str(key)
            if attribute.startswith("{"):
                namespace, _, short = attribute[1:].rpartition("}")
                if namespace in ENGINE_NAMESPACES or namespace == BPMN:
                    self.leave(element, f"{PREFIXES[namespace]}:{short}")
            elif attribute not in known or str(value) not in FIXED.get((name, attribute), (str(value),)):
                self.leave(element, attribute)

    def extend(self, element: etree._Element, place: str, fields: dict[str, Any]) -> None:
        """Read ``extensionElements`` into ``fields``."""
        for leftover in extensions.read(element, place, fields):
            self.leave(leftover.element, leftover.attribute)

    def refer(self, role: str, target: str | None, line: int, known: Iterable[str] | None = None) -> None:
        """Note a reference to an id that does not exist."""
        if target and target not in (self.ids if known is None else known):
            self.broken.append(BrokenReference(self.owner, role, target, line))

    # --- beside the processes -------------------------------------------------------------------------------------

    def _declare(self, element: etree._Element, kind: EventKind) -> None:
        identity, line = element.get("id"), line_of(element)
        self.owner = identity or ""
        self.attributes(element, kind.value)
        if identity is None:
            self.nameless.append((kind.value, line))
            return
        fields: dict[str, Any] = {}
        for child in element:
            if _local(child) == "extensionElements":
                self.extend(child, kind.value, fields)
            elif _local(child) != "documentation":
                self.leave(child)
        self.declared.setdefault(
            (kind, identity),
            Declaration(
                kind,
                identity,
                element.get("name"),
                line,
                element.get("errorCode") or element.get("escalationCode"),
                fields.get("correlation_key"),
            ),
        )

    def _collaboration(self, element: etree._Element) -> None:
        self.owner = element.get("id") or ""
        for child in element:
            name = _local(child)
            if name == "participant":
                self.attributes(child, name)
                self.participants[child.get("id") or ""] = child.get("processRef") or ""
                self._participant(child)
            elif name == "messageFlow":
                self.attributes(child, name)
                source, target = child.get("sourceRef") or "", child.get("targetRef") or ""
                self.message_flows.append((source, target))
                for role, end in (("sourceRef", source), ("targetRef", target)):
                    self.refer(role, end, line_of(child))
            elif name == "extensionElements":
                self.extend(child, "collaboration", {})
            elif name not in DOCUMENTATION and name != "association":
                self.leave(child)

    def _participant(self, element: etree._Element) -> None:
        for child in element:
            name = _local(child)
            if name == "extensionElements":
                self.extend(child, "participant", {})
            elif name not in {"documentation", "interfaceRef", "endPointRef"}:
                self.leave(child)

    def _check_participants(self, processes: list[Process]) -> None:
        known = {process.id for process in processes}
        for participant, process in self.participants.items():
            self.owner = participant
            self.refer("processRef", process, 0, known)


class _ProcessReader:
    """Flattens one process: drafts of nodes first, then the links between them."""

    def __init__(self, file: _Reader, element: etree._Element) -> None:
        self.file = file
        self.element = element
        self.drafts: dict[str, dict[str, Any]] = {}
        self.flows: dict[str, Flow] = {}
        self.lane_of: dict[str, str] = {}
        self.lanes: list[str] = []
        self.associations: list[tuple[str, str]] = []
        self.flow_refs: list[tuple[str, str, str, int]] = []

    def read(self) -> Process:
        element, file = self.element, self.file
        identity = element.get("id") or ""
        file.owner = identity
        file.attributes(element, "process")
        if not identity:
            file.nameless.append(("process", line_of(element)))
        fields = self._container(element, None, "process")
        self._link()
        return Process(
            id=identity,
            name=element.get("name"),
            executable=element.get("isExecutable", "false").strip() in {"true", "1"},
            nodes={key: Node(**draft) for key, draft in self.drafts.items()},
            flows=self.flows,
            line=line_of(element),
            version_tag=fields.get("version_tag"),
            documentation=fields.get("documentation"),
            lanes=tuple(self.lanes),
            forms=fields.get("forms", {}),
            properties=fields.get("properties", {}),
        )

    # --- scopes ---------------------------------------------------------------------------------------------------

    def _container(self, element: etree._Element, scope: str | None, place: str) -> dict[str, Any]:
        """Read the flow elements in ``element``; returns the fields its own extensions and documentation set."""
        fields: dict[str, Any] = {}
        for child in element:
            name = _local(child)
            if name in NODE_KINDS:
                self._node(child, NODE_KINDS[name], scope)
                self.file.owner = element.get("id") or ""
            elif name == "sequenceFlow":
                self._flow(child)
            else:
                self._beside(child, name, place, fields)
        return fields

    def _beside(self, child: etree._Element, name: str, place: str, fields: dict[str, Any]) -> None:
        if name == "extensionElements":
            self.file.extend(child, place, fields)
        elif name == "documentation":
            fields["documentation"] = "".join(str(text) for text in child.itertext()).strip()
        elif name == "laneSet":
            self._lane_set(child)
        elif name == "association":
            self.associations.append((child.get("sourceRef") or "", child.get("targetRef") or ""))
        elif name in _FLOW_END and place != "process":
            self.flow_refs.append((self.file.owner, name, _text(child) or "", line_of(child)))
        elif name in {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"} and place != "process":
            fields["loop"] = self._loop(child, name)
        elif name not in DOCUMENTATION:
            self.file.leave(child)

    def _lane_set(self, element: etree._Element) -> None:
        for lane in element:
            if _local(lane) != "lane":
                if _local(lane) not in DOCUMENTATION:
                    self.file.leave(lane)
                continue
            name = lane.get("name") or lane.get("id") or ""
            self.lanes.append(name)
            for child in lane:
                local = _local(child)
                if local == "flowNodeRef":
                    self.lane_of[_text(child) or ""] = name
                    self.file.refer("flowNodeRef", _text(child), line_of(child))
                elif local == "childLaneSet":
                    self._lane_set(child)
                elif local == "extensionElements":
                    self.file.extend(child, "lane", {})
                elif local not in DOCUMENTATION and local != "partitionElement":
                    self.file.leave(child)

    def _flow(self, element: etree._Element) -> None:
        file, line = self.file, line_of(element)
        source, target = element.get("sourceRef") or "", element.get("targetRef") or ""
        identity = element.get("id")
        if not identity:
            file.nameless.append(("sequenceFlow", line))
            identity = _free(f"{source}-{target}", file.ids)
        owner, file.owner = file.owner, identity
        file.attributes(element, "sequenceFlow")
        condition = None
        for child in element:
            name = _local(child)
            if name == "conditionExpression":
                condition = self._expression(child)
            elif name == "extensionElements":
                file.extend(child, "sequenceFlow", {})
            elif name != "documentation":
                file.leave(child)
        self.flows.setdefault(identity, Flow(identity, source, target, condition, element.get("name"), line))
        file.owner = owner

    def _expression(self, element: etree._Element) -> str | None:
        language = element.get("language")
        if language and language not in FEEL_LANGUAGES:
            self.file.leave(element, "language")
        for child in element:
            self.file.leave(child)
        return _text(element)

    # --- nodes ----------------------------------------------------------------------------------------------------

    def _node(self, element: etree._Element, kind: Kind, scope: str | None) -> None:
        file, line = self.file, line_of(element)
        identity = element.get("id")
        if not identity:
            file.nameless.append((kind.value, line))
            identity = _free(f"{kind.value}-{line}", file.ids)
        file.owner = identity
        file.attributes(element, kind.value)
        draft: dict[str, Any] = {
            "id": identity,
            "kind": kind,
            "name": element.get("name"),
            "line": line,
            "scope": scope,
            "default": element.get("default"),
            "attached_to": element.get("attachedToRef"),
            "interrupting": (element.get("cancelActivity") or element.get("isInterrupting") or "true") != "false",
            "triggered_by_event": element.get("triggeredByEvent") == "true",
            "for_compensation": element.get("isForCompensation") == "true",
        }
        kept = identity not in self.drafts
        if kept:
            self.drafts[identity] = draft
        event = self._event_of_task(element)
        if kind in SUB_PROCESSES:
            draft.update(self._container(element, identity, kind.value))
        else:
            draft.update(self._parts(element, kind, event))
        draft.setdefault("event", event)

    def _parts(self, element: etree._Element, kind: Kind, event: Event | None) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        events: list[Event] = []
        for child in element:
            name = _local(child)
            if name in EVENT_DEFINITIONS and kind.value.endswith("Event"):
                events.append(self._event(child, name))
            else:
                self._beside(child, name, kind.value, fields)
        if kind.value.endswith("Event"):
            event = events[0] if events else Event(EventKind.NONE)
            fields["event"] = event if len(events) < 2 else Event(EventKind.MULTIPLE)
        return fields

    def _event_of_task(self, element: etree._Element) -> Event | None:
        reference = element.get("messageRef")
        return self._declared(EventKind.MESSAGE, reference, line_of(element)) if reference else None

    def _event(self, element: etree._Element, name: str) -> Event:
        kind, line = EVENT_DEFINITIONS[name], line_of(element)
        self.file.attributes(element, name)
        timer: dict[str, Any] = {}
        for child in element:
            local = _local(child)
            if local in TIMER_KINDS and kind is EventKind.TIMER and not timer:
                timer = {"timer_kind": TIMER_KINDS[local], "timer": self._expression(child)}
            elif local == "extensionElements":
                self.file.extend(child, name, {})
            elif local not in {"documentation", "source", "target"} and kind is not EventKind.CONDITIONAL:
                self.file.leave(child)
        if kind.value in DECLARATIONS:
            return self._declared(kind, element.get(f"{kind.value}Ref"), line)
        if kind is EventKind.COMPENSATION:
            self.file.refer("activityRef", element.get("activityRef"), line)
            return Event(kind, activity=element.get("activityRef"))
        return Event(kind, name=element.get("name") if kind is EventKind.LINK else None, **timer)

    def _declared(self, kind: EventKind, reference: str | None, line: int) -> Event:
        declaration = self.file.declared.get((kind, (reference or "").rpartition(":")[2]))
        if declaration is None:
            self.file.refer(f"{kind.value}Ref", reference, line, ())
            return Event(kind, ref=reference)
        return Event(
            kind,
            name=declaration.name,
            code=declaration.code,
            correlation_key=declaration.correlation_key,
            ref=reference,
        )

    def _loop(self, element: etree._Element, name: str) -> Loop:
        self.file.attributes(element, name)
        standard = name == "standardLoopCharacteristics"
        fields: dict[str, Any] = {
            "standard": standard,
            "sequential": element.get("isSequential") == "true",
            "test_before": element.get("testBefore") == "true",
            "loop_maximum": element.get("loopMaximum"),
        }
        texts = {"loopCondition": "loop_condition"} if standard else _MULTI_INSTANCE_TEXTS
        for child in element:
            local = _local(child)
            if local in texts:
                fields[texts[local]] = self._expression(child)
            elif local == "extensionElements":
                self.file.extend(child, name, fields)
            elif local != "documentation":
                self.file.leave(child)
        return Loop(**fields)

    # --- links ----------------------------------------------------------------------------------------------------

    def _link(self) -> None:
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in self.flows.values():
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for identity, draft in self.drafts.items():
            draft["incoming"] = tuple(incoming.get(identity, ()))
            draft["outgoing"] = tuple(outgoing.get(identity, ()))
            draft["lane"] = self._lane(identity)
        for source, target in self.associations:
            self._compensation(source, target)
        for owner, role, target, line in self.flow_refs:
            self.file.owner = owner
            self.file.refer(role, target, line, self.flows)

    def _lane(self, identity: str) -> str | None:
        current: str | None = identity
        while current is not None:
            if current in self.lane_of:
                return self.lane_of[current]
            current = self.drafts[current]["scope"]
        return None

    def _compensation(self, source: str, target: str) -> None:
        boundary, handler = self.drafts.get(source), self.drafts.get(target)
        if boundary is None or handler is None or boundary["kind"] is not Kind.BOUNDARY_EVENT:
            return
        if boundary["event"].kind is EventKind.COMPENSATION:
            boundary["compensation_handler"] = target


_MULTI_INSTANCE_TEXTS = {"loopCardinality": "cardinality", "completionCondition": "completion_condition"}


def _local(element: etree._Element) -> str:
    """The BPMN name of an element, "" for one of another namespace."""
    tag = str(element.tag)
    return tag[len(_BPMN) :] if tag.startswith(_BPMN) else ""


def _prefixed(tag: str) -> str:
    namespace, _, name = tag.rpartition("}")
    namespace = namespace.lstrip("{")
    return f"{PREFIXES.get(namespace, namespace)}:{name}"


def _text(element: etree._Element) -> str | None:
    return (element.text or "").strip() or None


def _free(wanted: str, taken: set[str]) -> str:
    """``wanted``, numbered until no element has it."""
    identity, number = wanted, 1
    while identity in taken:
        number += 1
        identity = f"{wanted}-{number}"
    taken.add(identity)
    return identity
