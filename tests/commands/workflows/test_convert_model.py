"""The import assistant from the command line: a folder of another engine's models in one call, nothing overwritten."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t"><bpmn:process id="{0}">'
)
BODY = (
    '<bpmn:startEvent id="s"/><bpmn:userTask id="u" {1}/><bpmn:endEvent id="e"/>'
    '<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="u"/><bpmn:sequenceFlow id="b" sourceRef="u" targetRef="e"/>'
    "</bpmn:process></bpmn:definitions>"
)


def model(key: str, attributes: str = 'camunda:assignee="${who}"') -> str:
    return (HEAD + BODY).format(key, attributes)


def run(*arguments: str | Path) -> tuple[int, dict[str, list[dict]]]:
    out, code = StringIO(), 0
    try:
        call_command("convert_model", *map(str, arguments), "--json", stdout=out)
    except SystemExit as ending:
        code = int(ending.code or 0)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return code, {Path(line["file"]).name: line["changes"] for line in lines}


def test_a_folder_is_converted_with_its_folders_and_what_lies_beside(tmp_path):
    """Two files of one name in two folders stay two; decisions come along as they are; a second run changes nothing."""
    for folder in ("one", "two"):
        (tmp_path / "old" / folder).mkdir(parents=True)
        (tmp_path / "old" / folder / "p.bpmn").write_text(model(folder))
    (tmp_path / "old" / "one" / "d.dmn").write_bytes(b"<whatever/>")
    code, _ = run(tmp_path / "old", "--to", tmp_path / "new")
    assert code == 0
    assert (tmp_path / "new" / "one" / "d.dmn").read_bytes() == b"<whatever/>"
    converted = (tmp_path / "new" / "two" / "p.bpmn").read_bytes()
    assert b'assignee="=who"' in converted
    code, again = run(tmp_path / "new" / "two" / "p.bpmn", "--to", tmp_path / "third")
    assert (code, again) == (0, {"p.bpmn": []})
    assert (tmp_path / "third" / "p.bpmn").read_bytes() == converted


def test_what_is_to_be_decided_and_what_is_no_diagram_give_exit_status_2(tmp_path):
    """Each with its line and in words, and the other files are converted all the same."""
    (tmp_path / "a.bpmn").write_text(model("asked", 'camunda:assignee="${bean.find()}"'))
    (tmp_path / "b.bpmn").write_text("<html>\n</html>")
    (tmp_path / "c.bpmn").write_text(model("clear"))
    code, files = run(*sorted(tmp_path.glob("*.bpmn")), "--to", tmp_path / "new")
    assert code == 2
    asked = [(entry["code"], entry["element"]) for entry in files["a.bpmn"] if entry["decide"]]
    assert asked == [("keep-attribute", "u")]
    (refused,) = files["b.bpmn"]
    assert (refused["code"], refused["line"], refused["decide"]) == ("not-bpmn", 1, True)
    assert "html" in refused["message"]
    assert not [entry for entry in files["c.bpmn"] if entry["decide"]]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.bpmn", "c.bpmn"]


def test_nothing_is_overwritten(tmp_path):
    """Neither what is there nor a result of the same run; it is refused before anything is written."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.bpmn").write_text(model(folder))
    with pytest.raises(CommandError, match="Two files"):
        run(tmp_path / "one" / "p.bpmn", tmp_path / "two" / "p.bpmn", "--to", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(CommandError, match="exists already"):
        run(tmp_path / "one" / "p.bpmn", "--to", tmp_path / "one")
    assert (tmp_path / "one" / "p.bpmn").read_text() == model("one")
