"""`python -m feel`."""

import json

import pytest

from feel.__main__ import main


def test_it_works(capsys, tmp_path):
    file = tmp_path / "context.json"
    file.write_text(json.dumps({"amount": 0.1, "unit price": 3}), encoding="utf-8")
    assert main(["amount * 3 + unit price", "--context", str(file)]) == 0
    assert capsys.readouterr().out == "3.3\n"


def test_json_and_text(capsys):
    assert main(['{a: @"P1D", b: [1.50, "中"]}']) == 0
    assert json.loads(capsys.readouterr().out) == {"a": "P1D", "b": [1.5, "中"]}
    assert main(['[@"P1D", "x"]', "--text"]) == 0
    assert capsys.readouterr().out == '[P1D, "x"]\n'


def test_a_null_says_why(capsys):
    assert main(["1 / 0"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("null\n", "0-5: division by zero\n")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["(1"], 1, "line 1, column 3"),
        (["for i in 1..1e9 return i"], 2, "budget.list"),
        (["1", "--context", "/nowhere/context.json"], 1, "No such file"),
        (["function(x) x"], 1, "is no data"),
    ],
)
def test_refusals(capsys, arguments, status, words):
    assert main(arguments) == status
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("content", ["oops", "[1, 2]", "\x80"])
def test_a_context_that_is_no_object_names_its_file(content, capsys, tmp_path):
    """A bare decoding error leaves the reader looking for the mistake in the expression."""
    file = tmp_path / "context.json"
    file.write_bytes(content.encode("latin-1"))
    assert main(["1", "--context", str(file)]) == 1
    assert f"{file}: no JSON object" in capsys.readouterr().err


def test_names(capsys):
    assert main(["a + b * a", "--names"]) == 0
    assert capsys.readouterr().out == "a\nb\n"
