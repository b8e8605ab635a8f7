"""docs/feel.md shows every built-in function with an example that is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feel.limits import DEFAULT_BUDGET
from feel.registry import BUILT_INS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`.+?`(?:<br>`.+?`)*) \| (.+?) \| `(.+)` \| `(.+)` \|$", re.MULTILINE)
EXAMPLES = [(m[1], m[2], m[3].replace("\\|", "|"), m[4].replace("\\|", "|")) for m in ROW.finditer(PAGE)]


@pytest.mark.parametrize(("_signature", "_doc", "expression", "expected"), EXAMPLES, ids=[e[2] for e in EXAMPLES])
def test_examples_are_true(text_of, _signature, _doc, expression, expected):
    assert text_of(expression) == expected


@pytest.mark.parametrize("name", sorted(BUILT_INS))
def test_every_built_in_is_shown_as_it_is(name):
    rows = [row for row in EXAMPLES if row[0].startswith(f"`{name}(")]
    assert len(rows) == 1
    assert rows[0][1] == BUILT_INS[name].doc
    assert rows[0][2].startswith(f"{name}(")
    for overload in BUILT_INS[name].overloads:
        assert f"`{overload.signature.replace(': Any', '')}`" in rows[0][0]


def test_the_limits_are_the_real_ones():
    for name in ("steps", "depth", "list", "string", "digits", "exponent"):
        assert f"| {name} | {getattr(DEFAULT_BUDGET, name):,} |" in PAGE
    assert f"| regex-time | {DEFAULT_BUDGET.regex_seconds} s |" in PAGE
    assert f"| time | {DEFAULT_BUDGET.seconds} s |" in PAGE
