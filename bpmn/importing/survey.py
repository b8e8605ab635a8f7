"""What of other engines and tools is still in a file after the conversion: nothing of it may go untold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element
from bpmn.importing.layout import DC, DI
from bpmn.vocabulary import BPMN, BPMN_DI, ENGINE_NAMESPACES, PREFIXES, XSI, ZEEBE

MODELER = "http://camunda.org/schema/modeler/1.0"
OWN = frozenset({"", BPMN, BPMN_DI, DI, DC, XSI, ZEEBE, MODELER, "http://www.w3.org/XML/1998/namespace"})
"""The namespaces of this dialect's own files."""

REASONS: Mapping[str, str] = {
    "class": "keep-code",
    "delegateExpression": "keep-code",
    "expression": "keep-code",
    "field": "keep-code",
    "connector": "keep-code",
    "serviceTaskOperator": "keep-code",
    "executionListener": "keep-listener",
    "taskListener": "keep-listener",
    "eventListener": "keep-listener",
    "preScript": "keep-listener",
    "postScript": "keep-listener",
    "formKey": "keep-form",
    "formData": "keep-form",
    "formProperty": "keep-form",
    "inputOutput": "keep-mapping",
    "in": "keep-mapping",
    "out": "keep-mapping",
    "errorCodeVariable": "keep-error-variable",
    "errorMessageVariable": "keep-error-variable",
    "escalationCodeVariable": "keep-error-variable",
}
"""What deserves a sentence of its own, by the local name of the attribute or element."""


def survey(root: Element, changes: Changes) -> None:
    """List everything foreign: a decision where it steered another engine, else as kept."""
    for element, attribute in foreign(root):
        if changes.is_told(element, attribute):
            continue
        namespace, name = _split(attribute or str(element.tag))
        shown = f"{_prefix(element, namespace)}:{name}"
        value = element.get(attribute) if attribute else (element.text or "").strip()
        if namespace in ENGINE_NAMESPACES:
            code = REASONS.get(name, "keep-attribute" if attribute else "keep-extension")
            changes.open(code, element, attribute, name=shown, value=value[:200])
        else:
            changes.kept(element, name=shown, value=value[:200])


def foreign(root: Element) -> Iterator[tuple[Element, str | None]]:
    """Every foreign attribute with its element, and every foreign element; what lies in one belongs to it."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if _split(str(element.tag))[0] not in OWN:
            yield element, None
            continue
        for attribute in element.keys():  # noqa: SIM118 - an element is no mapping
            if _split(str(attribute))[0] not in OWN:
                yield element, str(attribute)
        waiting.extend(reversed(element))


def bearers(root: Element) -> list[Element]:
    """The elements that carry something foreign, as an attribute or an extension, in document order."""
    found: dict[Element, None] = {}
    for element, attribute in foreign(root):
        holder = element.getparent()
        if attribute is not None:
            found[element] = None
        elif holder is not None and holder.getparent() is not None:
            found[holder.getparent()] = None
    return list(found)


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition("}")
    return namespace.lstrip("{"), local


def _prefix(element: Element, namespace: str) -> str:
    """The prefix people know a namespace by, else the one the file gives it."""
    if namespace in PREFIXES:
        return PREFIXES[namespace]
    return next((str(prefix) for prefix, uri in element.nsmap.items() if uri == namespace and prefix), namespace)
