"""Whoever reads a finding is told what to do about it, whatever its code and in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bpmn.checking import Severity
from bpmn.checking.sentences import ALL_SENTENCES, sentence, suggestion
from bpmn.findings import Finding

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [
    *(ROOT / "bpmn").rglob("*.py"),
    ROOT / "workflows" / "proving.py",
    ROOT / "workflows" / "management" / "commands" / "check_model.py",
]
SAYING = frozenset({"add", "error", "warn", "notice", "at", "Finding", "XmlRefused", "FormUnreadable", "YamlRefused"})
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BLANK = dict.fromkeys(("name", "reason", "message", "text"), "x")


def codes_in(path: Path) -> set[str]:
    """The codes that a module gives to what makes a finding: kebab-case texts among the arguments."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SAYING:
            values = [str(argument.value) for argument in node.args[:3] if isinstance(argument, ast.Constant)]
            found |= {value for value in values if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", value)}
    return found


def dmn_codes() -> set[str]:
    """The codes of the decision library, which the check passes on as ``dmn-``."""
    pattern = re.compile(r'(?<![.\w])(?:code=|_finding\(|_refused\()\s*"([a-z]+(?:-[a-z0-9]+)*)"')
    return {code for path in (ROOT / "dmn").glob("*.py") for code in pattern.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("code", sorted(ALL_SENTENCES))
def test_every_finding_has_a_sentence_and_a_fix_in_both_languages(code: str):
    """A finding without a way out sends people to the documentation, or to give up."""
    finding = Finding("p.bpmn", Severity.ERROR, code, "here", 1, BLANK)
    for say in (sentence, suggestion):
        english, chinese = say(finding, "en"), say(finding, "zh-hans")
        assert english not in {"", code}
        assert CHINESE.search(chinese), f"{say.__name__} of {code} has no Chinese"
        assert not CHINESE.search(english)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_has_a_code_that_nobody_has_words_for(path: Path):
    """People would read the bare code."""
    assert codes_in(path) - ALL_SENTENCES.keys() == set()


def test_the_codes_of_decisions_have_words():
    """The decision library knows no languages: its codes get their words here."""
    found = {f"dmn-{code}" for code in dmn_codes()}
    assert len(found) > 30
    assert found - ALL_SENTENCES.keys() == set()
