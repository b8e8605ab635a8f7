"""The deploy check: one small broken model for each finding, and none for models that are right."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import pytest

import dmn
from bpmn.checking import Catalogue, Finding, HandlerEntry, Severity, check, is_refused
from bpmn.checking.sentences import sentence, suggestion
from bpmn.texts import rule_words
from tests.unit.bpmn.drawing import (
    HEAD,
    SIMPLE,
    boundary,
    chain,
    end,
    event,
    ext,
    file,
    flow,
    job,
    many,
    node,
    start,
    timer,
    user,
)

MODELS = Path(__file__).resolve().parents[4] / "shared" / "models"
CATALOGUE = Catalogue(
    handlers={
        "crm.note.add": HandlerEntry(takes_rest=True),
        "crm.level.apply": HandlerEntry(required=("customer_id",), optional=("reason",)),
    },
    functions=frozenset({"manager of", "role at"}),
    groups=frozenset({"sales", "finance"}),
    record_kinds=frozenset({"customer"}),
    processes=frozenset({"deployed"}),
    languages=(),
)
PROPERTY = '<zeebe:properties><zeebe:property name="{}" value="{}"/></zeebe:properties>'
E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE


def findings(body: str, catalogue: Catalogue = CATALOGUE, **how: str) -> list[Finding]:
    return check({"p.bpmn": file(body, **how)}, catalogue)


def found(body: str, **how: str) -> set[tuple[str, str, str | None]]:
    return {(str(item.severity), item.code, item.element) for item in findings(body, **how)}


def line(*middle: str, beside: str = "") -> str:
    """Start, the given nodes in a row, end."""
    ids = [text.split('id="', 1)[1].split('"', 1)[0] for text in middle]
    return start() + "".join(middle) + end() + chain("s", *ids, "e") + beside


def branch(*flows: str, gateway: str = "exclusiveGateway", **attributes: str) -> str:
    """Start, a task whose answers may be anything, a gateway, tasks a and b, end."""
    nodes = start() + user("ask") + node(gateway, "g", **attributes) + user("a") + user("b") + end()
    return nodes + chain("s", "ask", "g") + "".join(flows) + chain("a", "e") + chain("b", "e")


A, B = flow("g", "a", "=x = 1"), flow("g", "b", "=x = 2")
CATCH = node("intermediateCatchEvent", "c", event("message", messageRef="m"))
HOST = line(user("u"))

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


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT.keys())
def test_right_models_have_no_findings(body):
    """Their variables come with the start, which has no form to say so: that alone is doubted."""
    assert [item for item in findings(body) if item.code != "unknown-name"] == []


WRONG: dict[str, tuple[str, Severity, str, str | None]] = {
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
    # the process itself
    "unknown record": (ext(PROPERTY.format("record", "castle")) + SIMPLE, E, "unknown-record-kind", "p"),
    "unknown starter": (ext(PROPERTY.format("startableBy", "sales, wizards")) + SIMPLE, W, "unknown-starter", "p"),
    # tasks
    "nobody": (line(node("userTask", "u")), W, "nobody-assigned", "u"),
    "unknown group": (
        line(node("userTask", "u", extensions='<zeebe:assignmentDefinition candidateGroups="sales@HZ, wizards"/>')),
        W,
        "unknown-group",
        "u",
    ),
    "priority": (line(user("u", "", '<zeebe:priorityDefinition priority="high"/>')), E, "priority-range", "u"),
    "due": (line(user("u", "", '<zeebe:taskSchedule dueDate="tomorrow"/>')), E, "not-a-moment", "u"),
    "no handler named": (line(node("serviceTask", "j")), E, "job-missing", "j"),
    "unknown handler": (line(job("j", "crm.nothing")), E, "unknown-handler", "j"),
    "retries": (
        line(node("serviceTask", "j", extensions='<zeebe:taskDefinition type="crm.note.add" retries="often"/>')),
        E,
        "retries-number",
        "j",
    ),
    "missing input": (
        line(
            job("j", "crm.level.apply", '<zeebe:ioMapping><zeebe:input source="=1" target="reason"/></zeebe:ioMapping>')
        ),
        E,
        "handler-input-missing",
        "j",
    ),
    "unknown input": (
        line(
            job(
                "j",
                "crm.level.apply",
                '<zeebe:ioMapping><zeebe:input source="=1" target="customer_id"/>'
                '<zeebe:input source="=1" target="colour.red"/></zeebe:ioMapping>',
            )
        ),
        W,
        "handler-input-unknown",
        "j",
    ),
    "no script": (line(node("scriptTask", "c")), E, "script-missing", "c"),
    "no result": (
        line(node("scriptTask", "c", extensions='<zeebe:script expression="=1"/>')),
        E,
        "result-variable-missing",
        "c",
    ),
    "no decision": (line(node("businessRuleTask", "c")), E, "decision-missing", "c"),
    "decision result": (
        line(node("businessRuleTask", "c", extensions='<zeebe:calledDecision decisionId="=x"/>')),
        E,
        "result-variable-missing",
        "c",
    ),
    "job and script": (
        line(job("c", "crm.note.add", '<zeebe:script expression="=1" resultVariable="x"/>', kind="scriptTask")),
        E,
        "two-implementations",
        "c",
    ),
    "no call target": (line(node("callActivity", "c")), E, "call-target-missing", "c"),
    "version tag": (
        line(
            node("callActivity", "c", extensions='<zeebe:calledElement processId="deployed" bindingType="versionTag"/>')
        ),
        E,
        "unsupported-binding",
        "c",
    ),
    "no collection": (line(user("u", many())), E, "collection-missing", "u"),
    "half an output": (line(user("u", many('inputCollection="=l" outputCollection="o"'))), E, "output-collection", "u"),
    "endless loop": (line(user("u", "<bpmn:standardLoopCharacteristics/>")), E, "loop-without-end", "u"),
    "target": (
        line(user("u", "", '<zeebe:ioMapping><zeebe:input source="=1" target="a b"/></zeebe:ioMapping>')),
        E,
        "mapping-target",
        "u",
    ),
    "empty source": (
        line(user("u", "", '<zeebe:ioMapping><zeebe:output source="" target="a"/></zeebe:ioMapping>')),
        E,
        "mapping-source",
        "u",
    ),
    "variable name": (
        line(node("scriptTask", "c", extensions='<zeebe:script expression="=1" resultVariable="1x"/>')),
        E,
        "variable-name",
        "c",
    ),
    # expressions
    "syntax": (branch(flow("g", "a", "=x &gt;"), flow("g", "b"), default="g_b"), E, "feel-syntax", "g_a"),
    "empty": (branch(flow("g", "a", "="), flow("g", "b"), default="g_b"), E, "feel-empty", "g_a"),
    "literal condition": (branch(flow("g", "a", "true"), flow("g", "b"), default="g_b"), E, "must-be-feel", "g_a"),
    "juel": (branch(flow("g", "a", "${x == 1}"), flow("g", "b"), default="g_b"), E, "foreign-expression", "g_a"),
    "space": (
        line(node("userTask", "u", extensions='<zeebe:assignmentDefinition assignee=" =boss"/>')),
        E,
        "space-before-equals",
        "u",
    ),
    "function": (branch(flow("g", "a", "=father of(x)"), flow("g", "b"), default="g_b"), E, "unknown-function", "g_a"),
    "arguments": (branch(flow("g", "a", "=abs(1, 2) = 1"), flow("g", "b"), default="g_b"), W, "feel-doubtful", "g_a"),
    "literal collection": (line(user("u", many('inputCollection="items"'))), E, "must-be-feel", "u"),
    # references
    "form": (line(user("u", "", '<zeebe:formDefinition formId="gone"/>')), E, "unknown-form", "u"),
    "decision": (
        line(node("businessRuleTask", "c", extensions='<zeebe:calledDecision decisionId="gone" resultVariable="x"/>')),
        E,
        "unknown-decision",
        "c",
    ),
    "process": (
        line(node("callActivity", "c", extensions='<zeebe:calledElement processId="gone"/>')),
        E,
        "unknown-process",
        "c",
    ),
    "calls itself": (
        line(node("callActivity", "c", extensions='<zeebe:calledElement processId="p"/>')),
        W,
        "call-circle",
        "c",
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_each_mistake_is_found_where_it_is(case):
    body, severity, code, element = case
    assert (str(severity), code, element) in found(body)


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_finding_is_a_sentence(case, language):
    for item in findings(case[0]):
        text = sentence(item, language)
        assert text != item.code
        assert "{" not in text.replace("${", "")
        assert "?" not in text.replace("=x >?", "")
        assert "{" not in suggestion(item, language).replace("${", "")


SCRIPT = '<zeebe:script expression="=1" resultVariable="total"/>'
READ = '<zeebe:ioMapping><zeebe:input source="={}" target="seen"/></zeebe:ioMapping>'
FORMED = '<zeebe:formDefinition formId="f"/>'


@pytest.mark.parametrize(
    ("name", "code"),
    [("total", None), ("totl", "unknown-name-similar"), ("nothing", "unknown-name"), ("late", "unknown-name-later")],
)
def test_a_variable_that_nothing_before_can_have_written_is_doubted(name, code):
    """A slip of the pen reads null for ever; what only a later step writes is as empty."""
    late = SCRIPT.replace("total", "late")
    body = start() + node("scriptTask", "make", "", SCRIPT) + job("use", extensions=READ.format(name)) + end()
    body += node("scriptTask", "after", "", late) + chain("s", "make", "use", "after", "e")
    found = [
        (item.severity, item.code, item.element) for item in findings(body) if item.code.startswith("unknown-name")
    ]
    assert found == ([] if code is None else [(W, code, "use")])


def test_variables_may_come_from_messages_other_processes_loops_and_parallel_branches():
    """Nothing is said where it cannot be known, or is so."""
    read = READ.format("surprise")
    for first in (CATCH, node("callActivity", "c", "", '<zeebe:calledElement processId="other"/>')):
        body = start() + first + job("use", extensions=read) + end() + chain("s", "c", "use", "e")
        assert "use" not in [item.element for item in findings(body) if item.code.startswith("unknown-name")]
    body = start() + node("parallelGateway", "f") + job("use", extensions=READ.format("total")) + end() + end("e2")
    body += node("scriptTask", "make", "", SCRIPT) + chain("s", "f", "use", "e") + chain("f", "make", "e2")
    assert not [item for item in findings(body) if item.code.startswith("unknown-name")]


def test_a_start_form_says_which_variables_there_are():
    """Its fields and no others."""
    form = b'{"id": "f", "components": [{"type": "number", "key": "amount"}]}'
    body = (
        node("startEvent", "s", "", FORMED) + job("use", extensions=READ.format("{}")) + end() + chain("s", "use", "e")
    )
    for name, codes in (("amount", []), ("price", ["unknown-name"])):
        found = check({"p.bpmn": file(body.format(name)), "f.form": form}, Catalogue(standalone=True))
        assert [item.code for item in found if item.code.startswith("unknown-name")] == codes


def test_no_correlation_key_is_a_warning():
    assert ("warning", "no-correlation-key", "c") in found(line(CATCH), beside='<bpmn:message id="m" name="paid"/>')


def test_a_message_start_needs_no_correlation_key():
    body = start("s", event("message", messageRef="m")) + end() + chain("s", "e")
    assert found(body, beside='<bpmn:message id="m" name="paid"/>') == set()


def test_names_and_positions_come_along():
    item = next(
        iter(
            findings(
                branch(
                    flow("g", "a", "=x &gt;")
                    .replace("<bpmn:seq", '<bpmn:sequenceFlow name="Big" ', 1)
                    .replace('" uenceFlow', '"'),
                    flow("g", "b"),
                    default="g_b",
                )
            )
        )
    )
    assert item.code == "feel-syntax"
    assert item.line == 1
    assert (item.values["text_line"], item.values["text_column"]) == (1, 4)
    assert item.values["property"] == "condition"


def test_standalone_turns_missing_references_into_notices():
    body = line(
        job("j", "crm.nothing"),
        user("u", "", '<zeebe:formDefinition formId="gone"/>'),
        node("callActivity", "c", extensions='<zeebe:calledElement processId="gone"/>'),
        node("businessRuleTask", "d", extensions='<zeebe:calledDecision decisionId="gone" resultVariable="x"/>'),
    )
    items = findings(body, Catalogue(standalone=True))
    assert {item.code for item in items} == {"unknown-handler", "unknown-form", "unknown-process", "unknown-decision"}
    assert not is_refused(items)
    assert is_refused(findings(body))


def test_call_targets_may_be_in_any_file_of_the_set():
    caller = file(line(node("callActivity", "c", extensions='<zeebe:calledElement processId="q"/>')))
    assert check({"a/p.bpmn": caller, "b/q.bpmn": file(SIMPLE, key="q")}, CATALOGUE) == []


def test_two_processes_of_one_key_are_refused():
    items = check({"a/p.bpmn": file(SIMPLE), "b/p.bpmn": file(SIMPLE)}, CATALOGUE)
    assert [(item.code, item.file) for item in items] == [("duplicate-process", "b/p.bpmn")]


def test_no_executable_process():
    data = file(SIMPLE).replace(b' isExecutable="true"', b"")
    assert [item.code for item in check({"p.bpmn": data}, CATALOGUE)] == ["no-executable-process"]


def test_no_process_and_no_layout():
    assert {item.code for item in check({"p.bpmn": f"{HEAD}</bpmn:definitions>".encode()}, CATALOGUE)} == {
        "no-process",
        "no-layout",
    }


def test_an_unread_file_kind_is_refused():
    assert [item.code for item in check({"notes.txt": b"hello"}, CATALOGUE)] == ["unknown-file-kind"]


# --- decisions, forms, texts and scenarios beside the diagram ------------------------------------------------------

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<inputData id="ia" name="amount"><variable name="amount" typeRef="number"/></inputData>
<decision id="route" name="Route"><variable name="Route"/>
<informationRequirement><requiredInput href="#ia"/></informationRequirement>
<decisionTable id="t" hitPolicy="UNIQUE"><input id="i"><inputExpression id="ie" typeRef="number"><text>amount</text>
</inputExpression></input><output id="o" name="route" typeRef="string"/>
<rule id="r1"><inputEntry id="e1"><text>&lt; 10</text></inputEntry>
<outputEntry id="x1"><text>"a"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="e2"><text>CELL</text></inputEntry>
<outputEntry id="x2"><text>"b"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
ASKS = line(node("businessRuleTask", "c", extensions='<zeebe:calledDecision decisionId="route" resultVariable="r"/>'))


def with_table(cell: str) -> list[Finding]:
    return check({"p.bpmn": file(ASKS), "route.dmn": TABLE.replace("CELL", cell).encode()}, CATALOGUE)


def test_a_complete_table_has_no_findings():
    assert with_table("&gt;= 10") == []


@pytest.mark.parametrize(
    ("cell", "code"), [("&gt; 10", "dmn-table-gap"), ("&gt; 5", "dmn-rules-overlap"), ("&gt;", "dmn-feel-syntax")]
)
def test_findings_of_tables_come_along(cell, code):
    items = [item for item in with_table(cell) if item.code == code]
    assert items
    assert {item.file for item in items} == {"route.dmn"}
    assert all("{" not in sentence(item).replace("{'amount'", "").replace("{&", "") for item in items)


def test_an_unreadable_table_is_refused_once():
    items = check({"p.bpmn": file(ASKS), "route.dmn": b"<nothing"}, CATALOGUE)
    assert [item.code for item in items if item.severity is Severity.ERROR] == ["dmn-xml-malformed"]


FORM = {
    "id": "ask",
    "type": "default",
    "schemaVersion": 18,
    "components": [{"type": "textfield", "key": "why", "label": "Why?"}],
}
SHOWS = line(user("u", "", '<zeebe:formDefinition formId="ask"/>', name="Ask"))


def test_forms_are_found_by_id_and_checked():
    assert check({"p.bpmn": file(SHOWS), "ask.form": json.dumps(FORM).encode()}, CATALOGUE) == []
    broken = {**FORM, "components": [{"type": "html", "content": "x"}]}
    items = check({"p.bpmn": file(SHOWS), "ask.form": json.dumps(broken).encode()}, CATALOGUE)
    assert [(item.file, item.code) for item in items] == [("ask.form", "form-component-refused")]


def test_embedded_forms_are_checked_too():
    inner = '<zeebe:userTaskForm id="i">{"components": [{"type": "html"}]}</zeebe:userTaskForm>'
    shows = user("u", "", '<zeebe:formDefinition formKey="camunda-forms:bpmn:i"/>')
    assert {code for _, code, _ in found(ext(inner) + line(shows))} == {"form-component-refused"}
    assert {code for _, code, _ in found(ext(inner.replace("]}", "]")) + line(shows))} == {"not-json"}


def test_texts_must_be_complete():
    texts = {"p": {"name": "流程"}, "u": {"name": "询问"}, "ask.why": {"label": "为什么？"}}
    files = {"p.bpmn": file(SHOWS), "ask.form": json.dumps(FORM).encode()}
    chinese = Catalogue(languages=("zh-hans",))
    assert check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese) == []
    del texts["ask.why"], texts["u"]
    texts["gone"] = {"name": "x"}
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    assert {(item.code, item.element) for item in items} == {
        ("text-missing", "u"),
        ("text-missing", "ask.why"),
        ("text-unknown", "gone"),
    }
    assert [item.code for item in check(files, chinese)] == ["no-texts"]


def test_lanes_have_their_words_too():
    """A diagram whose lanes stay English is half translated: people look for their own lane first."""
    lane = '<bpmn:lane id="sales" name="Sales"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane>'
    files = {
        "p.bpmn": file(f'<bpmn:laneSet id="ls">{lane}</bpmn:laneSet>{SHOWS}'),
        "ask.form": json.dumps(FORM).encode(),
    }
    texts = {"p": {"name": "流程"}, "u": {"name": "询问"}, "ask.why": {"label": "为什么？"}}
    chinese = Catalogue(languages=("zh-hans",))
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    assert [(item.code, item.element) for item in items] == [("text-missing", "sales")]
    texts["sales"] = {"name": "销售"}
    assert check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese) == []


SIZES = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="size" name="Size"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e"
typeRef="number"><text>amount</text></inputExpression></input><output id="o" name="size" typeRef="string"/>
<rule id="big"><description>Large sums</description><inputEntry id="a"><text>&gt; 9</text></inputEntry>
<outputEntry id="b"><text>"big"</text></outputEntry></rule><rule id="rest">
<inputEntry id="c"><text>-</text></inputEntry><outputEntry id="f"><text>"small"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_rules_and_decisions_have_their_words_too():
    """A rule that explains a decision in English only explains nothing to who reads Chinese."""
    texts = {"p": {"name": "流程"}, "u": {"name": "询问"}, "ask.why": {"label": "为什么？"}}
    files = {"p.bpmn": file(SHOWS), "ask.form": json.dumps(FORM).encode(), "size.dmn": SIZES.encode()}
    chinese = Catalogue(languages=("zh-hans",))
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    missing = {(item.element, item.values["word"]) for item in items if item.code == "text-missing"}
    assert missing == {("size", "name"), ("big", "description")}
    texts |= {"size": {"name": "规模"}, "big": {"description": "大额"}}
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    assert [item.code for item in items if item.code.startswith("text")] == []


def test_the_words_of_a_rule():
    """By number as the record keeps it; nothing for what is not there, never a neighbour's words."""
    model = dmn.load({"size.dmn": SIZES.encode()})
    assert rule_words(model, "size", 1, None) == "Large sums"
    assert rule_words(model, "size", 1, {"big": {"description": "大额"}}) == "大额"
    wrong = (("size", 2), ("size", 3), ("size", 0), ("x", 1))
    assert [rule_words(model, name, at, None) for name, at in wrong] == ["", "", "", ""]


