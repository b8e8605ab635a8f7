"""What Camunda 7 passes in and out of an element, and its other extensions, in the Camunda 8 dialect."""

from __future__ import annotations

import json
import re

from lxml import etree

from bpmn.importing.editing import Element, extend, extension, local, map_variable, zeebe
from bpmn.importing.place import Place
from bpmn.importing.templates import template_to_feel
from bpmn.importing.writing import quoted
from bpmn.supported import EXTENSION_PLACES

_RETRIES = re.compile(r"R(?P<count>\d+)/")
_BRINGING = frozenset({"userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity"})
"""What has results of its own, which output mappings keep inside in Camunda 8."""


def input_output(place: Place, given: Element) -> bool:
    """All parameters, or none where one is not clear: half a mapping would be a different one."""
    if place.kind not in EXTENSION_PLACES["ioMapping"]:
        return False
    found: list[tuple[str, str, str]] = []
    for entry in given:
        source = _parameter(entry) if set(entry.keys()) == {"name"} else None
        if source is None or local(entry) not in {"inputParameter", "outputParameter"}:
            place.changes.open("keep-mapping", given, name=place.what, value=entry.get("name", ""))
            return False
        direction = "input" if local(entry) == "inputParameter" else "output"
        found.append((direction, source, entry.get("name", "")))
    for direction, source, target in found:
        map_variable(place.element, direction, source, target)
        place.changes.done("mapped", place.element, what=place.what, before=target, after=source)
    if place.kind in _BRINGING and any(direction == "output" for direction, _, _ in found):
        place.changes.open("outputs-only", place.element)
    return True


def _parameter(entry: Element) -> str | None:
    """The FEEL of a parameter: text, or a list or map of such; scripts have none."""
    if len(entry) == 0:
        return _literal(entry.text or "")
    return _nested(entry[0]) if len(entry) == 1 and not (entry.text or "").strip() else None


def _nested(value: Element) -> str | None:
    kind = local(value)
    if kind == "value":
        return _literal(value.text or "") if len(value) == 0 and not value.keys() else None
    if kind == "list":
        items = [_nested(item) for item in value]
        return None if None in items else "=[" + ", ".join(str(item)[1:] for item in items) + "]"
    if kind == "map" and all(local(entry) == "entry" and set(entry.keys()) == {"key"} for entry in value):
        pairs = [(entry.get("key", ""), _parameter(entry)) for entry in value]
        if any(feel is None for _, feel in pairs):
            return None
        return "={" + ", ".join(f"{quoted(key)}: {str(feel)[1:]}" for key, feel in pairs) + "}"
    return None


def _literal(text: str) -> str | None:
    if not text.strip():
        return "=null"
    feel = template_to_feel(text)
    if feel is None:
        return None
    return feel if feel.startswith("=") else f"={json.dumps(text, ensure_ascii=False)}"


# --- what a call passes -------------------------------------------------------------------------------------------


def passed_in(place: Place, given: Element) -> bool:
    """``camunda:in``."""
    return _passed(place, "input", given)


def passed_out(place: Place, given: Element) -> bool:
    """``camunda:out``."""
    return _passed(place, "output", given)


def _passed(place: Place, direction: str, given: Element) -> bool:
    """What a call activity passes: everything, a variable, or an expression."""
    names = set(given.keys())
    if place.kind != "callActivity" or len(given):
        return False
    if names == {"businessKey"}:
        place.changes.done("business-key", place.element, what=place.what, value=given.get("businessKey"))
        return True
    if names == {"variables"} and given.get("variables") == "all":
        whole = "propagateAllParentVariables" if direction == "input" else "propagateAllChildVariables"
        extend(place.element, "calledElement", **{whole: "true"})
        return place.converted("variables=all", f"{whole}=true")
    if names == {"source", "target"}:
        feel = template_to_feel("${" + given.get("source", "") + "}")
    elif names == {"sourceExpression", "target"}:
        feel = _literal(given.get("sourceExpression", ""))
    else:
        return False
    if feel is None:
        return False
    map_variable(place.element, direction, feel, given.get("target", ""))
    place.changes.done("mapped", place.element, what=place.what, before=given.get("target"), after=feel)
    return True


# --- the rest -----------------------------------------------------------------------------------------------------


def properties(place: Place, given: Element) -> bool:
    """Free properties, where Camunda 8 has them too."""
    entries = list(given)
    if place.kind not in EXTENSION_PLACES["properties"] or not all(
        local(entry) == "property" and set(entry.keys()) <= {"id", "name", "value"} for entry in entries
    ):
        return False
    for entry in entries:
        name, value = entry.get("name", ""), entry.get("value", "")
        etree.SubElement(extend(place.element, "properties"), zeebe("property"), name=name, value=value)
    place.changes.done("properties", place.element, what=place.what)
    return True


def retries(place: Place, given: Element) -> bool:
    """How often a job is tried; what is no job only told the other engine how to run it."""
    text = (given.text or "").strip()
    if extension(place.owner, "taskDefinition") is None:
        return place.kind not in {"serviceTask", "sendTask", "businessRuleTask", "scriptTask"} and place.dropped(text)
    found = _RETRIES.match(text)
    spans = text.split(",")
    if found is None and not all(span.strip().startswith("P") for span in spans):
        return False
    count = found["count"] if found else str(len(spans) + 1)
    extend(place.owner, "taskDefinition", retries=count)
    return place.converted(text, f"retries {count}")
