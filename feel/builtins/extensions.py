"""Built-in functions beyond the standard, named and meant as in Camunda 8, for authors of processes."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

from feel import regex
from feel.builtins.strings import string_join
from feel.builtins.temporal import day_of
from feel.registry import Fault, built_in
from feel.run import Run
from feel.temporal import Date, days_in_month
from feel.values import fingerprint


@built_in("is defined", "value: Any", result="boolean", extension=True)
def is_defined(run: Run, value: Any) -> bool:
    """Whether a variable exists and is not null."""
    return value is not None


@built_in("get or else", "value: Any", "default: Any", extension=True)
def get_or_else(run: Run, value: Any, default: Any) -> Any:
    """The value, or a default when it is null."""
    return default if value is None else value


@built_in("assert", "value: Any", "condition: Any", "cause: string?", extension=True)
def assertion(run: Run, value: Any, condition: Any, cause: str | None) -> Any:
    """The value when a condition about it is true; else null for the cause given."""
    if condition is not True:
        raise Fault("assert.failed", cause=cause or "")
    return value


# ── texts ───────────────────────────────────────────────────────────────────────────────────────
@built_in("trim", "string: string", result="string", extension=True)
def trim(run: Run, text: str) -> str:
    """The text without white space around it."""
    run.made_string(len(text))
    return text.strip()


@built_in("is blank", "string: string", result="boolean", extension=True)
def is_blank(run: Run, text: str) -> bool:
    """Whether a text is empty or white space."""
    return not text.strip()


@built_in("extract", "string: string", "pattern: string", result="list", extension=True)
def extract(run: Run, text: str, pattern: str) -> list[str]:
    """Every part of a text that a regular expression matches."""
    try:
        found = regex.find_all(run, text, pattern)
    except regex.BadPattern:
        raise Fault("string.pattern", pattern=pattern, flags="") from None
    run.made_list(len(found))
    return found


@built_in("to base64", "value: string", result="string", extension=True)
def to_base64(run: Run, text: str) -> str:
    """The text's UTF-8 bytes in Base64."""
    run.made_string(len(text) * 2)
    return base64.b64encode(text.encode()).decode()


@built_in(
    *("string join", "list: list", "delimiter: string!", "prefix: string!", "suffix: string!"),
    result="string",
    extension=True,
)
def string_join_around(
    run: Run, items: list[Any], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str:
    """The texts of a list in one, with a delimiter between and a text before and behind."""
    joined = string_join(run, items, delimiter)
    run.made_string(len(joined) + len(prefix or "") + len(suffix or ""))
    return (prefix or "") + joined + (suffix or "")


# ── lists ───────────────────────────────────────────────────────────────────────────────────────
@built_in("is empty", "list: list", result="boolean", extension=True)
def is_empty(run: Run, items: list[Any]) -> bool:
    """Whether a list has no items."""
    return not items


@built_in("duplicate values", "list: list", result="list", extension=True)
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """The items that stand in the list more than once, each once."""
    counts: dict[Any, int] = {}
    first: dict[Any, Any] = {}
    for item in items:
        mark = fingerprint(item)
        counts[mark] = counts.get(mark, 0) + 1
        first.setdefault(mark, item)
    run.made_list(len(items))
    return [first[mark] for mark, times in counts.items() if times > 1]


@built_in("partition", "list: list", "size: number", result="list", extension=True)
def partition(run: Run, items: list[Any], size: Decimal) -> list[list[Any]]:
    """The list cut into lists of a size; the last may be shorter."""
    width = int(size)
    if width < 1:
        raise Fault("number.domain", found=size)
    run.made_list(len(items))
    return [items[start : start + width] for start in range(0, len(items), width)]


# ── dates ───────────────────────────────────────────────────────────────────────────────────────
@built_in("last day of month", "date: Any", result="date", extension=True)
def last_day_of_month(run: Run, value: Any) -> Date:
    """The last day of a date's month."""
    day = day_of(value)
    return Date(day.year, day.month, days_in_month(day.year, day.month))
