"""Each attribute and extension of Camunda 7 that has a counterpart finds it; each that has none is asked about."""

from __future__ import annotations

import json

import pytest

from bpmn.importing import convert
from bpmn.reader import read
from tests.unit.importing.test_convert import converted, decisions, file, line, task

MAPPED = "<camunda:inputOutput>{}</camunda:inputOutput>"
INPUT = '<camunda:inputParameter name="a">{}</camunda:inputParameter>'
OUTPUT = '<camunda:outputParameter name="a">{}</camunda:outputParameter>'


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ('camunda:dueDate="P3D"', '=now() + duration("P3D")'),
        ('camunda:dueDate="${dateTime().plusWeeks(1).toDate()}"', '=now() + duration("P7D")'),
        ('camunda:dueDate="2026-01-05T09:00:00+08:00"', "2026-01-05T09:00:00+08:00"),
        ('flowable:dueDate="${due}"', "=due"),
    ],
)
def test_due_dates(attribute: str, expected: str):
    """Periods and the moments that are reckoned from now, which every second model has."""
    imported, node = converted("userTask", attribute)
    assert (node.schedule.due, decisions(imported)) == (expected, [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("sales, finance", "sales, finance"),
        ("${groups}", "=groups"),
        ("sales, ${group}", '=["sales", group]'),
        ("${a == 'x, y' ? b : c},d", '=[if a = "x, y" then b else c, "d"]'),
        ("a-${b}, c", '=["a-" + string(b), "c"]'),
    ],
)
def test_candidates_with_expressions_among_them_are_a_list(value: str, expected: str):
    """One text with commas in it would be the name of one group that nobody is in."""
    imported, node = converted("userTask", f'camunda:candidateGroups="{value}"')
    assert (node.assignment.candidate_groups, decisions(imported)) == (expected, [])


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("${a.b}", "=a.b"),
        ("text", '="text"'),
        ("5", '="5"'),
        ("", "=null"),
        ("Mr ${n}", '="Mr " + string(n)'),
        (
            "<camunda:list><camunda:value>${x}</camunda:value><camunda:value>y</camunda:value></camunda:list>",
            '=[x, "y"]',
        ),
        (
            '<camunda:map><camunda:entry key="k">${x}</camunda:entry><camunda:entry key="l"><camunda:list/>'
            "</camunda:entry></camunda:map>",
            '={"k": x, "l": []}',
        ),
    ],
)
def test_parameters(parameter: str, expected: str):
    """Texts stay texts, as in Camunda 7; lists and maps may hold each other."""
    imported, node = converted("userTask", "", MAPPED.format(INPUT.format(parameter)))
    assert ([mapping.source for mapping in node.inputs], decisions(imported)) == ([expected], [])


@pytest.mark.parametrize(
    "parameter",
    [
        '<camunda:script scriptFormat="groovy">1</camunda:script>',
        "${bean.find(x)}",
        '<camunda:map><camunda:entry key="k"><camunda:script>1</camunda:script></camunda:entry></camunda:map>',
        "<camunda:list><camunda:script>1</camunda:script></camunda:list>",
    ],
)
def test_half_a_mapping_is_none(parameter: str):
    """One parameter that is not clear leaves the whole mapping in the file: half of it would mean something else."""
    given = MAPPED.format(INPUT.replace('"a"', '"clear"').format("1") + INPUT.format(parameter))
    imported, node = converted("userTask", "", given)
    assert (node.inputs, decisions(imported)) == ((), [("keep-mapping", "t")])
    assert b'name="clear"' in imported.diagram


def test_fields_of_a_form_are_still_passed_on_beside_output_mappings():
    """In Camunda 8 only what is mapped leaves a task that has mappings: the fields would be lost."""
    field = '<camunda:formData><camunda:formField id="ok" type="boolean"/></camunda:formData>'
    _, node = converted("userTask", "", field + MAPPED.format(OUTPUT.format("${ok}")))
    assert {mapping.target: mapping.source for mapping in node.outputs} == {"a": "=ok", "ok": "=ok"}


def test_a_form_keeps_its_rules_options_and_properties():
    """What form-js cannot say leaves the form to somebody."""
    fields = (
        '<camunda:formField id="n" type="long" defaultValue="5">'
        '<camunda:properties><camunda:property id="hint" value="h"/></camunda:properties>'
        '<camunda:validation><camunda:constraint name="min" config="1"/>'
        '<camunda:constraint name="readonly"/></camunda:validation></camunda:formField>'
    )
    imported, _ = converted("userTask", "", f"<camunda:formData>{fields}</camunda:formData>")
    (component,) = json.loads(imported.forms["p-t.form"])["components"]
    assert (component["validate"], component["readonly"], component["defaultValue"]) == ({"min": 1}, True, 5)
    assert component["properties"] == {"hint": "h"}
    own = fields.replace('name="min"', 'name="mine"')
    imported, _ = converted("userTask", "", f"<camunda:formData>{own}</camunda:formData>")
    assert (imported.forms, decisions(imported)) == ({}, [("keep-form", "t")])


