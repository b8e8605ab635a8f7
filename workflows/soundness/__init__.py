"""Soundness: whether tokens can get stuck, meet where one is expected, or never reach a part of the diagram.

A bounded search over the states that a process can be in. Data is unknown to it: every condition, event and failure
that the diagram allows is a choice. Pure: it knows the diagram model only.
"""

from __future__ import annotations

from workflows.soundness.findings import soundness_findings
from workflows.soundness.search import Flaw, FlawKind, PathStep, Verdict, examine

__all__ = ["Flaw", "FlawKind", "PathStep", "Verdict", "examine", "soundness_findings"]
