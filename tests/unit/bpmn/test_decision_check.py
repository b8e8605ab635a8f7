"""Decision tables beside a diagram are checked with it."""

from __future__ import annotations

import pytest

from bpmn.checking import Finding, Severity, check
from bpmn.checking.sentences import sentence
from tests.unit.bpmn.checked import CATALOGUE, line
from tests.unit.bpmn.drawing import (
    file,
    node,
)

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
