"""Checking files without deploying: each judged by itself, nothing stored, hundreds in one call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from bpmn.models import ProcessVersion
from tests.support.diagrams import call, diagram, end, exclusive, parallel, service, start, user

GOOD = diagram("good", "begin -> work -> done", begin=start(), work=user(assignee="alice"), done=end())
CALLER = diagram("caller", "begin -> visit -> done", begin=start(), visit=call("good"), done=end())
FOREIGN = diagram("foreign", "begin -> work -> done", begin=start(), work=service("their.worker"), done=end())


def run(*arguments: str | Path) -> tuple[int, dict[str, dict]]:
    out = StringIO()
    code = 0
    try:
        call_command("check_model", *map(str, arguments), "--json", stdout=out)
    except SystemExit as ending:
        code = int(ending.code or 0)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return code, {Path(line["file"]).name: line for line in lines}


def test_models_of_many_makers_lie_in_one_folder(tmp_path):
    """Each file gets its line and its own verdict; the same process id twice is nobody's mistake; no database."""
    for name, content in {"a": GOOD, "b": GOOD, "caller": CALLER, "foreign": FOREIGN, "broken": b"<x/>"}.items():
        (tmp_path / f"{name}.bpmn").write_bytes(content)
    code, lines = run(*sorted(tmp_path.iterdir()), "--standalone")
    assert code == 2
    assert {name: line["ok"] for name, line in lines.items()} == {
        "a.bpmn": True, "b.bpmn": True, "broken.bpmn": False, "caller.bpmn": True, "foreign.bpmn": True,
    }  # fmt: skip
    assert all(line.keys() == {"file", "ok", "findings"} for line in lines.values())
    (wrong,) = lines["broken.bpmn"]["findings"]
    assert wrong.keys() == {"severity", "code", "element", "line", "message"}
    assert [found["severity"] for found in lines["foreign.bpmn"]["findings"] if found["code"] == "unknown-handler"] == [
        "notice"
    ]


@pytest.mark.django_db
def test_without_standalone_what_the_product_does_not_offer_is_an_error(tmp_path):
    """The same file as above; nothing is stored."""
    versions = ProcessVersion.objects.count()
    (tmp_path / "foreign.bpmn").write_bytes(FOREIGN)
    code, lines = run(tmp_path)
    assert code == 2
    assert not lines["foreign.bpmn"]["ok"]
    assert ProcessVersion.objects.count() == versions


def test_a_deadlock_is_found_with_its_element(tmp_path):
    """A choice into a parallel join, by the command as a whole."""
    parts = {"begin": start(), "choose": exclusive("choose-to-one"), "join": parallel(), "done": end()}
    tasks = {name: user(assignee="alice") for name in ("one", "two")}
    flows = ("begin -> choose -> one -> join -> done", "choose -[x]-> two -> join")
    body = diagram("stuck", *flows, **parts, **tasks)
    (tmp_path / "stuck.bpmn").write_bytes(body)
    code, lines = run(tmp_path / "stuck.bpmn", "--standalone")
    found = [(entry["severity"], entry["code"], entry["element"]) for entry in lines["stuck.bpmn"]["findings"]]
    assert code == 2
    assert ("error", "deadlock", "join") in found


def test_a_diagram_finds_the_form_beside_it_and_misses_the_one_that_is_not_given(tmp_path):
    """Forms are found by id in the diagram's own folder."""
    work = user(assignee="alice", properties='<zeebe:formDefinition formId="here"/>')
    (tmp_path / "p.bpmn").write_bytes(diagram("p", "begin -> work -> done", begin=start(), work=work, done=end()))
    (tmp_path / "x.form").write_text(json.dumps({"id": "here", "type": "default", "components": []}))
    _, alone = run(tmp_path / "p.bpmn", "--standalone")
    _, together = run(tmp_path, "--standalone")
    assert "unknown-form" in [entry["code"] for entry in alone["p.bpmn"]["findings"]]
    assert "unknown-form" not in [entry["code"] for entry in together["p.bpmn"]["findings"]]


def test_files_that_cannot_be_read_are_findings_and_the_others_are_checked_all_the_same(tmp_path):
    """One typing mistake among hundreds of files costs nobody the other answers; a folder gives its files."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "good.bpmn").write_bytes(GOOD)
    (tmp_path / "page.bpmn").write_bytes(b"<html><body/></html>")
    (tmp_path / "notes.txt").write_bytes(b"hello")
    paths = [tmp_path / "nowhere.bpmn", tmp_path / "here", tmp_path / "page.bpmn", tmp_path / "notes.txt"]
    code, lines = run(*paths, "--standalone")
    assert code == 2
    assert {name: [found["code"] for found in line["findings"] if found["severity"] == "error"] for name, line in lines.items()} == {  # noqa: E501
        "nowhere.bpmn": ["file-unreadable"],
        "good.bpmn": [],
        "page.bpmn": ["not-bpmn"],
        "notes.txt": ["unknown-file-kind"],
    }  # fmt: skip


def test_the_command_needs_no_database(tmp_path):
    """Neither started nor asked: the address leads nowhere, and hundreds of files take one start of the program."""
    for number in range(200):
        (tmp_path / f"m{number}.bpmn").write_bytes(GOOD)
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    for options in (["--standalone"], []):
        made = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", "check_model", *map(str, tmp_path.iterdir()), "--json", *options],
            capture_output=True, text=True, env=environment, check=False, timeout=60,
        )  # fmt: skip
        lines = [json.loads(line) for line in made.stdout.splitlines()]
        assert (made.returncode, len(lines)) == (0, 200), made.stderr
        assert all(line["ok"] for line in lines)
        assert "Traceback" not in made.stderr
