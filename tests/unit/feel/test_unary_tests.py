"""The content of decision table cells."""

import pytest

import feel


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", None, True),
        ("5", 5, True),
        ("5", "5", None),
        ('"a", "b"', "b", True),
        ("> 5", 5, False),
        ("< 1, > 9", 10, True),
        ("[1..3]", 3, True),
        ("(1..3], 9", 9, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("not(null)", None, False),
        ("null", None, True),
        ("null", 1, False),
        ("true", True, True),
        ("false", True, False),
        ("? > 3 and ? < 5", 4, True),
        ("? > 3 and ? < 5", 6, False),
        ('contains(?, "x")', "axb", True),
        ('not(contains(?, "x"))', "axb", False),
        ("not(true) or ? = 1", 1, True),
        ("limit", 10, True),
        ("> limit", 11, True),
        ("limits", 2, True),
        ("[low..limit]", 5, True),
        ('@"2024-01-01"', "2024-01-01", None),
        ('< @"2024-01-01"', 3, None),
        ("string length(?) > 2", "abc", True),
        ("-5", -5, True),
        ("- 5", -5, True),
        ("limit > 5", 3, None),
        ("some x in limits satisfies x = ?", 3, True),
    ],
)
def test_cells(cell, value, expected):
    context = {"limit": 10, "low": 1, "limits": [1, 2, 3]}
    assert feel.compile_unary_tests(cell).test(value, context).value is expected


def test_null_counts_as_not_passed():
    assert feel.unary_test('"a"', 5) is False
    assert feel.unary_test("> 3", 5) is True


def test_a_cell_may_use_names_with_operators():
    assert feel.unary_test("> a-b", 5, {"a-b": 4, "a": 100, "b": 0}) is True


@pytest.mark.parametrize("cell", ["", "5,", "> ", "not(", "[1..", "5 6", ", 5"])
def test_broken_cells_are_refused(cell):
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile_unary_tests(cell)
