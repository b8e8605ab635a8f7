"""Functions the host lends: names with spaces, types, only values cross."""

import datetime as dt
from decimal import Decimal

import pytest

import feel

SEEN: list[object] = []


@feel.host_function("manager of", {"employee": "string"}, result="string")
def manager_of(employee: str) -> str:
    """Who leads an employee."""
    return f"boss of {employee}"


@feel.host_function("business duration", {"hours": "number", "from": "date and time", "calendar": "string?"})
def business_duration(hours: Decimal, start: dt.datetime, calendar: str | None) -> dt.timedelta:
    """How long business hours take."""
    SEEN[:] = [hours, start, calendar]
    return dt.timedelta(hours=float(hours))


@feel.host_function("fails", {})
def fails() -> None:
    """Refuses."""
    raise feel.FeelError("org.unknown-person", person="x")


@feel.host_function("leaks", {})
def leaks() -> object:
    """Gives something that is no data."""
    return object()


FUNCTIONS = {f.name: f for f in (manager_of, business_duration, fails, leaks)}


def evaluate(text: str, context: dict | None = None) -> feel.Result:
    return feel.compile(text).evaluate(context or {}, functions=FUNCTIONS)


def test_it_works():
    assert evaluate('manager of("ann")').value == "boss of ann"
    assert evaluate('manager of(employee: "ann")').value == "boss of ann"


def test_plain_python_values_cross():
    assert feel.to_text(evaluate('business duration(4, @"2024-01-01T10:00:00Z")').value) == "PT4H"
    assert [Decimal(4), dt.datetime(2024, 1, 1, 10, tzinfo=dt.UTC), None] == SEEN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("manager of(5)", "argument.type"),
        ("manager of()", "argument.count"),
        ("fails()", "org.unknown-person"),
        ("leaks()", "border.not-data"),
    ],
)
def test_what_does_not_fit_is_null_with_a_cause(text, code):
    result = evaluate(text)
    assert result.value is None
    assert result.cause is not None
    assert result.cause.code == code
    assert (result.cause.start, result.cause.end) == (0, len(text))


def test_functions_are_values_and_can_be_hidden():
    assert evaluate('(for p in ["a"] return manager of(p))[1]').value == "boss of a"
    assert evaluate('{manager of: function(x) "own", r: manager of("a")}.r').value == "own"
    assert evaluate('sort(["b", "a"], function(x, y) manager of(x) < manager of(y))').value == ["a", "b"]


def test_names_with_keywords_in_them():
    @feel.host_function("business hours between", {"from": "number", "to": "number"})
    def business_hours_between(start: Decimal, end: Decimal) -> Decimal:
        return end - start

    functions = {"business hours between": business_hours_between}
    assert feel.evaluate("business hours between(1, 5) + 1", functions=functions) == 5
    expression = feel.compile("business hours between(1, 5)", names=frozenset(functions))
    assert expression.evaluate({}, functions=functions).value == 4
    assert feel.check("business hours between(1, 5)", functions) == ()


def test_listing_for_the_editor():
    assert business_duration.describe() == {
        "name": "business duration",
        "parameters": [
            {"name": "hours", "type": "number", "optional": False},
            {"name": "from", "type": "date and time", "optional": False},
            {"name": "calendar", "type": "string", "optional": True},
        ],
        "result": "Any",
        "doc": "How long business hours take.",
    }


def test_errors_of_the_host_itself_are_not_hidden():
    @feel.host_function("broken", {})
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        feel.compile("broken()").evaluate({}, functions={"broken": broken})


def test_built_ins_are_listed_too():
    listed = {found["name"]: found for found in feel.built_ins()}
    assert listed["string length"] == {
        "name": "string length",
        "signatures": ["string length(string: string)"],
        "result": "number",
        "doc": "How many characters a text has.",
        "group": "strings",
        "extension": False,
    }
    assert set(listed) - {found["name"] for found in feel.built_ins(dialect="standard")} >= {"trim", "is defined"}
