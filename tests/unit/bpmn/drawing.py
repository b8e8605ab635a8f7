"""Writes small BPMN files for tests: only what a test is about has to be spelled out."""

from __future__ import annotations

from itertools import pairwise

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" id="defs" targetNamespace="t">'
)
MESSAGE = (
    '<bpmn:message id="m" name="paid"><bpmn:extensionElements>'
    '<zeebe:subscription correlationKey="=order"/></bpmn:extensionElements></bpmn:message>'
)
ERROR = '<bpmn:error id="er" name="rejected" errorCode="REJECTED"/>'
ESCALATION = '<bpmn:escalation id="es" name="late" escalationCode="LATE"/>'
SIGNAL = '<bpmn:signal id="sg" name="customer.level_changed"/>'
DECLARED = MESSAGE + ERROR + ESCALATION + SIGNAL
LAYOUT = '<bpmndi:BPMNDiagram id="layout"/>'


def file(body: str, beside: str = DECLARED, key: str = "p", layout: str = LAYOUT) -> bytes:
    """A file with one executable process around ``body``."""
    process = f'<bpmn:process id="{key}" name="Process" isExecutable="true">{body}</bpmn:process>'
    return f"{HEAD}{beside}{process}{layout}</bpmn:definitions>".encode()


def ext(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def node(kind: str, identity: str, inner: str = "", extensions: str = "", **attributes: str) -> str:
    """Any flow node."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{kind} id="{identity}"{given}>{ext(extensions)}{inner}</bpmn:{kind}>'


def start(identity: str = "s", inner: str = "", **attributes: str) -> str:
    return node("startEvent", identity, inner, **attributes)


def end(identity: str = "e", inner: str = "") -> str:
    return node("endEvent", identity, inner)


def user(identity: str, inner: str = "", extensions: str = "", **attributes: str) -> str:
    """A user task that somebody may do."""
    return node(
        "userTask", identity, inner, '<zeebe:assignmentDefinition assignee="li.wei"/>' + extensions, **attributes
    )


def job(
    identity: str, type_: str = "crm.note.add", extensions: str = "", inner: str = "", kind: str = "serviceTask"
) -> str:
    return node(kind, identity, inner, f'<zeebe:taskDefinition type="{type_}"/>{extensions}')


def flow(source: str, target: str, condition: str = "", identity: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    identity = identity or f"{source}_{target}"
    return f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def chain(*ids: str) -> str:
    return "".join(flow(one, two) for one, two in pairwise(ids))


def event(kind: str, **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:{kind}EventDefinition{given}/>"


def timer(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def boundary(identity: str, host: str, inner: str, **attributes: str) -> str:
    return node("boundaryEvent", identity, inner, attachedToRef=host, **attributes)


def many(extension: str = "", inner: str = "", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    loop = f"<zeebe:loopCharacteristics {extension}/>" if extension else ""
    return f"<bpmn:multiInstanceLoopCharacteristics{given}>{ext(loop)}{inner}</bpmn:multiInstanceLoopCharacteristics>"


SIMPLE = start() + user("u") + end() + chain("s", "u", "e")
