"""Small diagrams that are right, by what they show."""

from __future__ import annotations

from tests.unit.bpmn.checked import CATCH, HOST, A, branch, line
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
    timer,
    user,
)

RIGHT = {
    "simple": SIMPLE,
    "choice": branch(A, flow("g", "b"), default="g_b"),
    "parallel": branch(flow("g", "a"), flow("g", "b"), gateway="parallelGateway"),
    "inclusive fork": branch(A, flow("g", "b"), gateway="inclusiveGateway", default="g_b"),
    "host function": line(user("u", "", '<zeebe:taskSchedule dueDate="=manager of(requester)"/>')),
    "multi-instance": line(user("u", many('inputCollection="=items" inputElement="item"'))),
    "error end caught": line(
        node("subProcess", "sp", start("is") + end("ie", event("error", errorRef="er")) + chain("is", "ie")),
        beside=boundary("b", "sp", event("error", errorRef="er")) + chain("b", "e"),
    ),
    "compensation": line(
        user("u"),
        node("intermediateThrowEvent", "t", event("compensate", activityRef="u")),
        beside=boundary("b", "u", event("compensate"))
        + user("undo", isForCompensation="true")
        + '<bpmn:association id="as" sourceRef="b" targetRef="undo"/>',
    ),
    "links": start()
    + node("intermediateThrowEvent", "t", event("link", name="A"))
    + chain("s", "t")
    + node("intermediateCatchEvent", "c", event("link", name="A"))
    + end()
    + chain("c", "e"),
    "event sub-process": SIMPLE
    + node(
        "subProcess",
        "esp",
        start("xs", timer("timeCycle", "R3/PT1H"), isInterrupting="false") + end("xe") + chain("xs", "xe"),
        triggeredByEvent="true",
    ),
    "event-based gateway": start()
    + node("eventBasedGateway", "g")
    + CATCH
    + node("intermediateCatchEvent", "t", timer("timeDuration", "P5D"))
    + end()
    + chain("s", "g", "c", "e")
    + chain("g", "t", "e"),
    "timer start": start("s", timer("timeCycle", "0 0 9 * * MON-FRI")) + end() + chain("s", "e"),
    "message and none start": SIMPLE + start("s2", event("message", messageRef="m")) + chain("s2", "u"),
    "boundary timer": HOST
    + boundary("b", "u", timer("timeDuration", "PT1H"), cancelActivity="false")
    + chain("b", "e"),
}
