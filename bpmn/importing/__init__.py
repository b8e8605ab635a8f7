"""The import assistant: files of other engines and editors in the Camunda 8 dialect, with a list of every change.

Only what certainly means the same is converted. The rest stays in the file as it was, is listed as a decision, and the
deploy check refuses it: nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from bpmn.importing import camunda7, layout, plain, spiff
from bpmn.importing.changes import Change, Changes
from bpmn.markup import BPMN_PREFIX
from bpmn.reader import read
from bpmn.vocabulary import BPMN_DI, ZEEBE
from bpmn.xml import XmlRefused, parse

__all__ = ["Change", "Imported", "convert"]


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


def convert(file: str, data: bytes) -> Imported:
    """A BPMN file (Camunda 7, spiffworkflow or plain) in the dialect that runs here.

    A file that is in it already comes back byte for byte, with no changes. Raises XmlRefused for what is no BPMN.
    Comments are not kept in a file that is changed.
    """
    root = parse(data)
    if root.tag != f"{BPMN_PREFIX}definitions":
        raise XmlRefused("not-bpmn", tag=str(root.tag))
    changes = Changes()
    forms: dict[str, bytes] = {}
    camunda7.convert(root, changes, forms)
    camunda7.convert_called_elements(root, changes)
    spiff.convert(root, changes)
    spiff.convert_loops(root, changes)
    plain.convert(root, changes)
    _draw(file, root, changes)
    if not changes.made:
        return Imported(data, {}, ())
    return Imported(_written(root), forms, tuple(changes.made))


def _draw(file: str, root: etree._Element, changes: Changes) -> None:
    if root.find(f"{{{BPMN_DI}}}BPMNDiagram") is not None:
        return
    processes = [process for process in read(file, etree.tostring(root)).processes if process.nodes]
    if processes:
        layout.draw(root, processes)
        changes.done("drawn", root)


def _written(root: etree._Element) -> bytes:
    """The tree with the prefixes people expect, and without those nothing uses any more."""
    etree.cleanup_namespaces(root, top_nsmap={"zeebe": ZEEBE, "bpmndi": BPMN_DI, "dc": layout.DC, "di": layout.DI})
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
