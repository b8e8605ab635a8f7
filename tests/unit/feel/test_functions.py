"""Defining and calling functions, contexts with functions, arguments that do not fit."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(function(x) x * 2)(4)", "8"),
        ("{twice: function(x) x * 2, r: twice(x: 4)}.r", "8"),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r", "2432902008176640000"),
        ("{add: function(a) function(b) a + b, r: add(1)(2)}.r", "3"),
        ("(for i in 1..3 return function() i)[2]()", "2"),
        ('{f: function(x: number) x, r: f("a")}.r', "null"),
        ("{f: function(x: list<number>) count(x), r: f(5)}.r", "1"),
        ("{f: function(x) x, r: f()}.r", "null"),
        ("{f: function(x) x, r: f(1, 2)}.r", "null"),
        ("{f: function(x) x, r: f(y: 1)}.r", "null"),
        ("{f: abs, r: f(-1)}.r", "1"),
        ("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"),
        ("null()", "null"),
        ("123()", "null"),
        ('"abs"(-1)', "null"),
        ("-(function(a) a)(10)", "-10"),
        ('substring(string: "foobar", start position: 3, length: 2)', '"ob"'),
        ('substring(start position: 3, string: "foobar")', '"obar"'),
        ('(function(a) external {java: {class: "x"}})(1)', "null"),
        ("abs([-5])", "5"),
        ('upper case(["a"])', '"A"'),
    ],
)
def test_functions(text_of, expression, expected):
    assert text_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{a: 1, b: a + 1, c: {d: a + b}}.c.d", "3"),
        ("{a: 1, a: 2}", "null"),
        ('{"a b": 1}.a b', "1"),
        ("{}", "{}"),
        ("{a: null}.a", "null"),
    ],
)
def test_contexts(text_of, expression, expected):
    assert text_of(expression) == expected
