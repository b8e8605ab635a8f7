"""Forms that Camunda 7, Flowable and Activiti describe in the diagram as form files of their own."""

from __future__ import annotations

import json
from typing import Any

from bpmn.importing.editing import Element, bpmn, extend, extension, local, map_variable, remove, zeebe
from bpmn.importing.place import Place
from bpmn.importing.templates import has_template

_TYPES = {
    "string": "textfield", "long": "number", "integer": "number", "int": "number", "double": "number",
    "boolean": "checkbox", "date": "datetime", "enum": "select",
}  # fmt: skip
_KNOWN = frozenset({"id", "name", "label", "type", "defaultValue", "default", "required", "datePattern"})
_LIMITS = {"min": "min", "max": "max", "minlength": "minLength", "maxlength": "maxLength"}


def form_data(place: Place, given: Element) -> bool:
    """``camunda:formData``: all its fields, or none."""
    return not given.keys() and _make(place, list(given))


def form_property(place: Place, given: Element) -> bool:
    """``formProperty`` of Flowable and Activiti: all of an element make one form."""
    fields = [entry for entry in given.getparent() if entry.tag == given.tag]
    if not _make(place, fields):
        return False
    for entry in fields:
        if entry is not given:
            remove(entry)
    return True


def _make(place: Place, fields: list[Element]) -> bool:
    if place.kind not in {"userTask", "startEvent"}:
        return False
    components = [_component(field) for field in fields]
    if not components or any(component is None for component in components):
        return False
    identity = _identity(place)
    form = {
        "id": identity, "type": "default", "schemaVersion": 19, "components": components,
        "executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.6.0",
    }  # fmt: skip
    name = f"{identity}.form"
    place.forms[name] = json.dumps(form, ensure_ascii=False, indent=2).encode()
    extend(place.element, "formDefinition", formId=identity)
    place.changes.done("form-made", place.element, what=place.what, file=name, fields=len(components))
    for field in fields:
        if field.get("datePattern"):
            name = f"{place.prefix}:datePattern"
            place.changes.done("dropped", place.element, name=name, value=field.get("datePattern"))
    return True


def _identity(place: Place) -> str:
    """The form's id: elements of many files are called alike, processes are not."""
    process = next((found.get("id") for found in place.element.iterancestors(bpmn("process"))), None)
    return "-".join(part for part in (process, place.element.get("id")) if part)


def pass_fields_on(place: Place) -> None:
    """Where output mappings would keep the fields of a form inside, map each of them too."""
    form = place.forms.get(f"{_identity(place)}.form")
    mapping = extension(place.element, "ioMapping")
    if form is None or mapping is None or mapping.find(zeebe("output")) is None:
        return
    mapped = {entry.get("target") for entry in mapping if entry.tag == zeebe("output")}
    for component in json.loads(form)["components"]:
        key = component["key"]
        if key not in mapped:
            map_variable(place.element, "output", f"={key}", key)
            place.changes.done("mapped", place.element, what=place.what, before=key, after=f"={key}")


def _component(field: Element) -> dict[str, Any] | None:
    """One field as a form-js component; None for what it has no counterpart for."""
    kind, key = field.get("type", "string"), field.get("id", "")
    default = field.get("defaultValue", field.get("default"))
    if kind not in _TYPES or not set(field.keys()) <= _KNOWN or (default and has_template(default)):
        return None
    label = field.get("label") or field.get("name") or key
    component: dict[str, Any] = {"id": key, "key": key, "type": _TYPES[kind], "label": label}
    if kind == "date":
        component |= {"subtype": "date", "dateLabel": component.pop("label")}
    if default:
        component["defaultValue"] = _default(kind, default)
    rules: dict[str, Any] = {"required": True} if field.get("required") == "true" else {}
    for part in field:
        if not _add_part(component, rules, part):
            return None
    return {**component, "validate": rules} if rules else component


def _default(kind: str, text: str) -> Any:
    if kind == "boolean":
        return text == "true"
    if _TYPES[kind] == "number" and text.lstrip("-").isdigit():
        return int(text)
    return text


def _add_part(component: dict[str, Any], rules: dict[str, Any], part: Element) -> bool:
    """An option, properties or rules of a field; whether they are known."""
    name = local(part)
    if name == "value" and component["type"] == "select":
        option = {"label": part.get("name") or part.get("id"), "value": part.get("id")}
        component.setdefault("values", []).append(option)
        return True
    if name == "properties":
        component["properties"] = {entry.get("id") or entry.get("name"): entry.get("value", "") for entry in part}
        return True
    return name == "validation" and all(_add_rule(component, rules, entry) for entry in part)


def _add_rule(component: dict[str, Any], rules: dict[str, Any], entry: Element) -> bool:
    name, value = entry.get("name", ""), entry.get("config") or ""
    if name in {"required", "readonly"}:
        if value != "false":
            (rules if name == "required" else component)[name] = True
        return True
    if name not in _LIMITS or not value.lstrip("-").isdigit():
        return False
    rules[_LIMITS[name]] = int(value)
    return True
