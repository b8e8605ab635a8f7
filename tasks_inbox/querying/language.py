"""Reading and writing the query line: terms one after the other, each problem with the place where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tasks_inbox.querying import keys

LINE_LIMIT = 400
TERM_LIMIT = 20
_SPACE = re.compile(r"[\s\x00-\x20\u3000\ud800-\udfff]+")
_NAME = re.compile(r"([^\s\x00-\x20\u3000\ud800-\udfff:：\"“”<>=\\]+)[:：]")
_BARE = re.compile(r"[^\s\x00-\x20\u3000\ud800-\udfff]+")
_COMPARES = re.compile(r"<=|>=|<|>|=")
_QUOTES = {'"': '"', "“": "”"}
_PLAIN_WORD = re.compile(r"[^-\s\x00-\x20\u3000\ud800-\udfff:：\"“”\\][^\s\x00-\x20\u3000\ud800-\udfff:：\"“”\\]*")
_PLAIN_VALUE = re.compile(r"[^\s\x00-\x20\u3000\ud800-\udfff\"“”\\<>=][^\s\x00-\x20\u3000\ud800-\udfff\"“”\\]*")


@dataclass(frozen=True, slots=True)
class Term:
    """``key:value``, or free words where ``key`` is empty. ``start`` and ``end`` are where it stands in the line."""

    key: str
    value: str
    compare: str = ""
    negated: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be understood, and where: ``code`` says what is wrong, ``text`` is what stands there."""

    code: str
    start: int
    end: int
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line asks for; parts with a problem ask for nothing."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def without(self, term: Term) -> Line:
        """The line as it is when this term is taken away."""
        return Line(tuple(each for each in self.terms if each is not term))


def parse(text: str) -> Line:
    """The terms of a line and its problems; never raises, and reads at most 400 characters and 20 terms."""
    reader = _Reader(text[:LINE_LIMIT])
    if len(text) > LINE_LIMIT:
        reader.problem("too-long", LINE_LIMIT, len(text))
    reader.read()
    return Line(tuple(dict.fromkeys(reader.terms)), tuple(reader.problems))


def printed(line: Line) -> str:
    """The line as text that reads back as the same terms: English names, quotes only where they are needed."""
    return " ".join(_printed(term) for term in line.terms)


def _printed(term: Term) -> str:
    sign = "-" if term.negated else ""
    if not term.key:
        plain = _PLAIN_WORD.fullmatch(term.value)
        return sign + (term.value if plain else _quoted(term.value))
    plain = _PLAIN_VALUE.fullmatch(term.value)
    return f"{sign}{term.key}:{term.compare}{term.value if plain else _quoted(term.value)}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Reader:
    """Goes through the text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.terms: list[Term] = []
        self.problems: list[Problem] = []

    def problem(self, code: str, start: int, end: int, key: str = "") -> None:
        self.problems.append(Problem(code, start, end, self.text[start:end], key))

    def read(self) -> None:
        while True:
            if space := _SPACE.match(self.text, self.at):
                self.at = space.end()
            if self.at >= len(self.text):
                return
            if len(self.terms) >= TERM_LIMIT:
                self.problem("too-many", self.at, len(self.text))
                return
            self._term()

    def _term(self) -> None:
        start = self.at
        negated = self.text[start] == "-" and _BARE.match(self.text, start + 1) is not None
        self.at += negated
        name = _NAME.match(self.text, self.at)
        if name is None:
            self._words(start, negated)
            return
        self.at = name.end()
        key = keys.key_named(name[1])
        compare = _COMPARES.match(self.text, self.at)
        self.at = compare.end() if compare else self.at
        value = self._value()
        if key is None:
            self.problem("unknown-key", start, self.at, keys.nearest(name[1]))
        elif value is None:
            self.problem("unclosed", start, self.at, key.name)
        else:
            self._keep(key, Term(key.name, value, compare[0] if compare else "", negated, start, self.at))

    def _keep(self, key: keys.Key, term: Term) -> None:
        meant = key.words.get(term.value.casefold())
        if not term.value.strip():
            self.problem("no-value", term.start, term.end, key.name)
        elif term.compare and (not key.compares or meant is not None):
            self.problem("no-compare", term.start, term.end, key.name)
        elif meant is not None:
            self.terms.append(Term(key.name, meant, "", term.negated, term.start, term.end))
        elif key.accepts(term.value):
            self.terms.append(term)
        else:
            self.problem(key.problem, term.start, term.end, key.name)

    def _words(self, start: int, negated: bool) -> None:
        value = self._value()
        if value is None:
            self.problem("unclosed", start, self.at)
        elif value.strip():
            self.terms.append(Term("", value, "", negated, start, self.at))

    def _value(self) -> str | None:
        """What stands here up to the next space, or between quotes; None when those are not closed."""
        closing = _QUOTES.get(self.text[self.at : self.at + 1])
        if closing is None:
            found = _BARE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            return found[0] if found else ""
        return self._between(closing)

    def _between(self, closing: str) -> str | None:
        kept: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == closing or (letter == '"' and closing == "”"):
                return "".join(kept)
            if letter == "\\" and self.text[self.at : self.at + 1] in {"\\", '"', "”"}:
                letter = self.text[self.at]
                self.at += 1
            kept.append(" " if _SPACE.fullmatch(letter) else letter)
        return None
