"""Running the official DMN conformance tests (TCK): reads models and cases, compares values as its runners do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from time import perf_counter
from typing import Any

from lxml import etree

import feel
from dmn.api import Model, load
from dmn.findings import DmnRefused
from feel import temporal

LEVELS = ("compliance-level-2", "compliance-level-3")
TOLERANCE = Decimal("0.00000001")
_NS = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A literal of the test file that is no value of its type; equal to nothing the engine gives."""

    text: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """The value a case expects of one decision."""

    node: str
    value: Any


@dataclass(frozen=True, slots=True)
class Case:
    """One test case with the files of its model, the tested one first."""

    level: str
    folder: str
    file: str
    id: str
    models: tuple[Path, ...]
    service: str | None
    inputs: Mapping[str, Any]
    expectations: tuple[Expectation, ...]

    @property
    def expects_only_null(self) -> bool:
        """Whether an engine that always answers null passes."""
        return all(item.value is None for item in self.expectations)


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


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def cases(root: Path, only: str = "") -> Iterator[Case]:
    """Every case below the TCK's folder in a stable order; `only` is a part of a folder's name."""
    for level in LEVELS:
        base = root / level
        if not base.is_dir():
            continue
        for folder in sorted(path for path in base.iterdir() if path.is_dir()):
            if only in f"{level}/{folder.name}":
                for path in sorted(folder.glob("*-test-*.xml")):
                    yield from _cases_of(level, folder, path)


def _cases_of(level: str, folder: Path, path: Path) -> Iterator[Case]:
    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    main = folder / (root.findtext(_NS + "modelName") or f"{folder.name}.dmn").strip()
    models = (main, *sorted(item for item in folder.glob("*.dmn") if item != main))
    for number, element in enumerate(root.iter(_NS + "testCase"), 1):
        is_service = element.get("type") == "decisionService"
        yield Case(
            level=level,
            folder=folder.name,
            file=path.stem,
            id=element.get("id") or str(number),
            models=models,
            service=element.get("invocableName") if is_service else None,
            inputs={node.get("name") or "": _value(node) for node in element.findall(_NS + "inputNode")},
            expectations=tuple(
                Expectation(node.get("name") or "", _value(node.find(_NS + "expected")))
                for node in element.findall(_NS + "resultNode")
            ),
        )


def _value(element: etree._Element | None) -> Any:
    """The FEEL value of a list, of components, or of a typed literal."""
    if element is None:
        return None
    items = element.find(_NS + "list")
    if items is not None:
        return None if _is_nil(items) else [_value(item) for item in items.findall(_NS + "item")]
    components = element.findall(_NS + "component")
    if components:
        return {part.get("name"): None if _is_nil(part) else _value(part) for part in components}
    value = element.find(_NS + "value")
    if value is None or _is_nil(value):
        return None
    kind = (value.get(_XSI + "type") or "xsd:string").rpartition(":")[2]
    return _literal(kind, value.text or "")


def _is_nil(element: etree._Element) -> bool:
    return element.get(_XSI + "nil") in ("true", "1")


def _literal(kind: str, text: str) -> Any:
    if kind == "string":
        return text
    text = text.strip()
    if kind == "boolean":
        return text in ("true", "1")
    readers = {
        "duration": temporal.read_duration,
        "date": temporal.read_date,
        "time": temporal.read_time,
        "dateTime": temporal.read_date_time,
    }
    if kind in readers:
        found = readers[kind](text)
        return Unreadable(text) if found is None else found
    try:
        return Decimal(text)
    except InvalidOperation:
        return Unreadable(text)


# ── running ─────────────────────────────────────────────────────────────────────────────────────


def run(root: Path, only: str = "") -> Iterator[Outcome]:
    """The outcome of every case below the TCK's folder."""
    loaded: tuple[Path, ...] | None = None
    model: Model | None = None
    refused = ""
    for case in cases(root, only):
        begin = perf_counter()
        if case.models != loaded:
            loaded = case.models
            try:
                model, refused = load([path.read_bytes() for path in case.models], lenient=True), ""
            except DmnRefused as error:
                model, refused = None, f"refused: {error}"
        failure = refused if model is None else judge(model, case)
        yield Outcome(case, failure, perf_counter() - begin)


def judge(model: Model, case: Case) -> str | None:
    """The first expectation that does not hold, in words, or None."""
    for expected in case.expectations:
        inputs = {name: None if isinstance(value, Unreadable) else value for name, value in case.inputs.items()}
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
        found = _literal(value[0], value[1])
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
