"""What every part of the parser shares: the tokens, the depth, and how it says what it expected."""

from __future__ import annotations

from typing import Final

from feel.errors import FeelSyntaxError
from feel.syntax import Node
from feel.tokens import Tokens

CODES: Final = {
    ")": "close-paren",
    "]": "close-bracket",
    "}": "close-brace",
    ">": "close-angle",
    "(": "open-paren",
    "..": "range-dots",
    "->": "arrow",
}


class Reader:
    """The tokens of one text and how deep the parser is in them."""

    def __init__(self, text: str, names: frozenset[str], members: frozenset[str]) -> None:
        self.tokens = Tokens(text, names, members)
        self.depth = 0
        self.range_end = 0

    def expression(self, power: int = 0) -> Node:
        """An expression whose operators all bind at least as tightly as `power`."""
        raise NotImplementedError

    def bracketed(self) -> Node:
        """An expression inside brackets of its own, where `[` filters again."""
        saved, self.range_end = self.range_end, 0
        node = self.expression()
        self.range_end = saved
        return node

    def expected(self, *expected: str) -> FeelSyntaxError:
        """What could have stood at this token."""
        return self.tokens.error("syntax.expected", *(CODES.get(item, item) for item in expected))

    def take(self, kind: str, *also: str) -> None:
        """Step over a token that must be there."""
        if self.tokens.kind != kind:
            raise self.expected(kind, *also)
        self.tokens.advance()
