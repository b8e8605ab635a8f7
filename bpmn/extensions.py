"""The ``zeebe:`` extension elements of the Camunda 8 dialect, read into the fields of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from bpmn.model import (
    Assignment,
    CalledDecision,
    CalledElement,
    Job,
    Schedule,
    Script,
    VariableMapping,
)
from bpmn.supported import EXTENSION_PLACES
from bpmn.vocabulary import ZEEBE
from bpmn.xml import line_of

EMBEDDED_FORM = "camunda-forms:bpmn:"
_PREFIX = f"{{{ZEEBE}}}"

Fields = dict[str, Any]
Known = frozenset[str]


class Leftover(NamedTuple):
    """What was found and not understood: an element, or one attribute of it; ``again`` for a second of its kind."""

    element: etree._Element
    attribute: str | None = None
    again: bool = False


def read(container: etree._Element, place: str, fields: Fields) -> Iterator[Leftover]:
    """Put the extensions of an element of kind ``place`` into ``fields``; yield what is unknown or out of place."""
    seen: set[str] = set()
    for element in container:
        tag = str(element.tag)
        name = tag[len(_PREFIX) :] if tag.startswith(_PREFIX) else ""
        repeated = name in seen and name != "userTaskForm"
        if name not in _READERS or place not in EXTENSION_PLACES[name] or repeated:
            yield Leftover(element, again=repeated)
            continue
        seen.add(name)
        reader, attributes = _READERS[name]
        for attribute in element.keys():  # noqa: SIM118 - an element is no mapping
            if not str(attribute).startswith("{") and attribute not in attributes:
                yield Leftover(element, str(attribute))
        yield from reader(element, fields)


def _children(element: etree._Element, names: dict[str, Known], put: Callable[[str, etree._Element], None]) -> Any:
    for child in element:
        tag = str(child.tag)
        name = tag[len(_PREFIX) :] if tag.startswith(_PREFIX) else ""
        if name not in names:
            yield Leftover(child)
            continue
        for attribute in child.keys():  # noqa: SIM118
            if attribute not in names[name]:
                yield Leftover(child, str(attribute))
        put(name, child)


def _io_mapping(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    mappings: dict[str, list[VariableMapping]] = {"input": [], "output": []}

    def put(name: str, child: etree._Element) -> None:
        mappings[name].append(VariableMapping(child.get("source", ""), child.get("target", "")))

    attributes = frozenset({"source", "target"})
    yield from _children(element, {"input": attributes, "output": attributes}, put)
    fields["inputs"] = tuple(mappings["input"])
    fields["outputs"] = tuple(mappings["output"])


def _pairs(field: str, child: str, key: str) -> Callable[[etree._Element, Fields], Iterator[Leftover]]:
    def reader(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
        pairs: dict[str, str] = {}

        def put(_: str, item: etree._Element) -> None:
            pairs[item.get(key, "")] = item.get("value", "")

        yield from _children(element, {child: frozenset({key, "value"})}, put)
        fields[field] = pairs

    return reader


def _task_definition(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["job"] = Job(element.get("type", ""), element.get("retries", "3"))
    return iter(())


def _form(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    form, key = element.get("formId"), element.get("formKey")
    if form:
        fields["form"] = form
    elif key and key.startswith(EMBEDDED_FORM):
        fields["form"] = key[len(EMBEDDED_FORM) :]
    for attribute in ("externalReference", "formKey"):
        if element.get(attribute) and not (attribute == "formKey" and (key or "").startswith(EMBEDDED_FORM)):
            yield Leftover(element, attribute)
    if element.get("bindingType", "latest") not in {"latest", "deployment"}:
        yield Leftover(element, "bindingType")


def _assignment(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["assignment"] = Assignment(
        element.get("assignee"), element.get("candidateUsers"), element.get("candidateGroups")
    )
    return iter(())


def _schedule(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["schedule"] = Schedule(element.get("dueDate"), element.get("followUpDate"))
    return iter(())


def _priority(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["priority"] = element.get("priority")
    return iter(())


def _script(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["script"] = Script(element.get("expression", ""), element.get("resultVariable"))
    return iter(())


def _decision(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["decision"] = CalledDecision(
        element.get("decisionId", ""), element.get("resultVariable"), element.get("bindingType", "latest")
    )
    return iter(())


def _called(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    words = {name: element.get(name, "true").strip() for name in _PROPAGATIONS}
    fields["called"] = CalledElement(
        element.get("processId", ""),
        words["propagateAllParentVariables"] in _YES,
        words["propagateAllChildVariables"] in _YES,
        element.get("bindingType", "latest"),
    )
    return (Leftover(element, name) for name, word in words.items() if word not in _YES | _NO)


_PROPAGATIONS = ("propagateAllParentVariables", "propagateAllChildVariables")
_YES, _NO = frozenset({"true", "1"}), frozenset({"false", "0"})


def _loop(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    for attribute, field in _LOOP.items():
        fields[field] = element.get(attribute)
    return iter(())


def _subscription(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["correlation_key"] = element.get("correlationKey")
    return iter(())


def _version_tag(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields["version_tag"] = element.get("value")
    return iter(())


def _user_task_form(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    fields.setdefault("forms", {})[element.get("id", "")] = element.text or ""
    fields.setdefault("form_lines", {})[element.get("id", "")] = line_of(element)
    return iter(())


def _marker(element: etree._Element, fields: Fields) -> Iterator[Leftover]:
    return iter(())


_LOOP = {
    "inputCollection": "input_collection",
    "inputElement": "input_element",
    "outputCollection": "output_collection",
    "outputElement": "output_element",
}

_READERS: dict[str, tuple[Callable[[etree._Element, Fields], Iterator[Leftover]], Known]] = {
    "ioMapping": (_io_mapping, frozenset()),
    "taskDefinition": (_task_definition, frozenset({"type", "retries"})),
    "taskHeaders": (_pairs("headers", "header", "key"), frozenset()),
    "properties": (_pairs("properties", "property", "name"), frozenset()),
    "formDefinition": (_form, frozenset({"formId", "formKey", "externalReference", "bindingType"})),
    "assignmentDefinition": (_assignment, frozenset({"assignee", "candidateUsers", "candidateGroups"})),
    "taskSchedule": (_schedule, frozenset({"dueDate", "followUpDate"})),
    "priorityDefinition": (_priority, frozenset({"priority"})),
    "script": (_script, frozenset({"expression", "resultVariable"})),
    "calledDecision": (_decision, frozenset({"decisionId", "resultVariable", "bindingType"})),
    "calledElement": (
        _called,
        frozenset({"processId", "propagateAllParentVariables", "propagateAllChildVariables", "bindingType"}),
    ),
    "loopCharacteristics": (_loop, frozenset(_LOOP)),
    "subscription": (_subscription, frozenset({"correlationKey"})),
    "userTask": (_marker, frozenset()),
    "versionTag": (_version_tag, frozenset({"value"})),
    "userTaskForm": (_user_task_form, frozenset({"id"})),
}
