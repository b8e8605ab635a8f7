"""Cases written from the specification, so that the engine is not bent towards the official tests we were given."""

from __future__ import annotations

from pathlib import Path

import pytest

import feel

LINES = (Path(__file__).parent / "specification.feel").read_text(encoding="utf-8").splitlines()
CASES = [tuple(line.rsplit(" => ", 1)) for line in LINES if not line.startswith("//")]


@pytest.mark.parametrize(("expression", "value"), CASES, ids=[case[0] for case in CASES])
def test_the_standard_says_so(expression, value):
    """A corner of the language that nobody uses yet is still one that a model from elsewhere may use tomorrow."""
    assert outcome(expression) == value


def outcome(expression: str) -> str:
    """The value as FEEL text, or the code of the refusal behind an exclamation mark."""
    try:
        result = feel.compile(expression, dialect="standard").evaluate({})
    except feel.FeelError as refused:
        return f"!{refused.code}"
    return feel.to_text(result.value, nested=True)


def test_there_are_many_cases():
    """An empty file would agree with everything."""
    assert len(CASES) > 150
