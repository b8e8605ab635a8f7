"""What any BPMN file may lack: the mark that a process runs, ids of flows, defaults, people, correlation keys."""

from __future__ import annotations

import itertools
import re

from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, bpmn, extend, extension
from bpmn.importing.survey import MODELER

_GATEWAYS = ("exclusiveGateway", "inclusiveGateway")
_PERSON = re.compile(r"(?:(?P<kind>user|group)\()?(?P<name>[\w.@-]+)\)?")
_PLATFORM = {"executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.6.0"}


def convert(root: Element, changes: Changes) -> None:
    """Convert a tree in place."""
    _make_executable(root, changes)
    _name_platform(root, changes)
    for task in root.iter(bpmn("userTask")):
        _name_people(task, changes)
    _name_defaults(root, changes)
    _ask_for_correlation(root, changes)


def _name_platform(root: Element, changes: Changes) -> None:
    """Camunda's Modeler opens a file for the engine it was made for."""
    key = f"{{{MODELER}}}executionPlatform"
    before = root.get(key)
    if before is None or before == _PLATFORM["executionPlatform"]:
        return
    for name, value in _PLATFORM.items():
        root.set(f"{{{MODELER}}}{name}", value)
    changes.done("converted", root, what="modeler:executionPlatform", before=before, after=root.get(key))


def _name_people(task: Element, changes: Changes) -> None:
    """BPMN's own performer and potential owners, where they are names as ``user(...)`` and ``group(...)``."""
    for role in ("humanPerformer", "potentialOwner"):
        for given in task.findall(bpmn(role)):
            text = " ".join("".join(given.itertext()).split())
            names = [_PERSON.fullmatch(part.strip()) for part in text.split(",")]
            if any(name is None for name in names) or (role == "humanPerformer" and len(names) != 1):
                continue
            _assign(task, role, [(name["kind"], name["name"]) for name in names if name])
            task.remove(given)
            changes.done("converted", task, what=role, before=text, after="assignmentDefinition")


def _assign(task: Element, role: str, names: list[tuple[str | None, str]]) -> None:
    """Add people and groups to those a task has; a name without a word for its kind is a group among owners."""
    found = extension(task, "assignmentDefinition")
    for kind, name in names:
        key = "candidateUsers" if kind == "user" else "candidateGroups"
        if role == "humanPerformer":
            found = extend(task, "assignmentDefinition", assignee=name)
        else:
            before = found.get(key) if found is not None else None
            found = extend(task, "assignmentDefinition", **{key: f"{before},{name}" if before else name})


def _make_executable(root: Element, changes: Changes) -> None:
    processes = [process for process in root.iter(bpmn("process")) if process.get("isExecutable") != "true"]
    if any(process.get("isExecutable") == "true" for process in root.iter(bpmn("process"))):
        return
    for process in processes:
        if len(process):
            process.set("isExecutable", "true")
            changes.done("executable", process)


def name_flows(root: Element, changes: Changes) -> None:
    """Give ids to sequence flows, which everything else is told by."""
    taken = {element.get("id") for element in root.iter() if element.get("id")}
    numbers = itertools.count(1)
    for flow in root.iter(bpmn("sequenceFlow")):
        if flow.get("id"):
            continue
        identity = next(name for name in (f"flow-{number}" for number in numbers) if name not in taken)
        flow.set("id", identity)
        changes.done("flow-named", flow, name=identity)


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
    return extension(message, "subscription") is None
