"""if, for, some, every."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("if 1 > 0 then 1 else 2", "1"),
        ("if null then 1 else 2", "2"),
        ('if "x" then 1 else 2', "2"),
        ("if true then if false then 1 else 2 else 3", "2"),
        ("for i in [1, 2, 3] return i * i", "[1, 4, 9]"),
        ("for i in 1..3, j in 1..i return i * 10 + j", "[11, 21, 22, 31, 32, 33]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in 1 + 1..2 * 2 return i", "[2, 3, 4]"),
        ("for i in [1..3] return i", "[1, 2, 3]"),
        ("for i in (1..3) return i", "[2]"),
        ("for i in [2..1] return i", "null"),
        ("for i in [] return i", "[]"),
        ("for i in 5 return i", "[5]"),
        ("for i in null return i", "null"),
        ("for x in [[1, 2], [3]], y in x return y", "[1, 2, 3]"),
        ("for i in 0..5 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24, 120]"),
        ("for i in 1..3 return partial", "[[], [[]], [[], [[]]]]"),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', "[28, 29, 1]"),
        ('for i in "a".."c" return i', "null"),
        ("some x in [1, 2] satisfies x > 1", "true"),
        ("some x in [] satisfies x > 1", "false"),
        ("every x in [] satisfies x > 1", "true"),
        ("every x in [1, 2] satisfies x > 1", "false"),
        ("some x in [1, null] satisfies x > 1", "null"),
        ("some x in [2, null] satisfies x > 1", "true"),
        ("every x in [2, null] satisfies x > 1", "null"),
        ("every x in [0, null] satisfies x > 1", "false"),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", "true"),
        ("every x in 1..3 satisfies x < 4", "true"),
    ],
)
def test_control(text_of, expression, expected):
    assert text_of(expression) == expected
