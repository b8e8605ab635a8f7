"""Ranges in every notation, `in`, and the relations between ranges."""

import pytest

import feel


@pytest.mark.parametrize(
    ("test", "inside", "outside"),
    [
        ("[1..3]", [1, 2, 3], [0, 4]),
        ("(1..3)", [2], [1, 3]),
        ("]1..3[", [2], [1, 3]),
        ("[1..3)", [1, 2], [3]),
        ("[1..3[", [1, 2], [3]),
        ("(1..3]", [2, 3], [1]),
        ("]1..3]", [2, 3], [1]),
        ("<= 3", [3, -5], [4]),
        ("< 3", [2], [3]),
        ("> 3", [4], [3]),
        (">= 3", [3], [2]),
        ("= 3", [3], [4]),
        ("!= 3", [4], [3]),
        ("(1, 5, > 9)", [1, 5, 10], [2, 9]),
        ("[1, 5]", [1, 5], [2]),
        ("[[1..2], [5..6]]", [1, 6], [3]),
        ("3", [3], [2]),
        ("(low..high[1])", [2], [1, 3]),
        ("[low..high[1][", [1], [3]),
    ],
)
def test_in(test, inside, outside):
    expression = feel.compile(f"x in {test}")
    assert [expression.evaluate({"x": x, "low": 1, "high": [3]}).value for x in inside] == [True] * len(inside)
    assert [expression.evaluate({"x": x, "low": 1, "high": [3]}).value for x in outside] == [False] * len(outside)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("5 in [1..null)", "null"),
        ('5 in ["a".."c"]', "null"),
        ("[3..1]", "null"),
        ('[1.."a"]', "null"),
        ('"b" in ["a".."c"]', "true"),
        ("[1, 2] in [[1, 2], [3]]", "true"),
        ("[1..3].start", "1"),
        ("(1..3].start included", "false"),
        ("(1..3].end included", "true"),
        ("[1 + 1..2 * 4].end", "8"),
        ('range("[1..3]") = [1..3]', "true"),
        ('range("[..3]")', "null"),
        ('range("[3..]")', "null"),
        ('range("[2..)") = (>= 2)', "true"),
        ('range("(2.5..)") = (> 2.5)', "true"),
        ('range("(..2)") = (< 2)', "true"),
        ('range(" ( .. date(\\"2024-01-01\\")]") = (<= @"2024-01-01")', "true"),
        ('range("(..null)")', "null"),
        ('range("(..x)")', "null"),
        ('range("(..)")', "null"),
        ('range(">= 3")', "null"),
        ('range("[date(\\"2024-01-01\\")..@\\"2024-01-02\\"]").end', "2024-01-02"),
        ('range("[3..1]")', "null"),
    ],
)
def test_range_values(text_of, expression, expected):
    assert text_of(expression) == expected


RELATIONS = {
    "before": (["1, 10", "1, (1..10]", "[1..10), 10", "[1..5], (5..10]"], ["10, 1", "1, [1..10]", "[1..5], [5..10]"]),
    "after": (["10, 5", "12, [1..10]", "10, [1..10)"], ["5, 10", "10, [1..10]"]),
    "meets": (["[1..5], [5..10]"], ["[1..5), [5..10]", "[1..5], (5..10]"]),
    "met by": (["[5..10], [1..5]"], ["(5..10], [1..5]"]),
    "overlaps": (["[1..5], [3..8]", "[1..5], [5..8]"], ["[1..5], [6..8]", "[1..5], (5..8]"]),
    "overlaps before": (["[1..5], [3..8]", "[1..5], [5..8]", "[1..5], (1..5]"], ["[1..5], [6..8]", "[1..5], [1..5]"]),
    "overlaps after": (["[3..8], [1..5]", "(1..5], [1..5]"], ["[6..8], [1..5]", "[1..5], [1..5]"]),
    "finishes": (["10, [1..10]", "[5..10], [1..10]"], ["10, [1..10)", "[5..10), [1..10]"]),
    "finished by": (["[1..10], 10", "[1..10], [5..10]"], ["[1..10), 10"]),
    "includes": (["[1..10], 5", "[1..10], [4..6]", "(1..10], (1..5]"], ["[1..10], 12", "[1..10), [4..10]"]),
    "during": (["5, [1..10]", "[4..6], [1..10]"], ["12, [1..10]"]),
    "starts": (["1, [1..10]", "[1..5], [1..10]"], ["2, [1..10]", "1, (1..10]"]),
    "started by": (["[1..10], 1", "[1..10], [1..5]"], ["(1..10], 1"]),
    "coincides": (["5, 5", "[1..5], [1..5]"], ["3, 4", "[1..5], (1..5]"]),
}


@pytest.mark.parametrize("name", RELATIONS)
def test_relations(text_of, name):
    true, false = RELATIONS[name]
    assert [text_of(f"{name}({pair})") for pair in true] == ["true"] * len(true)
    assert [text_of(f"{name}({pair})") for pair in false] == ["false"] * len(false)
    assert text_of(f'{name}([1..2], ["a".."b"])') == "null"
