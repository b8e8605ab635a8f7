"""The process under fire: two people, a timer, a message, a service task, an effect and a called process."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.fault_injection.works.names import GO

KEY, CHILD, FORM = "chaos", "chaos-child", "chaos-amount"
FIRST, SECOND = "first", "second"
GROUPS = {FIRST: "sales", SECOND: "finance"}

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="http://chaos">'
)
_DURATION = '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT2S</bpmn:timeDuration>'


def write(folder: Path) -> Path:
    """Write the files to deploy."""
    folder.mkdir()
    (folder / f"{KEY}.bpmn").write_text(_caller())
    (folder / f"{CHILD}.bpmn").write_text(_called())
    amount = {"type": "number", "key": "amount", "id": "amount", "label": "Amount", "validate": {"required": True}}
    form = {"type": "default", "schemaVersion": 19, "id": FORM, "components": [amount]}
    (folder / f"{FORM}.form").write_text(json.dumps(form))
    return folder


def _caller() -> str:
    nodes = [
        _node("startEvent", "begin"),
        _user(FIRST),
        _node("parallelGateway", "split"),
        _node("intermediateCatchEvent", "pause", f"<bpmn:timerEventDefinition>{_DURATION}</bpmn:timerEventDefinition>"),
        _service("letter", "chaos.letter", retries=12),
        _node("intermediateCatchEvent", "go", '<bpmn:messageEventDefinition messageRef="message-go"/>'),
        _service("mark", "chaos.mark"),
        _node(
            "callActivity",
            "child",
            _extensions(f'<zeebe:calledElement processId="{CHILD}" propagateAllChildVariables="false"/>'),
        ),
        _node("parallelGateway", "join"),
        _node("endEvent", "done"),
    ]
    lines = ("begin first split pause letter join", "split go join", "split mark child join done")
    return _definitions(KEY, nodes, lines)


def _called() -> str:
    return _definitions(
        CHILD, [_node("startEvent", "begin"), _user(SECOND), _node("endEvent", "done")], [f"begin {SECOND} done"]
    )


def _definitions(key: str, nodes: list[str], lines: tuple[str, ...] | list[str]) -> str:
    pairs = {pair for line in lines for pair in zip(line.split(), line.split()[1:], strict=False)}
    flows = [
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in sorted(pairs)
    ]
    key_of_message = _extensions('<zeebe:subscription correlationKey="=number"/>')
    message = f'<bpmn:message id="message-go" name="{GO}">{key_of_message}</bpmn:message>' if key == KEY else ""
    return (
        f'{_HEAD}{message}<bpmn:process id="{key}" name="{key}" isExecutable="true">'
        f"{''.join(nodes)}{''.join(flows)}</bpmn:process></bpmn:definitions>"
    )


def _user(name: str) -> str:
    return _node(
        "userTask",
        name,
        _extensions(
            f'<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="{GROUPS[name]}"/>'
            f'<zeebe:formDefinition formId="{FORM}"/>'
        ),
    )


def _service(name: str, handler: str, *, retries: int = 3) -> str:
    inputs = '<zeebe:ioMapping><zeebe:input source="=number" target="number"/></zeebe:ioMapping>'
    definition = f'<zeebe:taskDefinition type="{handler}" retries="{retries}"/>'
    return _node("serviceTask", name, _extensions(definition + (inputs if name == "mark" else "")))


def _node(tag: str, name: str, inner: str = "") -> str:
    return f'<bpmn:{tag} id="{name}" name="{name}">{inner}</bpmn:{tag}>'


def _extensions(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
