"""The built-in functions of FEEL, by the kind of value they work on."""

from feel.builtins import (
    contexts,
    conversions,
    extensions,
    lists,
    numbers,
    ranges,
    sorting,
    statistics,
    strings,
    temporal,
    truth,
)

__all__ = [
    "contexts",
    "conversions",
    "extensions",
    "lists",
    "numbers",
    "ranges",
    "sorting",
    "statistics",
    "strings",
    "temporal",
    "truth",
]
