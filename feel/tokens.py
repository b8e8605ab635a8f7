"""Reads an expression token by token; which names exist is asked of the scope, because names may hold operators."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from feel.errors import BudgetExceeded, FeelSyntaxError
from feel.limits import DEFAULT_BUDGET, MAX_NAME_TRIES, MAX_NAMES, MAX_TEXT
from feel.numbers import PLUS, ArithmeticFault

START: Final = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
PART: Final = START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
WORD: Final = f"[{START}][{PART}]*+(?:'[{PART}]++)*+"
SPACE: Final = r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+"

KEYWORDS: Final = frozenset(
    ["for", "return", "if", "then", "else", "some", "every", "satisfies", "in", "and", "or", "between"]
) | {"function", "true", "false", "null", "instance of"}
IRREGULAR_BUILT_INS: Final = ("date and time", "days and time duration", "years and months duration", "get or else")

_TOKEN = re.compile(
    SPACE
    + rf"(?:(?P<name>{WORD})"
    + r"|(?P<number>(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
    + r'|(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")'
    + r"|(?P<operator>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},.:@?])"
    + r"|(?P<end>\Z)|(?P<bad>.))",
    re.DOTALL,
)
_MORE = re.compile(rf"\s++([{PART}]++(?:'[{PART}]++)*+)(?!\.[0-9])")
_OF = re.compile(rf"\s++of(?![{PART}])")
_AFTER_NAME = re.compile(rf"[{PART}]")
_LOOSE_NAME = rf"{SPACE}([{START}?][{PART} \t\r\n'?+\-*/.]*+)"
_NAME_BEFORE_COLON = re.compile(_LOOSE_NAME + ":")
_NAME_BEFORE_IN = re.compile(rf"{SPACE}([{START}][{PART} \t\r\n'+\-*/.]*?)(?<=\s)in(?![{PART}])")
_NAME_BEFORE_MARK = re.compile(_LOOSE_NAME + "(?=[:,)])")
_TYPE_NAME = re.compile(rf"{SPACE}([{START}][{PART} \t\r\n'.\-]*+)")
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(rf"[{PART}]+")
_REGULAR = re.compile(rf"{WORD}(?: [{PART}]++(?:'[{PART}]++)*+)*+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/", "b": "\b", "f": "\f"}


class KnownName(NamedTuple):
    """A name with operator characters or keywords in it, and its words: any white space may stand between them."""

    name: str
    words: tuple[str, ...]

    def end(self, text: str, position: int) -> int:
        """Where the name ends when it begins at this position, else 0."""
        for number, word in enumerate(self.words):
            if number:
                spaces = _SPACES.match(text, position)
                if spaces is None:
                    return 0
                position = spaces.end()
            if not text.startswith(word, position):
                return 0
            position += len(word)
        return position


NameIndex = dict[str, list[KnownName]]


def normal(name: str) -> str:
    """The name with single spaces between its words and none around it."""
    return _SPACES.sub(" ", name.strip())


def is_regular(name: str) -> bool:
    """Whether the tokeniser finds the name without being told: words without operators and keywords."""
    if not _REGULAR.fullmatch(name):
        return False
    words = name.split(" ")
    return len(words) == 1 or not (KEYWORDS.intersection(words) or "instance of" in name)


def _first_word(name: str) -> str:
    match = _WORDS.match(name)
    return match[0] if match else name[:1]


def add_name(index: NameIndex, name: str) -> tuple[list[KnownName], KnownName]:
    """Put a name into the index of those that must be looked for, longest first; gives where it stands now."""
    entries, known = index.setdefault(_first_word(name), []), KnownName(name, tuple(name.split(" ")))
    insort(entries, known, key=lambda entry: -len(entry.name))
    return entries, known


@lru_cache(maxsize=256)
def name_index(names: frozenset[str]) -> NameIndex:
    """The names that must be looked for, by their first word."""
    index: NameIndex = {}
    for name in names:
        tidy = normal(name)
        if tidy and not is_regular(tidy):
            add_name(index, tidy)
    return index


BUILT_IN_INDEX: Final = name_index(frozenset(IRREGULAR_BUILT_INS))


class Tokens:
    """The text of one expression and the token the parser stands at.

    `kind` is "name", "number", "string", "end", or the operator or keyword itself; `value` its meaning.
    """

    __slots__ = ("declared", "end", "indexes", "kind", "own", "previous_end", "start", "text", "tries", "value")

    def __init__(self, text: str, names: frozenset[str], members: frozenset[str]) -> None:
        if len(text) > MAX_TEXT:
            raise BudgetExceeded("text", MAX_TEXT)
        self.text = text
        self.own: NameIndex = {}
        self.declared: list[tuple[list[KnownName], KnownName]] = []
        self.tries = 0
        self.indexes: list[NameIndex] = [self.own, BUILT_IN_INDEX]
        for known in (names, members):
            if known and (index := name_index(known)):
                self.indexes.append(index)
        self.kind = ""
        self.value: object = None
        self.start = self.end = self.previous_end = 0

    # ── moving ──────────────────────────────────────────────────────────────────────────────────
    def advance(self) -> None:
        """Go to the next token."""
        self.previous_end = self.end
        match = _TOKEN.match(self.text, self.end)
        assert match is not None
        group = match.lastgroup
        self.start, self.end = match.span(group or 0)
        if group == "name":
            self._name(match["name"])
        elif group == "operator":
            self.kind = match["operator"]
            if self.kind == "?":
                self._question()
        elif group == "number":
            self.kind, self.value = "number", self._number(match["number"])
        elif group == "string":
            self.kind, self.value = "string", self._string(match["string"])
        elif group == "end":
            self.kind = "end"
        else:
            self._refuse(match["bad"])

    def back_to(self, state: tuple[str, object, int, int, int]) -> None:
        """Return to a token remembered with `state`."""
        self.kind, self.value, self.start, self.end, self.previous_end = state

    @property
    def state(self) -> tuple[str, object, int, int, int]:
        """Where the tokens stand, for `back_to`."""
        return self.kind, self.value, self.start, self.end, self.previous_end

    def peek(self) -> str:
        """The kind of the token after this one."""
        state = self.state
        self.advance()
        kind = self.kind
        self.back_to(state)
        return kind

    # ── names ───────────────────────────────────────────────────────────────────────────────────
    def _known_name(self, word: str, position: int) -> KnownName | None:
        best: KnownName | None = None
        for index in self.indexes:
            for known in index.get(word, ()):
                self._try()
                end = known.end(self.text, position)
                if end and not _AFTER_NAME.match(self.text, end):
                    if best is None or len(known.name) > len(best.name):
                        best, self.end = known, end
                    break
        return best

    def _try(self) -> None:
        self.tries += 1
        if self.tries > MAX_NAME_TRIES:
            raise BudgetExceeded("names", MAX_NAMES)

    def _name(self, word: str) -> None:
        known = self._known_name(_first_word(word), self.start)
        if known is not None and known.name != word:
            self.kind, self.value = "name", known.name
            return
        if word in KEYWORDS:
            self.kind = word
            return
        if word == "instance" and (match := _OF.match(self.text, self.end)):
            self.kind, self.end = "instance of", match.end()
            return
        self.kind, self.value = "name", self._joined(word)

    def _joined(self, word: str) -> str:
        """The word with the words after it, up to a keyword: two names never stand side by side."""
        text = self.text
        while (match := _MORE.match(text, self.end)) is not None:
            following = match[1]
            if following in KEYWORDS or (following == "instance" and _OF.match(text, match.end())):
                break
            word = f"{word} {following}"
            self.end = match.end()
        return word

    def _question(self) -> None:
        known = self._known_name("?", self.start)
        if known is not None:
            self.kind, self.value = "name", known.name

    def member(self) -> str | None:
        """The member name after a point, a keyword perhaps; None when there is none. Stays before the next token."""
        match = _TOKEN.match(self.text, self.end)
        if match is None or match.lastgroup != "name":
            return None
        self.previous_end = self.end
        self.start, self.end = match.span("name")
        word = match["name"]
        known = self._known_name(_first_word(word), self.start)
        return known.name if known is not None else self._joined(word)

    def name_before(self, mark: str) -> str | None:
        """The name between this token and `:` or `in` or a parameter's end, whatever it is made of; else None.

        Moves behind the name (and behind `:` or `in`) when it is there.
        """
        pattern = {":": _NAME_BEFORE_COLON, "in": _NAME_BEFORE_IN, "type": _TYPE_NAME}.get(mark, _NAME_BEFORE_MARK)
        match = pattern.match(self.text, self.end)
        if match is None:
            return None
        self.previous_end = self.end
        self.start, self.end = match.start(1), match.end()
        return normal(match[1])

    def declare(self, names: Iterable[str]) -> int:
        """Make names of an inner scope known to the tokens that follow; how many `forget` must undo."""
        odd = [name for name in names if name and not is_regular(name)]
        for name in odd:
            self.declared.append(add_name(self.own, name))
        if len(self.declared) > MAX_NAMES:
            raise BudgetExceeded("names", MAX_NAMES)
        return len(odd)

    def forget(self, count: int) -> None:
        """Leave the innermost scopes: their `count` names mean nothing any more."""
        for _ in range(count):
            index, known = self.declared.pop()
            index.remove(known)

    # ── literals ────────────────────────────────────────────────────────────────────────────────
    def _number(self, text: str) -> Decimal:
        if len(text) > DEFAULT_BUDGET.digits:
            raise BudgetExceeded("digits", DEFAULT_BUDGET.digits)
        try:
            return PLUS(Decimal(text))
        except ArithmeticFault:
            raise self.error("syntax.number", found=text) from None

    def _string(self, text: str) -> str:
        body = text[1:-1]
        return unescape(body) if "\\" in body else body

    def _refuse(self, character: str) -> None:
        self.kind = "bad"
        if character == '"':
            raise self.error("syntax.unclosed-string")
        raise self.error("syntax.character", found=character)

    # ── errors ──────────────────────────────────────────────────────────────────────────────────
    def error(self, code: str, *expected: str, **values: object) -> FeelSyntaxError:
        """A syntax error at this token."""
        if "after" not in values:
            values["after"] = self.text[: self.previous_end][-40:].strip().split("\n")[-1].split(" ")[-1]
        if "found" not in values:
            values["found"] = self.text[self.start : self.end][:40]
        return FeelSyntaxError(code, text=self.text, offset=self.start, expected=expected, **values)


def unescape(body: str) -> str:
    """A string literal's body with its escapes replaced; surrogate pairs become one character."""

    def replace(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else match[0]
        return _ESCAPES.get(match[3], match[0])

    joined = _PAIR.sub(_join_pair, _ESCAPE.sub(replace, body))
    return _LONE.sub("\ufffd", joined)


_LONE = re.compile("[\ud800-\udfff]")


def _join_pair(match: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(match[1]) - 0xD800) << 10) + ord(match[2]) - 0xDC00)
