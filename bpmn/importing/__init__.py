"""The import assistant: files of other engines and editors in the Camunda 8 dialect, with a list of every change.

Only what certainly means the same is converted. The rest stays in the file as it was, is listed as a decision, and the
deploy check refuses it: nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from bpmn.checking import Catalogue
from bpmn.importing import camunda7, layout, plain, spiff, texts
from bpmn.importing.changes import Change, Changes
from bpmn.importing.survey import survey
from bpmn.importing.verdict import ask_about_refusals
from bpmn.markup import BPMN_PREFIX
from bpmn.reader import read
from bpmn.vocabulary import BPMN_DI, ZEEBE
from bpmn.xml import XmlRefused, parse

__all__ = ["Change", "Imported", "convert"]

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Imported:
    """The converted diagram, the form files made beside it, and what was changed or waits for a decision."""

    diagram: bytes
    forms: Mapping[str, bytes]
    changes: tuple[Change, ...]

    @property
    def decisions(self) -> tuple[Change, ...]:
        """What somebody must decide before the diagram can be deployed."""
        return tuple(change for change in self.changes if change.decide)


def convert(file: str, data: bytes, known: Catalogue | None = None) -> Imported:
    """A BPMN file (Camunda 7, spiffworkflow or plain) in the dialect that runs here.

    Everything foreign in the file is in the list: changed, kept because it changes nothing, or to be decided; so is
    whatever else the deploy check would refuse; ``known`` is what a diagram may call, where that is known. A file that
    needs no change comes back byte for byte. Raises XmlRefused for what is no BPMN. Comments are not kept in a file
    that is changed, which is told.
    """
    root = parse(data)
    if root.tag != f"{BPMN_PREFIX}definitions":
        raise XmlRefused("not-bpmn", tag=str(root.tag))
    changes = Changes()
    forms: dict[str, bytes] = {}
    plain.name_flows(root, changes)
    camunda7.convert(root, changes, forms)
    camunda7.convert_called_elements(root, changes)
    spiff.convert(root, changes)
    spiff.convert_loops(root, changes)
    plain.convert(root, changes)
    texts.convert(root, changes)
    _draw(file, root, changes)
    survey(root, changes)
    diagram = data
    if changes.has_edits:
        if comments := len(_COMMENT.findall(data)):
            changes.done("comments", root, count=comments)
        diagram = _written(root)
    ask_about_refusals(root, (diagram, forms), known, changes)
    return Imported(diagram, forms, tuple(changes.made))


def _draw(file: str, root: etree._Element, changes: Changes) -> None:
    """A layout where there is none, or an empty one."""
    found = root.find(f"{{{BPMN_DI}}}BPMNDiagram")
    if found is not None and found.find(f".//{{{BPMN_DI}}}BPMNShape") is not None:
        return
    processes = [process for process in read(file, etree.tostring(root)).processes if process.nodes]
    if processes:
        if found is not None:
            root.remove(found)
        layout.draw(root, processes)
        changes.done("drawn", root)


def _written(root: etree._Element) -> bytes:
    """The tree with the prefixes people expect, and without those nothing uses any more."""
    etree.cleanup_namespaces(
        root,
        top_nsmap={"zeebe": ZEEBE, "bpmndi": BPMN_DI, "dc": layout.DC, "di": layout.DI},
        keep_ns_prefixes=_prefixes_in_values(root),
    )
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _prefixes_in_values(root: etree._Element) -> list[str]:
    """Prefixes that only values use, such as ``xsd:string``."""
    used = {str(value).partition(":")[0] for element in root.iter() for value in element.attrib.values()}
    return sorted(used & {prefix for prefix in root.nsmap if prefix})
