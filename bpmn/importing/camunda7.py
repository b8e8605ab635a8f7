"""The extensions of Camunda 7 and its relatives as those of Camunda 8, where the meaning is the same.

What is not clear stays in the file, and the survey tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpmn.importing.camunda_attributes import ATTRIBUTES
from bpmn.importing.camunda_forms import form_data, form_property, pass_fields_on
from bpmn.importing.camunda_mappings import input_output, passed_in, passed_out, properties, retries
from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, attributes, bpmn, extend, extension_children, remove
from bpmn.importing.place import Place
from bpmn.importing.survey import bearers
from bpmn.importing.templates import template_to_feel
from bpmn.vocabulary import ENGINE_NAMESPACES

NAMESPACES = {uri: prefix for uri, prefix in ENGINE_NAMESPACES.items() if prefix in {"camunda", "flowable", "activiti"}}
"""Engines of one family, which call the same things by the same names."""

EXTENSIONS: Mapping[str, Callable[[Place, Element], bool]] = {
    "inputOutput": input_output,
    "in": passed_in,
    "out": passed_out,
    "properties": properties,
    "failedJobRetryTimeCycle": retries,
    "formData": form_data,
    "formProperty": form_property,
}


def convert(root: Element, changes: Changes, forms: dict[str, bytes]) -> None:
    """Convert every element of a tree; forms described in the diagram go to ``forms`` by file name."""
    for element in bearers(root):
        for namespace, prefix in NAMESPACES.items():
            _convert(Place(element, namespace, prefix, changes, forms))


def _convert(place: Place) -> None:
    for name, value in attributes(place.element, place.namespace):
        key, handler = f"{{{place.namespace}}}{name}", ATTRIBUTES.get(name)
        place.what = f"{place.prefix}:{name}"
        if handler is not None and key in place.element.attrib and handler(place, value):
            place.element.attrib.pop(key, None)
    for name, child in extension_children(place.element, place.namespace):
        extension = EXTENSIONS.get(name)
        place.what = f"{place.prefix}:{name}"
        if extension is not None and child.getparent() is not None and extension(place, child):
            remove(child)
    pass_fields_on(place)


def convert_called_elements(root: Element, changes: Changes) -> None:
    """The standard attribute of call activities, which Camunda 8 does not read; only what is mapped is passed."""
    for call in root.iter(bpmn("callActivity")):
        called = call.attrib.pop("calledElement", None)
        if not called:
            continue
        feel = template_to_feel(called)
        if feel is None:
            call.set("calledElement", called)
            changes.open("keep-attribute", call, name="calledElement", value=called)
            continue
        made = extend(call, "calledElement", processId=feel)
        for everything in ("propagateAllParentVariables", "propagateAllChildVariables"):
            made.set(everything, made.get(everything, "false"))
        changes.done("converted", call, what="calledElement", before=called, after=feel)
