"""Running the official DMN conformance tests (TCK): evaluates the cases, compares values as its runners do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import feel
from dmn.api import Model, load
from dmn.findings import DmnRefused
from dmn.tck_cases import Case, Unreadable, cases, literal
from feel import temporal

TOLERANCE = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and why it failed, None when it passed."""

    case: Case
    failure: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class KnownGap:
    """A case we are known to fail; `*` stands for any case of the folder."""

    folder: str
    case: str
    reason: str
    plan: str


# ── running ─────────────────────────────────────────────────────────────────────────────────────


def run(root: Path, only: str = "") -> Iterator[Outcome]:
    """The outcome of every case below the TCK's folder."""
    loaded: tuple[Path, ...] | None = None
    model: Model | str = ""
    for case in cases(root, only):
        begin = perf_counter()
        if case.models != loaded:
            loaded = case.models
            model = _load(case.models)
        failure = case.broken or (model if isinstance(model, str) else judge(model, case))
        yield Outcome(case, failure, perf_counter() - begin)


def _load(models: tuple[Path, ...]) -> Model | str:
    """The model, alone when the folder's other files cannot stand beside it; or why it is refused."""
    content = [path.read_bytes() for path in models]
    for files in (content, content[:1]):
        try:
            return load(files, lenient=True)
        except DmnRefused as error:
            refused = f"refused: {error}"
    return refused


def judge(model: Model, case: Case) -> str | None:
    """The first expectation that does not hold, in words, or None."""
    given = (case.inputs or {}).items()
    inputs = {name: None if isinstance(value, Unreadable) else value for name, value in given}
    for expected in case.expectations:
        try:
            answer = model.evaluate(case.service or expected.node, inputs, record=False)
            value = answer.feel_value
        except Exception as error:  # a crash is one failed case, never the end of the run
            return f"{type(error).__name__}: {error}"
        if case.service and isinstance(value, dict) and expected.node in value and not isinstance(expected.value, dict):
            value = value[expected.node]
        if not same(expected.value, value):
            why = f" ({answer.warnings[0].code})" if answer.warnings else ""
            return f"{expected.node}: expected {_show(expected.value)}, got {_show(value)}{why}"
    return None


def same(expected: Any, actual: Any) -> bool:
    """The official runners' comparison: numbers within a tolerance, temporal values with their own offset."""
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return abs(expected - actual) < TOLERANCE
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(same(expected[key], actual[key]) for key in expected)
    return type(expected) is type(actual) and bool(expected == actual)


def _show(value: Any) -> str:
    try:
        return str(value) if isinstance(value, Unreadable) else feel.to_text(value, nested=True)[:160]
    except feel.FeelError:
        return repr(value)[:160]


def evaluate(files: list[bytes], name: str, inputs: Mapping[str, Any]) -> Any:
    """The entry for a foreign runner: `evaluate(files, decision or service, inputs)` over plain Python values.

    Where the runner's own `values` module is loaded, what Python cannot hold is given in its forms.
    """
    model = _cached(tuple(files))
    return _for_runner(model.evaluate(name, {k: _from_runner(v) for k, v in inputs.items()}, record=False).feel_value)


_models: dict[int, tuple[tuple[bytes, ...], Model]] = {}


def _cached(files: tuple[bytes, ...]) -> Model:
    known = _models.get(hash(files))
    if known is None or known[0] != files:
        _models.clear()
        known = _models[hash(files)] = (files, load(files, lenient=True))
    return known[1]


def _from_runner(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_runner(item) for item in value]
    if isinstance(value, dict):
        return {key: _from_runner(item) for key, item in value.items()}
    name = type(value).__name__
    if name == "Months" and isinstance(value, tuple):
        return temporal.Months(value[0])
    if name == "Lexical" and isinstance(value, tuple):
        found = literal(value[0], value[1])
        return None if isinstance(found, Unreadable) else found
    return value


def _for_runner(value: Any) -> Any:
    forms = sys.modules.get("values")
    if isinstance(value, list):
        return [_for_runner(item) for item in value]
    if isinstance(value, dict):
        return {key: _for_runner(item) for key, item in value.items()}
    if forms is not None and hasattr(forms, "Lexical"):
        if isinstance(value, temporal.Months):
            return forms.Months(value.count)
        kinds = {
            temporal.Date: "date",
            temporal.Time: "time",
            temporal.DateTime: "dateTime",
            temporal.Duration: "duration",
        }
        if type(value) in kinds:
            return forms.Lexical(kinds[type(value)], str(value))
    return feel.to_python(value)


# ── reporting ───────────────────────────────────────────────────────────────────────────────────


def summary(outcomes: Iterable[Outcome]) -> list[str]:
    """One line per level: `N passed of M`, and the same for the cases that expect a value."""
    counts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        counter = counts.setdefault(outcome.case.level, Counter())
        passed, valued = outcome.failure is None, not outcome.case.expects_only_null
        counter.update(all=1, passed=passed, valued=valued, valued_passed=passed and valued)
    return [
        f"{level}: {c['passed']} passed of {c['all']}, non-null {c['valued_passed']} passed of {c['valued']}"
        for level, c in counts.items()
    ]


def read_gaps(path: Path) -> tuple[KnownGap, ...]:
    """The known gaps: one a line, `folder | case | reason | plan`; `#` starts a comment."""
    gaps = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            folder, case, reason, plan = (part.strip() for part in line.split("|", 3))
            gaps.append(KnownGap(folder, case, reason, plan))
    return tuple(gaps)


def surprises(outcomes: Iterable[Outcome], gaps: Iterable[KnownGap]) -> list[str]:
    """Unlisted cases that fail and listed ones that pass, in words; empty when the list tells the truth."""
    listed = {(gap.folder, gap.case) for gap in gaps}
    found: list[str] = []
    failing_folders: set[str] = set()
    for outcome in outcomes:
        case = outcome.case
        is_listed = (case.folder, case.id) in listed
        if outcome.failure is not None:
            failing_folders.add(case.folder)
            if not is_listed and (case.folder, "*") not in listed:
                found.append(f"fails: {case.folder}/{case.file}#{case.id}: {outcome.failure}")
        elif is_listed:
            found.append(f"passes but is listed: {case.folder}/{case.file}#{case.id}")
    found += [f"passes but is listed: {f}, every case" for f, c in listed if c == "*" and f not in failing_folders]
    return found
