"""Models written to hurt: each ends soon, with a named error or null, and never with a crash."""

from contextlib import suppress

import pytest

import dmn
import feel
from tests.unit.dmn.build import bkm, decision, definitions, input_data, literal, load, service, table


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "2 ** 1000000000",
        "count(for a in 1..10000, b in 1..10000 return a)",
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    ],
)
def test_expensive_expressions_end_by_the_budget_or_null(text):
    model = load(decision("d", text))
    with suppress(feel.BudgetExceeded):
        assert model.evaluate("d").value in (None, False)


def test_many_decisions_share_one_budget():
    parts = [decision("d0", "count(for i in 1..90000 return i)")]
    parts += [
        decision(f"d{n}", f"d{n - 1} + count(for i in 1..90000 return i)", needs=[f"dec:d-d{n - 1}"])
        for n in range(1, 60)
    ]
    model = load(*parts)
    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("d59")


def test_knowledge_models_that_call_each_other_for_ever_are_a_circle():
    with pytest.raises(dmn.DmnRefused) as caught:
        load(bkm("f", ["x"], "g(x)", needs=["b-g"]), bkm("g", ["x"], "f(x)", needs=["b-f"]))
    assert caught.value.findings[0].code == "requirement-cycle"


def test_a_service_that_contains_its_caller_ends_when_read_leniently():
    parts = [decision("d", "1 + s()", needs=["bkm:s-s"]), service("s", outputs=["d-d"])]
    model = dmn.load([definitions(*parts)], lenient=True)
    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("d")


def test_a_table_of_many_rules_spends_steps():
    rules = [f"{n} -> {n}" for n in range(2000)]
    model = load(
        bkm("t", ["x"], table(["x"], ["y"], rules)),
        decision("d", "sum(for i in 1..100000 return t(i))", needs=["bkm:b-t"]),
    )
    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("d")


def test_types_within_types_without_end_are_bounded():
    member = '<itemComponent name="{}"><typeRef>t{}</typeRef></itemComponent>'
    kinds = "".join(
        f'<itemDefinition name="t{n}">{member.format("a", n + 1)}{member.format("b", n + 1)}</itemDefinition>'
        for n in range(2000)
    )
    last = '<itemDefinition name="t2000"><typeRef>number</typeRef></itemDefinition>'
    answer = load(kinds + last, decision("d", "{a: 1, b: 2}", type_ref="t0")).evaluate("d")
    assert answer.value is None
    assert len(str(answer.warnings)) < 1000


def test_boxes_nested_deeply():
    logic = literal("1")
    for _ in range(90):
        logic = f"<list>{logic}</list>"
    model = load(decision("d", logic))
    with suppress(feel.BudgetExceeded):
        assert model.evaluate("d").value


def test_boxes_nested_beyond_all_measure_are_refused():
    logic = "<list>" * 5000 + literal("1") + "</list>" * 5000
    with pytest.raises(dmn.DmnRefused):
        load(decision("d", logic))


def test_no_host_object_crosses_in():
    model = load(input_data("x"), decision("d", "x", needs=["in:in-x"]))
    with pytest.raises(feel.FeelError):
        model.evaluate("d", {"x": object()})


def test_python_names_mean_nothing():
    answer = load(decision("d", "x.__class__")).evaluate("d", {"x": "text"})
    assert answer.value is None


@pytest.mark.parametrize("place", range(0, 1200, 37))
def test_a_file_cut_off_anywhere_is_refused_or_read(place):
    content = definitions(
        decision("a", table(["x"], ["y"], ["> 1 -> 5", "- -> 6"], hit="FIRST")), decision("b", "a", needs=["dec:d-a"])
    )
    with suppress(dmn.DmnRefused):
        assert dmn.load([content[:place] + content[place + 5 :]]).files
