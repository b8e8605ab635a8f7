"""The words and signs of JUEL, the expression language of Camunda 7."""

from __future__ import annotations

import re
from typing import NamedTuple

from bpmn.importing.writing import Unclear


class Token(NamedTuple):
    """``kind`` is number, string, name, sign or end; words that stand for signs are signs already."""

    kind: str
    text: str


END = Token("end", "")
_WORDS = {
    "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||", "not": "!",
    "div": "/", "mod": "%",
}  # fmt: skip
_TOKENS = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:().,\[\]])|(?P<end>$))"
)


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, without an end; Unclear for what JUEL does not know."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            raise Unclear
        at = match.end()
        kind = match.lastgroup or "end"
        if kind == "name" and match["name"] in _WORDS:
            found.append(Token("sign", _WORDS[match["name"]]))
        elif kind != "end":
            found.append(Token(kind, match[kind]))
    return found


def content(token: Token) -> str:
    """What a string token says."""
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])
