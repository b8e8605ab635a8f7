"""Hit policies: what a table makes of the rules that match."""

from decimal import Decimal

import pytest

from tests.unit.dmn.build import decision, load, table, table_model

LEVELS = ['< 10 -> "low"', '[10..100) -> "middle"', '>= 100 -> "high"']


def value_of(model, **inputs):
    return model.evaluate("d", inputs).value


@pytest.mark.parametrize(("amount", "level"), [(3, "low"), (10, "middle"), (99.99, "middle"), (100, "high")])
def test_unique_takes_the_one_rule(amount, level):
    assert value_of(table_model(["amount"], ["level"], LEVELS), amount=amount) == level


def test_unique_with_two_matches_is_null_and_says_which_rules():
    model = table_model(["x"], ["y"], ["> 1 -> 1", "> 2 -> 2"])
    answer = model.evaluate("d", {"x": 3})
    assert answer.value is None
    assert answer.warnings[0].code == "dmn.several-rules-match"
    assert answer.warnings[0].values["rules"] == "t-r1, t-r2"


def test_no_match_is_null_with_a_reason():
    answer = table_model(["x"], ["y"], ["> 1 -> 1"]).evaluate("d", {"x": 0})
    assert answer.value is None
    assert answer.warnings[-1].code == "dmn.no-rule-matches"


def test_first_takes_the_first_in_order():
    model = table_model(["x"], ["y"], ['> 2 -> "big"', '> 1 -> "small"', '- -> "none"'], hit="FIRST")
    assert [value_of(model, x=x) for x in (3, 2, 1)] == ["big", "small", "none"]
    assert [rule["number"] for rule in model.evaluate("d", {"x": 3}).trace.steps[-1].tables[0].matched] == [1]


def test_any_wants_agreement():
    model = table_model(["x"], ["y"], ['> 1 -> "a"', '> 2 -> "a"', '> 3 -> "b"'], hit="ANY")
    assert value_of(model, x=3) == "a"
    answer = model.evaluate("d", {"x": 4})
    assert (answer.value, answer.warnings[0].code) == (None, "dmn.rules-disagree")


def test_priority_follows_the_order_of_output_values():
    model = table_model(
        ["x"],
        ["y"],
        ['> 1 -> "low"', '> 2 -> "high"', '> 2 -> "middle"'],
        hit="PRIORITY",
        values={"y": '"high", "middle", "low"'},
    )
    assert (value_of(model, x=2), value_of(model, x=3)) == ("low", "high")


def test_priority_of_several_outputs_compares_the_first_output_first():
    model = table_model(
        ["x"],
        ["a", "b"],
        ['> 1 -> "p" | "z"', '> 1 -> "p" | "y"', '> 1 -> "q" | "y"'],
        hit="PRIORITY",
        values={"a": '"p", "q"', "b": '"y", "z"'},
    )
    assert value_of(model, x=2) == {"a": "p", "b": "y"}


def test_output_order_sorts_all_matches():
    model = table_model(
        ["x"],
        ["y"],
        ['> 1 -> "low"', '> 2 -> "high"', '> 3 -> "low"'],
        hit="OUTPUT ORDER",
        values={"y": '"high", "low"'},
    )
    assert value_of(model, x=4) == ["high", "low", "low"]
    assert value_of(model, x=0) == []


def test_rule_order_keeps_the_order_of_the_rules():
    model = table_model(["x"], ["y"], ['> 3 -> "c"', '> 1 -> "a"', '> 2 -> "b"'], hit="RULE ORDER")
    assert value_of(model, x=4) == ["c", "a", "b"]
    assert value_of(model, x=2) == ["a"]


@pytest.mark.parametrize(
    ("aggregation", "some", "none"),
    [("", [5, 7, 5], []), ("SUM", 17, None), ("MIN", 5, None), ("MAX", 7, None), ("COUNT", 3, 0)],
)
def test_collect(aggregation, some, none):
    model = table_model(["x"], ["y"], ["> 0 -> 5", "> 0 -> 7", "> 0 -> 5"], hit="COLLECT", aggregation=aggregation)
    assert value_of(model, x=1) == some
    assert value_of(model, x=0) == none


