"""Texts that may hold ``${...}`` as dialect texts: literal, or FEEL after ``=``."""

from __future__ import annotations

import re

from bpmn.importing.juel import juel_to_feel
from bpmn.importing.writing import MAX_LENGTH, quoted

_TEMPLATE = re.compile(r"[$#]\{(?P<inner>(?:[^{}'\"]|'[^']*'|\"[^\"]*\")*)\}")


def has_template(text: str) -> bool:
    """Whether a text holds an expression of Camunda 7."""
    return "${" in text or "#{" in text


def is_one_expression(text: str) -> bool:
    """Whether a text is an expression as a whole, with no literal text around it."""
    return _TEMPLATE.fullmatch(text.strip()) is not None


def template_to_feel(text: str) -> str | None:
    """A dialect text for a value that may hold ``${...}``: literal text stays, one expression becomes ``=...``.

    Text with expressions in it becomes a concatenation. None where an expression has no clear counterpart, and for
    literal text that would be read as FEEL.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        return None
    whole = _TEMPLATE.fullmatch(text)
    if whole:
        feel = juel_to_feel(whole["inner"])
        return None if feel is None else f"={feel}"
    parts: list[str] = []
    at = 0
    for found in _TEMPLATE.finditer(text):
        feel = juel_to_feel(found["inner"])
        if feel is None:
            return None
        if found.start() > at:
            parts.append(quoted(text[at : found.start()]))
        parts.append(f"string({feel})")
        at = found.end()
    if not parts:
        return None if has_template(text) or text.startswith("=") else text
    if at < len(text):
        parts.append(quoted(text[at:]))
    return "=" + " + ".join(parts)
