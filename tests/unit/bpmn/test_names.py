"""Variables that nothing before can have written are doubted, and none that may be there."""

from __future__ import annotations

import pytest

from bpmn.checking import Catalogue, Severity, check
from bpmn.checking.slips import slip_of
from tests.unit.bpmn.checked import CATALOGUE, CATCH, N, W, findings
from tests.unit.bpmn.drawing import (
    boundary,
    chain,
    end,
    event,
    file,
    job,
    many,
    node,
    start,
    timer,
)

SCRIPT = '<zeebe:script expression="=1" resultVariable="total"/>'
READ = '<zeebe:ioMapping><zeebe:input source="={}" target="seen"/></zeebe:ioMapping>'
FORMED = '<zeebe:formDefinition formId="f"/>'


DAILY = timer("timeCycle", "R/P1D")


def told(body: str, catalogue: Catalogue = CATALOGUE) -> list[tuple[Severity, str, str | None]]:
    """What is said about names."""
    found = findings(body, catalogue)
    return [(item.severity, item.code, item.element) for item in found if item.code.startswith("unknown-name")]


def use(name: str, first: str = "", more: str = "") -> str:
    """A script that writes total, a job that reads a name, a script that writes late."""
    late = SCRIPT.replace("total", "late")
    body = start("s", first) + node("scriptTask", "make", "", SCRIPT) + job("use", extensions=READ.format(name) + more)
    return body + end() + node("scriptTask", "after", "", late) + chain("s", "make", "use", "after", "e")


@pytest.mark.parametrize(
    ("name", "code"),
    [("total", None), ("totl", "unknown-name-similar"), ("nothing", "unknown-name"), ("late", "unknown-name-later")],
)
def test_a_variable_that_nothing_before_can_have_written_is_doubted(name, code):
    """A slip of the pen reads null for ever; what only a later step writes is as empty."""
    assert told(use(name, DAILY)) == ([] if code is None else [(W, code, "use")])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("total", []),
        ("totl", [(W, "unknown-name-similar", "use")]),
        ("nothing", [(N, "unknown-name-start", "use")]),
        ("late", [(N, "unknown-name-start", "use")]),
    ],
)
def test_whoever_starts_a_process_may_bring_variables(name, expected):
    """Models of Camunda 8 get theirs with the start: that is worth a note, and only a slip of the pen a warning."""
    assert told(use(name)) == expected


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("customer_id", "customerId", True),
        ("Amount", "amount", True),
        ("amuont", "amount", True),
        ("amont", "amount", True),
        ("ammount", "amount", True),
        ("amoubt", "amount", True),
        ("totl", "total", True),
        ("order", "orders", False),
        ("plan_a", "plan_b", False),
        ("part_a_id", "part_b_id", False),
        ("year_2025", "year_2026", False),
        ("address1x", "address2x", False),
        ("tender", "sender", False),
        ("data", "date", False),
        ("coat", "cost", False),
        ("approved_by", "approved_at", False),
        ("amount", "quantity", False),
    ],
)
def test_a_slip_of_the_pen_is_told_from_another_name(one, other, slip):
    """Where anything may be brought, two good names that look alike must not be called a mistake."""
    assert (slip_of(one, {other}) == other) is slip
    assert (slip_of(other, {one}) == one) is slip


def test_only_what_is_mapped_leaves_a_step():
    """A result that output mappings do not name stays inside: whoever reads it later reads nothing."""
    mapped = '<zeebe:ioMapping><zeebe:output source="=inner" target="outer"/></zeebe:ioMapping>'
    body = start("s", DAILY) + job("first", extensions=mapped) + job("use", extensions=READ.format("{}")) + end()
    body += chain("s", "first", "use", "e")
    assert told(body.format("outer")) == []
    assert told(body.format("inner")) == [(W, "unknown-name", "use")]


@pytest.mark.parametrize(
    "expression",
    [
        "for x in list return x.y + total",
        "some x in list satisfies x &gt; total",
        "list[price &gt; 3]",
        "list[item.price &gt; total][1].name",
        "{{a: 1, b: a + 1}}.b",
        "(function(a, b) a + b)(1, 2)",
        "if is defined(other) then other.x else 0",
        "get value({{k: 1}}, &quot;k&quot;)",
        "date(&quot;2026-01-01&quot;).year + number(&quot;1&quot;)",
        "total.a.b",
    ],
)
def test_names_that_an_expression_brings_itself_are_no_variables(expression):
    """Bound by loops, filters, contexts and functions; or asked for whether they are there at all."""
    lists = SCRIPT.replace('resultVariable="total"', 'resultVariable="list"')
    body = start("s", DAILY) + node("scriptTask", "l", "", lists) + node("scriptTask", "make", "", SCRIPT)
    body += job("use", extensions=READ.format(expression.replace("{{", "{").replace("}}", "}"))) + end()
    assert told(body + chain("s", "l", "make", "use", "e")) == []


@pytest.mark.parametrize("name", ["loopCounter", "item", "results", "numberOfInstances"])
def test_a_repeated_step_sees_its_item_its_counters_and_what_was_collected(name):
    """Also as it begins, before its own results are there."""
    loop = many('inputCollection="=[1]" inputElement="item" outputCollection="results" outputElement="=item"')
    body = start("s", DAILY) + job("use", extensions=READ.format(name), inner=loop) + end() + chain("s", "use", "e")
    assert told(body) == []


def test_a_step_in_a_sub_process_sees_what_is_around_it():
    """Its inputs, what ran before it, and what ran inside before."""
    inside = start("is") + node("scriptTask", "make", "", SCRIPT) + job("use", extensions=READ.format("{}")) + end("ie")
    extension = '<zeebe:ioMapping><zeebe:input source="=1" target="given"/></zeebe:ioMapping>'
    sub = node("subProcess", "sub", inside + chain("is", "make", "use", "ie"), extension)
    body = start("s", DAILY) + node("scriptTask", "b", "", SCRIPT.replace("total", "before")) + sub + end()
    body += chain("s", "b", "sub", "e")
    for name, codes in (("given", []), ("before", []), ("total", []), ("gone", ["unknown-name"])):
        assert [code for _, code, _ in told(body.format(name))] == codes


def test_what_comes_after_a_caught_error_sees_what_the_failed_step_had():
    """Its host's inputs are gone, but whatever was written before and by the error is there."""
    host = job("work", extensions=READ.format("total"))
    caught = boundary("b", "work", event("error", errorRef="er")) + job("use", extensions=READ.format("reason"))
    body = start("s", DAILY) + node("scriptTask", "make", "", SCRIPT) + host + caught + end()
    assert told(body + chain("s", "make", "work", "e") + chain("b", "use", "e")) == []


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
