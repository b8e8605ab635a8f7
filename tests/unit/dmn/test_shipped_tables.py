"""The decision tables that come with the product are checked like everybody's, and nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

import dmn

PROCESSES = Path(__file__).resolve().parents[3] / "bpmn" / "processes"
FILES = sorted(PROCESSES.glob("*/*.dmn"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_shipped_table_is_free_of_findings(path):
    """A gap in the complaint or level tables would leave a customer's case without anybody who decides."""
    assert dmn.check(dmn.load({path.name: path.read_bytes()})) == ()


def test_the_tables_of_complaints_and_levels_are_among_them():
    """An empty folder would pass without looking at anything."""
    assert {"complaint_severity", "complaint_sla", "level_approval", "level_recommendation"} <= {p.stem for p in FILES}


def test_a_rule_taken_out_of_a_shipped_table_is_noticed():
    """The check must really look into these tables, not give up on them."""
    content = (PROCESSES / "complaint-escalation" / "complaint_severity.dmn").read_text(encoding="utf-8")
    start = content.rindex("<rule ")
    shorter = content[:start] + content[content.index("</rule>", start) + len("</rule>") :]
    assert any(item.code == "table-gap" for item in dmn.check(dmn.load([shorter.encode()])))
