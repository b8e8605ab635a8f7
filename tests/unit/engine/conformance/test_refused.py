"""What could not run as drawn is refused at its element: computed codes, scopes out of reach, starts with variables."""

import pytest

from tests.unit.bpmn.checked import CATCH, HOST, findings, found, line
from tests.unit.bpmn.drawing import DECLARED, SIMPLE, boundary, chain, end, event, ext, many, node, start, timer, user

COMPUTED = (
    '<bpmn:error id="ce" name="c" errorCode="=code"/><bpmn:escalation id="cx" name="c" escalationCode="=code"/>'
    '<bpmn:message id="cm" name="=kind"/><bpmn:signal id="cs" name="=kind"/>'
)
UNDONE = (
    user("a")
    + boundary("cb", "a", event("compensate"))
    + user("undo", isForCompensation="true")
    + '<bpmn:association id="as" sourceRef="cb" targetRef="undo"/>'
)
THROWN = node("intermediateThrowEvent", "t", event("compensate", activityRef="a"))


def scope(inner: str) -> str:
    return node("subProcess", "sp", start("is") + inner + end("ie"))


def begun(inner: str) -> str:
    return start("s", inner) + end() + chain("s", "e")


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_the_code_of_what_is_caught_is_no_expression(kind):
    """It would never match: nobody evaluates it when something is thrown."""
    caught = event(kind, **{f"{kind}Ref": "ce" if kind == "error" else "cx"})
    body = HOST + boundary("b", "u", caught) + chain("b", "e")
    assert ("error", "caught-code-computed", "b") in found(body, beside=DECLARED + COMPUTED)
    thrown = start() + end("e", caught) + chain("s", "e")
    assert "caught-code-computed" not in {code for _, code, _ in found(thrown, beside=DECLARED + COMPUTED)}


def test_a_correlation_key_that_is_plain_text_is_no_key():
    beside = (
        '<bpmn:message id="m" name="paid"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="order"/></bpmn:extensionElements></bpmn:message>'
    )
    assert ("error", "must-be-feel", "c") in found(line(CATCH), beside=beside)


@pytest.mark.parametrize(
    "body",
    [
        line(scope(chain("is", "a", "ie") + UNDONE), THROWN),
        UNDONE + line(scope(THROWN + chain("is", "t", "ie"))) + chain("s", "a", "sp"),
    ],
    ids=["inner", "outer"],
)
def test_only_activities_of_the_throws_own_scope_are_compensated(body):
    assert ("error", "compensation-scope", "t") in found(body)


def test_an_event_sub_process_may_compensate_what_is_around_it():
    beside = node(
        "subProcess",
        "ev",
        start("is", event("signal", signalRef="sg")) + THROWN + end("ie") + chain("is", "t", "ie"),
        triggeredByEvent="true",
    )
    body = start() + UNDONE + end() + chain("s", "a", "e") + beside
    assert [item.code for item in findings(body)] == []


@pytest.mark.parametrize(
    "inner",
    [
        event("message", messageRef="cm"),
        event("signal", signalRef="cs"),
        timer("timeDate", "=due"),
        timer("timeCycle", "=null"),
    ],
)
def test_what_starts_a_process_reads_no_variable(inner):
    """Deployed, it would wait for nothing at all."""
    assert ("error", "start-not-constant", "s") in found(begun(inner), beside=DECLARED + COMPUTED)


@pytest.mark.parametrize(
    "inner",
    [
        timer("timeDate", '=date and time("2026-05-01T00:00:00Z")'),
        timer("timeDate", '=now() + duration("P1D")'),
        timer("timeCycle", '=cycle(3, duration("PT1H"))'),
        timer("timeCycle", '="R/PT" + string(2) + "H"'),
    ],
)
def test_a_start_timer_may_be_computed_from_constants(inner):
    assert {code for _, code, _ in found(begun(inner))} <= {"unknown-function"}


@pytest.mark.parametrize(
    ("kind", "text", "code"), [("timeCycle", '="daily"', "timer-cycle"), ("timeDate", "=5", "timer-date")]
)
def test_a_computed_start_timer_must_be_a_moment(kind, text, code):
    assert ("error", code, "s") in found(begun(timer(kind, text)))


TWICE = {
    "loops": user("u", '<bpmn:standardLoopCharacteristics loopMaximum="2"/>' + many('inputCollection="=xs"')),
    "numbers": user("u", many(inner="<bpmn:loopCardinality>2</bpmn:loopCardinality>" * 2)),
    "extensions": user("u", ext('<zeebe:priorityDefinition priority="1"/>')),
}


@pytest.mark.parametrize("twice", TWICE.values(), ids=TWICE.keys())
def test_of_what_is_said_twice_nothing_is_dropped(twice):
    """The schema allows one of each; which of two was meant nobody knows."""
    assert ("error", "said-twice", "u") in found(line(twice))


def test_a_flow_has_one_condition():
    twice = "<bpmn:conditionExpression>=a</bpmn:conditionExpression>" * 2
    body = line(user("u")).replace("</bpmn:sequenceFlow>", twice + "</bpmn:sequenceFlow>", 1)
    assert ("error", "said-twice", "s_u") in found(body)


@pytest.mark.parametrize("kind", ["exclusiveGateway", "intermediateThrowEvent"])
def test_only_activities_repeat(kind):
    assert ("error", "unsupported-element", "x") in found(line(node(kind, "x", many('inputCollection="=xs"'))))


def test_a_propagation_is_yes_or_no():
    called = '<zeebe:calledElement processId="deployed" propagateAllChildVariables="some"/>'
    assert ("error", "unsupported-extension", "c") in found(line(node("callActivity", "c", "", called)))


def test_a_called_process_needs_a_none_start_event():
    """A caller sends no message: without one the call would begin at an event that never happened."""
    other = (
        '<bpmn:process id="q" isExecutable="true">'
        + start("qs", event("message", messageRef="m"))
        + end("qe")
        + chain("qs", "qe")
        + "</bpmn:process>"
    )
    body = line(node("callActivity", "c", "", '<zeebe:calledElement processId="q"/>'))
    assert ("error", "call-target-start", "c") in found(body, beside=DECLARED + other)
    assert "call-target-start" not in {code for _, code, _ in found(SIMPLE, beside=DECLARED + other)}
