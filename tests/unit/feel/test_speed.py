"""Evaluation is never noticed: measured beside Python's own `eval` in one run, so that a slow machine is no excuse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import feel
from scripts.benchmark import languages

TRIES = 5
"""Another process can spoil one measurement, not five."""


def best(measure: Callable[[], dict[str, float]], figure: str, enough: float) -> float:
    """The smallest value of a figure, measured again while it is larger than enough."""
    found = float("inf")
    for _ in range(TRIES):
        found = min(found, measure()[figure])
        if found <= enough:
            break
    return found


def test_a_condition_costs_no_more_than_six_times_python():
    """Conditions run at every gateway, form field and list row: a slow one would be felt everywhere."""
    assert best(partial(languages.condition, 2_000), "FEEL / Python (at most 6)", 6) <= 6


def test_a_new_condition_is_ready_at_once():
    """Designers change expressions while people wait for the preview."""
    assert best(partial(languages.condition, 2_000), "parse and compile, µs (at most 100)", 100) <= 100


def test_a_table_of_twenty_rules_is_decided_at_once():
    """Tables are asked inside the transaction that completes a task."""
    assert best(languages.tables, "20 x 4 table, µs (at most 100)", 100) <= 100


def test_whole_numbers_mean_the_same_on_the_short_way():
    """The short way compares the host's whole numbers as they are: it must not see truth values as numbers."""
    for text in ("a > 5", "a >= 6.0", "a in [6..10]", "a in [1..6]", "a < 1e3", "a in [-1e3..6.00]"):
        expression = feel.compile(text)
        assert expression.evaluate({"a": 6}) == expression.evaluate({"a": feel.from_python(6)}) == (True, ())
        refused = expression.evaluate({"a": True})
        assert refused.value is None
        assert refused.cause is not None
    huge = feel.compile("a > 5 and a in [1..10]").evaluate({"a": 10**40})
    assert huge.value is False
    assert feel.evaluate("a > 1e40", {"a": 10**40}) is False
