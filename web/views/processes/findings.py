"""What the deploy check found, as the pages show it: the sentence, what to do, where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from bpmn.checking import Finding, Severity
from bpmn.checking.sentences import sentence, suggestion

ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
TONES = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.NOTICE: "info"}
ICONS = {Severity.ERROR: "circle-alert", Severity.WARNING: "triangle-alert", Severity.NOTICE: "info"}


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Errors first, then as they were found."""
    words = {Severity.ERROR: _("Error"), Severity.WARNING: _("Warning"), Severity.NOTICE: _("Notice")}
    return [
        {
            "tone": TONES[finding.severity],
            "icon": ICONS[finding.severity],
            "severity": words[finding.severity],
            "sentence": sentence(finding),
            "suggestion": suggestion(finding),
            "file": finding.file,
            "line": finding.line,
            "element": finding.element or "",
        }
        for finding in sorted(findings, key=lambda each: ORDER.index(each.severity))
    ]
