"""Small diagrams as Python: nodes by helper, sequence flows as `a -> b -> c` lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://test"'
)
ARROW = re.compile(r"\s*(?:-\[(?P<condition>.*?)\])?->\s*")


@dataclass(frozen=True)
class Element:
    tag: str
    inner: str = ""
    attributes: str = ""
    declarations: str = ""


def start(*, message: str = "", signal: str = "", timer: str = "") -> Element:
    return _event("startEvent", message=message, signal=signal, timer=timer)


def end(*, message: str = "", error: str = "", signal: str = "") -> Element:
    return _event("endEvent", message=message, error=error, signal=signal, throws=True)


def catch(*, message: str = "", key: str = "", signal: str = "", timer: str = "") -> Element:
    return _event("intermediateCatchEvent", message=message, key=key, signal=signal, timer=timer)


def throw(*, message: str = "", key: str = "", signal: str = "", variables: Mapping[str, str] | None = None) -> Element:
    return _event(
        "intermediateThrowEvent", message=message, key=key, signal=signal, throws=True, inputs=variables or {}
    )


def boundary(
    host: str, *, timer: str = "", message: str = "", key: str = "", error: str = "", interrupting: bool = True
) -> Element:
    event = _event("boundaryEvent", timer=timer, message=message, key=key, error=error)
    cancel = "" if interrupting else ' cancelActivity="false"'
    return Element(event.tag, event.inner, f' attachedToRef="{host}"{cancel}', event.declarations)


def user(*, group: str = "", assignee: str = "", properties: str = "") -> Element:
    words = "".join(
        f" {name}={quoteattr(value)}" for name, value in (("assignee", assignee), ("candidateGroups", group)) if value
    )
    assignment = f"<zeebe:assignmentDefinition{words}/>" if words else ""
    return Element("userTask", _extensions(f"<zeebe:userTask/>{assignment}{properties}"))


def service(type: str, *, retries: str = "3", inputs: Mapping[str, str] | None = None) -> Element:
    definition = f"<zeebe:taskDefinition type={quoteattr(type)} retries={quoteattr(retries)}/>"
    return Element("serviceTask", _extensions(definition + _mapping(inputs or {})))


def script(expression: str, result: str) -> Element:
    return Element(
        "scriptTask",
        _extensions(f"<zeebe:script expression={quoteattr('=' + expression)} resultVariable={quoteattr(result)}/>"),
    )


def call(process: str) -> Element:
    return Element(
        "callActivity",
        _extensions(f'<zeebe:calledElement processId={quoteattr(process)} propagateAllChildVariables="true"/>'),
    )


def parallel() -> Element:
    return Element("parallelGateway")


def exclusive(default: str = "") -> Element:
    return Element("exclusiveGateway", attributes=f' default="{default}"' if default else "")


def diagram(key: str, *flows: str, **nodes: Element) -> bytes:
    """The XML of one process; ``_`` in keyword names stands for ``-``; `a -[x > 1]-> b` is a conditional flow."""
    named = {name.replace("_", "-"): element for name, element in nodes.items()}
    body = [
        f'<bpmn:{element.tag} id="{name}" name="{name}"{element.attributes}>{element.inner}</bpmn:{element.tag}>'
        for name, element in named.items()
    ]
    body += [flow for line in flows for flow in _flows(line)]
    declared = "".join(dict.fromkeys(element.declarations for element in named.values()))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions {NAMESPACES}>{declared}'
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{"".join(body)}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def _flows(line: str) -> list[str]:
    names = ARROW.split(line)
    flows = []
    for position in range(0, len(names) - 2, 2):
        source, condition, target = names[position : position + 3]
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={escape(condition)}'
            "</bpmn:conditionExpression>"
            if condition
            else ""
        )
        flows.append(
            f'<bpmn:sequenceFlow id="{source}-to-{target}" sourceRef="{source}" targetRef="{target}">{inner}'
            "</bpmn:sequenceFlow>"
        )
    return flows


def _event(
    tag: str,
    *,
    message: str = "",
    key: str = "",
    signal: str = "",
    timer: str = "",
    error: str = "",
    throws: bool = False,
    inputs: Mapping[str, str] | None = None,
) -> Element:
    mapping = _extensions(_mapping(inputs)) if inputs else ""
    if message:
        name = f"message-{_slug(message + key)}"
        subscription = f"<zeebe:subscription correlationKey={quoteattr('=' + key)}/>" if key else ""
        declared = f'<bpmn:message id="{name}" name={quoteattr(message)}>{_extensions(subscription)}</bpmn:message>'
        return Element(tag, f'{mapping}<bpmn:messageEventDefinition messageRef="{name}"/>', "", declared)
    if signal:
        name = f"signal-{_slug(signal)}"
        declared = f'<bpmn:signal id="{name}" name={quoteattr(signal)}/>'
        return Element(tag, f'{mapping}<bpmn:signalEventDefinition signalRef="{name}"/>', "", declared)
    if error:
        name = f"error-{_slug(error)}"
        declared = f'<bpmn:error id="{name}" name={quoteattr(error)} errorCode={quoteattr(error)}/>'
        return Element(tag, f'{mapping}<bpmn:errorEventDefinition errorRef="{name}"/>', "", declared)
    if timer:
        kind = "timeCycle" if timer.startswith("R") else "timeDuration" if timer.startswith("P") else "timeDate"
        text = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(timer)}</bpmn:{kind}>'
        return Element(tag, f"{mapping}<bpmn:timerEventDefinition>{text}</bpmn:timerEventDefinition>")
    return Element(tag, mapping)


def _mapping(inputs: Mapping[str, str]) -> str:
    rows = "".join(
        f"<zeebe:input source={quoteattr('=' + source)} target={quoteattr(target)}/>"
        for target, source in inputs.items()
    )
    return f"<zeebe:ioMapping>{rows}</zeebe:ioMapping>" if rows else ""


def _extensions(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
