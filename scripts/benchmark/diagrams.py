"""The measured processes, for the product (FEEL, forms, groups) and for plain SpiffWorkflow (Python expressions)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://benchmark"'
)
APPROVE, FORM, HANDLER = "approve-five", "five-fields", "benchmark.file"
GROUP = "finance"
WAITING = "waiting"
ANSWERS = {"amount": 6200, "title": "Renewal of the chiller contract", "urgent": True, "reason": "price", "note": "-"}

Nodes = Sequence[tuple[str, str]]
Flows = Sequence[tuple[str, str, str]]

APPROVE_NODES: Nodes = (
    ("startEvent", "begin"),
    ("userTask", "request"),
    ("exclusiveGateway", "large"),
    ("parallelGateway", "split"),
    ("userTask", "legal"),
    ("userTask", "money"),
    ("parallelGateway", "join"),
    ("serviceTask", "file"),
    ("endEvent", "done"),
    ("endEvent", "small"),
)
APPROVE_FLOWS: Flows = (
    ("begin", "request", ""),
    ("request", "large", ""),
    ("large", "split", "amount > 5000"),
    ("large", "small", ""),
    ("split", "legal", ""),
    ("split", "money", ""),
    ("legal", "join", ""),
    ("money", "join", ""),
    ("join", "file", ""),
    ("file", "done", ""),
)


def approve_files(*, stock: bool = False) -> dict[str, bytes]:
    """APPROVE-5 with its form, or as plain SpiffWorkflow reads it."""
    return {"approve.bpmn": _diagram(APPROVE, APPROVE_NODES, APPROVE_FLOWS, stock=stock), "form.form": _form()}


def row_key(length: int) -> str:
    """The key of the process with so many user tasks in a row."""
    return f"row-{length}"


def row_files(length: int, *, stock: bool = False) -> dict[str, bytes]:
    """A process of user tasks in a row."""
    names = ["begin", *(f"step-{number}" for number in range(length)), "done"]
    nodes = [("startEvent", "begin"), *(("userTask", name) for name in names[1:-1]), ("endEvent", "done")]
    flows = [(one, other, "") for one, other in pairwise(names)]
    content = _diagram(row_key(length), nodes, flows, stock=stock)
    return {f"row-{length}.bpmn": content, "form.form": _form()}


def waiting_files() -> dict[str, bytes]:
    """A process that waits for a timer and then for a person."""
    nodes = [("startEvent", "begin"), ("intermediateCatchEvent", "pause"), ("userTask", "look"), ("endEvent", "done")]
    flows = [("begin", "pause", ""), ("pause", "look", ""), ("look", "done", "")]
    return {"waiting.bpmn": _diagram(WAITING, nodes, flows, stock=False), "form.form": _form()}


def _diagram(key: str, nodes: Nodes, flows: Flows, *, stock: bool) -> bytes:
    default = {source for source, target, _ in flows if target == "small"}
    body = [_node(tag, name, "large-small" if name in default else "", stock=stock) for tag, name in nodes]
    body += [_flow(*flow, stock=stock) for flow in flows]
    return (
        f'<bpmn:definitions {NAMESPACES}><bpmn:process id="{key}" name="{key}" isExecutable="true">'
        f"{''.join(body)}</bpmn:process></bpmn:definitions>"
    ).encode()


def _node(tag: str, name: str, default: str, *, stock: bool) -> str:
    more = f' default="{default}"' if default else ""
    if stock and tag == "serviceTask":
        return f'<bpmn:scriptTask id="{name}" name="{name}"><bpmn:script>filed = True</bpmn:script></bpmn:scriptTask>'
    return f'<bpmn:{tag} id="{name}" name="{name}"{more}>{"" if stock else _extensions(tag)}</bpmn:{tag}>'


def _extensions(tag: str) -> str:
    words = {
        "userTask": f'<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="{GROUP}"/>'
        f'<zeebe:formDefinition formId="{FORM}"/>',
        "serviceTask": f'<zeebe:taskDefinition type="{HANDLER}"/>',
    }.get(tag)
    if tag == "intermediateCatchEvent":
        duration = '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration>'
        return f"<bpmn:timerEventDefinition>{duration}</bpmn:timerEventDefinition>"
    return f"<bpmn:extensionElements>{words}</bpmn:extensionElements>" if words else ""


def _flow(source: str, target: str, condition: str, *, stock: bool) -> str:
    text = condition.replace(">", "&gt;")
    words = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{"" if stock else "="}{text}'
        "</bpmn:conditionExpression>"
        if condition
        else ""
    )
    name = f"{source}-{target}"
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{words}</bpmn:sequenceFlow>'


def _form() -> bytes:
    fields: list[dict[str, Any]] = [
        {"type": "number", "key": "amount", "label": "Amount", "validate": {"required": True, "min": 0}},
        {"type": "textfield", "key": "title", "label": "Title", "validate": {"required": True, "maxLength": 200}},
        {"type": "checkbox", "key": "urgent", "label": "Urgent"},
        {
            "type": "select",
            "key": "reason",
            "label": "Reason",
            "values": [{"label": "Price", "value": "price"}, {"label": "Time", "value": "time"}],
        },
        {"type": "textarea", "key": "note", "label": "Note"},
    ]
    components = [{"id": f"field-{number}", **component} for number, component in enumerate(fields)]
    return json.dumps({"type": "default", "schemaVersion": 19, "id": FORM, "components": components}).encode()