def test_a_broken_scenario_is_found():
    items = check({"p.bpmn": file(SIMPLE), "01.scenario.yaml": b"nme: x"}, CATALOGUE)
    assert [(item.file, item.code) for item in items] == [("01.scenario.yaml", "scenario-unknown-key")]


# --- real models and hostile ones ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.bpmn")), ids=lambda path: path.name)
def test_models_of_the_zeebe_spec_deploy_unchanged(path):
    items = check({path.name: path.read_bytes()}, Catalogue(standalone=True))
    assert {item.code for item in items} <= {"unknown-handler", "unknown-name"}


def wide(count: int) -> bytes:
    middle = "".join(
        user(f"t{number}") + flow(f"t{number - 1}", f"t{number}", "=x &gt; 1") for number in range(1, count)
    )
    return file(node("task", "t0") + middle)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (wide(50_000), "too-many-elements"),
        (file("".join(f'<bpmn:task id="x{n}"/>' for n in range(99_000))), "too-many-elements"),
        (b"<a>" + b" " * 50_000_000 + b"</a>", "too-large"),
        (file(f"<bpmn:documentation>{'x' * 10_500_000}</bpmn:documentation>" + SIMPLE), "not-xml"),
        (file(SIMPLE + "".join(f'<bpmn:task id="u" name="{n}"/>' for n in range(4_000))), "more-findings"),
        (file("".join(f'<bpmn:subProcess id="x{n}">' for n in range(150)) + "</bpmn:subProcess>" * 150), "no-start"),
    ],
    ids=["250,000 elements", "99,000 tasks", "50 MB", "10 MB of text", "4,000 ids twice", "150 levels"],
)
def test_hostile_files_are_answered_quickly_and_within_memory(data, code):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    items = check({"x.bpmn": data}, CATALOGUE)
    assert code in {item.code for item in items}
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500 * 1024


