"""Reads one process of a BPMN file: all its scopes flattened, its flows, lanes and compensation linked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from bpmn.markup import local, text_of
from bpmn.model import Event, EventKind, Flow, Kind, Loop, Node, Process
from bpmn.vocabulary import (
    ACTIVITIES,
    DECLARATIONS,
    DOCUMENTATION,
    EVENT_DEFINITIONS,
    NODE_KINDS,
    SUB_PROCESSES,
    TIMER_KINDS,
)
from bpmn.xml import line_of

if TYPE_CHECKING:
    from bpmn.reader import FileReader

FEEL_LANGUAGE = re.compile(r"feel|https?://www\.omg\.org/spec/(FEEL/\d{8}|DMN/\d{8}/FEEL)/?", re.IGNORECASE)
"""What the ``language`` of an expression may say: its short name, or the address of any edition of FEEL."""
_FLOW_END = ("incoming", "outgoing")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_INTERRUPTING = {Kind.BOUNDARY_EVENT: "cancelActivity", Kind.START_EVENT: "isInterrupting"}
_LOOPS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_MULTI_INSTANCE_TEXTS = {"loopCardinality": "cardinality", "completionCondition": "completion_condition"}


class ProcessReader:
    """Flattens one process: drafts of nodes first, then the links between them."""

    def __init__(self, file: FileReader, element: etree._Element) -> None:
        self.file = file
        self.element = element
        self.drafts: dict[str, dict[str, Any]] = {}
        self.flows: dict[str, Flow] = {}
        self.lane_of: dict[str, str] = {}
        self.lanes: dict[str, str] = {}
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
            executable=self._flag(element, "isExecutable"),
            nodes={key: Node(**draft) for key, draft in self.drafts.items()},
            flows=self.flows,
            line=line_of(element),
            version_tag=fields.get("version_tag"),
            documentation=fields.get("documentation"),
            lanes=self.lanes,
            forms=fields.get("forms", {}),
            form_lines=fields.get("form_lines", {}),
            properties=fields.get("properties", {}),
        )

    def _flag(self, element: etree._Element, name: str, *, otherwise: bool = False) -> bool:
        """A yes or no in the words of XML Schema; any other word is left unread."""
        word = element.get(name)
        if word is None:
            return otherwise
        if word.strip() not in _FLAGS:
            self.file.leave(element, name)
        return _FLAGS.get(word.strip(), otherwise)

    # --- scopes ---------------------------------------------------------------------------------------------------

    def _container(self, element: etree._Element, scope: str | None, place: str) -> dict[str, Any]:
        """Read the flow elements in ``element``; returns the fields its own extensions and documentation set."""
        fields: dict[str, Any] = {}
        for child in element:
            name = local(child)
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
            ends = (self.file.meant(child.get("sourceRef")), self.file.meant(child.get("targetRef")))
            self.associations.append(ends)
        elif name in _FLOW_END and place != "process":
            self.flow_refs.append((self.file.owner, name, text_of(child) or "", line_of(child)))
        elif name in _LOOPS and place in ACTIVITIES:
            self._once(child, "loop", self._loop(child, name), fields)
        elif name not in DOCUMENTATION:
            self.file.leave(child)

    def _once(self, child: etree._Element, field: str, value: Any, fields: dict[str, Any]) -> None:
        """Set a field that can be said once; saying it again is reported."""
        if field in fields:
            self.file.leave(child, again=True)
        fields.setdefault(field, value)

    def _lane_set(self, element: etree._Element) -> None:
        for lane in element:
            if local(lane) != "lane":
                if local(lane) not in DOCUMENTATION:
                    self.file.leave(lane)
                continue
            identity = lane.get("id") or ""
            name = self.lanes[identity] = lane.get("name") or identity
            for child in lane:
                word = local(child)
                if word == "flowNodeRef":
                    self.lane_of[self.file.meant(text_of(child))] = name
                    self.file.refer("flowNodeRef", text_of(child), line_of(child))
                elif word == "childLaneSet":
                    self._lane_set(child)
                elif word == "extensionElements":
                    self.file.extend(child, "lane", {})
                elif word not in DOCUMENTATION and word != "partitionElement":
                    self.file.leave(child)

    def _flow(self, element: etree._Element) -> None:
        file, line = self.file, line_of(element)
        source, target = file.meant(element.get("sourceRef")), file.meant(element.get("targetRef"))
        identity = element.get("id")
        if not identity:
            file.nameless.append(("sequenceFlow", line))
            identity = _free(f"{source}-{target}", file.ids)
        owner, file.owner = file.owner, identity
        file.attributes(element, "sequenceFlow")
        said: dict[str, Any] = {}
        for child in element:
            name = local(child)
            if name == "conditionExpression":
                self._once(child, "condition", self._expression(child), said)
            elif name == "extensionElements":
                file.extend(child, "sequenceFlow", {})
            elif name != "documentation":
                file.leave(child)
        condition = said.get("condition")
        self.flows.setdefault(identity, Flow(identity, source, target, condition, element.get("name"), line))
        file.owner = owner

    def _expression(self, element: etree._Element) -> str | None:
        language = element.get("language")
        if language and not FEEL_LANGUAGE.fullmatch(language.strip()):
            self.file.leave(element, "language")
        for child in element:
            self.file.leave(child)
        return text_of(element)

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
            "default": file.meant(element.get("default")) or None,
            "attached_to": file.meant(element.get("attachedToRef")) or None,
            "interrupting": self._flag(element, _INTERRUPTING.get(kind, "isInterrupting"), otherwise=True),
            "triggered_by_event": self._flag(element, "triggeredByEvent"),
            "for_compensation": self._flag(element, "isForCompensation"),
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
            name = local(child)
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
            word = local(child)
            if word in TIMER_KINDS and kind is EventKind.TIMER and not timer:
                timer = {"timer_kind": TIMER_KINDS[word], "timer": self._expression(child)}
            elif word == "extensionElements":
                self.file.extend(child, name, {})
            elif word not in {"documentation", "source", "target"} and kind is not EventKind.CONDITIONAL:
                self.file.leave(child)
        if kind.value in DECLARATIONS:
            return self._declared(kind, element.get(f"{kind.value}Ref"), line)
        if kind is EventKind.COMPENSATION:
            self.file.refer("activityRef", element.get("activityRef"), line)
            return Event(kind, activity=self.file.meant(element.get("activityRef")) or None)
        return Event(kind, name=element.get("name") if kind is EventKind.LINK else None, **timer)

    def _declared(self, kind: EventKind, reference: str | None, line: int) -> Event:
        declaration = self.file.declared.get((kind, self.file.meant(reference)))
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
            "sequential": self._flag(element, "isSequential"),
            "test_before": self._flag(element, "testBefore"),
            "loop_maximum": element.get("loopMaximum"),
        }
        texts = {"loopCondition": "loop_condition"} if standard else _MULTI_INSTANCE_TEXTS
        for child in element:
            word = local(child)
            if word in texts:
                self._once(child, texts[word], self._expression(child), fields)
            elif word == "extensionElements":
                self.file.extend(child, name, fields)
            elif word != "documentation":
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


def _free(wanted: str, taken: set[str]) -> str:
    """``wanted``, numbered until no element has it."""
    identity, number = wanted, 1
    while identity in taken:
        number += 1
        identity = f"{wanted}-{number}"
    taken.add(identity)
    return identity
