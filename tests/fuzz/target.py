"""What the fuzzer throws at FEEL and DMN: any bytes end soon, as a value or as a named refusal."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import time

import dmn
import feel

BUDGET = feel.Budget(steps=20_000, list=2_000, string=20_000, depth=60, seconds=0.2, regex_seconds=0.02)
CLOCK = feel.FixedClock(dt.datetime(2024, 2, 29, 10, 30, tzinfo=dt.UTC))
CONTEXT = {
    "a": 1,
    "b": [1, 2.5, None, "x"],
    "c": {"d": "text", "a-b": 3, "in": {"e": [True]}},
    "a-b": 7,
    "day": dt.date(2024, 2, 29),
    "first name": "Ada",
}
NAMES = frozenset(CONTEXT)
SECONDS = 4.0
"""Processor time that nothing may pass, a slow machine included."""


class TookTooLongError(AssertionError):
    """An input ended, but not soon."""


def try_bytes(data: bytes) -> None:
    """One input: its first byte chooses the door, the rest is text. Only a crash or a long wait gets out of here."""
    text = data[1:].decode("utf-8", "replace")
    began = time.process_time()
    DOORS[data[0] % len(DOORS) if data else 0](text)
    spent = time.process_time() - began
    if spent > SECONDS:
        raise TookTooLongError(f"{spent:.1f} s for {text[:200]!r}")


def _evaluate(text: str) -> None:
    with contextlib.suppress(feel.FeelError):
        expression = feel.compile(text, names=NAMES)
        feel.names_used(expression)
        _show(expression.evaluate(CONTEXT, budget=BUDGET, clock=CLOCK))


def _test(text: str) -> None:
    with contextlib.suppress(feel.FeelError):
        _show(feel.compile_unary_tests(text, names=NAMES).test(5, CONTEXT, budget=BUDGET, clock=CLOCK))


def _check(text: str) -> None:
    for finding in feel.check(text, {"a": "number", "b": "list<Any>", "c": "Any", "day": "date"}):
        assert str(finding)
        assert 0 <= finding.start <= finding.end <= len(text)


def _call(text: str) -> None:
    """Built-in functions on values a mutated JSON text makes: `{"function": [arguments]}`."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(given, dict) or len(given) != 1:
        return
    ((name, arguments),) = given.items()
    if not isinstance(arguments, list) or len(arguments) > 5:
        return
    with contextlib.suppress(feel.FeelError):
        expression = feel.compile(f"{name}({', '.join(f'x[{i}]' for i in range(1, len(arguments) + 1))})")
        _show(expression.evaluate({"x": arguments}, budget=BUDGET, clock=CLOCK))


def _model(text: str) -> None:
    with contextlib.suppress(dmn.DmnRefused, feel.FeelError):
        model = dmn.load([text.encode("utf-8", "replace")])
        dmn.check(model)
        for decision in model.decisions[:5]:
            model.evaluate(decision.id, CONTEXT, budget=BUDGET, clock=CLOCK).to_json()


def _show(result: feel.Result) -> None:
    for warning in result.warnings:
        assert str(warning)
    with contextlib.suppress(feel.FeelError):
        feel.to_json(result.value)
    with contextlib.suppress(feel.FeelError):
        feel.to_text(result.value)


DOORS = (_evaluate, _test, _check, _call, _model)
"""The ways in; the first byte of an input chooses one."""
