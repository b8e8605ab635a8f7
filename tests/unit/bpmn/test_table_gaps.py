"""What a decision table forgets and what it answers twice is found for every kind of column, with a true example."""

from __future__ import annotations

from html import escape

import pytest

from bpmn.checking import Catalogue, Finding, check

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
SIZES = '"S", "M", "L"'


def table(columns: list[tuple[str, str, str]], *rules: tuple[str, ...], policy: str = "UNIQUE") -> list[Finding]:
    """The findings about a table with columns (name, type, allowed values) and one number a rule as its output."""
    heads = "".join(
        f'<input id="i{at}"><inputExpression id="x{at}" typeRef="{kind}"><text>{name}</text></inputExpression>'
        + (f'<inputValues id="v{at}"><text>{escape(values)}</text></inputValues>' if values else "")
        + "</input>"
        for at, (name, kind, values) in enumerate(columns)
    )
    lines = "".join(
        f'<rule id="r{row}">'
        + "".join(
            f'<inputEntry id="c{row}_{at}"><text>{escape(cell)}</text></inputEntry>' for at, cell in enumerate(cells)
        )
        + f'<outputEntry id="o{row}"><text>{row}</text></outputEntry></rule>'
        for row, cells in enumerate(rules)
    )
    data = (
        f'{HEAD}<decision id="k" name="k"><decisionTable id="t" hitPolicy="{policy}">{heads}'
        f'<output id="o" name="r" typeRef="number"/>{lines}</decisionTable></decision></definitions>'
    )
    return check({"t.dmn": data.encode()}, Catalogue())


def codes(findings: list[Finding]) -> set[str]:
    return {item.code.removeprefix("dmn-") for item in findings if item.code != "dmn-feel-name.unknown"}


NUMBER, DATE = [("n", "number", "")], [("d", "date", "")]
TEXT, ENUM = [("s", "string", "")], [("s", "string", SIZES)]
BOOLEAN, MOMENT = [("b", "boolean", "")], [("m", "dateTime", "")]
SPAN, TIME = [("p", "dayTimeDuration", "")], [("t", "time", "")]
NUMBER_AND_ENUM = [("n", "number", ""), ("s", "string", SIZES)]
NUMBER_AND_BOOLEAN = [("n", "number", "[0..100]"), ("b", "boolean", "")]

COMPLETE = {
    "numbers": (NUMBER, ("< 0",), ("[0..10)",), (">= 10",)),
    "dates": (DATE, ('< date("2026-01-01")',), ('>= date("2026-01-01")',)),
    "texts": (TEXT, ('"a", "b"',), ('not("a", "b")',)),
    "an enumeration": (ENUM, ('"S"',), ('"M", "L"',)),
    "booleans": (BOOLEAN, ("true",), ("false",)),
    "moments": (MOMENT, ('< date and time("2026-01-01T00:00:00Z")',), ('>= date and time("2026-01-01T00:00:00Z")',)),
    "durations": (SPAN, ('<= duration("P2D")',), ('> duration("P2D")',)),
    "times": (TIME, ('< time("12:00:00")',), ('>= time("12:00:00")',)),
    "two columns": (NUMBER_AND_ENUM, ("< 5", "-"), (">= 5", '"S"'), (">= 5", 'not("S")')),
    "a bounded column": (NUMBER_AND_BOOLEAN, ("<= 50", "-"), ("> 50", "true"), ("> 50", "false")),
}

GAPS = {
    "numbers between": (NUMBER, ("< 0",), (">= 10",)),
    "one number": (NUMBER, ("< 10",), ("> 10",)),
    "a day": (DATE, ('< date("2026-01-01")',), ('> date("2026-01-01")',)),
    "other texts": (TEXT, ('"a"',), ('"b"',)),
    "one of an enumeration": (ENUM, ('"S"',), ('"M"',)),
    "false": (BOOLEAN, ("true",)),
    "a moment": (MOMENT, ('< date and time("2026-01-01T00:00:00Z")',), ('> date and time("2026-01-01T00:00:00Z")',)),
    "longer": (SPAN, ('<= duration("P2D")',)),
    "noon": (TIME, ('< time("12:00:00")',), ('> time("12:00:00")',)),
    "a corner of two columns": (NUMBER_AND_ENUM, ("< 5", "-"), (">= 5", '"S", "M"')),
    "a corner with booleans": (NUMBER_AND_BOOLEAN, ("<= 50", "-"), ("> 50", "true")),
}

OVERLAPS = {
    "one number": (NUMBER, ("<= 10",), (">= 10",)),
    "a stretch": (NUMBER, ("< 10",), ("[5..20]",), ("> 20",)),
    "a day": (DATE, ('<= date("2026-01-01")',), ('>= date("2026-01-01")',)),
    "a text": (TEXT, ('"a", "b"',), ('not("a")',)),
    "one of an enumeration": (ENUM, ('"S", "M"',), ('"M", "L"',)),
    "a boolean": (BOOLEAN, ("true",), ("-",)),
    "a moment": (MOMENT, ('<= date and time("2026-01-01T00:00:00Z")',), ('>= date and time("2026-01-01T00:00:00Z")',)),
    "a duration": (SPAN, ('<= duration("P2D")',), ('>= duration("PT48H")',)),
    "a time": (TIME, ('<= time("12:00:00")',), ('>= time("12:00:00")',)),
    "a corner of two columns": (NUMBER_AND_ENUM, ("<= 5", "-"), (">= 5", '"S"'), ("> 5", 'not("S")')),
    "a corner with booleans": (NUMBER_AND_BOOLEAN, ("<= 50", "-"), (">= 50", "true"), ("> 50", "false")),
}


@pytest.mark.parametrize("case", COMPLETE.values(), ids=COMPLETE.keys())
def test_a_complete_table_is_left_in_peace(case):
    """A warning that is none costs more trust than a missing one."""
    assert codes(table(*case)) == set()


@pytest.mark.parametrize("case", GAPS.values(), ids=GAPS.keys())
def test_what_no_rule_answers_is_found(case):
    """With an example that indeed no rule answers, at the table's own line."""
    (gap,) = [item for item in table(*case) if item.code == "dmn-table-gap"]
    assert gap.values["example"]
    assert "rules-overlap" not in codes(table(*case))
    assert gap.line == 1


@pytest.mark.parametrize("case", OVERLAPS.values(), ids=OVERLAPS.keys())
def test_what_two_rules_answer_is_found(case):
    """Two answers where the table promises one."""
    found = [item for item in table(*case) if item.code == "dmn-rules-overlap"]
    assert found
    assert all(item.values["example"] and len(item.values["numbers"]) == 2 for item in found)
    assert "table-gap" not in codes(table(*case))
    assert "rules-overlap" not in codes(table(*case, policy="FIRST"))
