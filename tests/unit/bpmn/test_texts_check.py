"""Forms, texts in the second language and scenarios beside a diagram are checked with it."""

from __future__ import annotations

import json

import dmn
from bpmn.checking import Catalogue, check
from bpmn.texts import rule_words
from tests.unit.bpmn.checked import CATALOGUE, found, line
from tests.unit.bpmn.drawing import (
    SIMPLE,
    ext,
    file,
    user,
)

FORM = {
    "id": "ask",
    "type": "default",
    "schemaVersion": 18,
    "components": [{"type": "textfield", "key": "why", "label": "Why?"}],
}
SHOWS = line(user("u", "", '<zeebe:formDefinition formId="ask"/>', name="Ask"))


def test_forms_are_found_by_id_and_checked():
    assert check({"p.bpmn": file(SHOWS), "ask.form": json.dumps(FORM).encode()}, CATALOGUE) == []
    broken = {**FORM, "components": [{"type": "html", "content": "x"}]}
    items = check({"p.bpmn": file(SHOWS), "ask.form": json.dumps(broken).encode()}, CATALOGUE)
    assert [(item.file, item.code) for item in items] == [("ask.form", "form-component-refused")]


def test_embedded_forms_are_checked_too():
    inner = '<zeebe:userTaskForm id="i">{"components": [{"type": "html"}]}</zeebe:userTaskForm>'
    shows = user("u", "", '<zeebe:formDefinition formKey="camunda-forms:bpmn:i"/>')
    assert {code for _, code, _ in found(ext(inner) + line(shows))} == {"form-component-refused"}
    assert {code for _, code, _ in found(ext(inner.replace("]}", "]")) + line(shows))} == {"not-json"}


def test_texts_must_be_complete():
    texts = {"p": {"name": "流程"}, "u": {"name": "询问"}, "ask.why": {"label": "为什么？"}}
    files = {"p.bpmn": file(SHOWS), "ask.form": json.dumps(FORM).encode()}
    chinese = Catalogue(languages=("zh-hans",))
    assert check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese) == []
    del texts["ask.why"], texts["u"]
    texts["gone"] = {"name": "x"}
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    assert {(item.code, item.element) for item in items} == {
        ("text-missing", "u"),
        ("text-missing", "ask.why"),
        ("text-unknown", "gone"),
    }
    assert [item.code for item in check(files, chinese)] == ["no-texts"]


def test_lanes_have_their_words_too():
    """A diagram whose lanes stay English is half translated: people look for their own lane first."""
    lane = '<bpmn:lane id="sales" name="Sales"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane>'
    files = {
        "p.bpmn": file(f'<bpmn:laneSet id="ls">{lane}</bpmn:laneSet>{SHOWS}'),
        "ask.form": json.dumps(FORM).encode(),
    }
    texts = {"p": {"name": "流程"}, "u": {"name": "询问"}, "ask.why": {"label": "为什么？"}}
    chinese = Catalogue(languages=("zh-hans",))
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    assert [(item.code, item.element) for item in items] == [("text-missing", "sales")]
    texts["sales"] = {"name": "销售"}
    assert check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese) == []


SIZES = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="size" name="Size"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e"
typeRef="number"><text>amount</text></inputExpression></input><output id="o" name="size" typeRef="string"/>
<rule id="big"><description>Large sums</description><inputEntry id="a"><text>&gt; 9</text></inputEntry>
<outputEntry id="b"><text>"big"</text></outputEntry></rule><rule id="rest">
<inputEntry id="c"><text>-</text></inputEntry><outputEntry id="f"><text>"small"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_rules_and_decisions_have_their_words_too():
    """A rule that explains a decision in English only explains nothing to who reads Chinese."""
    texts = {"p": {"name": "流程"}, "u": {"name": "询问"}, "ask.why": {"label": "为什么？"}}
    files = {"p.bpmn": file(SHOWS), "ask.form": json.dumps(FORM).encode(), "size.dmn": SIZES.encode()}
    chinese = Catalogue(languages=("zh-hans",))
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    missing = {(item.element, item.values["word"]) for item in items if item.code == "text-missing"}
    assert missing == {("size", "name"), ("big", "description")}
    texts |= {"size": {"name": "规模"}, "big": {"description": "大额"}}
    items = check(files | {"p.texts.zh-hans.json": json.dumps(texts).encode()}, chinese)
    assert [item.code for item in items if item.code.startswith("text")] == []


def test_the_words_of_a_rule():
    """By number as the record keeps it; nothing for what is not there, never a neighbour's words."""
    model = dmn.load({"size.dmn": SIZES.encode()})
    assert rule_words(model, "size", 1, None) == "Large sums"
    assert rule_words(model, "size", 1, {"big": {"description": "大额"}}) == "大额"
    wrong = (("size", 2), ("size", 3), ("size", 0), ("x", 1))
    assert [rule_words(model, name, at, None) for name, at in wrong] == ["", "", "", ""]


def test_a_broken_scenario_is_found():
    items = check({"p.bpmn": file(SIMPLE), "01.scenario.yaml": b"nme: x"}, CATALOGUE)
    assert [(item.file, item.code) for item in items] == [("01.scenario.yaml", "scenario-unknown-key")]
