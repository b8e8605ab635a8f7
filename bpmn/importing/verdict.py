"""What the deploy check would refuse in a converted file, and nobody was asked about yet."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.checking import Catalogue, Severity, check
from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element
from bpmn.xml import line_of

_FILE = "imported.bpmn"
_ALONE = Catalogue(standalone=True, languages=())
_OF_FUNCTIONS = frozenset({"unknown-function", "feel-syntax"})
"""What cannot be told of a diagram without the names of the functions that it may call."""


def ask_about_refusals(
    root: Element, files: tuple[bytes, Mapping[str, bytes]], known: Catalogue | None, changes: Changes
) -> None:
    """Add a decision for every element with an error in the converted diagram or its forms.

    ``root`` still knows the lines of the file that was read.
    """
    diagram, forms = files
    undecided = changes.undecided
    lines: dict[str, int] = {}
    for finding in check({_FILE: diagram, **forms}, known or _ALONE):
        told = {finding.element, finding.values.get("owner")} - {None}
        if finding.severity is not Severity.ERROR or told & undecided:
            continue
        if known is None and finding.code in _OF_FUNCTIONS:
            continue
        if not lines:
            lines = {element.get("id"): line_of(element) for element in root.iter("*") if element.get("id")}
        changes.refuse(finding.element, max(lines.get(finding.element or "", 1), 1), finding=finding)
