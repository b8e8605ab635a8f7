"""The check: what a table forgets, answers twice or can never use, each with one concrete example."""

import random

import pytest

import dmn
from dmn.positions import Positions
from tests.support.counting import calls
from tests.unit.dmn.build import decision, input_data, load, table, table_model


def findings(model, **options):
    return dmn.check(model, **options)


def by_code(model, **options):
    found: dict[str, list[dmn.Finding]] = {}
    for item in findings(model, **options):
        found.setdefault(item.code, []).append(item)
    return found


def test_a_good_table_has_no_findings():
    model = table_model(["x:number"], ["y"], ["< 10 -> 1", "[10..20) -> 2", ">= 20 -> 3"])
    assert findings(model) == ()


def test_an_overlap_has_both_rules_and_an_input_that_hits_both():
    model = table_model(["x:number"], ["y"], ["<= 10 -> 1", ">= 10 -> 2"])
    (found,) = by_code(model)["rules-overlap"]
    assert (found.element, found.values["numbers"], found.values["example"]) == ("t-r2", [1, 2], {"x": 10})
    assert found.severity is dmn.Severity.ERROR


def test_the_example_of_an_overlap_really_hits_both():
    model = table_model(
        ["x:number", "kind:string"],
        ["y"],
        ['[1..5] | "a", "b" -> 1', '(4..9] | not("a") -> 2', "> 9 | - -> 3"],
    )
    (found,) = by_code(model)["rules-overlap"]
    answer = model.evaluate("d", found.values["example"])
    assert answer.warnings[0].code == "dmn.several-rules-match"


def test_rules_that_agree_may_overlap_under_any():
    model = table_model(["x:number"], ["y"], ["< 10 -> 1", "> 5 -> 1", "> 8 -> 2"], hit="ANY")
    found = by_code(model)["rules-disagree"]
    assert [item.values["numbers"] for item in found] == [[1, 3], [2, 3]]


@pytest.mark.parametrize(
    ("column", "rules", "gaps"),
    [
        ("x:number", ["< 10 -> 1", "> 10 -> 2"], [{"x": 10}]),
        ("x:number", ["<= 10 -> 1", ">= 11 -> 2"], [{"x": 10.5}]),
        ("x:integer", ["<= 10 -> 1", ">= 11 -> 2"], []),
        ("x:boolean", ["true -> 1"], [{"x": False}]),
        ("x:boolean", ["true -> 1", "false -> 2"], []),
        ("x:string", ['"a" -> 1', '"b" -> 2'], [{"x": "other"}]),
        ("x:string", ['"a" -> 1', 'not("a") -> 2'], []),
        ("x:date", ['< date("2026-01-05") -> 1', '> date("2026-01-05") -> 2'], [{"x": "2026-01-05"}]),
        ("x:date", ['<= @"2026-01-05" -> 1', '>= @"2026-01-06" -> 2'], []),
        ("x:days and time duration", ['< duration("P1D") -> 1', '> duration("P1D") -> 2'], [{"x": "P1D"}]),
        ("x:number", ["-5 -> 1", "not(-5) -> 2"], []),
        ("x:number", ["? < 3 or ? > 3 -> 1"], [{"x": 3}]),
    ],
)
def test_gaps(column, rules, gaps):
    model = table_model([column], ["y"], rules)
    assert [item.values["example"] for item in by_code(model).get("table-gap", [])] == gaps


def test_the_example_of_a_gap_really_matches_nothing():
    model = table_model(["x:number", "vip:boolean"], ["y"], ["< 10 | - -> 1", ">= 10 | true -> 2"])
    (found,) = by_code(model)["table-gap"]
    assert found.values["example"] == {"x": 10, "vip": False}
    assert model.evaluate("d", found.values["example"]).warnings[-1].code == "dmn.no-rule-matches"
    assert "default-missing" in by_code(model)


def test_a_gap_that_several_ways_lead_to_is_told_for_each():
    rules = ["true | true | - -> 1", "- | true | - -> 2", "- | - | < 5 -> 3"]
    model = table_model(["a:boolean", "b:boolean", "c:number"], ["y"], rules, hit="FIRST")
    examples = [item.values["example"] for item in by_code(model)["table-gap"]]
    assert examples == [{"a": True, "b": False, "c": 5}, {"a": False, "b": False, "c": 5}]


def test_a_default_closes_the_gaps():
    assert "table-gap" not in by_code(table_model(["x:number"], ["y"], ["< 10 -> 1"], defaults={"y": "0"}))


@pytest.mark.parametrize(("hit", "is_gap"), [("COLLECT", False), ("RULE ORDER", False), ("C+", True), ("C#", False)])
def test_an_empty_list_and_a_count_of_none_are_answers(hit, is_gap):
    """A list of what applies is meant to be empty at times; a sum of nothing is null and surprises."""
    policy, aggregation = {"C+": ("COLLECT", "SUM"), "C#": ("COLLECT", "COUNT")}.get(hit, (hit, ""))
    model = table_model(["x:number"], ["y"], ["< 10 -> 1"], hit=policy, aggregation=aggregation)
    assert ("table-gap" in by_code(model)) is is_gap


