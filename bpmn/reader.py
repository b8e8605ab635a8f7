"""Reads a BPMN 2.0 file in the Camunda 8 dialect into the diagram model; whatever it does not know it reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from bpmn import extensions
from bpmn.markup import BPMN_PREFIX, is_repeated, local, prefixed
from bpmn.model import (
    BrokenReference,
    Declaration,
    Diagram,
    EventKind,
    Process,
    Unread,
)
from bpmn.process_reader import ProcessReader
from bpmn.vocabulary import (
    ATTRIBUTES,
    BPMN,
    BPMN_DI,
    DECLARATIONS,
    DOCUMENTATION,
    DOCUMENTATION_AT_TOP,
    DOCUMENTATION_OF_COLLABORATION,
    DOCUMENTATION_OF_PARTICIPANT,
    ENGINE_NAMESPACES,
    FIXED,
    NODE_KINDS,
    PREFIXES,
)
from bpmn.xml import XmlRefused, line_of, parse

_DIAGRAM = f"{{{BPMN_DI}}}BPMNDiagram"
MAX_NODES = 5_000


def read(file: str, data: bytes) -> Diagram:
    """The diagram in ``data``. Raises XmlRefused for what is no BPMN file at all; all else is in the diagram."""
    root = parse(data)
    if root.tag != f"{BPMN_PREFIX}definitions":
        namespace, _, name = str(root.tag).rpartition("}")
        code = "wrong-namespace" if name == "definitions" else "not-bpmn"
        raise XmlRefused(code, line_of(root), namespace=namespace.lstrip("{"), tag=name)
    return FileReader(file).read(root)


class FileReader:
    """Collects one file; ids of all scopes end up in flat mappings per process."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.declared: dict[tuple[EventKind, str], Declaration] = {}
        self.participants: dict[str, str] = {}
        self.participant_lines: dict[str, int] = {}
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
            if (name := local(element)) in DECLARATIONS:
                self._declare(element, DECLARATIONS[name])
        processes, drawn = [], False
        for element in root:
            name = local(element)
            if name == "process":
                processes.append(ProcessReader(self, element).read())
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
            if not tag.startswith((BPMN_PREFIX, f"{{{BPMN_DI}}}")):
                continue
            nodes += tag[len(BPMN_PREFIX) :] in NODE_KINDS
            if (identity := element.get("id")) is None:
                continue
            if identity in self.ids:
                self.duplicates.append((identity, line_of(element)))
            self.ids.add(identity)
        if nodes > MAX_NODES:
            raise XmlRefused("too-many-elements", limit=MAX_NODES)

    def leave(self, element: etree._Element, attribute: str | None = None, *, again: bool = False) -> None:
        """Report an element, or one attribute of it, as not understood, or as standing there a second time."""
        tag = prefixed(str(element.tag))
        if attribute is not None:
            tag = f"{tag}@{attribute}"
        name = element.get("name") or ""
        self.unread.append(Unread(element.get("id") or tag, name, line_of(element), tag, self.owner, again))

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
        """Read ``extensionElements`` into ``fields``; what is said twice must not replace what was said first."""
        if is_repeated(element):
            self.leave(element, again=True)
            return
        for leftover in extensions.read(element, place, fields):
            self.leave(leftover.element, leftover.attribute, again=leftover.again)

    def meant(self, reference: str | None) -> str:
        """The id that a reference means: most references of BPMN may carry the prefix of the file's own namespace."""
        name = (reference or "").strip()
        return name if name in self.ids else name.rpartition(":")[2]

    def refer(self, role: str, target: str | None, line: int, known: Iterable[str] | None = None) -> None:
        """Note a reference to an id that does not exist."""
        if target and self.meant(target) not in (self.ids if known is None else known):
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
            if local(child) == "extensionElements":
                self.extend(child, kind.value, fields)
            elif local(child) != "documentation":
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
            name = local(child)
            if name == "participant":
                self.attributes(child, name)
                self.participants[child.get("id") or ""] = self.meant(child.get("processRef"))
                self.participant_lines[child.get("id") or ""] = line_of(child)
                self._participant(child)
            elif name == "messageFlow":
                self.attributes(child, name)
                self.message_flows.append((self.meant(child.get("sourceRef")), self.meant(child.get("targetRef"))))
                for role in ("sourceRef", "targetRef"):
                    self.refer(role, child.get(role), line_of(child))
            elif name == "extensionElements":
                self.extend(child, "collaboration", {})
            elif name not in DOCUMENTATION | DOCUMENTATION_OF_COLLABORATION:
                self.leave(child)

    def _participant(self, element: etree._Element) -> None:
        for child in element:
            name = local(child)
            if name == "extensionElements":
                self.extend(child, "participant", {})
            elif name not in DOCUMENTATION_OF_PARTICIPANT:
                self.leave(child)

    def _check_participants(self, processes: list[Process]) -> None:
        known = {process.id for process in processes}
        for participant, process in self.participants.items():
            self.owner = participant
            self.refer("processRef", process, self.participant_lines[participant], known)
