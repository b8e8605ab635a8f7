"""The table check against brute force: on random tables its findings are true, and none is missing."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import dmn
from tests.unit.dmn.build import table_model

NUMBERS = st.integers(0, 6)
NUMBER_CELL = st.one_of(
    st.just("-"),
    NUMBERS.map(lambda n: f"< {n}"),
    NUMBERS.map(lambda n: f">= {n}"),
    NUMBERS.map(lambda n: f"not({n})"),
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: f"{ends[0]}, {ends[1]}"),
    st.tuples(NUMBERS, NUMBERS, st.sampled_from("[("), st.sampled_from("])"))
    .filter(lambda parts: parts[0] < parts[1])
    .map(lambda parts: f"{parts[2]}{parts[0]}..{parts[1]}{parts[3]}"),
)
TEXT_CELL = st.sampled_from(["-", '"a"', '"b"', 'not("a")', '"a", "b"'])
RULES = st.lists(st.tuples(NUMBER_CELL, TEXT_CELL, st.sampled_from(["-", "true", "false"])), min_size=1, max_size=6)
HALVES = [n / 2 for n in range(-2, 16)]
EVERYTHING = [{"x": x, "t": t, "f": f} for x, t, f in product(HALVES, ["a", "b", "other"], [True, False])]


def model_of(rules, hit):
    rows = [" | ".join(rule) + f" -> {number}" for number, rule in enumerate(rules)]
    return table_model(["x:number", "t:string", "f:boolean"], ["y"], rows, hit=hit)


def matches(model, inputs):
    return model.evaluate("d", inputs, record=False).value


def codes(model, code):
    return [item for item in dmn.check(model) if item.code == code]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(RULES)
def test_gaps_and_overlaps_are_exactly_the_real_ones(rules):
    every = model_of(rules, "COLLECT")
    counts = [len(matches(every, inputs)) for inputs in EVERYTHING]
    unique = model_of(rules, "UNIQUE")
    gaps, overlaps = codes(unique, "table-gap"), codes(unique, "rules-overlap")
    assert bool(gaps) == (0 in counts)
    assert bool(overlaps) == any(count > 1 for count in counts)
    for gap in gaps:
        assert matches(every, gap.values["example"]) == []
    for overlap in overlaps:
        assert {number - 1 for number in overlap.values["numbers"]} <= set(matches(every, overlap.values["example"]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(RULES)
def test_unreachable_rules_are_exactly_those_that_never_come_first(rules):
    first = model_of(rules, "FIRST")
    winners = {matches(first, inputs) for inputs in EVERYTHING}
    named = {
        item.values["number"] - 1 for code in ("rule-unreachable", "rule-never-matches") for item in codes(first, code)
    }
    assert named == set(range(len(rules))) - winners