def test_input_values_bound_the_column():
    model = table_model(["x:string"], ["y"], ['"a" -> 1', '"b" -> 2'], values={"x": '"a", "b"'})
    assert "table-gap" not in by_code(model)


def test_allowed_values_of_the_type_bound_the_column():
    allowed = "<allowedValues><text>[0..9]</text></allowedValues>"
    kind = f'<itemDefinition name="t"><typeRef>number</typeRef>{allowed}</itemDefinition>'
    model = load(
        kind, input_data("x", "t"), decision("d", table(["x:t"], ["y"], ["< 5 -> 1", "[5..9] -> 2"]), needs=["in:in-x"])
    )
    assert findings(model) == ()


def test_a_rule_outside_the_input_values_never_matches():
    model = table_model(["x:string"], ["y"], ['"a" -> 1', '"c" -> 2', '"b" -> 3'], values={"x": '"a", "b"'})
    (found,) = by_code(model)["rule-never-matches"]
    assert (found.element, found.values["number"], found.values["input"]) == ("t-r2", 2, "x")


def test_an_unreachable_rule_under_first_with_who_takes_it():
    model = table_model(["x:number"], ["y"], ["< 10 -> 1", ">= 10 -> 2", "[5..15] -> 3"], hit="FIRST")
    (found,) = by_code(model)["rule-unreachable"]
    assert (found.element, found.values["numbers"]) == ("t-r3", [1, 2])
    example = found.values["example"]
    assert model.evaluate("d", example).value in (1, 2)
    assert 5 <= example["x"] <= 15


def test_an_unreachable_rule_under_priority():
    model = table_model(
        ["x:number"],
        ["y"],
        ['> 5 -> "low"', '> 3 -> "high"', '> 7 -> "low"', '<= 5 -> "low"'],
        hit="PRIORITY",
        values={"y": '"high", "low"'},
    )
    assert [item.element for item in by_code(model)["rule-unreachable"]] == ["t-r1", "t-r3"]


def test_two_columns_about_one_expression_are_one_question():
    model = table_model(["x:number", "x:number"], ["y"], ["> 1 | < 5 -> 1", "<= 1 | - -> 2", "- | >= 5 -> 3"])
    found = by_code(model)
    assert "rules-overlap" not in found
    assert "table-gap" not in found


def test_what_cannot_be_decided_is_said():
    model = table_model(["x:number", "limit:number"], ["y"], ["> limit | - -> 1", "< 10 | - -> 2"])
    found = by_code(model)
    (open_question,) = found["table-not-decided"]
    assert (open_question.values["rules"], open_question.values["questions"]) == (["t-r1"], ["gaps", "overlaps"])
    assert "table-gap" not in found


def test_an_undecided_cell_that_leaves_no_question_is_no_finding():
    model = table_model(["x:number"], ["y"], ["> limit -> 1", "- -> 2"], hit="FIRST")
    assert dmn.check(model) == ()


def test_a_cell_of_another_kind_than_its_column_never_matches():
    model = table_model(["x:number"], ["y"], ['"abc" -> 1', "< 5 -> 2", ">= 5 -> 3"])
    (found,) = by_code(model)["rule-never-matches"]
    assert found.element == "t-r1"
    assert "table-gap" not in by_code(model)


def test_a_column_that_cannot_be_cut_leaves_the_others_checked():
    model = table_model(["names", "x:number"], ["y"], ['contains(?, "a") | < 5 -> 1', "- | > 5 -> 2"])
    (found,) = by_code(model)["table-gap"]
    assert found.values["example"] == {"names": "any", "x": 5}
    mixed = table_model(["tag", "x:number"], ["y"], ['"a", 1 | < 5 -> 1', "- | > 5 -> 2"])
    assert [item.values["example"] for item in by_code(mixed)["table-gap"]] == [{"x": 5}]


def test_gaps_are_sure_even_beside_an_undecided_cell():
    model = table_model(["x:number", "vip:boolean"], ["y"], ["> limit | true -> 1", "< 10 | true -> 2"])
    assert {item.values["example"]["vip"] for item in by_code(model)["table-gap"]} == {False}


def test_many_rules_are_checked_in_time():
    rules = [f"[{n}..{n + 1}) | - | {str(n % 2 == 0).lower()} | - -> {n}" for n in range(100)]
    model = table_model(["a:number", "b:number", "c:boolean", "e:string"], ["y"], rules)
    assert "table-gap" in by_code(model)


def _random_rule(random, columns):
    cells = [f"[{random.randint(0, 999)}..{random.randint(1000, 2000)}]" for _ in range(columns)]
    return " | ".join(cells) + " -> 1"


