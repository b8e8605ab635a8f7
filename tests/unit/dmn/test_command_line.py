"""python -m dmn: evaluate, check and tck, with exit codes a script can use."""

import json

import pytest

from dmn.__main__ import main
from tests.unit.dmn.build import decision, definitions, table


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "level.dmn"
    path.write_bytes(
        definitions(decision("level", table(["spent"], ["y"], ['>= 100 -> "gold"', '< 100 -> "standard"']), id="lv"))
    )
    return path


def test_evaluate_prints_json(model, tmp_path, capsys):
    inputs = tmp_path / "in.json"
    inputs.write_text('{"spent": 120.5}', encoding="utf-8")
    assert main(["evaluate", str(model), "lv", "--input", str(inputs)]) == 0
    assert json.loads(capsys.readouterr().out) == "gold"


def test_evaluate_explains(model, tmp_path, capsys):
    inputs = tmp_path / "in.json"
    inputs.write_text('{"spent": 5}', encoding="utf-8")
    assert main(["evaluate", str(model), "level", "--input", str(inputs), "--explain"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["trace"]["steps"][0]["tables"][0]["matched"][0]["rule"] == "t-r2"


def test_null_says_why(model, capsys):
    assert main(["evaluate", str(model), "level"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) is None
    assert captured.err


def test_wrong_usage_and_refused_models(model, tmp_path, capsys):
    assert main(["evaluate", str(model), "nothing"]) == 2
    assert main(["evaluate", str(tmp_path / "none.dmn"), "x"]) == 2
    broken = tmp_path / "broken.dmn"
    broken.write_bytes(definitions(decision("a", "1 +")))
    assert main(["evaluate", str(broken), "a"]) == 1
    said = capsys.readouterr().out
    assert "feel-syntax" in said
    assert "line 1, column 4: a value is missing after '+'" in said
    assert "expected_codes" not in said


def test_an_input_that_is_no_object_names_its_file(model, tmp_path, capsys):
    """A bare decoding error leaves the reader looking for the mistake in the model."""
    inputs = tmp_path / "in.json"
    for content in ("oops", "[1]"):
        inputs.write_text(content, encoding="utf-8")
        assert main(["evaluate", str(model), "lv", "--input", str(inputs)]) == 2
        assert f"{inputs}: no JSON object" in capsys.readouterr().err


def test_check(model, tmp_path, capsys):
    assert main(["check", str(model)]) == 0
    assert capsys.readouterr().out == "no findings\n"
    overlapping = tmp_path / "overlap.dmn"
    overlapping.write_bytes(definitions(decision("d", table(["x"], ["y"], ["<= 1 -> 1", ">= 1 -> 2"]))))
    capsys.readouterr()
    assert main(["check", str(overlapping), "--json"]) == 1
    (found,) = [item for item in json.loads(capsys.readouterr().out) if item["code"] == "rules-overlap"]
    assert found["values"]["example"] == {"x": 1}


def test_tck_without_tests_is_wrong_usage(tmp_path, capsys):
    assert main(["tck", str(tmp_path)]) == 2
    assert "no conformance tests" in capsys.readouterr().err
