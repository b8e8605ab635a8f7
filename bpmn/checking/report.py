"""Collecting findings about one file, with the names people know its elements by."""

from __future__ import annotations

from typing import Any

from bpmn.findings import Finding, Severity
from bpmn.model import Flow, Node

MAX_FINDINGS = 500


class Report:
    """The findings of one file, at most 500: whoever has that many reads no further."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._left_out = 0

    def add(self, severity: Severity, code: str, element: str | None = None, line: int = 1, /, **values: Any) -> None:
        """One finding about an element by id."""
        if len(self.findings) >= MAX_FINDINGS:
            self._left_out += 1
            return
        self.findings.append(Finding(self.file, severity, code, element, line, values))

    def error(self, finding: str, node: Node | Flow, /, **values: Any) -> None:
        """Refuse because of a node or flow."""
        self.at(Severity.ERROR, finding, node, **values)

    def warn(self, finding: str, node: Node | Flow, /, **values: Any) -> None:
        """Warn about a node or flow."""
        self.at(Severity.WARNING, finding, node, **values)

    def notice(self, finding: str, node: Node | Flow, /, **values: Any) -> None:
        """Say something about a node or flow."""
        self.at(Severity.NOTICE, finding, node, **values)

    def at(self, severity: Severity, finding: str, node: Node | Flow, /, **values: Any) -> None:
        """A finding about a node or flow, with its name."""
        self.add(severity, finding, node.id, node.line, name=node.name or "", **values)

    def finish(self) -> list[Finding]:
        """All findings; the last one says how many were left out."""
        if self._left_out:
            self.findings.append(
                Finding(self.file, Severity.NOTICE, "more-findings", None, 1, {"count": self._left_out})
            )
        return self.findings
