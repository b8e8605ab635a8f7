"""Writing FEEL: texts in quotes, and the proof that what was written is read as it was meant."""

from __future__ import annotations

import feel

MAX_LENGTH = 10_000


class Unclear(Exception):
    """There is no FEEL that certainly means the same."""


def quoted(text: str) -> str:
    """A FEEL text literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def is_read_as_meant(text: str, names: set[str]) -> bool:
    """Whether FEEL reads ``text``, with these and no other variables; keywords of FEEL are no names there."""
    try:
        node = feel.parse(text)
        return {name.name for name in feel.names_used(node)} == names
    except (feel.FeelError, feel.BudgetExceeded, RecursionError):
        return False
