"""The stories told about a set of diagrams: every one must hold before the set goes live."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import basename, dirname, join, normpath
from time import monotonic
from typing import Any

from bpmn.bundle import DIAGRAM, SCENARIO
from bpmn.checking import Finding, Severity
from bpmn.checking.sentences import sentence
from bpmn.scenario import Scenario
from bpmn.scenario_reader import ScenarioInvalid, read_scenario
from workflows.scenarios import Broken, Casting, Result, ScenarioUnusable, perform
from workflows.scenarios.folders import FilesFolder

SECONDS_EACH = 10.0
SECONDS_TOGETHER = 120.0
MAX_SHOWN = 400
_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Set:
    """Files to deploy and those live beside them; the same where all contents are."""

    digest: str
    files: Mapping[str, bytes] = field(compare=False)
    beside: Mapping[str, bytes] = field(compare=False)


def scenario_findings(files: Mapping[str, bytes], beside: Mapping[str, bytes] | None = None) -> list[Finding]:
    """An error for every scenario among ``files`` (path -> content) that does not hold, takes more than ten seconds
    or cannot be played.

    A scenario plays on the diagram it names in its own folder, or the only one there; one about a diagram that is not
    in the set is left out with a notice. ``beside`` are files of processes that are live already and may be called.
    The same files are played once and remembered.
    """
    beside = beside or {}
    digest = hashlib.sha256()
    for path, data in (*sorted(files.items()), *sorted(beside.items())):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return list(_played(_Set(digest.hexdigest(), dict(files), dict(beside))))


@lru_cache(maxsize=_KEPT)
def _played(given: _Set) -> tuple[Finding, ...]:
    return tuple(_findings(given))


def _findings(given: _Set) -> Iterator[Finding]:
    castings: dict[str, Casting] = {}
    begun = monotonic()
    for path in sorted(path for path in given.files if path.endswith(SCENARIO)):
        home = dirname(path)
        try:
            story = read_scenario(path, given.files[path])
        except ScenarioInvalid as invalid:
            yield from invalid.findings
            continue
        diagrams = [name for name in given.files if name.endswith(DIAGRAM) and dirname(name) == home]
        model = normpath(join(home, story.model)) if story.model else diagrams[0] if len(diagrams) == 1 else ""
        if story.model and model not in given.files:
            yield Finding(path, Severity.NOTICE, "scenario-of-nothing", values={"model": story.model})
            continue
        if monotonic() - begun > SECONDS_TOGETHER:
            yield _error(path, story, "scenarios-too-slow", limit=f"{SECONDS_TOGETHER:g}")
            return
        casting = castings.setdefault(
            dirname(model), Casting(FilesFolder({**given.beside, **given.files}, dirname(model)))
        )
        try:
            if not model:
                raise ScenarioUnusable("the scenario names no model")
            result = perform(story, casting, basename(model), file=path, seconds=SECONDS_EACH)
        except ScenarioUnusable as unusable:
            yield _error(path, story, "scenario-unusable", reason=str(unusable))
        else:
            yield from _told(path, story, result)


def _told(path: str, story: Scenario, result: Result) -> Iterator[Finding]:
    """What went wrong with one story, if anything."""
    for refused in result.refused:
        if "function" in refused.values:
            values = {"function": refused.values["function"], "caller": refused.element or refused.file}
            yield _error(path, story, "scenario-function-missing", **values)
        else:
            yield _error(path, story, "scenario-unusable", reason=sentence(refused))
    if result.failed is not None:
        yield _broken(path, story, result.failed)


def _broken(path: str, story: Scenario, broken: Broken) -> Finding:
    values = {"step": broken.step, "expected": _short(broken.expected), "actual": _short(broken.actual)}
    code = "scenario-broken" if broken.step else "scenario-broken-start"
    return _error(path, story, code, line=broken.line, **values)


def _error(path: str, story: Scenario, code: str, *, line: int = 0, **values: Any) -> Finding:
    return Finding(path, Severity.ERROR, code, None, line, {"scenario": story.name, **values})


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
