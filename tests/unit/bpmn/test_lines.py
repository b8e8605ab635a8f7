"""Findings stand on the line where their element begins, in diagrams, forms, texts and decisions alike."""

from __future__ import annotations

import json
import re

import pytest

from bpmn.checking import Catalogue, Finding, Severity, check
from bpmn.json_lines import JsonLines
from dmn.lines import start_line, start_lines
from tests.unit.bpmn.checked import CATALOGUE
from tests.unit.bpmn.drawing import SIMPLE, ext, file, node, start
from tests.unit.bpmn.test_decision_check import TABLE
from tests.unit.bpmn.test_mistakes import WRONG

CHINESE = Catalogue(languages=("zh-hans",))


def spread(data: bytes) -> bytes:
    """The same file with every tag on its own lines, and every attribute on a line of its own."""
    text = re.sub(r"(?<=>)(?=<)", "\n<!-- a remark:\n <bpmn:task id='no'/> -->\n", data.decode())
    return re.sub(r' (?=[\w:]+="[^"]*")(?=[^<]*>)', "\n  ", text).encode()


def line_of_id(data: bytes, identity: str) -> list[int]:
    """The lines of the start tags whose own id is ``identity``, found without the reader."""
    text = data.decode()
    tags = re.finditer(r"<[\w:]+(?:\s+[\w:]+=\"[^\"]*\")*\s*/?>", re.sub(r"<!--.*?-->", _blank, text, flags=re.DOTALL))
    return [text.count("\n", 0, tag.start()) + 1 for tag in tags if f'\n  id="{identity}"' in tag.group()]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_a_finding_stands_where_the_start_tag_of_its_element_begins(case):
    """Also where the tag goes over several lines: the parser itself only knows where it ends."""
    body, _, code, element = case
    data = spread(file(body))
    told = [item for item in check({"p.bpmn": data}, CATALOGUE) if (item.code, item.element) == (code, element)]
    assert told
    lines = line_of_id(data, element) if element else []
    parts = [number for number, text in enumerate(data.decode().splitlines(), 1) if text.startswith("<")]
    for item in told:
        assert item.line in (lines if element and not _is_inside(item) else parts), item


def _is_inside(item: Finding) -> bool:
    """Whether the finding is about a part of the element that has no id: an extension, a reference, an event."""
    return item.code in {
        "broken-reference", "foreign-extension", "execution-listener", "task-listener", "misplaced-extension",
        "unsupported-extension", "unsupported-element",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
def test_start_tags_are_counted_in_any_encoding(encoding: str):
    """Comments, CDATA and signs in values are no tags; two bytes a character are no obstacle."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<a\n名="1>"><!-- <x>\n --><b/>\n<![CDATA[\n<y>]]><c\n/></a>'
    data = text.encode(encoding)
    assert list(start_lines(data)) == [2, 4, 6]
    assert start_line(data, 3) == 6
    assert start_line(data, 4) == 0


def test_a_form_component_stands_on_its_own_line():
    """Also inside groups, and in forms that a diagram holds."""
    wrong = {"type": "html", "id": "h"}
    inner = {"type": "group", "components": [{"type": "separator"}, wrong]}
    data = json.dumps({"id": "f", "components": [{"type": "textfield", "key": "a"}, inner]}, indent=1)
    (item,) = check({"f.form": data.encode()}, Catalogue())
    expected = next(number for number, text in enumerate(data.splitlines(), 1) if "html" in text) - 1
    assert (item.code, item.line) == ("form-component-refused", expected)
    escaped = data.replace('"', "&quot;")
    embedded = file("\n\n" + ext(f'<zeebe:userTaskForm id="i">{escaped}</zeebe:userTaskForm>') + SIMPLE)
    (item,) = [item for item in check({"p.bpmn": embedded}, CATALOGUE) if item.code == "form-component-refused"]
    assert item.line == expected + 2


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("f.form", b'{\n"id": "f",\n"components": [\n}', 4),
        ("f.form", b'\n{"id": "f",\n "schemaVersion": 99, "components": []}', 3),
        ("f.form", b'{"id": "f",\n "components": {}}', 2),
        ("p.texts.zh-hans.json", b'{\n "p": {"name": "x"},\n "u": 5}', 3),
        ("p.texts.zh-hans.json", b'{\n "p": \n', 3),
        ("d.dmn", b"<a>\n<b>\n", 3),
        ("notes.txt", b"x", 1),
        ("p.bpmn", b"", 1),
    ],
)
def test_a_file_that_is_wrong_says_where(name: str, data: bytes, line: int):
    """What is wrong as a whole is wrong from its first line on; nothing stands on line 0."""
    assert [item.line for item in check({name: data}, Catalogue()) if item.severity is not Severity.NOTICE] == [line]


def test_texts_are_found_on_their_lines():
    """What is missing stands at its element, what is unknown at its key."""
    texts = b'{\n"p": {"name": "x"},\n"u": {\n},\n"gone": {"name": "y"}\n}'
    body = node("userTask", "u", name="Ask", extensions='<zeebe:assignmentDefinition assignee="li.wei"/>')
    files = {"p.bpmn": file(start() + body), "p.texts.zh-hans.json": texts}
    told = {item.code: item.line for item in check(files, CHINESE) if item.code.startswith("text")}
    assert told == {"text-missing": 3, "text-unknown": 5}


def test_lines_of_json():
    """Keys that repeat what signs mean, escapes, nested lists; what is not there stands with what would hold it."""
    lines = JsonLines(b'{"a{\\"[": [\n1,\n[2,\n {"b":\n null}]],\n"c": {}\n}', first=10)
    assert lines.of('a{"[') == 10
    assert [lines.of('a{"[', 0), lines.of('a{"[', 1), lines.of('a{"[', 1, 1), lines.of('a{"[', 1, 1, "b")] == [
        11, 12, 13, 13,
    ]  # fmt: skip
    assert (lines.of("c"), lines.of("c", "d"), lines.of("nothing")) == (15, 15, 10)


def test_findings_of_tables_stand_at_their_rule_or_cell():
    """The same for decisions, which are read apart from diagrams."""
    data = spread(TABLE.replace("CELL", "&gt;= 5").encode())
    overlap = next(item for item in check({"t.dmn": data}, Catalogue()) if item.code == "dmn-rules-overlap")
    broken = spread(TABLE.replace("CELL", "&gt;=").encode())
    syntax = next(item for item in check({"t.dmn": broken}, Catalogue()) if item.code == "dmn-feel-syntax")
    assert ([overlap.line], overlap.element) == (line_of_id(data, "r2"), "r2")
    assert ([syntax.line], syntax.element) == (line_of_id(broken, "e2"), "e2")
