"""XPath regular expressions, translated for the `regex` package and run under a time limit."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

import regex

from feel.errors import BudgetExceeded
from feel.run import Run

T = TypeVar("T")
MAX_PATTERN: Final = 2_000
MAX_GROUPS: Final = 50
MAX_WEIGHT: Final = 10_000
"""How many pieces a pattern may have when its counted repetitions are written out."""
_SINGLE: Final = frozenset("nrt\\|.-^?*+{}()[]$")
_NAME_START: Final = (
    "_:A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NAME_PART: Final = _NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CLASSES: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r" \t\n\r",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
    "i": _NAME_START,
    "c": _NAME_PART,
}
_NEGATED: Final = {"S": "s", "I": "i", "C": "c"}
_QUANTIFIER: Final = re.compile(r"(?:[?*+]|\{(\d{1,5})(?:,(\d{1,5})?)?\})\??")
_PROPERTY: Final = re.compile(r"\{(?:([LMNPZSC][a-z]?)|Is([A-Za-z0-9\-]{1,60}))\}")


class BadPattern(Exception):
    """The text is no XPath regular expression, replacement or flags."""


class _Translator:
    """Turns one pattern into the dialect of `regex`, refusing what XPath does not know."""

    def __init__(self, pattern: str, multiline: bool, dot_all: bool) -> None:
        self.pattern = pattern
        self.position = 0
        self.multiline = multiline
        self.dot_all = dot_all
        self.opened = 0
        self.open_groups: list[int] = []
        self.closed: set[int] = set()
        self.weights: list[int] = [0]
        self.weight = 0

    def translate(self) -> str:
        out: list[str] = []
        quantifiable = False
        while self.position < len(self.pattern):
            match = _QUANTIFIER.match(self.pattern, self.position)
            if match:
                if not quantifiable:
                    raise BadPattern
                if match[1] and match[2] and int(match[2]) < int(match[1]):
                    raise BadPattern
                self.position = match.end()
                out.append(match[0])
                quantifiable = False
                self.repeat(int(match[2] or match[1] or 1))
                continue
            self.weight = 1
            piece, quantifiable = self.piece()
            out.append(piece)
            self.add_weight(piece)
        if self.open_groups:
            raise BadPattern
        return "".join(out)

    def add_weight(self, piece: str) -> None:
        """Count a piece towards the group it stands in; an opening bracket has no weight of its own."""
        if not piece.startswith("(") or piece.endswith(")"):
            self.weights[-1] += self.weight
            if self.weights[-1] > MAX_WEIGHT:
                raise BadPattern

    def repeat(self, times: int) -> None:
        """Weigh a counted repetition, which the engine unfolds: nested ones would fill the memory."""
        self.weights[-1] += self.weight * (times - 1)
        if self.weights[-1] > MAX_WEIGHT:
            raise BadPattern

    def piece(self) -> tuple[str, bool]:
        """The next piece and whether a quantifier may follow."""
        character = self.pattern[self.position]
        self.position += 1
        if character == "\\":
            return self.escape(), True
        if character == "[":
            return self.character_class(), True
        if character == "(":
            return self.open_group(), False
        if character == ")":
            if not self.open_groups:
                raise BadPattern
            number = self.open_groups.pop()
            if number:
                self.closed.add(number)
            self.weight = self.weights.pop()
            return ")", True
        if character == "|":
            return "|", False
        if character in "{}]":
            raise BadPattern
        return self.anchor_or_literal(character)

    def anchor_or_literal(self, character: str) -> tuple[str, bool]:
        if character == ".":
            return ("[\\s\\S]" if self.dot_all else "[^\\n\\r]"), True
        if character == "^":
            return (r"(?:\A|(?<=\n)(?!\Z))" if self.multiline else r"\A"), False
        if character == "$":
            return (r"(?=\n|\Z)" if self.multiline else r"\Z"), False
        return regex.escape(character, special_only=True), True

    def open_group(self) -> str:
        if len(self.open_groups) >= MAX_GROUPS:
            raise BadPattern
        self.weights.append(0)
        self.weight = 0
        if self.pattern.startswith("?:", self.position):
            self.position += 2
            self.open_groups.append(0)
            return "(?:"
        if self.pattern.startswith("?", self.position):
            raise BadPattern
        self.opened += 1
        self.open_groups.append(self.opened)
        return "("

    def escape(self) -> str:
        """What follows a backslash outside a character class."""
        character = self.next()
        if character.isdigit():
            return self.back_reference(character)
        inside = self.class_escape(character)
        return f"[{inside}]"

    def next(self) -> str:
        if self.position >= len(self.pattern):
            raise BadPattern
        self.position += 1
        return self.pattern[self.position - 1]

    def back_reference(self, digit: str) -> str:
        number = int(digit)
        while self.position < len(self.pattern) and self.pattern[self.position].isdigit():
            longer = number * 10 + int(self.pattern[self.position])
            if longer > self.opened:
                break
            number = longer
            self.position += 1
        if number not in self.closed:
            raise BadPattern
        return f"(?:\\{number})"

    def class_escape(self, character: str) -> str:
        """The inside of a character class for the escape `\\character`."""
        if character in _SINGLE:
            return {"n": "\\n", "r": "\\r", "t": "\\t"}.get(character, "\\" + character)
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _NEGATED:
            return self.complement(_CLASSES[_NEGATED[character]])
        if character in "pP":
            match = _PROPERTY.match(self.pattern, self.position)
            if not match:
                raise BadPattern
            self.position = match.end()
            name = match[1] or f"Block={match[2]}"
            return f"\\{character}{{{name}}}"
        raise BadPattern

    def complement(self, inside: str) -> str:
        """All characters but these, in a form that may stand inside a character class."""
        if inside == _CLASSES["s"]:
            return r"\x00-\x08\x0b\x0c\x0e-\x1f!-\U0010ffff"
        raise BadPattern

    def character_class(self) -> str:
        """`[…]`, perhaps negated, perhaps with a class subtracted, standing behind the bracket."""
        negated = self.pattern.startswith("^", self.position)
        self.position += negated
        parts: list[str] = []
        subtracted = ""
        while True:
            character = self.next()
            if character == "]":
                break
            if character == "-" and self.pattern.startswith("[", self.position):
                if not parts:
                    raise BadPattern
                self.position += 1
                subtracted = self.character_class()
                if self.next() != "]":
                    raise BadPattern
                break
            parts.append(self.class_part(character))
        if not parts:
            raise BadPattern
        plain = f"[{'^' if negated else ''}{''.join(parts)}]"
        return f"(?:(?!{subtracted}){plain})" if subtracted else plain

    def class_part(self, character: str) -> str:
        low, single = self.class_character(character)
        follows = self.pattern[self.position : self.position + 2]
        if not single or not follows.startswith("-") or follows in ("-]", "-["):
            return low  # a hyphen that makes no range stands for itself, as XML Schema 1.1 reads it
        self.position += 1
        high_character = self.next()
        high, single = self.class_character(high_character)
        if not single or _code(high) < _code(low):
            raise BadPattern
        return f"{low}-{high}"

    def class_character(self, character: str) -> tuple[str, bool]:
        """One character of a class (escaped) and whether it may begin or end a range."""
        if character == "\\":
            escaped = self.next()
            if escaped.isdigit():
                raise BadPattern
            return self.class_escape(escaped), escaped in _SINGLE
        if character == "[":
            raise BadPattern
        return ("\\" + character if character in "^-&|~[]" else character), True


def _code(text: str) -> int:
    return ord({"\\n": "\n", "\\r": "\r", "\\t": "\t"}.get(text, text[-1]))


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> regex.Pattern[str]:
    """The compiled pattern; raises BadPattern."""
    if set(flags) - set("smixq") or len(pattern) > MAX_PATTERN:
        raise BadPattern
    options = regex.V0 | (regex.IGNORECASE if "i" in flags else 0)
    if "q" in flags:
        return regex.compile(regex.escape(pattern), options)
    if "x" in flags:
        pattern = _without_space(pattern)
    translated = _Translator(pattern, "m" in flags, "s" in flags).translate()
    try:
        return regex.compile(translated, options)
    except (regex.error, RecursionError, OverflowError, KeyError, ValueError):
        raise BadPattern from None


def _without_space(pattern: str) -> str:
    """White space outside character classes removed (flag x)."""
    out, depth, escaped = [], 0, False
    for character in pattern:
        if not depth and character in " \t\n\r":
            continue
        out.append(character)
        if escaped:
            escaped = False
            continue
        escaped = character == "\\"
        depth += (character == "[") - (character == "]" and depth > 0)
    return "".join(out)


def _timed(run: Run, action: Callable[[float], T]) -> T:
    run.spend(16)
    try:
        return action(run.budget.regex_seconds)
    except TimeoutError:
        raise BudgetExceeded("regex-time", run.budget.regex_seconds) from None


def search(run: Run, text: str, pattern: str, flags: str) -> bool:
    """Whether the pattern occurs in the text; raises BadPattern, BudgetExceeded."""
    run.read_string(len(text))
    compiled = compile_pattern(pattern, flags)
    return _timed(run, lambda limit: compiled.search(text, timeout=limit)) is not None


def find_all(run: Run, text: str, pattern: str, flags: str = "") -> list[str]:
    """Every occurrence, in order."""
    compiled = compile_pattern(pattern, flags)
    return _timed(run, lambda limit: [match[0] for match in compiled.finditer(text, timeout=limit)])


def split(run: Run, text: str, pattern: str) -> list[str]:
    """The text cut where the pattern occurs; a pattern that matches nothing at all is refused."""
    compiled = compile_pattern(pattern, "")
    if compiled.match("") is not None:
        raise BadPattern

    def cut(limit: float) -> list[str]:
        parts, start = [], 0
        for match in compiled.finditer(text, timeout=limit):
            parts.append(text[start : match.start()])
            start = match.end()
        return [*parts, text[start:]]

    return _timed(run, cut)


def replace(run: Run, text: str, pattern: str, replacement: str, flags: str) -> str:
    """Every occurrence replaced; `$1` in the replacement is a group, `$0` the whole match."""
    compiled = compile_pattern(pattern, flags)
    if compiled.match("") is not None:
        raise BadPattern
    template = [replacement] if "q" in flags else _template(replacement, compiled.groups)
    longest = run.budget.string

    def put(limit: float) -> str:
        out: list[str] = []
        start = size = 0
        for match in compiled.finditer(text, timeout=limit):
            made = "".join(part if isinstance(part, str) else match[part] or "" for part in template)
            out += (text[start : match.start()], made)
            start = match.end()
            size += len(made)
            if size > longest:
                raise BudgetExceeded("string", longest)
        return "".join([*out, text[start:]])

    return _timed(run, put)


def _template(replacement: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        character = replacement[position]
        position += 1
        if character == "\\":
            if replacement[position : position + 1] not in ("\\", "$"):
                raise BadPattern
            character = replacement[position]
            position += 1
        elif character == "$":
            match = re.compile(r"\d+").match(replacement, position)
            if not match:
                raise BadPattern
            digits = match[0]
            while len(digits) > 1 and int(digits) > groups:
                digits = digits[:-1]
            position += len(digits)
            parts.append(int(digits) if int(digits) <= groups else "")
            continue
        parts.append(character)
    return parts
