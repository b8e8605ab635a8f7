"""Arithmetic, comparison, equality and three-valued logic."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("0.1 + 0.2", "0.3"),
        ("10 / 4", "2.5"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("-3 ** 2", "9"),
        ("2 ** 3 ** 2", "64"),
        ("2 ** -1", "0.5"),
        ("10 - 2 - 3", "5"),
        ("--5", "5"),
        ("1.50", "1.5"),
        (".5 + 1", "1.5"),
        ("1.23e-4", "0.000123"),
        ("1 / 0", "null"),
        ("0.0 / 0.0", "null"),
        ("9e6144 * 10", "null"),
        ('"foo" + "bar"', '"foobar"'),
        ('"a" - "b"', "null"),
        ('1 + "1"', "null"),
        ("null + 1", "null"),
        ("true + 1", "null"),
        ("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000"),
        ("0.1 + 9999999999999999999999999999999999", "9999999999999999999999999999999999"),
    ],
)
def test_arithmetic(text_of, expression, expected):
    assert text_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 = 1.0", "true"),
        ('100 = "100"', "null"),
        ("100 = null", "false"),
        ("null = null", "true"),
        ("null != 1", "true"),
        ("[1, 2] = [1, 2]", "true"),
        ("[1, 2] = [2, 1]", "false"),
        ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
        ("{a: 1} = {a: 1, b: 2}", "false"),
        ("{} = []", "null"),
        ("100[1] = 100", "true"),
        ("null < 1", "null"),
        ('"a" < "b"', "true"),
        ("true < false", "null"),
        ("[1..3] = [1..3]", "true"),
        ("[1..3) = [1..3[", "true"),
        ("(< 10) = (null..10)", "false"),
        ("(< 10) = (< 10)", "true"),
        ("1 between 1 and 2", "true"),
        ("null between 1 and 2", "null"),
        ("1 < 2 and 2 < 3", "true"),
    ],
)
def test_comparison_and_equality(text_of, expression, expected):
    assert text_of(expression) == expected


TRUTH = {"t": "true", "f": "false", "n": "null", "x": '"x"'}
KLEENE_AND = {"tt": "true", "tf": "false", "tn": "null", "ff": "false", "fn": "false", "nn": "null", "fx": "false"}
KLEENE_OR = {"tt": "true", "tf": "true", "tn": "true", "ff": "false", "fn": "null", "nn": "null", "tx": "true"}


@pytest.mark.parametrize(("pair", "expected"), KLEENE_AND.items())
def test_conjunction_is_kleene_in_both_orders(text_of, pair, expected):
    left, right = (TRUTH[letter] for letter in pair)
    assert text_of(f"{left} and {right}") == expected
    assert text_of(f"{right} and {left}") == expected
    assert text_of(f"{right} and {left} and {right}") == expected


@pytest.mark.parametrize(("pair", "expected"), KLEENE_OR.items())
def test_disjunction_is_kleene_in_both_orders(text_of, pair, expected):
    left, right = (TRUTH[letter] for letter in pair)
    assert text_of(f"{left} or {right}") == expected
    assert text_of(f"{right} or {left}") == expected
    assert text_of(f"{right} or {left} or {right}") == expected


@pytest.mark.parametrize(
    ("expression", "expected"), [("not(true)", "false"), ("not(null)", "null"), ("not(0)", "null")]
)
def test_negation(text_of, expression, expected):
    assert text_of(expression) == expected


def test_long_chains_need_no_stack(text_of):
    assert text_of(" + ".join(["1"] * 3000)) == "3000"
    assert text_of(" and ".join(["true"] * 3000)) == "true"
    assert text_of(" or ".join(["false"] * 3000)) == "false"
