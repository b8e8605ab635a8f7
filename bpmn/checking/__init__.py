"""The deploy check: everything that can be said about a set of files before anything runs."""

from __future__ import annotations

from bpmn.checking.catalogue import Catalogue, HandlerEntry
from bpmn.checking.checker import check, is_refused
from bpmn.findings import Finding, Severity

__all__ = ["Catalogue", "Finding", "HandlerEntry", "Severity", "check", "is_refused"]
