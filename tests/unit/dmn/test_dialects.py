# ruff: noqa: E501 - XML is easier to read in one line
"""Files as tools write them: every DMN version, Camunda's modeler, DMN 1.1's qualified types."""

import pytest

import dmn
from dmn.document import NAMESPACES
from tests.unit.dmn.build import decision, definitions, table

CAMUNDA = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  id="Definitions_0y9vpfp" name="Dish" namespace="http://camunda.org/schema/1.0/dmn" exporter="Camunda Modeler"
  exporterVersion="5.30.0" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0">
  <decision id="choose-dish" name="Choose dish">
    <informationRequirement id="InformationRequirement_1"><requiredDecision href="#season" /></informationRequirement>
    <decisionTable id="DecisionTable_1" hitPolicy="FIRST">
      <input id="Input_1" label="Season" biodi:width="192" camunda:inputVariable="season">
        <inputExpression id="InputExpression_1" typeRef="string"><text>Season</text></inputExpression>
        <inputValues id="UnaryTests_0"><text>"Winter","Summer"</text></inputValues>
      </input>
      <input id="Input_2" label="Guests"><inputExpression id="InputExpression_2" typeRef="number"><text>guests</text></inputExpression></input>
      <output id="Output_1" label="Dish" name="dish" typeRef="string" biodi:width="192" />
      <rule id="DecisionRule_1"><description>few</description>
        <inputEntry id="UnaryTests_1"><text>"Winter"</text></inputEntry>
        <inputEntry id="UnaryTests_2"><text>&lt;= 4</text></inputEntry>
        <outputEntry id="LiteralExpression_1"><text>"Roast"</text></outputEntry></rule>
      <rule id="DecisionRule_2">
        <inputEntry id="UnaryTests_3"><text></text></inputEntry>
        <inputEntry id="UnaryTests_4"><text></text></inputEntry>
        <outputEntry id="LiteralExpression_2"><text>"Stew"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="season" name="Season"><extensionElements><camunda:something/></extensionElements>
    <variable id="v1" name="Season" typeRef="string" />
    <literalExpression id="LiteralExpression_0"><text>if month &lt; 4 then "Winter" else "Summer"</text></literalExpression>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="choose-dish"><dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape>
    <dmndi:DMNEdge id="e" dmnElementRef="InformationRequirement_1"><di:waypoint x="250" y="180" /></dmndi:DMNEdge></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""


def test_a_file_of_camundas_modeler_runs_unchanged_by_decision_id():
    model = dmn.load({"dish.dmn": CAMUNDA})
    assert model.evaluate("choose-dish", {"month": 1, "guests": 3}).value == "Roast"
    assert model.evaluate("choose-dish", {"month": 7, "guests": 3}).value == "Stew"
    assert (
        model.evaluate("Choose dish", {"month": 1, "guests": 9}).trace.steps[-1].tables[0].matched[0]["rule"]
        == "DecisionRule_2"
    )


def test_a_required_decision_is_known_by_its_id_too():
    content = definitions(
        decision("Season of year", '"Winter"', id="season"), decision("dish", "season", needs=["dec:season"])
    )
    answer = dmn.load([content]).evaluate("dish", {"season": "from outside"})
    assert answer.value == "Winter"
    assert [item.name for item in answer.trace.steps[-1].sources] == ["Season of year"]


def test_names_that_a_camunda_file_does_not_declare_are_no_errors():
    assert not [item for item in dmn.check(dmn.load([CAMUNDA])) if item.severity is dmn.Severity.ERROR]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_of_dmn(namespace):
    model = dmn.load([definitions(decision("a", table(["x"], ["y"], ["> 1 -> 5"])), version=namespace)])
    assert model.evaluate("a", {"x": 2}).value == 5


def test_qualified_type_names_of_dmn_1_1():
    content = definitions(
        decision("a", '"x"', type_ref="feel:number"),
        version="http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        attributes='xmlns:feel="http://www.omg.org/spec/FEEL/20140401"',
    )
    assert dmn.load([content]).evaluate("a").value is None


def test_a_prefix_for_dmns_own_elements():
    content = (
        definitions(decision("a", "1 + 1"))
        .replace(b"<definitions xmlns=", b"<dmn:definitions xmlns:dmn=")
        .replace(b"</def", b"</dmn:def")
    )
    for name in (b"decision", b"variable", b"literalExpression", b"text"):
        content = content.replace(b"<" + name + b" ", b"<dmn:" + name + b" ").replace(
            b"<" + name + b">", b"<dmn:" + name + b">"
        )
        content = content.replace(b"</" + name + b">", b"</dmn:" + name + b">")
    assert dmn.load([content]).evaluate("a").value == 2


def test_chinese_names():
    content = definitions(
        decision("客户等级", table(["消费额"], ["等级"], ['>= 100 -> "金"', '< 100 -> "银"']), id="level")
    )
    assert dmn.load([content]).evaluate("客户等级", {"消费额": 120}).value == "金"
