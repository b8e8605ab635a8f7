"""Dialect texts: what starts with ``=`` is FEEL, everything else is the literal itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import feel
from feel import FeelError
from workflows.engine.failures import DefinitionRefused

_functions: ContextVar[frozenset[str]] = ContextVar("host_functions", default=frozenset())


@contextmanager
def known_functions(names: frozenset[str]) -> Iterator[None]:
    """Compile texts inside the block knowing these host functions: ``approver for`` holds a word of FEEL's own."""
    token = _functions.set(names)
    try:
        yield
    finally:
        _functions.reset(token)


class Text:
    """One dialect text, compiled once and shared by all instances of a definition."""

    __slots__ = ("element", "expression", "name", "raw")

    def __init__(self, raw: str, element: str) -> None:
        """Raises DefinitionRefused when ``raw`` is FEEL with a syntax error."""
        self.raw = raw
        self.element = element
        self.expression: feel.Expression | None = None
        self.name: str | None = None
        stripped = raw.lstrip()
        if stripped.startswith("="):
            self.expression = _compiled(stripped[1:], element)
            self.name = _plain_name(stripped[1:].strip())

    @property
    def is_literal(self) -> bool:
        return self.expression is None

    def __repr__(self) -> str:
        return f"Text({self.raw!r})"


def text_of(raw: str | None, element: str) -> Text | None:
    """The compiled form of an optional dialect text."""
    return None if raw is None else Text(raw, element)


def feel_of(raw: str | None, element: str) -> Text | None:
    """A text that is FEEL also when its ``=`` is missing (conditions, correlation keys)."""
    if raw is None or not raw.strip():
        return None
    return Text(raw if raw.lstrip().startswith("=") else "=" + raw, element)


def _compiled(source: str, element: str) -> feel.Expression:
    try:
        return _compile(source, _functions.get())
    except FeelError as error:
        raise DefinitionRefused(element, f"expression {source.strip()!r}: {error}") from error


@lru_cache(maxsize=20_000)
def _compile(source: str, names: frozenset[str]) -> feel.Expression:
    return feel.compile(source, names=names)


def _plain_name(source: str) -> str | None:
    """The variable when the whole expression is one name: its value needs no evaluation."""
    if source.isidentifier() and source not in _WORDS:
        return source
    return None


LITERALS = frozenset({"true", "false", "null"})
_WORDS = LITERALS | {"not", "item", "if", "for", "some", "every", "function", "return", "partial"}

Layer = Mapping[str, Any]
