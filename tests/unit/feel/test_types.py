"""`instance of`, type texts and coercion."""

import pytest

import feel
from feel.types import ANY, DATE_TIME, MISMATCH, NUMBER, STRING, ConstrainedType, ContextType, ListType, read_type


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 instance of number", "true"),
        ("-1 instance of number", "true"),
        ("null instance of number", "false"),
        ("null instance of Any", "false"),
        ("1 instance of Any", "true"),
        ('@"2024-01-01" instance of date', "true"),
        ('@"2024-01-01" instance of date and time', "false"),
        ('@"2024-01-01T00:00:00" instance of date and time and true', "true"),
        ('@"P1D" instance of days and time duration', "true"),
        ('@"P1D" instance of years and months duration', "false"),
        ("[1, 2] instance of list<number>", "true"),
        ('[1, "a"] instance of list<number>', "false"),
        ("[] instance of list<number>", "true"),
        ("[1..2] instance of range<number>", "true"),
        ('{a: 1, b: "x"} instance of context<a: number>', "true"),
        ("{b: 1} instance of context<a: number>", "false"),
        ("{a: {b: 1}} instance of context<a: context<b: number>>", "true"),
        ("(function(a: number) 1) instance of function<number> -> number", "true"),
        ("(function(a: number) 1) instance of function<string> -> number", "false"),
        ('(function() "x") instance of function<> -> string', "true"),
        ("abs instance of function<Any> -> Any", "true"),
        ("if 1 instance of number then 2 else 3", "2"),
    ],
)
def test_instance_of(text_of, expression, expected):
    assert text_of(expression) == expected


def test_an_unknown_type_is_refused_with_its_name():
    with pytest.raises(feel.FeelError) as refusal:
        feel.compile("1 instance of tNothing")
    assert refusal.value.code == "type.unknown"
    assert refusal.value.values["name"] == "tNothing"


def test_named_types_come_from_the_caller():
    types = {"tAge": ConstrainedType("tAge", NUMBER, lambda value: value >= 0)}
    expression = feel.compile("x instance of tAge", types=types)
    assert [expression.evaluate({"x": x}).value for x in (5, -5, "a")] == [True, False, False]


def test_coercion():
    person = ContextType((("age", NUMBER),))
    assert STRING.coerce(["a"]) == "a"
    assert STRING.coerce(["a", "b"]) is MISMATCH
    assert ListType(STRING).coerce("a") == ["a"]
    assert str(DATE_TIME.coerce(feel.evaluate('@"2024-01-01"'))) == "2024-01-01T00:00:00Z"
    assert person.coerce(feel.from_python({"age": 1, "name": "x"})) == {"age": 1, "name": "x"}
    assert person.coerce({"name": "x"}) is MISMATCH
    assert NUMBER.coerce(None) is None
    assert ANY.coerce([1]) == [1]


@pytest.mark.parametrize(
    "text",
    ["number", "list<string>", "context<a: number, b: list<date>>", "function<number, string>->boolean", "range<time>"],
)
def test_type_texts_round_trip(text):
    assert str(read_type(text)) == text
