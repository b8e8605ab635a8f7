"""From variables to typed parameters and back: what fits, what is refused, what becomes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import pytest

from workflows import registry
from workflows.exceptions import HandlerAlreadyRegistered, InputRefused
from workflows.inputs import bind, plain


class Colour(Enum):
    RED = "red"


def bound(annotation: Any, value: Any) -> Any:
    def handler(step, *, given):
        """Takes one input."""

    handler.__annotations__["given"] = annotation
    with registry.temporarily():
        registry.service_task("test.typed")(handler)
        return bind(registry.handler("test.typed"), {"given": value})["given"]


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (int, 3, 3),
        (int, 3.0, 3),
        (int, "3", 3),
        (str, 3, "3"),
        (Decimal, 2.1, Decimal("2.1")),
        (float, "2.5", 2.5),
        (bool, True, True),
        (str | None, None, None),
        (int | None, "4", 4),
        (date, "2026-01-05", date(2026, 1, 5)),
        (date, "2026-01-05T09:00:00Z", date(2026, 1, 5)),
        (datetime, "2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (datetime, "2026-01-05T17:00:00@Asia/Shanghai", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (timedelta, "PT90M", timedelta(minutes=90)),
        (UUID, "6f1d1a0e-9a0b-4f0e-8c55-0d8a3f2b7c11", UUID("6f1d1a0e-9a0b-4f0e-8c55-0d8a3f2b7c11")),
        (list[Decimal], ["1", 2], [Decimal(1), Decimal(2)]),
        (dict[str, Any], {"a": [1]}, {"a": [1]}),
        (Literal["up", "down"], "up", "up"),
        (Colour, "red", Colour.RED),
    ],
)
def test_it_works(annotation, value, expected):
    assert bound(annotation, value) == expected


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, True),
        (int, 3.5),
        (int, "many"),
        (int, None),
        (str, ["a"]),
        (bool, "yes"),
        (Decimal, "NaN"),
        (datetime, "2026-01-05T09:00:00"),
        (date, 20260105),
        (timedelta, "soon"),
        (list[int], "1,2"),
        (Literal["up", "down"], "sideways"),
        (Colour, "blue"),
    ],
)
def test_what_does_not_fit_is_refused(annotation, value):
    with pytest.raises(InputRefused, match="given"):
        bound(annotation, value)


def test_a_missing_input_is_refused_and_an_optional_one_is_not():
    with registry.temporarily():

        @registry.service_task("test.typed")
        def handler(step, *, needed: int, spare: int = 5):
            """Takes two."""

        with pytest.raises(InputRefused, match="needed"):
            bind(registry.handler("test.typed"), {"spare": 1})
        assert bind(registry.handler("test.typed"), {"needed": 1, "other": 2}) == {"needed": 1}


def test_the_rest_is_taken_by_who_asks_for_it():
    with registry.temporarily():

        @registry.service_task("test.rest")
        def handler(step, *, from_: str, **rest):
            """Takes everything."""

        assert bind(registry.handler("test.rest"), {"from": "a", "b": 1}) == {"from_": "a", "b": 1}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("5.00"), 5),
        (Decimal("5.25"), 5.25),
        (date(2026, 1, 5), "2026-01-05"),
        (timedelta(hours=1, seconds=5), "PT60M5S"),
        (timedelta(minutes=-3), "-PT3M"),
        (timedelta(milliseconds=1500), "PT0M1.5S"),
        ((1, {Colour.RED}), [1, ["red"]]),
        ({"when": datetime(2026, 1, 5, tzinfo=UTC)}, {"when": "2026-01-05T00:00:00+00:00"}),
    ],
)
def test_answers_become_plain_data(value, expected):
    assert plain(value) == expected


def test_what_is_no_data_is_refused():
    with pytest.raises(InputRefused, match="object"):
        plain({"x": object()})


def test_two_functions_of_one_name_are_refused():
    with registry.temporarily():
        registry.service_task("test.same")(lambda step: None)

        def other(step):
            """Another one."""

        with pytest.raises(HandlerAlreadyRegistered):
            registry.service_task("test.same")(other)
