"""Laws that hold for every input: hypothesis writes the inputs."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

import feel
from feel.temporal import date_from_ordinal, read_temporal

SYNTAX = "if then else for in return some every satisfies and or not between instance of function item partial"
MARKS = "( ) [ ] { } , : . .. + - * / ** = != < <= > >= ? @ // /* */ \\ ' \" # a-b list<number> 1..3"
VALUES = '"a" "P1D" @"2024-01-01" 1 2.5 0 -1 1e9 null true false a b x y 中 🐎 count sum date abs string sort'
WORDS = f"{SYNTAX} {MARKS} {VALUES}".split()
TIGHT = feel.Budget(steps=20_000, list=1_000, string=10_000, seconds=0.5, regex_seconds=0.05)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def outcome(text: str, context: dict[str, object]) -> object:
    try:
        return feel.to_text(feel.evaluate(text, context, budget=TIGHT, clock=feel.FixedClock(dt.datetime(2024, 1, 1))))
    except feel.FeelError as error:
        return error.code


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from([" ", ""]))
def test_word_salad_never_crashes(words, gap):
    text = gap.join(words)
    outcome(text, {"a": 1, "b": [1, 2], "x": {"y": 1}, "a-b": 3})
    with contextlib.suppress(feel.FeelError):
        feel.compile_unary_tests(text).test(1, {"a": 1}, budget=TIGHT)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_refused(text):
    assert outcome(text, {}) == outcome(text, {})
    feel.check(text, {})


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_data_comes_back_through_json(value):
    inside = feel.from_python({"v": value})
    data = json.loads(json.dumps(feel.to_json(inside)))
    again = feel.to_json(feel.from_python(data))
    assert again == data


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_everything_equals_itself_and_only_once_distinct(value):
    context = {"v": value, "w": [value, value]}
    assert feel.evaluate("v = w[1] and w[1] = w[2]", context) in (True, None) or value is None
    assert feel.evaluate("count(distinct values(w))", context) == 1


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_numbers_survive_their_text(value):
    assert feel.evaluate(feel.to_text(feel.from_python(value))) == value


EDGES = [
    "0",
    "-0",
    "1",
    "-1",
    "0.5",
    "-0.5",
    "2",
    "-3",
    "1e6144",
    "-1e6144",
    "1e-6143",
    "999999",
    "-999999",
    "1.0000001",
]


@given(st.sampled_from(EDGES), st.sampled_from(["+", "-", "*", "/", "**"]), st.sampled_from(EDGES))
def test_arithmetic_never_gives_a_value_that_is_no_number(left, operator, right):
    """Infinity and NaN are no numbers of FEEL; one that slipped through would break everything it is compared with."""
    value = None
    with contextlib.suppress(feel.BudgetExceeded):  # the exponents
        value = feel.evaluate(f"({left}) {operator} ({right})")
    assert value is None or value.is_finite()
    assert feel.to_text(value)


@given(st.integers(-365_000_000_000, 365_000_000_000))
def test_days_survive_their_text(ordinal):
    date = date_from_ordinal(ordinal)
    assert date.ordinal == ordinal
    assert read_temporal(str(date)) == date


@given(st.dates(), st.integers(-100_000, 100_000))
def test_days_agree_with_python(start, days):
    try:
        expected = start + dt.timedelta(days=days)
    except OverflowError:
        return
    moved = feel.evaluate('d + @"P1D" * n', {"d": start, "n": days})
    assert feel.to_python(moved) == expected
    assert feel.evaluate("week of year(d)", {"d": expected}) == expected.isocalendar().week


@given(st.timedeltas())
def test_durations_survive_their_text(span):
    value = feel.from_python(span)
    assert read_temporal(str(value)) == value
    assert feel.to_python(value) == span


@given(st.lists(st.integers(-50, 50), max_size=20))
def test_sorting_agrees_with_python(numbers):
    assert feel.evaluate("sort(xs, function(a, b) a < b)", {"xs": numbers}) == [Decimal(n) for n in sorted(numbers)]


@given(st.sampled_from(["true", "false", "null"]), st.sampled_from(["true", "false", "null"]))
def test_de_morgan(left, right):
    one = feel.evaluate(f"not({left} and {right})")
    assert one is feel.evaluate(f"not({left}) or not({right})")
