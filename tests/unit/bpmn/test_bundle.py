"""A process finds what it needs in its own folder, and its digest tells whether anything changed."""

from __future__ import annotations

import json

import pytest

from bpmn.bundle import BundleInvalid, load
from bpmn.texts import element_name, localise_form
from tests.unit.bpmn.drawing import LAYOUT, SIMPLE, ext, file

FORM = {
    "id": "ask",
    "components": [
        {"type": "radio", "key": "ok", "label": "OK?", "values": [{"label": "Yes", "value": "y"}]},
        {
            "type": "group",
            "id": "g",
            "label": "More",
            "components": [{"type": "textfield", "key": "why", "label": "Why?"}],
        },
        {"type": "text", "id": "t", "text": "Read this"},
    ],
}
TEXTS = {
    "p": {"name": "流程"},
    "u": {"name": "询问"},
    "ask.ok": {"label": "可以吗？", "y": "是"},
    "ask.why": {"label": "为什么？"},
    "ask.t": {"text": "请阅读"},
}
FILES = {
    "p/p.bpmn": file(SIMPLE),
    "p/ask.form": json.dumps(FORM).encode(),
    "p/p.texts.zh-hans.json": json.dumps(TEXTS).encode(),
    "p/01-all.scenario.yaml": b"name: x",
    "q/q.bpmn": file(SIMPLE, key="q"),
    "q/notes.txt": b"not ours",
}


def test_each_folder_is_for_itself():
    first, second = load(FILES)
    assert (first.key, second.key) == ("p", "q")
    assert sorted(first.files) == ["ask.form", "p.bpmn", "p.texts.zh-hans.json"]
    assert sorted(second.files) == ["q.bpmn"]
    assert first.forms == {"ask": FORM}
    assert first.texts == {"zh-hans": TEXTS}
    assert list(first.scenarios) == ["01-all.scenario.yaml"]
    assert first.decisions is None


def test_the_name_is_that_of_the_language():
    bundle = load(FILES)[0]
    assert (bundle.name("zh-hans"), bundle.name("en")) == ("流程", "Process")
    assert element_name(bundle.process, "u", TEXTS) == "询问"
    assert element_name(bundle.process, "e", TEXTS) == "e"


def test_the_digest_follows_every_file_but_scenarios():
    digest = load(FILES)[0].digest
    assert load(dict(reversed(FILES.items())))[0].digest == digest
    assert load({**FILES, "p/01-all.scenario.yaml": b"name: y"})[0].digest == digest
    assert load({**FILES, "p/ask.form": json.dumps({**FORM, "id": "ask2"}).encode()})[0].digest != digest
    assert load({**FILES, "p/p.bpmn": FILES["p/p.bpmn"] + b"\n"})[0].digest != digest


def test_several_processes_of_one_file_get_a_bundle_each():
    second = f'<bpmn:process id="p2" isExecutable="true">{SIMPLE.replace("id=", "id=")}</bpmn:process>'
    data = file(SIMPLE).replace(LAYOUT.encode(), second.encode() + LAYOUT.encode())
    assert [bundle.key for bundle in load({"p.bpmn": data})] == ["p", "p2"]
    first, other = load({"p.bpmn": data})
    assert first.digest != other.digest


def test_embedded_forms_are_forms():
    body = ext('<zeebe:userTaskForm id="inner">{"id": "inner", "components": []}</zeebe:userTaskForm>') + SIMPLE
    assert load({"p.bpmn": file(body)})[0].forms == {"inner": {"id": "inner", "components": []}}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"p.bpmn": b"<x"}, "not-xml"),
        ({"p.form": b"{"}, "not-json"),
        ({"p.texts.zh-hans.json": b'{"a": 1}'}, "texts-invalid"),
        ({"a/p.bpmn": file(SIMPLE), "b/p.bpmn": file(SIMPLE)}, "duplicate-process"),
        ({"p.bpmn": file(ext('<zeebe:userTaskForm id="i">{</zeebe:userTaskForm>') + SIMPLE)}, "not-json"),
    ],
)
def test_what_cannot_be_read_is_refused(files, code):
    with pytest.raises(BundleInvalid) as invalid:
        load(files)
    assert [finding.code for finding in invalid.value.findings] == [code]


def test_forms_are_localised_without_touching_the_original():
    localised = localise_form(FORM, TEXTS)
    assert localised["components"][0]["label"] == "可以吗？"
    assert localised["components"][0]["values"] == [{"label": "是", "value": "y"}]
    assert localised["components"][1]["label"] == "More"
    assert localised["components"][1]["components"][0]["label"] == "为什么？"
    assert localised["components"][2]["text"] == "请阅读"
    assert FORM["components"][0]["label"] == "OK?"
    assert localise_form(FORM, None) == FORM
