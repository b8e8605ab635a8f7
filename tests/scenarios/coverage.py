"""What stored scenarios leave untried in a process: flows, nodes and decision rules, from the files and the traces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from bpmn.bundle import SCENARIO, load
from workflows.engine.api import LogKind
from workflows.scenarios import Result, play_file

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


@dataclass(frozen=True)
class Coverage:
    """Ids that no scenario took: sequence flows, flow nodes (events and boundary events among them), table rules."""

    flows: frozenset[str]
    nodes: frozenset[str]
    rules: frozenset[str]
    broken: tuple[str, ...] = ()

    @property
    def uncovered(self) -> list[str]:
        return [*sorted(self.flows), *sorted(self.nodes), *sorted(self.rules), *self.broken]


def coverage_of(folder: Path, scenarios: Iterable[Path] | None = None) -> Coverage:
    """What the scenarios of a process's folder (or the given ones) leave untried; broken scenarios are listed too."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    results = [play_file(path) for path in (sorted(folder.glob(f"*{SCENARIO}")) if scenarios is None else scenarios)]
    taken, entered, decided = _traces(results)
    flows: set[str] = set()
    nodes: set[str] = set()
    for bundle in load(files):
        flows |= set(bundle.process.flows)
        for node in bundle.process.nodes.values():  # a compensation event is taken when its handler runs
            nodes.add(node.compensation_handler or node.id)
    broken = tuple(f"{result.file}: {result.failed or result.refused}" for result in results if not result.ok)
    return Coverage(frozenset(flows - taken), frozenset(nodes - entered), frozenset(_rules(files) - decided), broken)


def _traces(results: Iterable[Result]) -> tuple[set[str], set[str], set[str]]:
    taken: set[str] = set()
    entered: set[str] = set()
    decided: set[str] = set()
    for result in results:
        for _at, _instance, entry in result.log:
            if entry.kind is LogKind.FLOW:
                taken.add(entry.element)
            elif entry.kind in {LogKind.ENTERED, LogKind.COMPLETED, LogKind.ENDED}:
                entered.add(entry.element)
            elif entry.kind is LogKind.DECIDED:
                decided |= set(_chosen(entry.data))
    return taken, entered, decided


def _chosen(data: Any) -> Iterable[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name == "chosen" and isinstance(value, list):
                yield from (str(rule) for rule in value)
            else:
                yield from _chosen(value)
    elif isinstance(data, (list, tuple)):
        for item in data:
            yield from _chosen(item)


def _rules(files: dict[str, bytes]) -> set[str]:
    models = (etree.fromstring(data) for name, data in files.items() if name.endswith(".dmn"))
    return {str(rule.get("id")) for model in models for rule in model.iter(f"{DMN}rule")}
