"""Whoever writes an expression reads what is wrong with it in words of their own language, with line and column."""

from __future__ import annotations

import re
import string

import pytest
from django.utils import translation

import feel
from bpmn.checking.feel_sentences import EXPECTED, FEEL_SENTENCES, HINTS, feel_sentence
from feel.describe import EXPECTED as EXPECTED_BY_THE_LIBRARY
from feel.describe import HINTS as HINTS_OF_THE_LIBRARY
from feel.describe import SENTENCES

BROKEN = {
    "sum(amount": "line 1, column 11: a closing bracket ) is missing after “sum(amount”",
    "{a: 1": "line 1, column 6: a closing brace } is missing after “1”",
    "if a then 1": "line 1, column 12: “else” is missing after “1”",
    "1 +\n  ": "line 2, column 3: a value is missing after “+”",
    "for in xs return 1": "line 1, column 5: a name is missing after “for”; found “in”",
    "1 2": "line 1, column 3: “2” does not continue the expression after “1”",
    "a == b": "line 1, column 4: “==” has no meaning here: equality is written with one =",
    "a && b": "line 1, column 3: “&” has no meaning here: conjunction is written and",
    '"abc': "line 1, column 1: a text is not closed: its last double quote is missing",
    "(1, 2": "a closing bracket ) is missing",
    "": "line 1, column 1: a value is missing",
}


def said(text: str, language: str) -> str:
    """What a reader of that language is told about an expression."""
    (found,) = feel.check(text, {})
    values = {**found.values, "text_line": found.line, "text_column": found.column}
    with translation.override(language):
        return feel_sentence(found.code, values, "otherwise")


@pytest.mark.parametrize(("text", "sentence"), BROKEN.items())
def test_a_syntax_error_names_its_place_and_what_was_expected(text, sentence):
    """A reader who only learns that something is wrong somewhere cannot mend it."""
    assert sentence in said(text, "en")


@pytest.mark.parametrize("text", BROKEN)
def test_nothing_of_it_stays_english_for_a_chinese_reader(text):
    """Half-translated sentences are worse than either language."""
    sentence = said(text, "zh-hans")
    rest = re.sub("“[^”]*”", "", sentence).replace("modulo(a, b)", "").replace("and", "")
    assert not set(rest) & set(string.ascii_letters), sentence


def test_every_code_of_the_library_has_its_sentence():
    """A new code without a sentence would reach people as English or as a code."""
    assert set(SENTENCES) == set(FEEL_SENTENCES)
    assert set(EXPECTED_BY_THE_LIBRARY) == set(EXPECTED) | {"operator"}
    assert set(HINTS_OF_THE_LIBRARY) == set(HINTS)


@pytest.mark.parametrize("text", [*FEEL_SENTENCES.values(), *EXPECTED.values(), *HINTS.values()])
def test_every_sentence_has_its_chinese_with_the_same_values(text):
    """A translation that drops or invents a value would fail in front of the reader."""
    with translation.override("zh-hans"):
        chinese = translation.gettext(text)
    assert chinese != text
    assert fields(chinese) == fields(text)


def fields(text: str) -> set[str]:
    """The names of the values a sentence shows."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
