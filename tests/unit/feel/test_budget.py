"""Text written by people we do not trust ends soon, with a named error and bounded memory."""

import contextlib
import tracemalloc

import pytest

import feel
from tests.support.counting import calls

DOUBLING = "{a0: [1], " + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 60))
TEXT = '{a: string join(for i in 1..9000 return "' + "x" * 100 + '"), '
ATTACKS = {
    "for i in 1..1e9 return i": "list",
    "count(for i in 1..1e9 return 1)": "list",
    "some i in 1..1e9 satisfies i < 0": ("steps", "time"),
    "for a in 1..1000, b in 1..1000, c in 1..1000 return a": "list",
    "for a in 1..1000 return for b in 1..1000 return for c in 1..1000 return c": ("steps", "time"),
    "2 ** 1e9": "exponent",
    "(10 ** 6) ** (10 ** 6)": "exponent",
    "(" * 10_000 + "1" + ")" * 10_000: "nesting",
    "[" * 10_000: "nesting",
    "-" * 10_000 + "1": "nesting",
    "not(" * 5_000 + "true" + ")" * 5_000: "nesting",
    "{a:" * 5_000 + "1" + "}" * 5_000: "nesting",
    "1 in (" * 3_000: "nesting",
    "if a then " * 3_000: "nesting",
    "1 instance of " + "list<" * 5_000: "nesting",
    "a" + ".b" * 20_000: "nesting",
    "a" + "[1]" * 20_000: "nesting",
    "f" + "()" * 20_000: "nesting",
    '"' + "a" * 10_000_000 + '"': "text",
    "1" * 5_000: "digits",
    'number("' + "9" * 5_000 + '")': "digits",
    "{f: function(n) f(n + 1), r: f(1)}.r": "depth",
    "{f: function(g) g(g), r: f(f)}.r": "depth",
    '{a0: "xxxxxxxxxx", ' + ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 60)) + "}": "string",
    DOUBLING + ", z: string(a59)}.z": "steps",
    DOUBLING + ", z: flatten(a59)}.z": ("steps", "time"),
    DOUBLING + ", z: distinct values([a59])}.z": "steps",
    DOUBLING + ", " + DOUBLING[1:].replace("a", "b") + ", z: a59 = b59}.z": "steps",
    TEXT + "b: string join(for i in 1..9000 return a)}.b": ("string", "steps", "time"),
    TEXT + "b: for i in 1..5000 return upper case(a)}.b": ("steps", "time"),
    TEXT + "b: for i in 1..5000 return substring(a, 2)}.b": ("steps", "time"),
    TEXT + 'b: replace(a, "x", a)}.b': ("string", "regex-time"),
    "sort(for i in 1..99999 return i, function(a, b) count(for i in 1..1000 return i) > 0)": ("steps", "time"),
    'matches("' + "a" * 40 + 'bc", "^(a|aa)+(a|aa)+(b|a)+d$")': ("regex-time",),
    'for i in 1..1000 return matches("' + "a" * 60 + '!", "^(([a-z])+.)+[A-Z]([a-z])+$")': ("regex-time", "time"),
}


COUNTED = feel.Budget(steps=100_000, seconds=60)
"""A budget that the clock cannot end before the count does."""


@pytest.mark.parametrize(("text", "limit"), ATTACKS.items(), ids=[text[:40] for text in ATTACKS])
def test_attacks_end_with_a_named_error(text, limit):
    with pytest.raises(feel.BudgetExceeded) as refusal:
        feel.compile(text).evaluate({"a": 1})
    assert refusal.value.limit in ((limit,) if isinstance(limit, str) else limit)
    assert refusal.value.code == f"budget.{refusal.value.limit}"
    assert str(refusal.value) != refusal.value.code


COUNTABLE = [text for text, limit in ATTACKS.items() if limit != ("regex-time", "time")]


@pytest.mark.parametrize("text", COUNTABLE, ids=[text[:40] for text in COUNTABLE])
def test_attacks_end_after_little_work(text):
    with calls() as counted, pytest.raises(feel.BudgetExceeded) as refusal:
        feel.compile(text).evaluate({"a": 1}, budget=COUNTED)
    assert refusal.value.limit != "time"
    assert counted.made < 40 * COUNTED.steps


def _items(item: str, count: int) -> str:
    return "[" + ",".join([item] * count) + "]"


