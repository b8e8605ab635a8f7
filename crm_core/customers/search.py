"""Search words: what a text is found by, in Chinese and in Latin letters, without any database extension.

A word is found by its beginning; Chinese text by any two neighbouring characters, by its pinyin from any syllable
on, and by its initials. The words are made here and not by PostgreSQL's parser, whose idea of a letter depends on
the server's locale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_IS_HAN = re.compile(rf"[{HAN}]")
MAX_WORDS = 12
MAX_SYLLABLES = 12
MAX_LEXEMES = 400


def has_han(text: str) -> bool:
    """Whether the text holds Chinese characters."""
    return bool(_IS_HAN.search(text))


def folded(text: str) -> str:
    """The text in one width and case and without accents, as it is compared."""
    wide = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(letter for letter in wide if not unicodedata.combining(letter)))


def lexemes(text: str) -> set[str]:
    """Everything a text can be found by."""
    found: set[str] = set()
    for run in _RUNS.findall(folded(text)):
        found |= _han_lexemes(run) if _IS_HAN.match(run) else {run}
    return found


def document(texts: Iterable[str]) -> str:
    """The tsvector literal for the texts of one record."""
    found: set[str] = set()
    for text in texts:
        found |= lexemes(text)
    return " ".join(_quoted(word) for word in sorted(found)[:MAX_LEXEMES])


def query(text: str) -> str:
    """The tsquery literal that finds documents with all words of ``text``; empty when it holds no word."""
    return " & ".join(_terms(text))


def any_of(text: str) -> str:
    """The tsquery literal that finds documents with at least one word of ``text``."""
    return " | ".join(_terms(text))


def pinyin(text: str) -> str:
    """The pinyin of the Chinese characters in ``text`` without tones, one word: 杭州兰亭 is hangzhoulanting."""
    runs = (run for run in _RUNS.findall(folded(text)) if _IS_HAN.match(run))
    return "".join(syllable for run in runs for syllable in _syllables(run))


def phone_key(text: str) -> str:
    """The digits by which a phone number is compared: without country code 86, signs and spaces; empty under 5."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text)).removeprefix("00")
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return digits if len(digits) >= 5 else ""


def _terms(text: str) -> list[str]:
    terms: list[str] = []
    for run in _RUNS.findall(folded(text))[:MAX_WORDS]:
        if len(run) == 1 or not _IS_HAN.match(run):
            terms.append(f"{_quoted(run)}:*")
        else:
            terms += [_quoted(one + two) for one, two in pairwise(run[:MAX_SYLLABLES])]
    return terms


def _han_lexemes(run: str) -> set[str]:
    # Single characters are found as the beginning of a pair; the last one has no pair and stands alone.
    found = {one + two for one, two in pairwise(run)} | {run[-1]}
    syllables = _syllables(run)[:MAX_SYLLABLES]
    for start in range(len(syllables)):
        rest = syllables[start:]
        found |= {"".join(rest), "".join(syllable[0] for syllable in rest)}
    return found


def _syllables(run: str) -> list[str]:
    from pypinyin import lazy_pinyin  # 55 MB of dictionaries: only a process that meets Chinese text reads them

    return list(lazy_pinyin(run))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
