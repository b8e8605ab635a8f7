"""Names that are probably one name mistyped: another case, an underscore, one letter too many, too few or swapped."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST = 5
"""Shorter names differ by one letter as often as not. First and last letters, digits and words of one letter do too."""


def slip_of(name: str, known: Iterable[str]) -> str | None:
    """The known name that ``name`` is most likely meant to be, None where they may well be two things."""
    return next((other for other in sorted(known) if _is_slip(name, other)), None)


def _is_slip(one: str, other: str) -> bool:
    if one == other or one.startswith(other) or other.startswith(one):
        return False
    if _plain(one) == _plain(other):
        return True
    if min(len(one), len(other)) < (_LEAST if len(one) == len(other) else _LEAST - 1):
        return False
    begin = _common(one, other)
    end = _common(one[begin:][::-1], other[begin:][::-1])
    left, right = one[begin : len(one) - end], other[begin : len(other) - end]
    if len(left) == 2 and left == right[::-1]:
        return True
    inside = begin > 0 and end > 0 and len(left) <= 1 and len(right) <= 1
    alone = one[begin - 1] == "_" == one[len(one) - end] if inside else False
    return inside and (left + right).isalpha() and not alone


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