LARGE = {
    "a list in many loops": "for a in [1] return " * 45 + _items("1", 45_000),
    "a list in many functions": "function(a) " * 45 + _items("1", 45_000),
    "a long sum": "+".join(["1"] * 49_000),
    "sums and differences": "+".join(["1-1"] * 24_000),
    "a long power": "2" + "**2" * 30_000,
    "names of far outside": "{" + ",".join(f"a{i}: x+a{i // 2}" for i in range(1_900)) + "}",
    "odd names": "{" + ",".join(f"a-{i}: 1" for i in range(1_900)) + ", z:" + _items("a", 20_000) + "}",
    "too many names": "{" + ",".join(f"a{i}: a{i}" for i in range(7_000)) + "}",
    "too many parameters": "function(" + ",".join(f"a{i}" for i in range(12_000)) + ") 1",
    "many iterations": "for " + ", ".join(f"a{i} in x" for i in range(7_500)) + " return x",
    "spaces before a missing in": "for x" + " " * 99_000,
    "words before a missing in": "for x" + " a" * 49_000,
    "words before a missing colon": "{" + "a b " * 24_000 + "}",
    "comments": "[" + "/* */" * 9_000 + "[" + "/* */" * 9_000 + "1]]",
    "many unknown names": "[" + ",".join(f"n{i}" for i in range(15_000)) + "]",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_texts_are_read_and_checked_soon(text):
    """Work that grows with the square of a text's length would let one pasted expression stop the server."""
    assert len(text) <= feel.limits.MAX_TEXT
    with calls() as counted:
        with contextlib.suppress(feel.FeelError):
            feel.compile(text).evaluate({"x": 1})
        feel.check(text, {"x": "number"})
    assert counted.made < 150 * len(text)


CAPTURE = "{" + ",".join(f"f{i}: 1" for i in range(1_900)) + ", r: for i in 1..100000 return function() 1}.r"
GREEDY = [
    "for a in 1..1000 return for b in 1..1000 return for c in 1..1000 return c",
    "(for i in 1..3000 return partial)[-1]",
    TEXT + "b: for i in 1..5000 return upper case(a)}.b",
    TEXT + 'b: replace(a, "x", a)}.b',
    DOUBLING + ", z: string(a59)}.z",
    CAPTURE,
]


@pytest.mark.parametrize("text", GREEDY, ids=[text[:40] for text in GREEDY])
def test_memory_stays_bounded_under_attack(text):
    """What ends in time but fills the memory first would take the whole process with it."""
    tracemalloc.start()
    try:
        with contextlib.suppress(feel.FeelError):
            feel.compile(text).evaluate({"a": 1}, budget=feel.Budget(seconds=10))
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "pattern", ["((a{1000}){1000}){1000}", "(" * 5000 + ")" * 5000, "a" * 5000, "a{99999}", "[" * 100, "\\p{Lu" * 9]
)
def test_greedy_patterns_are_refused_before_they_are_built(pattern):
    result = feel.compile("matches(text, pattern)").evaluate({"text": "aaaa", "pattern": pattern})
    assert result.value is None
    assert result.cause is not None
    assert result.cause.code == "string.pattern"


def test_every_bound_can_be_set():
    tight = feel.Budget(steps=300, list=10, string=5, digits=3, depth=2, exponent=2)
    for text, limit in [
        ("some i in 1..1000 satisfies false", "steps"),
        ("for i in 1..11 return i", "list"),
        ('"abc" + "def"', "string"),
        ('number("1234")', "digits"),
        ("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(3)}.r", "depth"),
        ("2 ** 3", "exponent"),
    ]:
        with pytest.raises(feel.BudgetExceeded) as refusal:
            feel.evaluate(text, budget=tight)
        assert refusal.value.limit == limit


def test_a_budget_is_shared_by_the_expressions_of_one_run():
    run = feel.Run(budget=feel.Budget(steps=1_500))
    expression = feel.compile("count(for i in 1..300 return i)")
    for _ in range(2):
        expression.run(run)
    with pytest.raises(feel.BudgetExceeded):
        expression.run(run)


def test_ordinary_work_fits(text_of):
    assert text_of("sum(for i in 1..50000 return i)") == "1250025000"
    assert text_of("{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(100)}.r") == "100"
    assert text_of("(" * 60 + "1" + ")" * 60) == "1"


def test_results_that_grow_exponentially_stop_at_the_border():
    value = feel.evaluate(DOUBLING + "}")
    for convert in (feel.to_json, feel.to_python, feel.to_text):
        with pytest.raises(feel.BudgetExceeded):
            convert(value)


def test_results_nested_too_deep_stop_at_the_border():
    value = feel.evaluate("(for i in 1..3000 return partial[-1])[-1]")
    for _ in range(3000):
        value = [value]
    for convert in (feel.to_json, feel.to_python, feel.to_text, feel.from_python):
        with pytest.raises(feel.BudgetExceeded):
            convert(value)