def test_collect_min_and_max_of_text():
    for aggregation, wanted in (("MIN", "a"), ("MAX", "b")):
        model = table_model(["x"], ["y"], ['- -> "b"', '- -> "a"'], hit="COLLECT", aggregation=aggregation)
        assert value_of(model, x=1) == wanted


def test_collect_sum_of_text_is_null_with_a_reason():
    model = table_model(["x"], ["y"], ["- -> 1", '- -> "a"'], hit="COLLECT", aggregation="SUM")
    answer = model.evaluate("d", {"x": 1})
    assert (answer.value, answer.warnings[0].code) == (None, "dmn.output-not-a-number")


def test_sum_is_exact():
    model = table_model(["x"], ["y"], ["- -> 0.1", "- -> 0.2"], hit="COLLECT", aggregation="SUM")
    assert value_of(model, x=1) == Decimal("0.3")


def test_short_letters_of_hit_policies_are_read():
    assert value_of(table_model(["x"], ["y"], ["- -> 1", "- -> 2"], hit="F"), x=1) == 1


def test_a_table_without_hit_policy_is_unique():
    text = table(["x"], ["y"], ["- -> 1", "- -> 2"]).replace(' hitPolicy="UNIQUE"', "")
    assert load(decision("d", text)).evaluate("d", {"x": 1}).warnings[0].code == "dmn.several-rules-match"


def test_several_outputs_are_a_context():
    model = table_model(["x"], ["a", "b"], ['> 1 -> 1 | "one"'])
    assert value_of(model, x=2) == {"a": 1, "b": "one"}


def test_defaults_answer_when_no_rule_does():
    model = table_model(["x"], ["a", "b"], ["> 1 -> 1 | 2"], defaults={"a": "9", "b": "x * 2"})
    assert value_of(model, x=0) == {"a": 9, "b": 0}
    assert value_of(model, x=2) == {"a": 1, "b": 2}


def test_an_output_without_default_is_null_beside_one_that_has_it():
    model = table_model(["x"], ["a", "b"], ["> 1 -> 1 | 2"], defaults={"a": "9"})
    assert value_of(model, x=0) == {"a": 9, "b": None}


def test_default_of_collect_is_a_list():
    model = table_model(["x"], ["y"], ["> 1 -> 1"], hit="COLLECT", defaults={"y": "7"})
    assert value_of(model, x=0) == [7]


def test_input_values_refuse_what_they_do_not_list():
    model = table_model(["x"], ["y"], ["- -> 1"], values={"x": '"a", "b"'})
    assert value_of(model, x="a") == 1
    answer = model.evaluate("d", {"x": "c"})
    assert (answer.value, answer.warnings[0].code) == (None, "dmn.input-not-allowed")


@pytest.mark.parametrize(
    ("cell", "value", "matches"),
    [
        ("", 1, True),
        ("-", None, True),
        ("null", None, True),
        ("not(null)", 1, True),
        ("< 5, > 10", 12, True),
        ("not(1, 2)", 2, False),
        ("[1..3]", 3, True),
        ("? > 1 and ? < 3", 2, True),
        ("limit", 4, True),
        ("> limit", 5, True),
        ("[1, 2, 4]", 4, True),
        ('"a","b"', "b", True),
        ("true", True, True),
        ("false", True, False),
        ('contains(?, "x")', "axb", True),
        ("> 5", "text", False),
        ("> 5", None, False),
    ],
)
def test_cells(cell, value, matches):
    model = table_model(["x"], ["y"], [f"{cell} -> 1", "- -> 2"], hit="FIRST")
    assert value_of(model, x=value, limit=4) == (1 if matches else 2)


def test_an_output_has_no_tested_value():
    assert value_of(table_model(["x"], ["y"], ["- -> ?"]), x=5) is None


def test_outputs_read_inputs():
    model = table_model(["price", "rate"], ["fee"], ["> 0 | - -> price * rate"])
    assert value_of(model, price=100, rate=Decimal("0.15")) == 15
