"""One form for the values of our engine and of the browsers', so that they can be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import feel
from feel.values import Range


def outcome(text: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """What our engine makes of an expression: a value, or an error when the text is refused."""
    try:
        return {"value": plain(feel.evaluate(text, dict(context)))}
    except feel.FeelError as error:
        return {"error": error.code}


def plain(value: Any) -> Any:
    """JSON data as the browsers' engines print it; temporal values by their text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, feel.Function):
        return {"function": True}
    if isinstance(value, Range):
        return {"range": [value.low_included, plain(value.low), plain(value.high), value.high_included]}
    return {"temporal": str(value)}


def same(ours: Any, theirs: Any) -> bool:
    """Whether two outcomes say the same; a browser calculates with 53 binary digits, hence the tolerance."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        if "error" in ours or "error" in theirs:
            return "error" in ours and "error" in theirs
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if type(ours) is float and type(theirs) in (int, float):
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)
    return type(ours) is type(theirs) and ours == theirs
