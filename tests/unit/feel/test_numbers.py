"""Built-in functions on numbers and how numbers are written."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("decimal(0.515, 2)", "0.52"),
        ("decimal(2.5, 0)", "2"),
        ("decimal(1/3, 2.5)", "0.33"),
        ("decimal(1, 7000)", "null"),
        ("decimal(12345, -2)", "12300"),
        ("floor(-1.5)", "-2"),
        ("floor(-1.56, 1)", "-1.6"),
        ("floor(1.5, null)", "null"),
        ("ceiling(-1.5)", "-1"),
        ("round up(-5.5, 0)", "-6"),
        ("round down(-5.5, 0)", "-5"),
        ("round half up(-2.5, 0)", "-3"),
        ("round half down(2.5, 0)", "2"),
        ("modulo(-10.1, 4.5)", "3.4"),
        ("modulo(10, 0)", "null"),
        ("sqrt(2)", "1.414213562373095048801688724209698"),
        ("sqrt(-1)", "null"),
        ("log(0)", "null"),
        ("exp(1e9)", "null"),
        ("odd(3) and even(-2)", "true"),
        ("odd(2.5) or even(2.5)", "false"),
        ('abs(@"-P1D")', "P1D"),
        ("1e40", "1E+40"),
        ("1000000 * 1000000", "1000000000000"),
        ("0 * -1", "0"),
        ("1e-30", "0.000000000000000000000000000001"),
    ],
)
def test_numbers(text_of, expression, expected):
    assert text_of(expression) == expected
