"""What any BPMN file may lack or write in another way: conditions, timers, scripts, ids, defaults."""

from __future__ import annotations

import itertools
import re

from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, bpmn, extend, local, zeebe
from bpmn.importing.expressions import python_to_feel, template_to_feel

_QUOTED = re.compile(r"\s*(['\"])(?P<inner>[^'\"]*)\1\s*")
_GATEWAYS = ("exclusiveGateway", "inclusiveGateway")
_TIMERS = ("timeDate", "timeDuration", "timeCycle")
_ASSIGNMENT = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>[^\n;]+?);?\s*")
_PLAIN_LANGUAGES = {"", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/", "python", "juel"}


def convert(root: Element, changes: Changes) -> None:
    """Convert a tree in place."""
    _make_executable(root, changes)
    _name_flows(root, changes)
    for condition in [*root.iter(bpmn("conditionExpression")), *root.iter(bpmn("completionCondition"))]:
        _convert_condition(condition, changes)
    for cardinality in root.iter(bpmn("loopCardinality")):
        _convert_condition(cardinality, changes, literal=True)
    for name in _TIMERS:
        for timer in root.iter(bpmn(name)):
            _convert_timer(timer, changes)
    for task in root.iter(bpmn("scriptTask")):
        _convert_script(task, changes)
    _name_defaults(root, changes)
    _ask_for_correlation(root, changes)


def _make_executable(root: Element, changes: Changes) -> None:
    processes = [process for process in root.iter(bpmn("process")) if process.get("isExecutable") != "true"]
    if any(process.get("isExecutable") == "true" for process in root.iter(bpmn("process"))):
        return
    for process in processes:
        if len(process):
            process.set("isExecutable", "true")
            changes.done("executable", process)


def _name_flows(root: Element, changes: Changes) -> None:
    taken = {element.get("id") for element in root.iter() if element.get("id")}
    numbers = itertools.count(1)
    for flow in root.iter(bpmn("sequenceFlow")):
        if flow.get("id"):
            continue
        identity = next(name for name in (f"flow-{number}" for number in numbers) if name not in taken)
        flow.set("id", identity)
        changes.done("flow-named", flow, name=identity)


def _convert_condition(condition: Element, changes: Changes, *, literal: bool = False) -> None:
    text = (condition.text or "").strip()
    if not text or text.startswith("=") or (literal and text.isdigit()):
        return
    language = condition.attrib.pop("language", "").lower()
    feel: str | None = None
    if "{" in text and text[:2] in {"${", "#{"}:
        feel = template_to_feel(text)
    elif language in _PLAIN_LANGUAGES:
        found = python_to_feel(text)
        feel = f"={found}" if found is not None else None
    if feel is None:
        if language:
            condition.set("language", language)
        changes.open("keep-expression", condition, text=text)
        return
    condition.text = feel
    changes.done("converted", condition, what=local(condition), before=text, after=feel)


def _convert_timer(timer: Element, changes: Changes) -> None:
    text = (timer.text or "").strip()
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        timer.text = quoted["inner"].strip()
    elif "{" in text and not text.startswith("="):
        feel = template_to_feel(text)
        if feel is None:
            changes.open("keep-expression", timer, text=text)
            return
        timer.text = feel
    else:
        return
    changes.done("converted", timer, what=local(timer), before=text, after=timer.text)


def _convert_script(task: Element, changes: Changes) -> None:
    """One FEEL expression, or one Python assignment, with the variable it sets."""
    script = task.find(bpmn("script"))
    if script is None or _is_extended(task, "script", "taskDefinition"):
        return
    text, language = (script.text or "").strip(), task.get("scriptFormat", "").lower()
    variable = next((task.attrib[key] for key in task.attrib if str(key).endswith("}resultVariable")), None)
    feel = None
    if language == "feel":
        feel = text.removeprefix("=").strip() or None
    elif language == "juel":
        found = template_to_feel(text)
        feel = found.removeprefix("=") if found and found.startswith("=") else None
    elif language in {"", "python"} and (assigned := _ASSIGNMENT.fullmatch(text)):
        feel, variable = python_to_feel(assigned["value"]), assigned["name"]
    if feel is None or variable is None:
        changes.open("keep-script", task, language=language or "?", text=text[:200])
        return
    for key in [key for key in task.attrib if str(key).endswith("}resultVariable") or key == "scriptFormat"]:
        task.attrib.pop(key)
    task.remove(script)
    extend(task, "script", expression=f"={feel}", resultVariable=variable)
    changes.done("converted", task, what="script", before=text, after=f"{variable} = {feel}")


def _is_extended(element: Element, *names: str) -> bool:
    """Whether an element has one of these zeebe extensions already."""
    holder = element.find(bpmn("extensionElements"))
    return holder is not None and any(holder.find(zeebe(name)) is not None for name in names)


def _name_defaults(root: Element, changes: Changes) -> None:
    """An exclusive or inclusive gateway with one flow that has no condition means it as its default."""
    flows: dict[str, list[Element]] = {}
    for flow in root.iter(bpmn("sequenceFlow")):
        flows.setdefault(flow.get("sourceRef", ""), []).append(flow)
    for name in _GATEWAYS:
        for gateway in root.iter(bpmn(name)):
            leaving = flows.get(gateway.get("id", ""), [])
            free = [flow for flow in leaving if flow.find(bpmn("conditionExpression")) is None]
            if gateway.get("default") or len(leaving) < 2 or not free:
                continue
            if len(free) == 1:
                gateway.set("default", free[0].get("id"))
                changes.done("default-named", gateway, flow=free[0].get("id"))
            else:
                changes.open("conditions-missing", gateway, count=len(free))


def _ask_for_correlation(root: Element, changes: Changes) -> None:
    """A message that something waits for needs a key that tells whose it is; only a designer knows it."""
    waiting = {
        definition.get("messageRef")
        for definition in root.iter(bpmn("messageEventDefinition"))
        if definition.getparent().tag in {bpmn("intermediateCatchEvent"), bpmn("boundaryEvent")}
    } | {task.get("messageRef") for task in root.iter(bpmn("receiveTask"))}
    for message in root.iter(bpmn("message")):
        if message.get("id") in waiting and _has_no_key(message):
            changes.open("correlation-missing", message, name=message.get("name") or "")


def _has_no_key(message: Element) -> bool:
    """Whether a message has no subscription yet."""
    holder = message.find(bpmn("extensionElements"))
    return holder is None or holder.find(zeebe("subscription")) is None
