"""One small broken model for each finding about ids, elements, flows and gateways: body, severity, code, element."""

from __future__ import annotations

from bpmn.checking import Severity
from tests.unit.bpmn.checked import CATCH, HOST, A, B, E, N, W, branch, line
from tests.unit.bpmn.drawing import (
    SIMPLE,
    boundary,
    chain,
    end,
    event,
    flow,
    many,
    node,
    start,
    user,
)
from tests.unit.bpmn.right import RIGHT

WRONG_STRUCTURE: dict[str, tuple[str, Severity, str, str | None]] = {
    # structure
    "duplicate id": (SIMPLE + user("u"), E, "duplicate-id", "u"),
    "node without id": (SIMPLE + "<bpmn:task/>", E, "missing-id", None),
    "flow without id": (
        start() + end() + '<bpmn:sequenceFlow sourceRef="s" targetRef="e"/>',
        W,
        "missing-id",
        None,
    ),
    "unknown message": (line(node("receiveTask", "r", messageRef="no")), E, "broken-reference", "r"),
    "camunda 7": (
        SIMPLE.replace("<bpmn:userTask", '<bpmn:userTask camunda:assignee="x"'),
        E,
        "foreign-engine",
        "u",
    ),
    "other tools": (line(user("u", "", '<x:y xmlns:x="http://tool"/>')), N, "foreign-extension", "u"),
    "execution listener": (line(user("u", "", "<zeebe:executionListeners/>")), E, "execution-listener", "u"),
    "task listener": (line(user("u", "", "<zeebe:taskListeners/>")), E, "task-listener", "u"),
    "misplaced": (line(user("u", "", '<zeebe:script expression="=1"/>')), E, "misplaced-extension", "u"),
    "unknown extension": (line(user("u", "", "<zeebe:adHoc/>")), E, "unsupported-extension", "u"),
    "unknown attribute": (line(user("u", mood="good")), E, "unsupported-attribute", "u"),
    "unknown element": (line(user("u", "<bpmn:potentialOwner/>")), E, "unsupported-element", "u"),
    "complex gateway": (line(node("complexGateway", "g")), E, "complex-gateway", "g"),
    "ad-hoc": (line(node("adHocSubProcess", "g", user("x"))), E, "ad-hoc", "g"),
    "conditional": (line(node("intermediateCatchEvent", "c", event("conditional"))), E, "conditional-event", "c"),
    "error start": (start("s", event("error", errorRef="er")) + end() + chain("s", "e"), E, "unsupported-event", "s"),
    "message start in a sub-process": (
        line(node("subProcess", "sp", start("is", event("message", messageRef="m")))),
        E,
        "unsupported-event",
        "is",
    ),
    "non-interrupting error": (
        HOST + boundary("b", "u", event("error"), cancelActivity="false") + chain("b", "e"),
        E,
        "unsupported-event",
        "b",
    ),
    "multiple": (
        line(node("intermediateCatchEvent", "c", event("message", messageRef="m") + event("signal", signalRef="sg"))),
        E,
        "unsupported-event",
        "c",
    ),
    "transaction": (line(node("transaction", "t", start("is"))), N, "not-portable", "t"),
    "standard loop": (
        line(user("u", '<bpmn:standardLoopCharacteristics loopMaximum="3"/>')),
        N,
        "not-portable",
        "u",
    ),
    "cardinality": (
        line(user("u", many(inner="<bpmn:loopCardinality>3</bpmn:loopCardinality>"))),
        N,
        "not-portable",
        "u",
    ),
    "inclusive join": (
        branch(A, flow("g", "b"), default="g_b").replace(chain("a", "e") + chain("b", "e"), "")
        + node("inclusiveGateway", "j")
        + chain("a", "j", "e")
        + chain("b", "j"),
        N,
        "not-portable",
        "j",
    ),
    "flow to nowhere": (SIMPLE + flow("u", "gone"), E, "flow-end-unknown", "u_gone"),
    "flow from nowhere": (SIMPLE + flow("gone", "u"), E, "flow-end-unknown", "gone_u"),
    "flow across": (
        line(node("subProcess", "sp", start("is") + user("iu") + chain("is", "iu"))) + flow("iu", "e"),
        E,
        "flow-crosses-scope",
        "iu_e",
    ),
    "flow into start": (SIMPLE + flow("u", "s"), E, "flow-into-event", "u_s"),
    "flow into event sub-process": (
        SIMPLE
        + node("subProcess", "x", start("xs", event("message", messageRef="m")), triggeredByEvent="true")
        + flow("u", "x"),
        E,
        "flow-into-event",
        "u_x",
    ),
    "flow out of end": (SIMPLE + flow("e", "u"), E, "flow-out-of-end", "e_u"),
    "unreachable": (SIMPLE + user("lost"), E, "unreachable", "lost"),
    "unreachable after a lost gateway": (
        SIMPLE + node("parallelGateway", "g") + chain("g", "u"),
        E,
        "unreachable",
        "g",
    ),
    "gateway leads nowhere": (
        start() + node("parallelGateway", "g") + chain("s", "g"),
        W,
        "gateway-leads-nowhere",
        "g",
    ),
    "no start": (user("u"), E, "no-start", "p"),
    "sub-process without start": (line(node("subProcess", "sp", user("iu"))), E, "no-start", "sp"),
    "two none starts": (SIMPLE + start("s2") + chain("s2", "u"), E, "several-none-starts", "s2"),
    "two starts inside": (line(node("subProcess", "sp", start("a1") + start("a2"))), E, "several-starts", "sp"),
    "looping event sub-process": (
        SIMPLE
        + node(
            "subProcess",
            "x",
            start("xs", event("message", messageRef="m")) + many('inputCollection="=l"'),
            triggeredByEvent="true",
        ),
        E,
        "event-sub-process-loop",
        "x",
    ),
    # routing
    "endless circle": (
        start() + node("exclusiveGateway", "g") + node("scriptTask", "t") + chain("s", "g", "t", "g"),
        E,
        "endless-circle",
        "g",
    ),
    "endless circle beside a way out": (
        start()
        + node("task", "a")
        + node("parallelGateway", "f")
        + end()
        + chain("s", "a", "f", "a")
        + chain("f", "e"),
        E,
        "endless-circle",
        "a",
    ),
    "foreign default": (branch(A, B, default="s_g"), E, "default-not-outgoing", "g"),
    "default with condition": (branch(A, B, default="g_b"), W, "default-with-condition", "g_b"),
    "no condition": (branch(A, flow("g", "b")), E, "flow-without-condition", "g_b"),
    "no default": (branch(A, B), W, "no-default-flow", "g"),
    "condition after parallel": (
        branch(A, flow("g", "b"), gateway="parallelGateway"),
        E,
        "condition-not-allowed",
        "g_a",
    ),
    "lonely event gateway": (
        start() + node("eventBasedGateway", "g") + CATCH + end() + chain("s", "g", "c", "e"),
        E,
        "event-gateway-needs-two",
        "g",
    ),
    "task after event gateway": (
        branch(flow("g", "a"), flow("g", "b"), gateway="eventBasedGateway"),
        E,
        "event-gateway-target",
        "g",
    ),
    "shared catch": (
        RIGHT["event-based gateway"] + start("s2", event("message", messageRef="m")) + chain("s2", "c"),
        E,
        "event-gateway-shared-target",
        "c",
    ),
    "same message twice": (
        RIGHT["event-based gateway"]
        + node("intermediateCatchEvent", "c2", event("message", messageRef="m"))
        + chain("g", "c2", "e"),
        E,
        "event-gateway-same-message",
        "g",
    ),
    "same signal twice": (
        start()
        + node("eventBasedGateway", "g")
        + node("intermediateCatchEvent", "c1", event("signal", signalRef="sg"))
        + node("intermediateCatchEvent", "c2", event("signal", signalRef="sg"))
        + end()
        + chain("s", "g", "c1", "e")
        + chain("g", "c2", "e"),
        E,
        "event-gateway-same-signal",
        "g",
    ),
}
