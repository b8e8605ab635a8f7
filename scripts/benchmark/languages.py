"""FEEL and DMN beside the same thing written in Python."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import dmn
import feel
from dmn import tck
from scripts.benchmark.measuring import microseconds

CONDITION, CONDITION_IN_PYTHON = "a > 5 and b in [1..10]", "a > 5 and 1 <= b <= 10"
CONDITION_VALUES = {"a": 6, "b": 7}
RUNS = 100_000
FEEL_TEXT = 'if amount > 5000 and status = "open" then amount * 0.9 + fee else amount + fee'
PYTHON_TEXT = 'amount * 0.9 + fee if amount > 5000 and status == "open" else amount + fee'
VALUES = {"amount": 6200, "status": "open", "fee": 12}
RULES = 20
QUESTION = {"region": "r19", "amount": 1950, "level": "gold", "urgent": True}


def condition(runs: int = RUNS) -> dict[str, float]:
    """The commonest condition many times beside Python's own `eval` of it, and its cost from the text."""
    expression, code = feel.compile(CONDITION), compile(CONDITION_IN_PYTHON, "<benchmark>", "eval")
    assert expression.evaluate(CONDITION_VALUES).value is eval(code, {}, CONDITION_VALUES) is True  # noqa: S307
    fresh = itertools.count(10)
    warm = microseconds(lambda: expression.evaluate(CONDITION_VALUES), runs)
    python = microseconds(lambda: eval(code, {}, CONDITION_VALUES), runs)  # noqa: S307 - a constant of this module
    cold = microseconds(lambda: feel.compile(f"a > 5 and b in [1..{next(fresh)}]"))
    return {
        "a > 5 and b in [1..10], µs": warm,
        "the same, compiled Python, µs": python,
        "FEEL / Python (at most 6)": warm / python,
        "parse and compile, µs (at most 100)": cold,
        "parse and compile / compiled Python": cold / python,
    }


def expressions() -> dict[str, float]:
    """One expression: compiled in FEEL, compiled in Python, and FEEL from its text."""
    expression, code = feel.compile(FEEL_TEXT), compile(PYTHON_TEXT, "<benchmark>", "eval")
    fresh = itertools.count()
    warm = microseconds(lambda: expression.evaluate(VALUES))
    python = microseconds(lambda: eval(code, {}, VALUES))  # noqa: S307 - a constant of this module
    cold = microseconds(lambda: feel.compile(f"{FEEL_TEXT} + {next(fresh)}").evaluate(VALUES))
    return {
        "compiled FEEL, µs": warm,
        "compiled Python, µs": python,
        "FEEL / Python": warm / python,
        "FEEL from its text, µs": cold,
    }


def tables() -> dict[str, float]:
    """A table of 20 rules and 4 inputs of which the last rule matches."""
    content = _table()
    model = dmn.load([content])
    assert model.evaluate("rate", QUESTION).value == RULES - 1
    codes = [compile(_python_rule(number), "<benchmark>", "eval") for number in range(RULES)]

    def by_hand() -> int:
        return next(number for number, code in enumerate(codes) if eval(code, {}, QUESTION))  # noqa: S307

    assert by_hand() == RULES - 1
    warm = microseconds(lambda: model.evaluate("rate", QUESTION, record=False))
    recorded = microseconds(lambda: model.evaluate("rate", QUESTION))
    python = microseconds(by_hand)
    cold = microseconds(lambda: dmn.load([content]).evaluate("rate", QUESTION))
    return {
        "20 x 4 table, µs (at most 100)": warm,
        "20 x 4 table with its explanation recorded, µs": recorded,
        "20 conditions in compiled Python, µs": python,
        "table / Python": warm / python,
        "reading the file and deciding once, µs": cold,
    }


def conformance() -> dict[str, float]:
    """The official tests of the folder in `DMN_TCK`; nothing where they are not."""
    folder = Path(os.environ.get("DMN_TCK") or Path(__file__).resolve().parents[3] / "shared" / "tck")
    began = time.perf_counter()
    outcomes = list(tck.run(folder)) if folder.is_dir() else []
    if not outcomes:
        return {}
    return {
        "cases": len(outcomes),
        "passed": sum(outcome.failure is None for outcome in outcomes),
        "seconds (half of them: at most 15)": time.perf_counter() - began,
    }


def _python_rule(number: int) -> str:
    return (
        f'region == "r{number}" and {number * 100} <= amount < {number * 100 + 100}'
        ' and level in ("gold", "silver") and urgent == True'
    )


def _table() -> bytes:
    inputs = "".join(
        f'<input id="i-{name}"><inputExpression id="e-{name}" typeRef="{kind}"><text>{name}</text></inputExpression>'
        "</input>"
        for name, kind in (("region", "string"), ("amount", "number"), ("level", "string"), ("urgent", "boolean"))
    )
    rules = "".join(_rule(number) for number in range(RULES))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rates" name="rates" '
        'namespace="http://benchmark"><decision id="rate" name="rate"><decisionTable id="table" hitPolicy="FIRST">'
        f'{inputs}<output id="out" name="rate" typeRef="number"/>{rules}</decisionTable></decision></definitions>'
    ).encode()


def _rule(number: int) -> str:
    cells = (f'"r{number}"', f"[{number * 100}..{number * 100 + 100})", '"gold","silver"', "true")
    entries = "".join(
        f'<inputEntry id="r{number}-{place}"><text>{cell}</text></inputEntry>' for place, cell in enumerate(cells)
    )
    return (
        f'<rule id="rule-{number}">{entries}<outputEntry id="r{number}-out"><text>{number}</text></outputEntry></rule>'
    )
