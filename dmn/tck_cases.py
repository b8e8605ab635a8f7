"""Reading the official conformance tests (TCK): which cases a folder holds, with their inputs and expectations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from feel import temporal

OTHER = "other"
"""The level of cases whose folders name none."""
_LEVEL = re.compile(r"(?:compliance-level-|level-?|cl)([23])", re.IGNORECASE)
_NOT_COUNTED = "non-compliant"
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
    """One test case with the files of its model, the tested one first; `broken` says why it cannot be run."""

    level: str
    folder: str
    file: str
    id: str
    models: tuple[Path, ...]
    service: str | None = None
    inputs: Mapping[str, Any] | None = None
    expectations: tuple[Expectation, ...] = ()
    broken: str = ""

    @property
    def expects_only_null(self) -> bool:
        """Whether an engine that always answers null passes."""
        return not self.broken and all(item.value is None for item in self.expectations)


def cases(root: Path, only: str = "") -> Iterator[Case]:
    """Every case below a folder, in the order of levels and names; `only` is a part of level and folder's name.

    The folder may be a checkout of the TCK, its `TestCases`, one level or one test's folder. A file is a test when
    its root element is `testCases`, whatever its name and namespace; what the TCK calls non-compliant is left out.
    """
    for level, path in sorted(_files(root.resolve())):
        if only in f"{level}/{path.parent.name}":
            yield from _cases_of(level, path)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for path in root.rglob("*.xml"):
        if _NOT_COUNTED not in path.parts:
            found = [match[1] for part in path.parts[:-1] if (match := _LEVEL.fullmatch(part))]
            yield (f"compliance-level-{found[-1]}" if found else OTHER), path


def _cases_of(level: str, path: Path) -> Iterator[Case]:
    folder = path.parent
    try:
        root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        yield Case(level, folder.name, path.stem, "?", (), broken=f"not readable: {error}")
        return
    if etree.QName(root).localname != "testCases":
        return
    models = _models(folder, (root.findtext("{*}modelName") or "").strip())
    for number, element in enumerate(root.iter("{*}testCase"), 1):
        is_service = element.get("type") == "decisionService"
        yield Case(
            level=level,
            folder=folder.name,
            file=path.stem,
            id=element.get("id") or str(number),
            models=models,
            service=element.get("invocableName") if is_service else None,
            inputs={node.get("name") or "": _value(node) for node in element.findall("{*}inputNode")},
            expectations=tuple(
                Expectation(node.get("name") or "", _value(node.find("{*}expected")))
                for node in element.findall("{*}resultNode")
            ),
            broken="" if models else "there is no model",
        )


def _models(folder: Path, named: str) -> tuple[Path, ...]:
    """The model a test names (else the folder's own or only one), then the others it may import."""
    present = sorted(folder.glob("*.dmn"))
    main = next((path for path in present if path.name == named), None)
    main = main or next((path for path in present if path.stem == folder.name), None)
    main = main or (present[0] if len(present) == 1 else None)
    return (main, *(path for path in present if path != main)) if main else ()


def _value(element: etree._Element | None) -> Any:
    """The FEEL value of a list, of components, or of a typed literal."""
    if element is None:
        return None
    items = element.find("{*}list")
    if items is not None:
        return None if _is_nil(items) else [_value(item) for item in items.findall("{*}item")]
    components = element.findall("{*}component")
    if components:
        return {part.get("name"): None if _is_nil(part) else _value(part) for part in components}
    value = element.find("{*}value")
    if value is None or _is_nil(value):
        return None
    kind = (value.get(_XSI + "type") or "xsd:string").rpartition(":")[2]
    return literal(kind, value.text or "")


def _is_nil(element: etree._Element) -> bool:
    return element.get(_XSI + "nil") in ("true", "1")


def literal(kind: str, text: str) -> Any:
    """The FEEL value of an XML Schema literal, Unreadable when there is none."""
    if kind == "string":
        return text
    text = text.strip()
    if kind == "boolean":
        return text in ("true", "1")
    readers = {
        "duration": temporal.read_duration,
        "dayTimeDuration": temporal.read_duration,
        "yearMonthDuration": temporal.read_duration,
        "date": temporal.read_date,
        "time": temporal.read_time,
        "dateTime": temporal.read_date_time,
    }
    if kind in readers:
        found = readers[kind](text)
        return Unreadable(text) if found is None else found
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Unreadable(text)
    return number if number.is_finite() else Unreadable(text)
