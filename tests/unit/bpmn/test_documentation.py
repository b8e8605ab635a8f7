"""The supported list in docs/bpmn.md is the one the check reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.documentation import refresh, tables
from bpmn.model import EventKind, Kind
from bpmn.supported import EVENTS_AT, NODES, Position, Support

DOCS = Path(__file__).resolve().parents[3] / "docs" / "bpmn.md"


def test_the_tables_of_the_documentation_are_up_to_date():
    text = DOCS.read_text("utf-8")
    for name in tables():
        assert f"<!-- {name}:" in text
    assert refresh(text) == text, "run: python -m bpmn.documentation docs/bpmn.md"


def test_every_kind_is_on_the_list():
    assert NODES.keys() == set(Kind)
    assert EVENTS_AT.keys() == set(Position)


@pytest.mark.parametrize("kind", [Kind.COMPLEX_GATEWAY, Kind.AD_HOC_SUB_PROCESS])
def test_what_is_refused(kind):
    assert NODES[kind] is Support.NO


def test_conditional_events_stand_nowhere():
    assert not any(EventKind.CONDITIONAL in kinds for kinds in EVENTS_AT.values())
