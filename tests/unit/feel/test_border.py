"""Values across the border: Python in, Python and JSON out, without loss."""

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

import feel
from feel.temporal import Months


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (10**40, "1E+40"),
        (0.1, "0.1"),
        (1e300, "1E+300"),
        (Decimal("1.10"), "1.1"),
        (True, "true"),
        (None, "null"),
        ("x", "x"),
        ((1, "a"), '[1, "a"]'),
        ({"a": [1]}, "{a: [1]}"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.time(10, 30, 0, 500), "10:30:00.0005"),
        (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        (dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "2024-01-02T03:04:05Z"),
        (dt.datetime(2024, 7, 2, 3, tzinfo=ZoneInfo("Europe/Paris")), "2024-07-02T03:00:00@Europe/Paris"),
        (dt.timedelta(days=-1, seconds=5), "-PT23H59M55S"),
        (Months(5), "P5M"),
    ],
)
def test_from_python(value, text):
    assert feel.to_text(feel.from_python(value)) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), object(), b"x", print])
def test_what_is_no_data_is_refused(value):
    with pytest.raises(feel.FeelError) as refusal:
        feel.from_python(value)
    assert refusal.value.code == "border.not-data"


def test_a_host_object_in_a_context_becomes_null_with_a_cause():
    result = feel.compile("x").evaluate({"x": object()})
    assert result.value is None
    assert result.cause is not None
    assert result.cause.code == "border.not-data"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1.0", 1),
        ("0.1", 0.1),
        ("1e30", 1e30),
        ("2 ** 62", 2**62),
        ("10 ** 30 + 1", "1000000000000000000000000000001"),
        ("1/3", "0.3333333333333333333333333333333333"),
        ("12345678901234567890.123", "12345678901234567890.123"),
        ('@"2024-01-01T10:00:00@Europe/Paris"', "2024-01-01T10:00:00@Europe/Paris"),
        ('@"P1Y"', "P1Y"),
        ("[1..3)", "[1..3)"),
        ('["a", {b: null}]', ["a", {"b": None}]),
        ("-0.0", 0),
    ],
)
def test_to_json(expression, expected):
    data = feel.to_json(feel.evaluate(expression))
    assert data == expected
    assert type(data) is type(expected)
    json.dumps(data)


def test_a_function_is_no_data():
    with pytest.raises(feel.NotData):
        feel.to_json(feel.evaluate("[function(x) x]"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('@"2024-01-02"', dt.date(2024, 1, 2)),
        ('@"10:30:00Z"', dt.time(10, 30, tzinfo=dt.UTC)),
        ('@"2024-01-02T03:04:05.000006"', dt.datetime(2024, 1, 2, 3, 4, 5, 6)),
        ('@"2024-07-02T03:00:00@Europe/Paris"', dt.datetime(2024, 7, 2, 3, tzinfo=ZoneInfo("Europe/Paris"))),
        ('@"PT1H"', dt.timedelta(hours=1)),
        ("[1.5]", [Decimal("1.5")]),
    ],
)
def test_to_python(expression, expected):
    assert feel.to_python(feel.evaluate(expression)) == expected


@pytest.mark.parametrize("text", ["99999-01-01", "10:00:00.000000001", "P1Y", "P99999999999999D"])
def test_what_python_cannot_hold_stays_a_feel_value(text):
    value = feel.evaluate(f'@"{text}"')
    assert feel.to_python(value) is value
    assert str(value) == text


def test_feel_values_are_taken_as_they_are():
    values = feel.Values(a=[Decimal(1)], b={"c": Decimal(2)})
    assert feel.compile("a").evaluate(values).value is values["a"]
