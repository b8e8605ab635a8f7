"""``manage.py run_scenario``: its exit status, its JSON and what people read."""

import json

import pytest
from django.core.management import call_command

from tests.unit.engine.drawing import draw, end, flow, script, start, user
from tests.unit.scenarios.xml import file_of

GOOD = draw(start(), user("a"), end(), flow("start", "a", "end"))
BAD = draw(start(), script("bad", "= 1 +", "x"), end(), flow("start", "bad", "end"))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.bpmn").write_bytes(file_of(GOOD))
    (tmp_path / "bad.bpmn").write_bytes(file_of(BAD))
    for name, text in {
        "holds": "model: good.bpmn\nsteps:\n  - complete: a\n    with: {x: 1}\n  - expect: {ended: true}",
        "breaks": "model: good.bpmn\nsteps:\n  - expect: {ended: true}",
        "refused": "model: bad.bpmn\nsteps: []",
        "missing": "model: none.bpmn\nsteps: []",
        "invalid": "model: good.bpmn\nsteps: []\nunknown: 1",
    }.items():
        (tmp_path / f"{name}.scenario.yaml").write_text(f"name: {name}\n{text}\n")
    return tmp_path


def run(capsys, folder, *names, **options):
    status: object = 0
    try:
        call_command("run_scenario", *[str(folder / f"{name}.scenario.yaml") for name in names], **options)
    except SystemExit as exit_:
        status = exit_.code
    return status, capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "status"), [("holds", 0), ("breaks", 1), ("refused", 2), ("missing", 3), ("invalid", 3)]
)
def test_exit_status(capsys, folder, name, status):
    assert run(capsys, folder, name)[0] == status


def test_json(capsys, folder):
    status, out = run(capsys, folder, "holds", "breaks", "refused", json=True)
    held, broken, refused = map(json.loads, out.splitlines())
    assert status == 2
    assert held == {
        "file": str(folder / "holds.scenario.yaml"),
        "ok": True,
        "refused": [],
        "failed": None,
        "ended": True,
        "end": ["end"],
        "waiting": [],
        "completed": ["start", "a", "end"],
        "variables": {"x": 1},
        "incidents": [],
    }
    assert broken["failed"] == {"step": 1, "expected": {"ended": True}, "actual": {"ended": False, "waiting": ["a"]}}
    assert (broken["ok"], broken["waiting"]) == (False, ["a"])
    assert refused["ok"] is False
    assert refused["refused"][0]["element"] == "bad"
    assert refused["refused"][0]["message"]


def test_people_read_the_story_and_what_broke_it(capsys, folder):
    _, out = run(capsys, folder, "holds", "breaks")
    assert "a completed" in out
    assert "x = 1" in out
    assert "holds" in out
    assert 'expected: {"ended": true}' in out


def test_another_model_can_be_played(capsys, folder):
    assert run(capsys, folder, "missing", model=folder / "good.bpmn")[0] == 0
