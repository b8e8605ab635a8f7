"""Diagrams of other engines: what is clear is converted, what is not stays and is listed, nothing is lost."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from bpmn.checking import Catalogue, check, is_refused
from bpmn.importing import convert
from bpmn.importing.sentences import SENTENCES, sentence
from bpmn.model import Kind
from bpmn.reader import read
from bpmn.xml import XmlRefused

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">'
)
STANDALONE = Catalogue(standalone=True)


def file(body: str, attributes: str = "", beside: str = "") -> bytes:
    return f'{HEAD}{beside}<bpmn:process id="p" {attributes}>{body}</bpmn:process></bpmn:definitions>'.encode()


def line(*elements: str) -> str:
    """A process of these elements one after another between a start and an end."""
    ids = ["s", *(re.search(r'id="([^"]+)"', element).group(1) for element in elements), "e"]
    flows = [
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairwise(ids))
    ]
    return f'<bpmn:startEvent id="s"/>{"".join(elements)}<bpmn:endEvent id="e"/>{"".join(flows)}'


def task(kind: str, attributes: str = "", inner: str = "") -> str:
    holder = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:{kind} id="t" {attributes}>{holder}</bpmn:{kind}>'


def converted(kind: str, attributes: str = "", inner: str = ""):
    imported = convert("p.bpmn", file(line(task(kind, attributes, inner))))
    return imported, read("p.bpmn", imported.diagram).processes[0].nodes["t"]


def decisions(imported) -> list[tuple[str, str | None]]:
    return [(change.code, change.element) for change in imported.decisions]


def test_a_camunda_7_user_task_keeps_its_people_form_dates_and_mappings():
    """Only what else of the form is read later is left to decide, and the deploy check has no objection."""
    imported, node = converted(
        "userTask",
        'camunda:assignee="${approver}" camunda:candidateGroups="finance" camunda:dueDate="${due}" '
        'camunda:formKey="camunda-forms:deployment:forms/approve.form" camunda:asyncBefore="true"',
        '<camunda:inputOutput><camunda:inputParameter name="who">${c.name}</camunda:inputParameter>'
        '<camunda:outputParameter name="all"><camunda:list><camunda:value>a</camunda:value>'
        "<camunda:value>${b}</camunda:value></camunda:list></camunda:outputParameter></camunda:inputOutput>"
        '<camunda:properties><camunda:property name="k" value="v"/></camunda:properties>',
    )
    assert (node.assignment.assignee, node.assignment.candidate_groups) == ("=approver", "finance")
    assert (node.form, node.schedule.due, dict(node.properties)) == ("approve", "=due", {"k": "v"})
    assert [(m.source, m.target) for m in (*node.inputs, *node.outputs)] == [("=c.name", "who"), ('=["a", b]', "all")]
    assert decisions(imported) == [("outputs-only", "t")]
    assert not is_refused(check({"p.bpmn": imported.diagram}, STANDALONE))


def test_form_fields_in_the_diagram_become_a_form_the_check_accepts():
    """Types, labels, defaults and what is required."""
    field = (
        '<camunda:formField id="ok" label="OK?" type="boolean" defaultValue="true"/>'
        '<camunda:formField id="n" type="long">'
        '<camunda:validation><camunda:constraint name="required"/></camunda:validation></camunda:formField>'
        '<camunda:formField id="k" type="enum"><camunda:value id="a" name="A"/></camunda:formField>'
    )
    imported, node = converted("userTask", 'camunda:assignee="li.wei"', f"<camunda:formData>{field}</camunda:formData>")
    components = json.loads(imported.forms["p-t.form"])["components"]
    assert [(entry["key"], entry["type"]) for entry in components] == [
        ("ok", "checkbox"),
        ("n", "number"),
        ("k", "select"),
    ]
    assert components[0]["defaultValue"] is True
    assert components[1]["validate"] == {"required": True}
    files = {"p.bpmn": imported.diagram, **imported.forms}
    assert node.form == "p-t"
    assert not is_refused(check(files, STANDALONE))


def test_jobs_decisions_and_calls_find_their_counterparts():
    """An external task, a decision and a call activity."""
    imported, node = converted(
        "serviceTask",
        'camunda:type="external" camunda:topic="pay"',
        "<camunda:failedJobRetryTimeCycle>R5/PT1M</camunda:failedJobRetryTimeCycle>",
    )
    assert (node.job.type, node.job.retries, decisions(imported)) == ("pay", "5", [])
    _, node = converted("businessRuleTask", 'camunda:decisionRef="level" camunda:resultVariable="l"')
    assert (node.decision.decision, node.decision.result_variable) == ("level", "l")
    imported, node = converted(
        "callActivity", 'calledElement="visit"', '<camunda:in source="a" target="b"/><camunda:out variables="all"/>'
    )
    assert (node.called.process, node.called.propagate_all_parent, node.called.propagate_all_child) == (
        "visit",
        False,
        True,
    )
    assert [(m.source, m.target) for m in node.inputs] == [("=a", "b")]


@pytest.mark.parametrize(
    ("kind", "attributes", "inner"),
    [
        ("serviceTask", 'camunda:class="org.example.Archive"', ""),
        ("serviceTask", 'camunda:expression="${bean.run()}"', ""),
        ("userTask", 'camunda:assignee="${users.first()}"', ""),
        ("userTask", "", '<camunda:taskListener event="create" class="x"/>'),
        ("userTask", "", '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="js">1'
         "</camunda:script></camunda:inputParameter></camunda:inputOutput>"),
        ("serviceTask", "", '<spiffworkflow:serviceTaskOperator id="http/Get"/>'),
        ("userTask", "", "<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>"),
    ],
)  # fmt: skip
def test_what_is_not_clear_stays_is_listed_and_refused_at_deploy(kind: str, attributes: str, inner: str):
    """Never silently: the file still says it, the list says it, and the deploy check does not let it pass."""
    imported, _ = converted(kind, attributes, inner)
    assert [element for _, element in decisions(imported)] == ["t"]
    assert is_refused(check({"p.bpmn": imported.diagram}, STANDALONE))


def test_a_plain_file_becomes_executable_with_ids_conditions_defaults_timers_and_a_layout():
    """What editors leave out is put in; the deploy check and the search for stuck tokens have nothing to add."""
    body = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/><bpmn:manualTask id="a"/><bpmn:subProcess id="b">'
        '<bpmn:startEvent id="bs"/><bpmn:endEvent id="be"/><bpmn:sequenceFlow id="bf" sourceRef="bs" targetRef="be"/>'
        '</bpmn:subProcess><bpmn:endEvent id="e"/><bpmn:boundaryEvent id="late" attachedToRef="b">'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>'PT1H'</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:sequenceFlow sourceRef="s" targetRef="g"/>'
        '<bpmn:sequenceFlow id="flow-1" sourceRef="g" targetRef="a"><bpmn:conditionExpression>x &gt; 1 and y == "z"'
        '</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="b"/>'
        '<bpmn:sequenceFlow id="f4" sourceRef="a" targetRef="e"/>'
        '<bpmn:sequenceFlow id="f5" sourceRef="b" targetRef="e"/>'
        '<bpmn:sequenceFlow id="f6" sourceRef="late" targetRef="e"/>'
    )
    imported = convert("p.bpmn", file(body))
    process = read("p.bpmn", imported.diagram).processes[0]
    assert decisions(imported) == []
    assert process.executable
    assert process.flows["flow-1"].condition == '=(x > 1) and (y = "z")'
    assert process.nodes["g"].default == "f3"
    assert process.nodes["late"].event.timer == "PT1H"
    assert [flow.source for flow in process.flows.values() if flow.id == "flow-2"] == ["s"]
    found = check({"p.bpmn": imported.diagram}, Catalogue(languages=()))
    assert {item.code for item in found} == {"unknown-name-start"}  # x and y come with the start, which has no form
    again = convert("p.bpmn", imported.diagram)
    assert (again.diagram, again.changes) == (imported.diagram, ())


def test_the_layout_has_every_shape_and_edge_and_nothing_lies_on_anything_else():
    """Sub-processes contain their parts, pools their processes; other shapes do not overlap."""
    source = Path("bpmn/processes/complaint-escalation/complaint-escalation.bpmn").read_bytes()
    cut = source.index(b"<bpmndi:BPMNDiagram")
    bare = source[:cut] + b"</bpmn:definitions>"
    imported = convert("c.bpmn", bare)
    process = read("c.bpmn", imported.diagram).processes[0]
    boxes, edges = _drawn(imported.diagram)
    assert edges == set(process.flows)
    assert process.nodes.keys() <= boxes.keys()
    for one in process.nodes.values():
        for other in process.nodes.values():
            if one.id < other.id and one.scope == other.scope and Kind.BOUNDARY_EVENT not in {one.kind, other.kind}:
                assert not _overlap(boxes[one.id], boxes[other.id]), (one.id, other.id)
        if one.scope:
            assert _within(boxes[one.id], boxes[one.scope]) or one.kind is Kind.BOUNDARY_EVENT, one.id


def test_a_waiting_message_without_a_key_is_a_decision():
    """Only a designer knows by what a case is found."""
    event = '<bpmn:messageEventDefinition messageRef="m"/>'
    catch = f'<bpmn:intermediateCatchEvent id="c">{event}</bpmn:intermediateCatchEvent>'
    imported = convert("p.bpmn", file(line(catch), beside='<bpmn:message id="m" name="paid"/>'))
    assert decisions(imported) == [("correlation-missing", "m")]


def test_a_file_of_this_dialect_comes_back_byte_for_byte():
    """The shipped processes are the proof."""
    for path in sorted(Path("bpmn/processes").glob("*/*.bpmn")):
        data = path.read_bytes()
        assert convert(path.name, data).diagram == data


def test_every_change_has_a_sentence():
    """With its values filled in."""
    imported, _ = converted("serviceTask", 'camunda:class="x" camunda:exclusive="false"')
    assert all("{" not in sentence(change) for change in imported.changes)
    assert {change.code for change in imported.changes} <= SENTENCES.keys()


def test_what_is_no_bpmn_is_refused():
    """Like everywhere else."""
    with pytest.raises(XmlRefused):
        convert("x.bpmn", b"<html/>")


def _drawn(data: bytes) -> tuple[dict, set]:
    from lxml import etree

    root = etree.fromstring(data)
    boxes = {}
    for shape in root.iter("{*}BPMNShape"):
        bounds = shape.find("{*}Bounds")
        boxes[shape.get("bpmnElement")] = tuple(int(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return boxes, {edge.get("bpmnElement") for edge in root.iter("{*}BPMNEdge")}


def _overlap(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _within(inner: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[0] + inner[2] <= outer[0] + outer[2]
