"""Camunda 7's extensions as those of Camunda 8, where the meaning is the same. What is not clear stays in the file."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from bpmn.importing.changes import Changes
from bpmn.importing.editing import (
    Element,
    attributes,
    bpmn,
    extend,
    extension_children,
    extensions,
    local,
    map_variable,
    remove,
    zeebe,
)
from bpmn.importing.expressions import template_to_feel

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
_ENGINE_ONLY = frozenset(
    {
        "asyncBefore", "asyncAfter", "async", "exclusive", "jobPriority", "taskPriority", "historyTimeToLive",
        "isStartableInTasklist", "formRefBinding", "modelerTemplate", "modelerTemplateVersion", "decisionRefBinding",
        "calledElementBinding", "mapDecisionResult", "diagramRelationId",
    }
)  # fmt: skip
"""How Camunda 7 runs something; nothing of it changes what a process does here."""
_DEPLOYED_FORM = re.compile(r"(?:camunda-forms|embedded|app):(?:deployment|app):(?:.*/)?(?P<name>[^/]+?)(?:\.\w+)?$")
_RETRIES = re.compile(r"R(?P<count>\d+)/")
_FIELDS = {"string": "textfield", "long": "number", "boolean": "checkbox", "date": "datetime", "enum": "select"}


def convert(root: Element, changes: Changes, forms: dict[str, bytes]) -> None:
    """Convert every element of a tree; forms described in the diagram go to ``forms`` by file name."""
    for element in list(root.iter(etree.Element)):
        if str(element.tag).startswith(f"{{{CAMUNDA}}}"):
            continue
        _Camunda7(element, changes, forms).convert()


class _Camunda7:
    """One element. Each ``_on_`` method takes an attribute or extension, and says whether it is settled."""

    def __init__(self, element: Element, changes: Changes, forms: dict[str, bytes]) -> None:
        self.element = element
        self.changes = changes
        self.forms = forms
        self.what = ""
        """The attribute or extension that is being converted, with its usual prefix."""

    def convert(self) -> None:
        for name, value in attributes(self.element, CAMUNDA):
            if self._attribute(name, value):
                self.element.attrib.pop(f"{{{CAMUNDA}}}{name}", None)
            else:
                self.changes.open("keep-attribute", self.element, name=f"camunda:{name}", value=value)
        for name, child in extension_children(self.element, CAMUNDA):
            self.what = f"camunda:{name}"
            method = getattr(self, f"_on_{name}", None)
            if method is not None and method(child):
                remove(child)
            else:
                self.changes.open("keep-extension", child, name=f"camunda:{name}")

    def _converted(self, before: str, after: str) -> None:
        self.changes.done("converted", self.element, what=self.what, before=before, after=after)

    # --- attributes ----------------------------------------------------------------------------------------------

    def _attribute(self, name: str, value: str) -> bool:
        self.what = f"camunda:{name}"
        if name in _ENGINE_ONLY:
            self.changes.done("dropped", self.element, name=f"camunda:{name}", value=value)
            return True
        method = getattr(self, f"_at_{name}", None)
        return method is not None and bool(method(value))

    def _feel(self, value: str) -> str | None:
        return template_to_feel(value)

    def _set(self, extension: str, key: str, value: str) -> bool:
        feel = self._feel(value)
        if feel is None:
            return False
        extend(self.element, extension, **{key: feel})
        self._converted(value, feel)
        return True

    def _at_assignee(self, value: str) -> bool:
        return self._set("assignmentDefinition", "assignee", value)

    def _at_candidateGroups(self, value: str) -> bool:  # noqa: N802 - Camunda's name
        return self._set("assignmentDefinition", "candidateGroups", value)

    def _at_candidateUsers(self, value: str) -> bool:  # noqa: N802
        return self._set("assignmentDefinition", "candidateUsers", value)

    def _at_dueDate(self, value: str) -> bool:  # noqa: N802
        return self._set("taskSchedule", "dueDate", value)

    def _at_followUpDate(self, value: str) -> bool:  # noqa: N802
        return self._set("taskSchedule", "followUpDate", value)

    def _at_priority(self, value: str) -> bool:
        return self._set("priorityDefinition", "priority", value)

    def _at_versionTag(self, value: str) -> bool:  # noqa: N802
        return self._set("versionTag", "value", value)

    def _at_formRef(self, value: str) -> bool:  # noqa: N802
        return "{" not in value and self._set("formDefinition", "formId", value)

    def _at_formKey(self, value: str) -> bool:  # noqa: N802
        found = _DEPLOYED_FORM.fullmatch(value)
        return found is not None and self._set("formDefinition", "formId", found["name"])

    def _at_type(self, value: str) -> bool:
        topic = self.element.get(f"{{{CAMUNDA}}}topic")
        if value != "external" or not topic or not self._set("taskDefinition", "type", topic):
            return False
        self.element.attrib.pop(f"{{{CAMUNDA}}}topic")
        return True

    def _at_topic(self, value: str) -> bool:
        return self.element.get(f"{{{CAMUNDA}}}topic") is None

    def _at_decisionRef(self, value: str) -> bool:  # noqa: N802
        if "{" in value:
            return False
        result = self.element.attrib.pop(f"{{{CAMUNDA}}}resultVariable", None) or "result"
        extend(self.element, "calledDecision", decisionId=value, resultVariable=result)
        self._converted(value, f"{value} → {result}")
        return True

    def _at_resultVariable(self, value: str) -> bool:  # noqa: N802
        """Taken by the decision or script it belongs to."""
        return self.element.get(f"{{{CAMUNDA}}}resultVariable") is None

    def _at_collection(self, value: str) -> bool:
        feel = self._feel(value)
        if feel is None:
            return False
        feel = feel if feel.startswith("=") else f"={feel}"
        item = self.element.attrib.pop(f"{{{CAMUNDA}}}elementVariable", None) or "item"
        extend(self.element, "loopCharacteristics", inputCollection=feel, inputElement=item)
        self._converted(value, f"{feel} → {item}")
        return True

    def _at_elementVariable(self, value: str) -> bool:  # noqa: N802
        return self.element.get(f"{{{CAMUNDA}}}elementVariable") is None

    # --- extension elements --------------------------------------------------------------------------------------

    def _on_properties(self, given: Element) -> bool:
        for entry in given:
            etree.SubElement(
                extend(self.element, "properties"),
                zeebe("property"),
                name=entry.get("name", ""),
                value=entry.get("value", ""),
            )
        self.changes.done("properties", self.element)
        return True

    def _on_failedJobRetryTimeCycle(self, given: Element) -> bool:  # noqa: N802
        found = _RETRIES.match((given.text or "").strip())
        if found is None or extensions(self.element).find(zeebe("taskDefinition")) is None:
            return False
        extend(self.element, "taskDefinition", retries=found["count"])
        self._converted(str(given.text), f"retries {found['count']}")
        return True

    def _on_inputOutput(self, given: Element) -> bool:  # noqa: N802
        """All parameters, or none where one is not clear: half a mapping would be a different one."""
        found: list[tuple[str, str, str]] = []
        for entry in given:
            source = self._parameter(entry)
            if source is None:
                return False
            direction = "input" if local(entry) == "inputParameter" else "output"
            found.append((direction, source, entry.get("name", "")))
        for direction, source, target in found:
            map_variable(self.element, direction, source, target)
            self.changes.done("mapped", self.element, before=target, after=source)
        return True

    def _parameter(self, entry: Element) -> str | None:
        """The FEEL of a parameter: text, a list or a map of texts; scripts have none."""
        if len(entry) == 0:
            return self._literal(entry.text or "")
        if len(entry) != 1:
            return None
        kind, inner = local(entry[0]), entry[0]
        if kind == "list":
            items = [self._literal(value.text or "") for value in inner if local(value) == "value"]
            whole = len(items) == len(inner) and None not in items
            return "=[" + ", ".join(str(item)[1:] for item in items) + "]" if whole else None
        if kind == "map":
            pairs = [(value.get("key", ""), self._literal(value.text or "")) for value in inner if len(value) == 0]
            whole = len(pairs) == len(inner) and all(feel is not None for _, feel in pairs)
            inside = ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {str(feel)[1:]}" for key, feel in pairs)
            return f"={{{inside}}}" if whole else None
        return None

    def _literal(self, text: str) -> str | None:
        feel = self._feel(text)
        if feel is None:
            return None
        return feel if feel.startswith("=") else f"={json.dumps(text, ensure_ascii=False)}"

    def _on_in(self, given: Element) -> bool:
        return self._passed("input", given)

    def _on_out(self, given: Element) -> bool:
        return self._passed("output", given)

    def _passed(self, direction: str, given: Element) -> bool:
        """What a call activity passes: everything, a variable, or an expression."""
        whole = "propagateAllParentVariables" if direction == "input" else "propagateAllChildVariables"
        if given.get("businessKey") is not None:
            self.changes.done("dropped", self.element, name="camunda:in businessKey", value=given.get("businessKey"))
            return True
        if given.get("variables") == "all":
            extend(self.element, "calledElement", **{whole: "true"})
            self._converted("variables=all", f"{whole}=true")
            return True
        target = given.get("target", "")
        source = given.get("source")
        feel = f"={source}" if source else self._literal(given.get("sourceExpression", ""))
        if feel is None or not target:
            return False
        map_variable(self.element, direction, feel, target)
        self.changes.done("mapped", self.element, before=target, after=feel)
        return True

    def _on_formData(self, given: Element) -> bool:  # noqa: N802
        """A form described in the diagram becomes a form file of its own."""
        identity = f"{self.element.get('id')}"
        components = [self._component(field) for field in given if local(field) == "formField"]
        if not components or any(component is None for component in components):
            return False
        form = {
            "id": identity, "type": "default", "schemaVersion": 19, "components": components,
            "executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.6.0",
        }  # fmt: skip
        name = f"{identity}.form"
        self.forms[name] = json.dumps(form, ensure_ascii=False, indent=2).encode()
        extend(self.element, "formDefinition", formId=identity)
        self.changes.done("form-made", self.element, file=name, fields=len(components))
        return True

    def _component(self, field: Element) -> dict[str, Any] | None:
        kind, default = field.get("type", "string"), field.get("defaultValue")
        if kind not in _FIELDS or (default and "{" in default):
            return None
        key = field.get("id", "")
        component: dict[str, Any] = {"id": key, "key": key, "type": _FIELDS[kind], "label": field.get("label") or key}
        if kind == "date":
            component |= {"subtype": "date", "dateLabel": component.pop("label")}
        if kind == "enum":
            values = [entry for entry in field if local(entry) == "value"]
            component["values"] = [
                {"label": entry.get("name") or entry.get("id"), "value": entry.get("id")} for entry in values
            ]
        if default:
            component["defaultValue"] = {"true": True, "false": False}.get(default, default)
            if kind == "long":
                component["defaultValue"] = int(default) if default.lstrip("-").isdigit() else default
        required = any(
            constraint.get("name") == "required" and constraint.get("config") != "false"
            for constraint in field.iter(f"{{{CAMUNDA}}}constraint")
        )
        return {**component, **({"validate": {"required": True}} if required else {})}


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
