"""Diagrams of spiffworkflow: their extensions as those of Camunda 8 where the meaning is the same.

What is not clear stays in the file, and the survey tells of it.
"""

from __future__ import annotations

from lxml import etree

from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, bpmn, extend, extension_children, local, remove
from bpmn.importing.python import python_to_feel
from bpmn.importing.survey import bearers

SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_TESTS = frozenset({"unitTests"})
"""What changes no flow and has no place in Camunda 8: told, then left out."""


def convert(root: Element, changes: Changes) -> None:
    """Convert every element of a tree."""
    for element in bearers(root):
        for name, child in extension_children(element, SPIFF):
            if _extension(element, name, child, changes):
                remove(child)


def _extension(element: Element, name: str, child: Element, changes: Changes) -> bool:
    text = (child.text or "").strip()
    if name in _TESTS:
        changes.done("dropped", element, name=f"spiffworkflow:{name}", value=text[:200])
        return True
    if name == "instructionsForEndUser" and not len(child):
        return _instructions(element, text, changes)
    if name == "calledDecisionId" and text:
        result = f"{element.get('id')}_result"
        extend(element, "calledDecision", decisionId=text, resultVariable=result)
        changes.done("converted", element, what="spiffworkflow:calledDecisionId", before=text, after=result)
        changes.open("decision-result", element, decision=text, variable=result)
        return True
    return name == "properties" and _properties(element, child, changes)


def _instructions(element: Element, text: str, changes: Changes) -> bool:
    """What a person is told about a task is its documentation."""
    found = element.find(bpmn("documentation"))
    if found is None:
        found = etree.Element(bpmn("documentation"))
        element.insert(0, found)
    elif len(found):
        return False
    before = (found.text or "").strip()
    found.text = f"{before}\n\n{text}" if before else text
    changes.done(
        "converted",
        element,
        what="spiffworkflow:instructionsForEndUser",
        before=text[:80],
        after="documentation",
    )
    return True


def _properties(element: Element, given: Element, changes: Changes) -> bool:
    """Forms by name; whatever else stands there stays there."""
    settled = True
    for entry in list(given):
        name, value = entry.get("name", ""), entry.get("value", "")
        if name == "formJsonSchemaFilename" and value:
            form = value.removesuffix(".json").removesuffix("-schema")
            extend(element, "formDefinition", formId=form)
            changes.done("converted", element, what=f"spiffworkflow:properties {name}", before=value, after=form)
            changes.open("form-wanted", element, form=form)
        elif name == "formUiSchemaFilename":
            changes.done("dropped", element, name=f"spiffworkflow:properties {name}", value=value)
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
        else:
            target = result = None
        for child in (source, item, target, result):
            if child is not None:
                loop.remove(child)
        extend(loop, "loopCharacteristics", **given)
        changes.done("converted", loop, what="loopDataInputRef", before=source.text, after=given["inputCollection"])
