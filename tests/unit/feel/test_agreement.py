"""A form's conditions run in the browser and here: both must mean the same, or the difference is written down."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import feel
from tests.unit.feel.agreement import forms

HERE = Path(__file__).parent / "agreement"
CONTEXT: dict[str, Any] = json.loads((HERE / "context.json").read_text(encoding="utf-8"))
LINES = [line for line in (HERE / "expressions.feel").read_text(encoding="utf-8").splitlines() if line]
EXPRESSIONS = [line for line in LINES if not line.startswith("//")]
DIFFERENCES: list[dict[str, Any]] = yaml.safe_load((HERE / "differences.yaml").read_text(encoding="utf-8"))
ENGINES = ["feelin", "@bpmn-io/feelin"]
"""The reference in JavaScript, and the fork of it that the form viewer brings into our pages."""
NODE = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


def test_the_expressions_are_many_and_each_stands_once():
    """Agreement on a handful of expressions, or on one expression written many times, says nothing."""
    assert len(EXPRESSIONS) >= 500
    assert len(set(EXPRESSIONS)) == len(EXPRESSIONS)


@pytest.mark.skipif(NODE is None, reason="NOT RUN: there is no Node on this machine")
@pytest.mark.parametrize("engine", ENGINES)
def test_the_browser_means_the_same(engine):
    """A page that shows a field the server does not expect (or the reverse) loses somebody's answers."""
    asked = json.dumps({"context": CONTEXT, "expressions": EXPRESSIONS})
    command = [str(NODE), str(HERE / "evaluate.mjs"), engine]
    said = subprocess.run(command, check=False, input=asked, capture_output=True, text=True, cwd=HERE, timeout=60)
    assert said.returncode == 0, said.stderr
    theirs = json.loads(said.stdout)
    assert len(theirs) == len(EXPRESSIONS)
    different = {
        text
        for text, outcome in zip(EXPRESSIONS, theirs, strict=True)
        if not forms.same(forms.outcome(text, CONTEXT), outcome)
    }
    listed = {text for entry in DIFFERENCES if engine in entry["engines"] for text in entry["ours"]}
    assert different == listed


@pytest.mark.parametrize("entry", DIFFERENCES, ids=[entry["why"][:40] for entry in DIFFERENCES])
def test_each_difference_says_who_is_right_and_why(entry):
    """A list of differences without a verdict, or about values we no longer give, would only look like care."""
    assert entry["right"] in {"ours", "theirs", "both"}
    assert set(entry["engines"]) <= set(ENGINES)
    assert len(entry["why"]) > 20
    for text, value in entry["ours"].items():
        assert text in EXPRESSIONS
        assert feel.to_text(feel.evaluate(text, CONTEXT), nested=True) == value
