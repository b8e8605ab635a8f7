"""What the tests of expressions share: evaluate to FEEL text, which shows a value's kind and content at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

import feel

CLOCK = feel.FixedClock(datetime(2024, 2, 29, 10, 30, tzinfo=UTC))


@pytest.fixture
def text_of() -> Callable[..., str]:
    """The FEEL text of an expression's value on a context."""

    def evaluate(expression: str, context: Mapping[str, Any] | None = None) -> str:
        return feel.to_text(feel.evaluate(expression, context or {}, clock=CLOCK), nested=True)

    return evaluate


@pytest.fixture
def cause_of() -> Callable[..., tuple[str, dict[str, Any]]]:
    """Why an expression is null: the code and values of its first cause."""

    def evaluate(expression: str, context: Mapping[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        result = feel.compile(expression).evaluate(context or {}, clock=CLOCK)
        assert result.value is None
        assert result.cause is not None
        return result.cause.code, dict(result.cause.values)

    return evaluate
