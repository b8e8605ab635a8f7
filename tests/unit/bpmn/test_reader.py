"""Every part of a diagram arrives in the model; what is unknown is reported, never dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.model import (
    Assignment,
    CalledDecision,
    CalledElement,
    EventKind,
    Job,
    Kind,
    Schedule,
    Script,
    TimerKind,
    VariableMapping,
)
from bpmn.reader import read
from tests.unit.bpmn.drawing import (
    DECLARED,
    HEAD,
    SIMPLE,
    boundary,
    chain,
    end,
    event,
    ext,
    file,
    flow,
    many,
    node,
    start,
    timer,
    user,
)

MODELS = Path(__file__).resolve().parents[4] / "shared" / "models"


def process(body: str, **how: str):
    return read("x.bpmn", file(body, **how)).processes[0]


def unread(body: str, **how: str) -> list[str]:
    return [item.tag for item in read("x.bpmn", file(body, **how)).unread]


def test_nodes_and_flows_keep_their_order_and_lines():
    one = read("x.bpmn", file("\n" + start() + "\n" + user("u", name="Ask") + "\n" + end() + chain("s", "u", "e")))
    found = one.processes[0]
    assert list(found.nodes) == ["s", "u", "e"]
    assert [item.line for item in found.nodes.values()] == [2, 3, 4]
    assert found.nodes["u"].name == "Ask"
    assert found.nodes["u"].incoming == ("s_u",)
    assert found.nodes["u"].outgoing == ("u_e",)
    assert (found.flows["s_u"].source, found.flows["s_u"].target) == ("s", "u")


def test_user_task_extensions():
    inner = (
        "<zeebe:userTask/>"
        '<zeebe:formDefinition formId="f"/><zeebe:taskSchedule dueDate="=due" followUpDate="2026-01-05T09:00:00Z"/>'
        '<zeebe:priorityDefinition priority="70"/>'
        '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>'
        '<zeebe:properties><zeebe:property name="n" value="w"/></zeebe:properties>'
        '<zeebe:ioMapping><zeebe:input source="=a" target="b"/><zeebe:output source="=c" target="d"/></zeebe:ioMapping>'
    )
    assigned = '<zeebe:assignmentDefinition assignee="=boss" candidateUsers="a" candidateGroups="b, c"/>'
    task = process(node("userTask", "u", extensions=assigned + inner)).nodes["u"]
    assert task.assignment == Assignment("=boss", "a", "b, c")
    assert task.schedule == Schedule("=due", "2026-01-05T09:00:00Z")
    assert (task.form, task.priority) == ("f", "70")
    assert (task.headers, task.properties) == ({"k": "v"}, {"n": "w"})
    assert task.inputs == (VariableMapping("=a", "b"),)
    assert task.outputs == (VariableMapping("=c", "d"),)


def test_work_without_people():
    nodes = process(
        node("serviceTask", "j", extensions='<zeebe:taskDefinition type="crm.x" retries="5"/>')
        + node("scriptTask", "c", extensions='<zeebe:script expression="=1 + 1" resultVariable="n"/>')
        + node("businessRuleTask", "r", extensions='<zeebe:calledDecision decisionId="d" resultVariable="x"/>')
        + node(
            "callActivity",
            "a",
            extensions='<zeebe:calledElement processId="q" propagateAllChildVariables="false" '
            'bindingType="deployment"/>',
        )
    ).nodes
    assert nodes["j"].job == Job("crm.x", "5")
    assert nodes["c"].script == Script("=1 + 1", "n")
    assert nodes["r"].decision == CalledDecision("d", "x")
    assert nodes["a"].called == CalledElement("q", True, False, "deployment")


def test_loops():
    condition = "<bpmn:completionCondition>=done</bpmn:completionCondition>"
    nodes = process(
        user(
            "m",
            many(
                'inputCollection="=items" inputElement="i" outputCollection="out" outputElement="=r"',
                condition,
                isSequential="true",
            ),
        )
        + user("c", many(inner="<bpmn:loopCardinality>3</bpmn:loopCardinality>"))
        + user(
            "l",
            '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="4"><bpmn:loopCondition>=again'
            "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
        )
    ).nodes
    loop = nodes["m"].loop
    assert (loop.sequential, loop.input_collection, loop.input_element) == (True, "=items", "i")
    assert (loop.output_collection, loop.output_element, loop.completion_condition) == ("out", "=r", "=done")
    assert nodes["c"].loop.cardinality == "3"
    standard = nodes["l"].loop
    assert (standard.standard, standard.test_before, standard.loop_maximum, standard.loop_condition) == (
        True,
        True,
        "4",
        "=again",
    )


def test_events_say_what_they_wait_for():
    nodes = process(
        start("s1", event("message", messageRef="m"))
        + start("s2", timer("timeCycle", " R3/PT1H "))
        + node("endEvent", "e1", event("error", errorRef="er"))
        + node("endEvent", "e2", event("terminate"))
        + node("intermediateThrowEvent", "t", event("signal", signalRef="sg"))
        + node("intermediateThrowEvent", "x", event("compensate", activityRef="s1"))
        + node("intermediateCatchEvent", "l", event("link", name="A"))
        + node("receiveTask", "r", messageRef="m")
        + node("intermediateThrowEvent", "esc", event("escalation", escalationRef="es"))
    ).nodes
    message = nodes["s1"].event
    assert (message.kind, message.name, message.correlation_key, message.ref) == (
        EventKind.MESSAGE,
        "paid",
        "=order",
        "m",
    )
    assert (nodes["s2"].event.timer_kind, nodes["s2"].event.timer) == (TimerKind.CYCLE, "R3/PT1H")
    assert nodes["e1"].event.code == "REJECTED"
    assert nodes["e2"].event.kind is EventKind.TERMINATE
    assert nodes["t"].event.name == "customer.level_changed"
    assert nodes["x"].event.activity == "s1"
    assert nodes["l"].event.name == "A"
    assert nodes["r"].event.name == "paid"
    assert nodes["esc"].event.code == "LATE"


def test_several_event_definitions_are_multiple():
    found = process(node("intermediateCatchEvent", "c", event("message", messageRef="m") + event("terminate")))
    assert found.nodes["c"].event.kind is EventKind.MULTIPLE


def test_sub_processes_are_flattened_with_their_scope():
    inner = start("is") + user("iu") + end("ie") + chain("is", "iu", "ie")
    found = process(
        node("subProcess", "sp", inner)
        + node("subProcess", "esp", start("es", isInterrupting="false"), triggeredByEvent="true")
    )
    assert [item.id for item in found.children(None)] == ["sp", "esp"]
    assert [item.id for item in found.children("sp")] == ["is", "iu", "ie"]
    assert found.nodes["iu"].incoming == ("is_iu",)
    assert found.nodes["esp"].triggered_by_event
    assert not found.nodes["es"].interrupting


def test_lanes_nest_and_sub_process_children_inherit():
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Sales"><bpmn:flowNodeRef>s</bpmn:flowNodeRef>'
        '<bpmn:childLaneSet id="c">'
        '<bpmn:lane id="l2" name="Manager"><bpmn:flowNodeRef>sp</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
    )
    found = process(lanes + start() + node("subProcess", "sp", user("iu")) + end())
    assert list(found.lanes.values()) == ["Sales", "Manager"]
    assert [found.nodes[key].lane for key in ("s", "sp", "iu", "e")] == ["Sales", "Manager", "Manager", None]


def test_compensation_is_linked_through_its_association():
    found = process(
        user("a")
        + boundary("b", "a", event("compensate"))
        + user("undo", isForCompensation="true")
        + '<bpmn:association id="as" sourceRef="b" targetRef="undo"/>'
    )
    assert found.nodes["b"].compensation_handler == "undo"
    assert found.nodes["b"].attached_to == "a"
    assert found.nodes["undo"].for_compensation
    assert found.boundary_events("a") == (found.nodes["b"],)


def test_collaboration():
    beside = DECLARED + (
        '<bpmn:collaboration id="co"><bpmn:participant id="pa" name="We" processRef="p"/>'
        '<bpmn:participant id="pb" name="Customer"/><bpmn:messageFlow id="mf" sourceRef="pb" targetRef="u"/>'
        "</bpmn:collaboration>"
    )
    diagram = read("x.bpmn", file(SIMPLE, beside))
    assert diagram.participants == {"pa": "p", "pb": ""}
    assert diagram.message_flows == (("pb", "u"),)
    assert not diagram.broken


def test_conditions_defaults_and_documentation():
    found = process(
        "<bpmn:documentation>How it works</bpmn:documentation>"
        + node("exclusiveGateway", "g", default="f2")
        + user("a", "<bpmn:documentation>Ask</bpmn:documentation>")
        + flow("g", "a", "\n =x &gt; 3\n", "f1")
        + flow("g", "a", identity="f2")
    )
    assert found.documentation == "How it works"
    assert found.nodes["a"].documentation == "Ask"
    assert found.nodes["g"].default == "f2"
    assert found.flows["f1"].condition == "=x > 3"


def test_embedded_forms_and_process_properties():
    inner = ext(
        '<zeebe:userTaskForm id="form1">{"components": []}</zeebe:userTaskForm><zeebe:versionTag value="v2"/>'
        '<zeebe:properties><zeebe:property name="category" value="Sales"/></zeebe:properties>'
    )
    found = process(inner + user("u", extensions='<zeebe:formDefinition formKey="camunda-forms:bpmn:form1"/>'))
    assert found.forms == {"form1": '{"components": []}'}
    assert found.nodes["u"].form == "form1"
    assert (found.version_tag, found.properties) == ("v2", {"category": "Sales"})


def test_executable_means_said_so():
    text = file(SIMPLE).replace(b' isExecutable="true"', b"")
    assert not read("x.bpmn", text).processes[0].executable


@pytest.mark.parametrize(
    ("body", "tag"),
    [
        (node("userTask", "u", extensions="<zeebe:taskListeners/>"), "zeebe:taskListeners"),
        (node("userTask", "u", extensions='<zeebe:taskDefinition type="x"/>'), "zeebe:taskDefinition"),
        (
            node("serviceTask", "u", extensions='<zeebe:taskDefinition type="x" frequency="2"/>'),
            "zeebe:taskDefinition@frequency",
        ),
        (
            node("userTask", "u", extensions='<zeebe:formDefinition externalReference="http://x"/>'),
            "zeebe:formDefinition@externalReference",
        ),
        (node("userTask", "u", "<bpmn:potentialOwner/>"), "bpmn:potentialOwner"),
        (node("scriptTask", "u", "<bpmn:script>1</bpmn:script>"), "bpmn:script"),
        (
            node("userTask", "u").replace("<bpmn:userTask", '<bpmn:userTask camunda:assignee="x"'),
            "bpmn:userTask@camunda:assignee",
        ),
        (node("userTask", "u", attachedTo="x"), "bpmn:userTask@attachedTo"),
        (node("receiveTask", "u", instantiate="true", messageRef="m"), "bpmn:receiveTask@instantiate"),
        (node("eventBasedGateway", "u", eventGatewayType="Parallel"), "bpmn:eventBasedGateway@eventGatewayType"),
        (node("callConversation", "u"), "bpmn:callConversation"),
        (
            flow("a", "b", "x", "f").replace("Expression>", 'Expression language="juel">', 1),
            "bpmn:conditionExpression@language",
        ),
        (user("u", many(inner="<bpmn:loopDataInputRef>x</bpmn:loopDataInputRef>")), "bpmn:loopDataInputRef"),
        (
            node("intermediateThrowEvent", "u", event("compensate", waitForCompletion="false")),
            "bpmn:compensateEventDefinition@waitForCompletion",
        ),
        ("<bpmn:correlationSubscription/>", "bpmn:correlationSubscription"),
        ('<bpmn:dataInput xmlns:bpmn="http://other"/>', "http://other:dataInput"),
    ],
)
def test_what_is_unknown_is_reported_with_its_place(body, tag):
    assert unread(body) == [tag]


def test_colours_data_objects_and_annotations_are_documentation():
    body = (
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="dr" dataObjectRef="d"/><bpmn:textAnnotation id="t">'
        '<bpmn:text>Hello</bpmn:text></bpmn:textAnnotation><bpmn:association id="a" sourceRef="u" targetRef="t"/>'
        + user("u", "<bpmn:dataInputAssociation id='x'/>").replace("<bpmn:userTask", '<bpmn:userTask color:x="red"')
    )
    assert unread(body) == []


def test_ids_twice_missing_and_broken_are_told():
    lane = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    )
    diagram = read(
        "x.bpmn",
        file(
            lane
            + user("u")
            + user("u")
            + '<bpmn:task/><bpmn:sequenceFlow sourceRef="u" targetRef="u"/>'
            + node("endEvent", "e", event("error", errorRef="nope"))
            + node("task", "t", "<bpmn:outgoing>lost</bpmn:outgoing>")
        ),
    )
    assert [identity for identity, _ in diagram.duplicates] == ["u"]
    assert sorted(tag for tag, _ in diagram.nameless) == ["sequenceFlow", "task"]
    assert {(item.role, item.target) for item in diagram.broken} == {
        ("flowNodeRef", "gone"),
        ("errorRef", "nope"),
        ("outgoing", "lost"),
    }
    assert len(diagram.processes[0].flows) == 1


def test_several_processes_in_one_file():
    second = f'<bpmn:process id="q" isExecutable="true">{start("qs")}</bpmn:process>'
    diagram = read("x.bpmn", (HEAD + second + '<bpmn:process id="r"/></bpmn:definitions>').encode())
    assert [(item.id, item.executable) for item in diagram.processes] == [("q", True), ("r", False)]


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.bpmn")), ids=lambda path: path.name)
def test_models_of_the_zeebe_spec_are_read_whole(path):
    data = path.read_bytes()
    diagram = read(path.name, data)
    assert diagram.unread == diagram.broken == diagram.duplicates == ()
    drawn = sum(data.count(f"<bpmn:{kind.value} ".encode()) for kind in Kind)
    assert sum(len(item.nodes) for item in diagram.processes) == drawn > 0
    assert sum(len(item.flows) for item in diagram.processes) == data.count(b"<bpmn:sequenceFlow ")


@pytest.mark.parametrize(("word", "means"), [("0", False), ("false", False), ("1", True), (" true ", True)])
def test_yes_and_no_are_read_in_all_words_of_xml(word, means):
    body = start() + user("u", many("inputCollection='=x'", isSequential=word)) + end() + chain("s", "u", "e")
    body += boundary("b", "u", timer("timeDuration", "PT1H"), cancelActivity=word) + flow("b", "e")
    found = process(body)
    assert found.nodes["b"].interrupting is means
    assert found.nodes["u"].loop.sequential is means


def test_a_word_that_is_neither_yes_nor_no_is_not_passed_over():
    body = SIMPLE + boundary("b", "u", timer("timeDuration", "PT1H"), cancelActivity="No") + flow("b", "e")
    assert unread(body) == ["bpmn:boundaryEvent@cancelActivity"]