RANDOM = random.Random(7)
LARGE = {
    "many intervals": (6, [_random_rule(RANDOM, 6) for _ in range(600)], {}),
    "a look-up of texts": (1, [f'"{n}" -> 1' for n in range(1_900)], {}),
    "many priorities": (
        2,
        [f'"{n}" | "{n % 7}" -> {n % 3}' for n in range(1_500)],
        {"hit": "PRIORITY", "values": {"y": "0,1,2"}},
    ),
    "more rules than can be cut": (3, [_random_rule(RANDOM, 3) for _ in range(1_500)], {}),
    "many columns": (40, [" | ".join(f"> {RANDOM.randint(0, 9)}" for _ in range(40)) + " -> 1"] * 40, {}),
    "cells that must be run": (1, ["count(for i in 1..100000 return ?) > 5 -> 1"] * 50, {}),
    "catastrophic patterns": (1, ['matches(?, "^(([a-z])+.)+[A-Z]([a-z])+$") -> 1'] * 50, {}),
}


@pytest.mark.parametrize(("columns", "rules", "options"), LARGE.values(), ids=LARGE)
def test_large_tables_do_not_explode(columns, rules, options):
    """A table that somebody uploads must not stop the designer for everybody."""
    model = table_model([f"x{n}" for n in range(columns)], ["y"], rules, **options)
    with calls() as counted:
        assert findings(model)
    assert counted.made < 20_000_000  # a few seconds


def test_a_large_look_up_is_decided_and_not_given_up():
    """Giving up on ordinary large tables would hide the one gap that matters."""
    rules = [f'"{n}" -> 1' for n in range(1_900)]
    found = by_code(table_model(["x:string"], ["y"], [*rules, '"77" -> 2']))
    assert [item.values["numbers"] for item in found["rules-overlap"]] == [[78, 1901]]
    assert [item.values["example"] for item in found["table-gap"]] == [{"x": "other"}]


CELLS = ["5", "< 5", "<= 5", "> 5", ">= 5", "[5..9]", "(5..9)", "[5..9)", "5, 9", "< 5, > 9", "not(5)", "null", "-"]
DATES = ['date("2024-01-05")', '< date("2024-01-05")', '[date("2024-01-05")..date("2024-01-09")]', "-", "null"]
TEXTS = ['"a"', '"a","b"', '> "a"', 'not("a")', "5"]


@pytest.mark.parametrize(("kind", "cells"), [("number", CELLS), ("string", TEXTS), ("date", DATES)])
@pytest.mark.parametrize("extra", ["", ", null"])
def test_found_positions_agree_with_running_the_cells(kind, cells, extra, monkeypatch):
    """Looking a cell's values up instead of running it must not change what the table accepts."""
    rules = [f"{cell}{extra if cell not in '-null' else ''} -> 1" for cell in cells]
    quick = [findings(table_model([f"x:{kind}"], ["y"], rules, hit=hit)) for hit in ("UNIQUE", "FIRST")]
    monkeypatch.setattr(Positions, "accepted", lambda self, node: None)
    slow = [findings(table_model([f"x:{kind}"], ["y"], rules, hit=hit)) for hit in ("UNIQUE", "FIRST")]
    assert quick == slow
    assert quick[0]


def test_null_counts_only_where_a_cell_speaks_of_it():
    silent = table_model(["x:boolean"], ["y"], ["true -> 1", "false -> 2"])
    assert "table-gap" not in by_code(silent)
    speaking = table_model(["x:number"], ["y"], ["null -> 0", "< 5 -> 1"])
    assert [item.values["example"] for item in by_code(speaking)["table-gap"]] == [{"x": 5}]


def test_unknown_names():
    assert dmn.check(load(decision("d", "season + 1"))) == ()
    model = load(input_data("x"), decision("d", "season + 1"))
    (found,) = by_code(model)["feel-name.unknown"]
    assert (found.element, found.severity) == ("d-d", dmn.Severity.WARNING)
    (found,) = by_code(model, inputs={})["feel-name.unknown"]
    assert found.severity is dmn.Severity.ERROR
    assert "feel-name.unknown" not in by_code(model, inputs={"season": None})


def test_host_functions_are_known():
    model = load(decision("d", "manager of(1)"))
    assert "feel-name.unknown" not in by_code(model, inputs={}, functions=["manager of"])


def test_tables_without_names_rules_or_output_values():
    assert "output-name-missing" in by_code(table_model(["x"], ["a", ""], ["- -> 1 | 2"]))
    assert "output-name-twice" in by_code(table_model(["x"], ["a", "a"], ["- -> 1 | 2"]))
    assert "table-without-rules" in by_code(table_model(["x"], ["a"], []))
    assert "output-values-missing" in by_code(table_model(["x"], ["a"], ["- -> 1"], hit="PRIORITY"))


def test_a_decision_without_logic():
    assert "decision-without-logic" in by_code(load(decision("d", "")))
