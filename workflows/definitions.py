"""Deployed versions ready to run: bundle and parsed specification, kept per process because versions never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils.dateparse import parse_duration

from bpmn import queries as bpmn_queries
from bpmn.bundle import Bundle
from bpmn.model import Node
from workflows import registry
from workflows.engine import Definition, compile_definition

KEPT = 256
BACK_OFF_HEADER = "retryBackoff"
MAX_BACK_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One version: its files read and its diagram compiled."""

    version_id: Any
    bundle: Bundle
    definition: Definition

    @property
    def key(self) -> str:
        """The process key."""
        return self.bundle.key

    def node(self, element: str) -> Node | None:
        """A flow node of the diagram."""
        return self.bundle.process.nodes.get(element)

    def back_off(self, element: str) -> timedelta | None:
        """The pause before the first retry, by the task header ``retryBackoff`` (as `PT30S`); None without one."""
        node = self.node(element)
        return None if node is None else pause_of(node.headers)


def pause_of(headers: Mapping[str, str]) -> timedelta | None:
    """The pause a model wants before the first retry; None when it names none, or none between 0 and an hour."""
    text = (headers.get(BACK_OFF_HEADER) or "").strip()
    pause = parse_duration(text) if text.startswith("P") else None
    return pause if pause is not None and timedelta(0) < pause <= MAX_BACK_OFF else None


@lru_cache(maxsize=KEPT)
def loaded(version_id: Any) -> Loaded:
    """The version, parsed once per process."""
    bundle = bpmn_queries.version_bundle(version_id)
    return Loaded(version_id, bundle, compile_definition(bundle.process, registry.host_functions()))
