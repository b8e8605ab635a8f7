"""Files that are checked together: what refers from one to another, and what no file of the set holds."""

from __future__ import annotations

from bpmn.checking import Catalogue, check, is_refused
from tests.unit.bpmn.checked import CATALOGUE, findings, line
from tests.unit.bpmn.drawing import (
    HEAD,
    SIMPLE,
    file,
    job,
    node,
    user,
)


def test_standalone_turns_missing_references_into_notices():
    body = line(
        job("j", "crm.nothing"),
        user("u", "", '<zeebe:formDefinition formId="gone"/>'),
        node("callActivity", "c", extensions='<zeebe:calledElement processId="gone"/>'),
        node("businessRuleTask", "d", extensions='<zeebe:calledDecision decisionId="gone" resultVariable="x"/>'),
    )
    items = findings(body, Catalogue(standalone=True))
    assert {item.code for item in items} == {"unknown-handler", "unknown-form", "unknown-process", "unknown-decision"}
    assert not is_refused(items)
    assert is_refused(findings(body))


def test_call_targets_may_be_in_any_file_of_the_set():
    caller = file(line(node("callActivity", "c", extensions='<zeebe:calledElement processId="q"/>')))
    assert check({"a/p.bpmn": caller, "b/q.bpmn": file(SIMPLE, key="q")}, CATALOGUE) == []


def test_two_processes_of_one_key_are_refused():
    items = check({"a/p.bpmn": file(SIMPLE), "b/p.bpmn": file(SIMPLE)}, CATALOGUE)
    assert [(item.code, item.file) for item in items] == [("duplicate-process", "b/p.bpmn")]


def test_no_executable_process():
    data = file(SIMPLE).replace(b' isExecutable="true"', b"")
    assert [item.code for item in check({"p.bpmn": data}, CATALOGUE)] == ["no-executable-process"]


def test_no_process_and_no_layout():
    assert {item.code for item in check({"p.bpmn": f"{HEAD}</bpmn:definitions>".encode()}, CATALOGUE)} == {
        "no-process",
        "no-layout",
    }


def test_an_unread_file_kind_is_refused():
    assert [item.code for item in check({"notes.txt": b"hello"}, CATALOGUE)] == ["unknown-file-kind"]
