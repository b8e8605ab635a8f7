"""The explanation: which rules matched, which cell kept the nearest rule out, where each input came from."""

import json

from tests.unit.dmn.build import bkm, decision, input_data, load, service, table, table_model

LEVELS = [
    '>= 100 | < 5 -> "gold"',
    '[50..100) | - -> "silver"',
    '< 50 | - -> "standard"',
]


def level_table(**options):
    return table_model(["spent", "complaints"], ["level"], LEVELS, **options)


def only_table(answer):
    return answer.trace.steps[-1].tables[0]


def test_the_matching_rule_with_its_inputs():
    step = only_table(level_table().evaluate("d", {"spent": 60, "complaints": 1}))
    assert (step.outcome, step.chosen, step.hit_policy) == ("matched", ("t-r2",), "UNIQUE")
    assert step.matched[0]["number"] == 2
    assert [(item["expression"], item["value"]) for item in step.inputs] == [("spent", 60), ("complaints", 1)]


def test_the_nearest_rule_and_the_cell_that_kept_it_out():
    nearest = only_table(level_table().evaluate("d", {"spent": 120, "complaints": 7})).nearest
    assert nearest is not None
    assert (nearest.rule, nearest.number) == ("t-r1", 1)
    (cell,) = nearest.failed
    assert (cell.input, cell.label, cell.test, cell.value, cell.cell) == ("t-i2", "complaints", "< 5", 7, "t-r1-c2")


def test_without_a_match_the_outcome_says_so():
    answer = level_table().evaluate("d", {"spent": 120, "complaints": 7})
    assert answer.value is None
    assert only_table(answer).outcome == "no-match"


def test_a_default_a_conflict_and_a_refused_input():
    default = table_model(["x"], ["y"], ["> 1 -> 1"], defaults={"y": "0"}).evaluate("d", {"x": 0})
    assert only_table(default).outcome == "default"
    conflict = table_model(["x"], ["y"], ["> 1 -> 1", "> 2 -> 2"]).evaluate("d", {"x": 3})
    assert (only_table(conflict).outcome, len(only_table(conflict).matched)) == ("conflict", 2)
    refused = table_model(["x"], ["y"], ["- -> 1"], values={"x": '"a"'}).evaluate("d", {"x": "b"})
    assert (only_table(refused).outcome, only_table(refused).refused_input) == ("input-refused", "t-i1")


def test_where_inputs_came_from():
    model = load(
        input_data("x"),
        decision("base", "x * 2", needs=["in:in-x"]),
        decision("d", table(["base", "x"], ["y"], ["> 1 | - -> 1"]), needs=["dec:d-base", "in:in-x"]),
    )
    trace = model.evaluate("d", {"x": 3}).trace
    assert [(s.kind, s.name, s.value) for s in trace.steps] == [
        ("input", "x", 3),
        ("decision", "base", 6),
        ("decision", "d", 1),
    ]
    assert {(s.name, s.kind, s.id) for s in trace.steps[-1].sources} == {
        ("base", "decision", "d-base"),
        ("x", "input", "in-x"),
    }


def test_tables_of_knowledge_models_belong_to_the_decision_that_calls():
    model = load(
        bkm("rate", ["n"], table(["n"], ["r"], ["< 5 -> 1", ">= 5 -> 2"], id="inner")),
        decision("d", "rate(1) + rate(9)", needs=["bkm:b-rate"]),
    )
    tables = model.evaluate("d").trace.steps[-1].tables
    assert [(item.table, item.chosen[0]) for item in tables] == [("inner", "inner-r1"), ("inner", "inner-r2")]


def test_decisions_inside_a_service_name_it():
    model = load(decision("p", "1"), service("s", outputs=["d-p"]), decision("d", "s()", needs=["bkm:s-s"]))
    steps = model.evaluate("d").trace.steps
    assert [(step.name, step.service) for step in steps] == [("p", "s-s"), ("d", None)]


def test_first_names_the_rule_before_the_match_as_nearest():
    nearest = only_table(level_table(hit="FIRST").evaluate("d", {"spent": 60, "complaints": 1})).nearest
    assert nearest is not None
    assert nearest.rule == "t-r1"


def test_the_trace_is_json_and_small():
    answer = level_table().evaluate("d", {"spent": 60, "complaints": [1] * 1000})
    text = json.dumps(answer.to_json(), ensure_ascii=False)
    assert len(text) < 5000
    assert json.loads(text)["trace"]["steps"][-1]["tables"][0]["outcome"] == "matched"


def test_no_record_no_trace():
    answer = level_table().evaluate("d", {"spent": 60, "complaints": 1}, record=False)
    assert (answer.value, answer.trace.steps) == ("silver", ())


def test_a_table_called_in_a_loop_is_noted_a_bounded_number_of_times():
    model = load(
        bkm("rate", ["n"], table(["n"], ["r"], ["- -> 1"])),
        decision("d", "sum(for n in 1..1000 return rate(n))", needs=["bkm:b-rate"]),
    )
    answer = model.evaluate("d")
    assert answer.value == 1000
    assert answer.trace.truncated
    assert len(answer.trace.steps[-1].tables) == 200