def test_properties_of_flowable_forms_become_one_form():
    """They stand side by side, not in a container."""
    fields = '<flowable:formProperty id="a" type="string" required="true"/><flowable:formProperty id="b" type="date"/>'
    imported, node = converted("userTask", "", fields)
    components = json.loads(imported.forms["p-t.form"])["components"]
    assert [(entry["key"], entry.get("validate")) for entry in components] == [("a", {"required": True}), ("b", None)]
    assert (node.form, decisions(imported)) == ("p-t", [])


@pytest.mark.parametrize(
    ("attributes", "open_"),
    [
        ('camunda:decisionRef="d" camunda:resultVariable="r" camunda:mapDecisionResult="singleEntry"', []),
        ('camunda:decisionRef="d" camunda:resultVariable="r"', [("decision-list", "t")]),
        ('camunda:decisionRef="d" camunda:mapDecisionResult="resultList"', [("keep-attribute", "t")]),
        (
            'camunda:decisionRef="d" camunda:mapDecisionResult="singleEntry" camunda:decisionRefBinding="version"',
            [("keep-attribute", "t")],
        ),
    ],
)
def test_decisions_say_what_their_result_was(attributes: str, open_: list):
    """Camunda 7 gives a list of rows unless told otherwise; Camunda 8 gives the answer."""
    imported, node = converted("businessRuleTask", attributes)
    assert node.decision.decision == "d"
    assert decisions(imported) == open_


def test_the_job_of_a_message_event_stands_at_the_event():
    """Camunda 7 writes it into the event definition, where Camunda 8 does not look."""
    event = (
        '<bpmn:intermediateThrowEvent id="t"><bpmn:messageEventDefinition camunda:type="external" camunda:topic="x"/>'
    )
    imported = convert("p.bpmn", file(line(event + "</bpmn:intermediateThrowEvent>")))
    assert read("p.bpmn", imported.diagram).processes[0].nodes["t"].job.type == "x"


@pytest.mark.parametrize(("text", "count"), [("R5/PT1M", "5"), ("PT10M,PT20M", "3"), ("PT10M", "2"), ("${cycle}", "3")])
def test_retries(text: str, count: str):
    """Repetitions, or a list of waits: one try more than there are waits."""
    given = f"<camunda:failedJobRetryTimeCycle>{text}</camunda:failedJobRetryTimeCycle>"
    imported, node = converted("serviceTask", 'camunda:type="external" camunda:topic="x"', given)
    assert node.job.retries == count
    assert decisions(imported) == ([("keep-extension", "t")] if "$" in text else [])


@pytest.mark.parametrize(
    ("kind", "attributes", "inner"),
    [
        ("manualTask", 'camunda:assignee="x"', ""),
        ("userTask", 'camunda:isStartableInTasklist="false"', ""),
        ("callActivity", 'calledElement="c" camunda:calledElementBinding="version"', ""),
        ("callActivity", 'calledElement="c"', '<camunda:in source="a" target="b" local="true"/>'),
        ("callActivity", 'calledElement="c"', '<camunda:in source="a b" target="c"/>'),
        ("userTask", 'camunda:formKey="${form}"', ""),
        ("userTask", 'camunda:nobodyKnows="this"', ""),
        ("userTask", 'camunda:candidateGroups="${execution.processInstanceId}"', ""),
        ("userTask", "", '<camunda:properties><camunda:property name="a" value="b" odd="c"/></camunda:properties>'),
    ],
)
def test_what_stands_elsewhere_or_says_more_is_left_to_somebody(kind: str, attributes: str, inner: str):
    """A word in the wrong place, and one word too many, are not passed over."""
    imported, _ = converted(kind, attributes, inner)
    assert [element for _, element in decisions(imported)] == ["t"]
    assert b"camunda:" in imported.diagram.split(b"<bpmn:process", 1)[1]


def test_starting_groups_become_roles_that_may_start():
    """Who may start a process is a property of it here."""
    imported = convert("p.bpmn", file(line(task("manualTask")), 'camunda:candidateStarterGroups="sales,finance"'))
    assert read("p.bpmn", imported.diagram).processes[0].startable_by == ("sales", "finance")


def test_a_loop_over_a_collection_names_only_what_was_named():
    """Without an element variable there is none; the counters count otherwise."""
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="items"><bpmn:completionCondition>'
        "${loopCounter &gt; 2}</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
    )
    imported = convert("p.bpmn", file(line(f'<bpmn:manualTask id="t">{loop}</bpmn:manualTask>')))
    found = read("p.bpmn", imported.diagram).processes[0].nodes["t"].loop
    assert (found.input_collection, found.input_element) == ("=items", None)
    assert found.completion_condition == "=(loopCounter - 1) > 2"
    assert decisions(imported) == []
