"""Refused texts name line, column and what was expected."""

import pickle

import pytest

import feel


@pytest.mark.parametrize(
    ("text", "line", "column", "sentence"),
    [
        ("(amount", 1, 8, "a closing bracket ) is missing after '(amount'"),
        ("sum(amount", 1, 11, "a closing bracket ) is missing after 'sum(amount'"),
        ("[1, 2", 1, 6, "a closing bracket ] is missing after '2'"),
        ("{a: 1", 1, 6, "a closing brace } is missing after '1'"),
        ("if a then 1", 1, 12, "'else' is missing after '1'"),
        ("if a", 1, 5, "'then' is missing after 'a'"),
        ("1 +\n  ", 2, 3, "a value is missing after '+'"),
        ("a between 1", 1, 12, "'and' is missing after '1'"),
        ("for x in xs", 1, 12, "'return' is missing after 'xs'"),
        ("some x in xs", 1, 13, "'satisfies' is missing after 'xs'"),
        ("for in xs return 1", 1, 5, "a name is missing after 'for'"),
        ('"abc', 1, 1, "a text is not closed"),
        ("1 2", 1, 3, "'2' does not continue the expression after '1'"),
        ("a == b", 1, 4, "equality is written with one ="),
        ("a && b", 1, 3, "conjunction is written and"),
        ("5 % 2", 1, 3, "modulo(a, b)"),
        ("'text'", 1, 1, "double quotes"),
        ("{1: 2}", 1, 2, "a key is missing"),
        ("a.", 1, 3, "a member's name is missing"),
        ("1 instance of ", 1, 15, "a type is missing"),
        ("f(a: 1, 2)", 1, 9, "an argument's name is missing"),
        ("@5", 1, 2, "a text in double quotes is missing"),
        ("", 1, 1, "a value is missing"),
    ],
)
def test_where_and_what(text, line, column, sentence):
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.compile(text)
    error = refusal.value
    assert (error.line, error.column) == (line, column)
    assert sentence in str(error)


def test_expected_comes_as_codes():
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.compile("(1")
    assert "close-paren" in refusal.value.expected
    assert refusal.value.code == "syntax.expected"
    assert refusal.value.values["after"] == "(1"


def test_errors_survive_pickling():
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.compile("(1")
    copy = pickle.loads(pickle.dumps(refusal.value))
    assert str(copy) == str(refusal.value)
    assert copy.line == 1
    assert str(pickle.loads(pickle.dumps(feel.BudgetExceeded("steps", 5)))) == "the evaluation took more than 5 steps"
