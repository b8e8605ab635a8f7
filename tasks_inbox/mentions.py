"""People named in what is said: @username."""

from __future__ import annotations

import re

MOST = 20
_MENTION = re.compile(r"(?<![\w@])@([a-z0-9][a-z0-9._-]*)")


def mentioned_in(text: str) -> frozenset[str]:
    """The usernames a text mentions, whether there are such people or not; a full stop after one ends the sentence."""
    return frozenset(name.rstrip(".-_") for name in _MENTION.findall(text))
