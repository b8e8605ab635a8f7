"""One small broken model for each finding about events and timers: body, severity, code, element."""

from __future__ import annotations

from bpmn.checking import Severity
from tests.unit.bpmn.checked import HOST, E, N, W, line
from tests.unit.bpmn.drawing import (
    SIMPLE,
    boundary,
    chain,
    end,
    event,
    node,
    start,
    timer,
    user,
)
from tests.unit.bpmn.right import RIGHT

WRONG_EVENTS: dict[str, tuple[str, Severity, str, str | None]] = {
    # events
    "boundary on nothing": (
        SIMPLE + boundary("b", "gone", event("error")) + chain("b", "e"),
        E,
        "boundary-host-unknown",
        "b",
    ),
    "boundary on an event": (
        SIMPLE + boundary("b", "s", event("error")) + chain("b", "e"),
        E,
        "boundary-host-kind",
        "b",
    ),
    "boundary on what compensates": (
        RIGHT["compensation"] + boundary("on", "undo", event("error")) + chain("on", "e"),
        E,
        "boundary-host-compensates",
        "on",
    ),
    "boundary leads nowhere": (HOST + boundary("b", "u", event("error")), W, "boundary-leads-nowhere", "b"),
    "cancel on a task": (
        HOST + boundary("b", "u", event("cancel")) + chain("b", "e"),
        E,
        "cancel-outside-transaction",
        "b",
    ),
    "cancel nobody catches": (
        line(node("transaction", "x", start("xs") + end("xe", event("cancel")) + chain("xs", "xe"))),
        E,
        "cancel-without-boundary",
        "xe",
    ),
    "cancel end": (start() + end("e", event("cancel")) + chain("s", "e"), E, "cancel-outside-transaction", "e"),
    "no handler": (HOST + boundary("b", "u", event("compensate")), E, "compensation-no-handler", "b"),
    "compensation flow": (
        HOST + boundary("b", "u", event("compensate")) + chain("b", "e"),
        E,
        "compensation-flow",
        "b",
    ),
    "wrong handler": (
        HOST
        + boundary("b", "u", event("compensate"))
        + user("undo")
        + '<bpmn:association id="as" sourceRef="b" targetRef="undo"/>',
        E,
        "compensation-handler-kind",
        "b",
    ),
    "unused handler": (SIMPLE + user("undo", isForCompensation="true"), E, "compensation-handler-unused", "undo"),
    "flow into a handler": (RIGHT["compensation"] + chain("u", "undo"), E, "flow-at-compensation", "u_undo"),
    "nothing to compensate": (
        line(user("u"), node("intermediateThrowEvent", "t", event("compensate", activityRef="u"))),
        W,
        "compensation-target",
        "t",
    ),
    "receive nothing": (line(node("receiveTask", "r")), E, "message-missing", "r"),
    "send nothing": (line(node("sendTask", "r")), E, "message-missing", "r"),
    "catch nothing": (line(node("intermediateCatchEvent", "c", event("message"))), E, "message-missing", "c"),
    "signal nothing": (line(node("intermediateCatchEvent", "c", event("signal"))), E, "signal-missing", "c"),
    "error end without code": (start() + end("e", event("error")) + chain("s", "e"), E, "error-code-missing", "e"),
    "link without name": (line(node("intermediateThrowEvent", "l", event("link"))), E, "link-name-missing", "l"),
    "link without catch": (
        start() + node("intermediateThrowEvent", "l", event("link", name="A")) + chain("s", "l"),
        E,
        "link-no-catch",
        "l",
    ),
    "link without throw": (
        SIMPLE + node("intermediateCatchEvent", "l", event("link", name="A")) + chain("l", "e"),
        E,
        "unreachable",
        "l",
    ),
    "two link catches": (
        RIGHT["links"] + node("intermediateCatchEvent", "c2", event("link", name="A")) + chain("c2", "e"),
        E,
        "link-catch-twice",
        "c2",
    ),
    "link throw leads on": (RIGHT["links"] + chain("t", "e"), E, "link-throw-leads-on", "t"),
    "link catch led to": (RIGHT["links"] + chain("s", "c"), E, "link-catch-led-to", "c"),
    "caught twice": (
        HOST
        + boundary("b1", "u", event("error"))
        + boundary("b2", "u", event("error"))
        + chain("b1", "e")
        + chain("b2", "e"),
        E,
        "caught-twice",
        "b2",
    ),
    "error leaves": (
        start() + end("e", event("error", errorRef="er")) + chain("s", "e"),
        N,
        "error-leaves-process",
        "e",
    ),
    "send without handler": (line(node("sendTask", "r", messageRef="m")), N, "not-portable", "r"),
    # timers
    "no time": (line(node("intermediateCatchEvent", "c", event("timer"))), E, "timer-missing", "c"),
    "cycle in between": (
        line(node("intermediateCatchEvent", "c", timer("timeCycle", "R/PT1H"))),
        E,
        "timer-cycle-here",
        "c",
    ),
    "duration start": (
        start("s", timer("timeDuration", "PT1H")) + end() + chain("s", "e"),
        E,
        "timer-duration-start",
        "s",
    ),
    "quoted": (line(node("intermediateCatchEvent", "c", timer("timeDuration", '"PT1H"'))), E, "timer-quoted", "c"),
    "no duration": (
        line(node("intermediateCatchEvent", "c", timer("timeDuration", "1 hour"))),
        E,
        "timer-duration",
        "c",
    ),
    "local date": (
        line(node("intermediateCatchEvent", "c", timer("timeDate", "2026-01-05T09:00:00"))),
        E,
        "timer-date",
        "c",
    ),
    "no cycle": (start("s", timer("timeCycle", "R3/1H")) + end() + chain("s", "e"), E, "timer-cycle", "s"),
}
