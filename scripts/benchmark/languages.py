"""FEEL and DMN beside the same thing written in Python."""

from __future__ import annotations

import itertools

import dmn
import feel
from scripts.benchmark.measuring import microseconds

FEEL_TEXT = 'if amount > 5000 and status = "open" then amount * 0.9 + fee else amount + fee'
PYTHON_TEXT = 'amount * 0.9 + fee if amount > 5000 and status == "open" else amount + fee'
VALUES = {"amount": 6200, "status": "open", "fee": 12}
RULES = 20
QUESTION = {"region": "r19", "amount": 1950, "level": "gold", "urgent": True}


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
        "20 x 4 table, µs": warm,
        "20 x 4 table with its explanation recorded, µs": recorded,
        "20 conditions in compiled Python, µs": python,
        "table / Python": warm / python,
        "reading the file and deciding once, µs": cold,
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
