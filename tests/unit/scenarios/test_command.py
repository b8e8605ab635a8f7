"""``manage.py run_scenario``: its exit status, its JSON and what people read."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.unit.engine.drawing import draw, end, flow, fork, script, start, user, xor
from tests.unit.scenarios.xml import file_of

GOOD = draw(start(), user("a"), end(), flow("start", "a", "end"))
BAD = draw(start(), script("bad", "= 1 +", "x"), end(), flow("start", "bad", "end"))
UNSOUND = draw(
    start(), xor("choose", "choose>b"), user("a"), user("b"), fork("join"), end(),
    flow("start", "choose"), flow("choose", "a", when="= x"), flow("a", "join", "end"), flow("choose", "b", "join"),
)  # fmt: skip
ENDLESS = draw(
    start(), xor("m", "m>t"), script("t", "= 1", "x"), end(),
    flow("start", "m", "t", "m"), flow("m", "end", when="= x > 1"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.bpmn").write_bytes(file_of(GOOD))
    (tmp_path / "bad.bpmn").write_bytes(file_of(BAD))
    (tmp_path / "unsound.bpmn").write_bytes(file_of(UNSOUND))
    (tmp_path / "endless.bpmn").write_bytes(file_of(ENDLESS))
    for name, text in {
        "holds": "model: good.bpmn\nsteps:\n  - complete: a\n    with: {x: 1}\n  - expect: {ended: true}",
        "breaks": "model: good.bpmn\nsteps:\n  - expect: {ended: true}",
        "refused": "model: bad.bpmn\nsteps: []",
        "unsound": "model: unsound.bpmn\nsteps: [{complete: b}, {expect: {waiting: [], ended: false, incidents: []}}]",
        "endless": "model: endless.bpmn\nsteps:\n  - expect: {incidents: [t]}",
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
    except CommandError as error:
        status = error.returncode
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


def test_an_unsound_model_is_played_and_its_flaw_is_told(capsys, folder):
    """A story may show the very place where it gets stuck; only deploying refuses it."""
    status, out = run(capsys, folder, "unsound")
    assert status == 0
    assert "  error unsound.bpmn:" in out
    assert "[deadlock]" in out
    status, out = run(capsys, folder, "unsound", json=True)
    assert (status, json.loads(out)["refused"]) == (0, [])


def test_without_files_it_is_used_wrongly_and_says_so(capsys, folder):
    """2 would say that a model was refused."""
    assert run(capsys, folder)[0] == 3


@pytest.mark.parametrize("json_", [True, False])
def test_a_file_that_nobody_can_read_does_not_stop_the_others(capsys, folder, monkeypatch, json_):
    """Not there, a folder, no text, or something nobody thought of."""
    (folder / "folder.scenario.yaml").mkdir()
    (folder / "latin.scenario.yaml").write_bytes(b"name: \xff")
    (folder / "nul.scenario.yaml").write_text('name: n\nmodel: "a\\0b/c.bpmn"')
    status, out = run(capsys, folder, "nowhere", "folder", "latin", "nul", "holds", json=json_)
    assert status == 3
    assert "nowhere.scenario.yaml: No such file or directory" in out
    assert out.count("\n") == 5 if json_ else out.rstrip().endswith("holds")
    monkeypatch.setattr("workflows.scenarios.playing.World", None)
    status, out = run(capsys, folder, "holds", json=json_)
    assert (status, "Traceback" in out, "TypeError" in out) == (3, False, True)


def test_of_a_long_story_the_beginning_and_the_end_are_printed(capsys, folder):
    status, out = run(capsys, folder, "endless")
    assert status == 0
    assert len(out.splitlines()) < 1_020
    assert " more ..." in out
    assert "incident at t" in out


def test_a_model_may_have_any_name(capsys, folder):
    (folder / "good.xml").write_bytes(file_of(GOOD))
    assert run(capsys, folder, "holds", model=folder / "good.xml")[0] == 0
