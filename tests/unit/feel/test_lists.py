"""Built-in functions on lists and contexts."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("count([])", "0"),
        ("count(null)", "null"),
        ("sum([1, null])", "null"),
        ("sum([])", "null"),
        ("sum(1, 2, 3)", "6"),
        ('sum([@"PT1H", @"PT30M"])', "PT1H30M"),
        ('min(@"2024-01-02", @"2024-01-01")', "2024-01-01"),
        ('max([1, "a"])', "null"),
        ("all([true, null])", "null"),
        ("all([false, null])", "false"),
        ("all([])", "true"),
        ("any([true, null])", "true"),
        ("any([])", "false"),
        ("all(true, true)", "true"),
        ("list contains([1, null], null)", "true"),
        ("sublist([1, 2, 3], -2)", "[2, 3]"),
        ("sublist([1, 2, 3], 2, 1)", "[2]"),
        ("append([1], 2, 3)", "[1, 2, 3]"),
        ("append(1, 2)", "[1, 2]"),
        ("concatenate([1], [2, 3])", "[1, 2, 3]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("insert before([1], 3, 2)", "null"),
        ("remove([1, 2, 3], -1)", "[1, 2]"),
        ("index of([1, 2, null, 2], 2)", "[2, 4]"),
        ("index of([1, null], null)", "[2]"),
        ("distinct values([1, 1.0, 2, [1], [1.0], null, null])", "[1, 2, [1], null]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ("flatten([1, [2, [3, []]]])", "[1, 2, 3]"),
        ("list replace([1, 2, 3], -1, 9)", "[1, 2, 9]"),
        ("list replace([1, 2, 3], function(item, new) item > 1, 9)", "[1, 9, 9]"),
        ("list replace([1], 2, 9)", "null"),
        ('sort(["b", "a"], function(x, y) x < y)', '["a", "b"]'),
        ("sort([{k: 1, v: 2}, {k: 1, v: 1}, {k: 0, v: 3}], function(x, y) x.k < y.k).v", "[3, 2, 1]"),
        ('sort([1, "a"], function(x, y) x < y)', "null"),
        ("mode([1, 2, 2, 1])", "[1, 2]"),
        ("median([])", "null"),
        ("stddev([1])", "null"),
    ],
)
def test_lists(text_of, expression, expected):
    assert text_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('get value({a: 1}, "b")', "null"),
        ('get value({a: {b: 1}}, ["a", "b"])', "1"),
        ("get entries({a: 1})", '[{key: "a", value: 1}]'),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
        ('context({key: "a", value: null})', "{a: null}"),
        ('context put({x: 1, y: {a: 0}}, ["y", "b"], 2)', "{x: 1, y: {a: 0, b: 2}}"),
        ('context put({}, ["y", "b"], 2)', "null"),
        ("context put({}, [], 2)", "null"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        ("context merge([{a: 1}, 2])", "null"),
    ],
)
def test_contexts(text_of, expression, expected):
    assert text_of(expression) == expected


def test_values_are_never_changed_in_place(text_of):
    assert text_of('{a: {x: {y: 1}}, b: context put(a, ["x", "y"], 2), c: a.x.y}.c') == "1"
    assert text_of("{a: [1], b: append(a, 2), c: a}.c") == "[1]"
