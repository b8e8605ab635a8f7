"""Diagrams of spiffworkflow: their extensions as those of Camunda 8 where the meaning is the same."""

from __future__ import annotations

from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, attributes, bpmn, extend, extension_children, local, remove
from bpmn.importing.expressions import python_to_feel

SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_TEXTS = frozenset({"instructionsForEndUser", "unitTests", "guestConfirmation", "scriptsOnInstances"})
"""What Camunda 8 has no place for and what changes no flow: told, then left out."""


def convert(root: Element, changes: Changes) -> None:
    """Convert every element of a tree; what has no counterpart stays, and the deploy check refuses it."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag.startswith(f"{{{SPIFF}}}"):
            continue
        for name, value in attributes(element, SPIFF):
            changes.open("keep-attribute", element, name=f"spiffworkflow:{name}", value=value)
        for name, child in extension_children(element, SPIFF):
            if _extension(element, name, child, changes):
                remove(child)
            else:
                changes.open("keep-extension", child, name=f"spiffworkflow:{name}")


def _extension(element: Element, name: str, child: Element, changes: Changes) -> bool:
    text = (child.text or "").strip()
    if name in _TEXTS:
        changes.done("dropped", element, name=f"spiffworkflow:{name}", value=text[:200])
        return True
    if name == "calledDecisionId" and text:
        extend(element, "calledDecision", decisionId=text, resultVariable=f"{element.get('id')}_result")
        changes.open("decision-result", element, decision=text, variable=f"{element.get('id')}_result")
        return True
    if name == "properties":
        return _properties(element, child, changes)
    return False


def _properties(element: Element, given: Element, changes: Changes) -> bool:
    """Forms by name; whatever else stands there is told one by one."""
    settled = True
    for entry in list(given):
        name, value = entry.get("name", ""), entry.get("value", "")
        if name == "formJsonSchemaFilename" and value:
            extend(element, "formDefinition", formId=value.removesuffix(".json").removesuffix("-schema"))
            changes.open("form-wanted", element, form=value)
        elif name == "formUiSchemaFilename":
            changes.done("dropped", element, name=name, value=value)
        else:
            settled = False
            continue
        given.remove(entry)
    return settled


def convert_loops(root: Element, changes: Changes) -> None:
    """BPMN's own data references of a multi-instance, as spiffworkflow writes them, become a collection by name."""
    for loop in root.iter(bpmn("multiInstanceLoopCharacteristics")):
        data = {local(child): child for child in loop}
        source, item = data.get("loopDataInputRef"), data.get("inputDataItem")
        if source is None or item is None:
            continue
        feel = python_to_feel(source.text or "")
        if feel is None:
            changes.open("keep-expression", loop, text=source.text or "")
            continue
        given = {"inputCollection": f"={feel}", "inputElement": item.get("id", "item")}
        target, result = data.get("loopDataOutputRef"), data.get("outputDataItem")
        if target is not None and result is not None and (target.text or "").isidentifier():
            given |= {"outputCollection": target.text or "", "outputElement": f"={result.get('id')}"}
        for child in (source, item, target, result):
            if child is not None:
                loop.remove(child)
        extend(loop, "loopCharacteristics", **given)
        changes.done("converted", loop, what="loopDataInputRef", before=source.text, after=given["inputCollection"])
