"""Drawn processes as BPMN files."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from bpmn.model import Event, EventKind, Flow, Kind, Node, Process

NAMESPACES = {
    "xmlns:bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:zeebe": "http://camunda.org/schema/zeebe/1.0",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "targetNamespace": "http://test",
}
NAMED = {
    EventKind.MESSAGE: "message",
    EventKind.SIGNAL: "signal",
    EventKind.ERROR: "error",
    EventKind.ESCALATION: "escalation",
}


def file_of(*processes: Process) -> bytes:
    """One file with some processes."""
    writer = _Writer()
    bodies = "".join(writer.process(process) for process in processes)
    return tag("bpmn:definitions", "".join(writer.declared.values()) + bodies, **NAMESPACES).encode()


def tag(name: str, inner: str = "", /, **words: str | bool | None) -> str:
    """An element; words that are None are left out."""
    written = "".join(f" {key}={quoteattr(_word(value))}" for key, value in words.items() if value is not None)
    return f"<{name}{written}>{inner}</{name}>"


def _word(value: str | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _expression(name: str, text: str | None) -> str:
    return tag(f"bpmn:{name}", escape(text), **{"xsi:type": "bpmn:tFormalExpression"}) if text else ""


def _id(text: str | None) -> str | None:
    return None if text is None else text.replace(">", "-")


def _extended(inner: str) -> str:
    return tag("bpmn:extensionElements", inner) if inner else ""


class _Writer:
    def __init__(self) -> None:
        self.declared: dict[tuple[str, str], str] = {}

    def process(self, process: Process) -> str:
        return tag("bpmn:process", self.scope(process, None), id=process.id, isExecutable=True)

    def scope(self, process: Process, scope: str | None) -> str:
        nodes = {node.id: node for node in process.nodes.values() if node.scope == scope}
        written = [self.node(process, node) for node in nodes.values()]
        written += [self.flow(flow) for flow in process.flows.values() if flow.source in nodes]
        for node in nodes.values():
            if handler := node.compensation_handler:
                ends = {"sourceRef": node.id, "targetRef": handler}
                written.append(tag("bpmn:association", id=f"as-{node.id}", associationDirection="One", **ends))
        return "".join(written)

    def flow(self, flow: Flow) -> str:
        inner = _expression("conditionExpression", flow.condition)
        return tag("bpmn:sequenceFlow", inner, id=_id(flow.id), sourceRef=flow.source, targetRef=flow.target)

    def node(self, process: Process, node: Node) -> str:
        by_message = node.kind in {Kind.RECEIVE_TASK, Kind.SEND_TASK} and node.event
        body = _extended(self.extensions(node)) + self.loop(node)
        if node.event and not by_message:
            body += self.event(node.event)
        if node.kind in {Kind.SUB_PROCESS, Kind.TRANSACTION}:
            body += self.scope(process, node.id)
        return tag(
            f"bpmn:{node.kind.value}",
            body,
            id=node.id,
            name=node.name,
            default=_id(node.default),
            attachedToRef=node.attached_to,
            cancelActivity=node.interrupting if node.attached_to else None,
            isInterrupting=False if node.kind is Kind.START_EVENT and not node.interrupting else None,
            triggeredByEvent=node.triggered_by_event or None,
            isForCompensation=node.for_compensation or None,
            messageRef=self.declare(by_message) if by_message else None,
        )

    def extensions(self, node: Node) -> str:
        inner = tag("zeebe:userTask") if node.kind is Kind.USER_TASK else ""
        if node.form:
            inner += tag("zeebe:formDefinition", formId=node.form)
        if who := node.assignment:
            inner += tag(
                "zeebe:assignmentDefinition",
                assignee=who.assignee,
                candidateGroups=who.candidate_groups,
                candidateUsers=who.candidate_users,
            )
        if node.headers:
            rows = "".join(tag("zeebe:header", key=key, value=value) for key, value in node.headers.items())
            inner += tag("zeebe:taskHeaders", rows)
        if node.job:
            inner += tag("zeebe:taskDefinition", type=node.job.type, retries=node.job.retries)
        if node.script:
            result = node.script.result_variable or "result"
            inner += tag("zeebe:script", expression=node.script.expression, resultVariable=result)
        if node.decision:
            result = node.decision.result_variable or "result"
            inner += tag("zeebe:calledDecision", decisionId=node.decision.decision, resultVariable=result)
        if called := node.called:
            parent, child = called.propagate_all_parent, called.propagate_all_child
            words = {"propagateAllParentVariables": parent, "propagateAllChildVariables": child}
            inner += tag("zeebe:calledElement", processId=called.process, **words)
        rows = "".join(tag("zeebe:input", source=row.source, target=row.target) for row in node.inputs)
        rows += "".join(tag("zeebe:output", source=row.source, target=row.target) for row in node.outputs)
        return inner + (tag("zeebe:ioMapping", rows) if rows else "")

    def loop(self, node: Node) -> str:
        if node.loop is None:
            return ""
        loop = node.loop
        if loop.standard:
            inner = _expression("loopCondition", loop.loop_condition)
            words = {"testBefore": loop.test_before, "loopMaximum": loop.loop_maximum}
            return tag("bpmn:standardLoopCharacteristics", inner, **words)
        given = {
            "inputCollection": loop.input_collection,
            "inputElement": loop.input_element,
            "outputCollection": loop.output_collection,
            "outputElement": loop.output_element,
        }
        inner = _extended(tag("zeebe:loopCharacteristics", **given)) if loop.input_collection else ""
        inner += _expression("loopCardinality", loop.cardinality)
        inner += _expression("completionCondition", loop.completion_condition)
        return tag("bpmn:multiInstanceLoopCharacteristics", inner, isSequential=loop.sequential)

    def declare(self, event: Event) -> str:
        kind, name = NAMED[event.kind], event.name or event.code or ""
        key = event.correlation_key or ('="any"' if kind == "message" else None)
        inner = _extended(tag("zeebe:subscription", correlationKey=key)) if key else ""
        id = f"{kind}-{name}".replace(" ", "-")
        self.declared[kind, name] = tag(f"bpmn:{kind}", inner, id=id, name=name, **{f"{kind}Code": event.code})
        return id

    def event(self, event: Event) -> str:
        if event.kind in NAMED:
            ref = self.declare(event) if event.name or event.code else None
            return tag(f"bpmn:{event.kind.value}EventDefinition", **{f"{event.kind.value}Ref": ref})
        match event.kind:
            case EventKind.NONE:
                return ""
            case EventKind.TIMER:
                assert event.timer_kind is not None
                return tag("bpmn:timerEventDefinition", _expression(event.timer_kind.value, event.timer))
            case EventKind.COMPENSATION:
                return tag("bpmn:compensateEventDefinition", activityRef=event.activity)
            case EventKind.LINK:
                return tag("bpmn:linkEventDefinition", name=event.name)
        return tag(f"bpmn:{event.kind.value}EventDefinition")
