"""People ask why a case went to them and why on this level: the decision's own record answers, in their language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.utils import translation

import dmn
from bpmn.decision_words import REASONS, explain, reason
from tests.unit.dmn.build import decision, load, table, table_model

PROCESSES = Path(__file__).resolve().parents[3] / "bpmn" / "processes"


def sentences(model: dmn.Model, inputs: dict[str, Any], language: str = "en", **options: bool) -> list[str]:
    """The explanation of the last decision, from what is stored of it."""
    answer = model.evaluate(model.decisions[-1].id, inputs).to_json()
    with translation.override(language):
        return explain(json.loads(json.dumps(answer)), **options)


def test_a_complaint_s_severity_is_explained():
    """The shipped table itself: which rule held, and what the next one up would have needed."""
    path = PROCESSES / "complaint-escalation" / "complaint_severity.dmn"
    said = sentences(
        dmn.load([path.read_bytes()]),
        {"flags": [], "harm": 0, "complaints_90d": 0, "agent_severity": "low"},
    )
    assert said[0].startswith("Severity of a complaint: rule ")
    assert "Harm = 0" in said[0]
    assert said[1].startswith("Rule 1 would hold if Safety, legal, media or privacy met “true” (it is no)")
    assert said[-1].startswith("Severity of a complaint gives ")


def test_every_outcome_of_a_table_has_its_words():
    """An outcome without words would leave the reader with a code."""
    rules = ["< 5 -> 1", "[3..9] -> 2"]
    assert sentences(table_model(["x:number"], ["y"], rules), {"x": 4})[0] == (
        "d: rules 1, 2 hold, but exclude one another (x = 4)."
    )
    assert sentences(table_model(["x:number"], ["y"], rules), {"x": 50})[0] == "d: no rule holds (x = 50)."
    assert sentences(table_model(["x:number"], ["y"], rules, defaults={"y": "0"}), {"x": 50})[0] == (
        "d: no rule holds (x = 50); the default counts."
    )
    refused = table_model(["x:number"], ["y"], rules, values={"x": "[0..9]"})
    assert sentences(refused, {"x": 50})[0] == "d: x has a value that is not allowed (x = 50)."
    assert sentences(table_model(["x:number"], ["y"], rules, hit="COLLECT"), {"x": 4})[0] == (
        "d: rules 1, 2 hold (x = 4)."
    )


def test_other_decisions_that_were_asked_are_named():
    """Which input came from which decision is half of the answer to why."""
    model = load(decision("base", "6"), decision("top", table(["base"], ["y"], ["> 5 -> 1"]), needs=["dec:d-base"]))
    said = sentences(model, {})
    assert "base gives 6." in said
    assert "top builds on: base." in said


def test_a_missing_value_says_its_reason():
    """Null without a reason is the answer nobody can work with."""
    assert sentences(load(decision("d", "1 + x.y")), {"x": None})[-1] == (
        "There is no value: “y” was asked of an empty value (null)."
    )
    assert reason({"code": "unknown-code"}) == "unknown-code"


def test_values_stay_hidden_from_whoever_may_not_see_them():
    """The explanation must not be the hole in the mask."""
    said = sentences(
        table_model(["salary:number"], ["y"], ["> 99 -> 1", "- -> 2"], hit="FIRST"),
        {"salary": 71234},
        with_values=False,
    )
    assert said == ["d: rule 1 holds."]


def test_a_chinese_reader_reads_chinese():
    """Sentences are made above the packages, so every language is equal."""
    said = sentences(table_model(["x:number"], ["y"], ["< 5 -> 1"]), {"x": 50}, "zh-hans")
    assert said == [
        "d: 没有规则成立 (x = 50)。",
        "规则 1 成立的条件是“x”满足“< 5”（现为50）。",
        "“d”得出：空。",
        "没有值：决策表 t 中没有规则成立。",
    ]


def test_every_reason_of_the_library_has_its_sentence():
    """A new code without a sentence would reach people as a code."""
    source = "".join(path.read_text(encoding="utf-8") for path in Path(dmn.__file__).parent.glob("*.py"))
    assert set(re.findall(r'"(dmn\.[a-z-]+)"', source)) == set(REASONS)
    with translation.override("zh-hans"):
        assert all(translation.gettext(text) != text for text in REASONS.values())