def test_many_ends_with_errors_are_looked_at_once():
    count = 4_000
    body = start() + "".join(end(f"e{n}", event("error", errorRef="er")) + flow("s", f"e{n}") for n in range(count))
    began = time.process_time()
    assert {item.code for item in check({"x.bpmn": file(body)}, CATALOGUE)} == {"error-leaves-process", "more-findings"}
    assert time.process_time() - began < 5


def test_an_event_sub_process_does_not_catch_its_own_error():
    inside = start("xs", event("error", errorRef="er")) + end("xe", event("error", errorRef="er")) + chain("xs", "xe")
    body = SIMPLE + node("subProcess", "x", inside, triggeredByEvent="true")
    assert ("notice", "error-leaves-process", "xe") in found(body)
    assert ("notice", "error-leaves-process", "e") not in found(
        body.replace(end(), end("e", event("error", errorRef="er")))
    )


def test_a_large_model_that_is_right_is_checked_in_time():
    count = 4_990
    ids = [f"t{number}" for number in range(count)]
    body = start() + "".join(user(identity) for identity in ids) + end() + chain("s", *ids, "e")
    began = time.process_time()
    assert check({"x.bpmn": file(body)}, CATALOGUE) == []
    assert time.process_time() - began < 5


def test_a_deep_ladder_of_calls_and_a_circle_end():
    files = {
        f"{n}/p.bpmn": file(
            line(node("callActivity", "c", extensions=f'<zeebe:calledElement processId="p{(n + 1) % 50}"/>')),
            key=f"p{n}",
        )
        for n in range(50)
    }
    items = check(files, CATALOGUE)
    assert {item.code for item in items} == {"call-circle"}
