"""Every null that came from an error says why and where."""

import pytest

import feel


@pytest.mark.parametrize(
    ("expression", "code", "values"),
    [
        ('1 + "a"', "arithmetic.kinds", {"operator": "+", "left": "number", "right": "string"}),
        ("1 / 0", "arithmetic.division-by-zero", {"operator": "/"}),
        ("missing + 1", "name.unknown", {"name": "missing"}),
        ("{a: 1}.b", "path.no-member", {"member": "b"}),
        ("[1, 2][5]", "filter.out-of-range", {"position": "5", "length": 2}),
        ('abs("x")', "argument.type", {"function": "abs", "expected": "number", "found": "x"}),
        ("substring(null, 1)", "argument.null", {"function": "substring", "argument": "string", "position": 1}),
        ("floor(1, 2, 3)", "argument.count", {"function": "floor", "found": 3}),
        ("floor(x: 1)", "argument.unknown", {"function": "floor", "argument": "x"}),
        ('date("nonsense")', "temporal.text", {"kind": "date", "found": "nonsense"}),
        ("unheard of(1)", "function.unknown", {"name": "unheard of"}),
        ("5()", "function.none", {"found": "number"}),
        ('1 < "a"', "comparison.kinds", {"operator": "<", "left": "number", "right": "string"}),
        ('true and "x"', "logic.no-boolean", {"found": "string"}),
        ("for i in null return i", "iteration.domain", {"found": "null"}),
        ("{a: 1, a: 2}", "context.duplicate-key", {"key": "a"}),
        ('matches("a", "(")', "string.pattern", {"pattern": "("}),
        ('assert(1, 1 > 2, "too small")', "assert.failed", {"cause": "too small"}),
        ('@"P1D" + @"P1Y"', "arithmetic.kinds", {"left": "days and time duration"}),
        ('sum([1, "a"])', "list.items", {"function": "sum", "expected": "number", "found": "a"}),
    ],
)
def test_first_cause(cause_of, expression, code, values):
    found, details = cause_of(expression)
    assert found == code
    assert values.items() <= details.items()


def test_the_first_cause_wins_and_has_its_position():
    result = feel.compile("1 + (2 / 0) * 3").evaluate({})
    assert result.cause is not None
    assert result.cause.code == "arithmetic.division-by-zero"
    assert "1 + (2 / 0) * 3"[result.cause.start : result.cause.end] == "2 / 0"


def test_a_plain_null_has_no_cause():
    result = feel.compile("if true then null else 1").evaluate({})
    assert result.value is None
    assert result.cause is None


def test_a_handled_null_leaves_a_warning_but_no_cause():
    result = feel.compile("get or else(missing, 1)").evaluate({})
    assert (result.value, result.cause) == (1, None)
    assert [warning.code for warning in result.warnings] == ["name.unknown"]


def test_every_code_has_an_english_sentence():
    warning = feel.compile('abs("x")').evaluate({}).cause
    assert str(warning) == "abs: argument 1 (n) must be number, but is x"


def test_warnings_are_bounded_and_plain():
    result = feel.compile("for i in 1..500 return i + null").evaluate({})
    assert len(result.warnings) == 50
    long = feel.compile("abs(x)").evaluate({"x": "y" * 5000}).cause
    assert long is not None
    assert len(long.values["found"]) <= 120


@pytest.mark.parametrize("text", ['@"2024-02-30"', '@"soon"', '1 + @"P1Y1D"', '[@"25:00:00"][1]'])
def test_a_temporal_literal_that_means_nothing_says_so(text, cause_of):
    """A misspelt date would otherwise be a null nobody can explain, and no check would notice it."""
    code, values = cause_of(text)
    assert (code, values["kind"]) == ("temporal.text", "date, time or duration")
    assert [finding.code for finding in feel.check(text, {})] == ["temporal.text"]
