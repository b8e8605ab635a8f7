"""Built-in functions on texts; positions count code points from 1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from feel import regex
from feel.registry import Fault, built_in
from feel.run import Run


@built_in("substring", "string: string", "start position: number", "length: number?", result="string")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None) -> str | None:
    """The part that starts at a position (from the end when negative), of a length or to the end."""
    begin = int(start)
    if begin == 0 or abs(begin) > len(text):
        raise Fault("string.position", position=start, length=len(text))
    offset = begin - 1 if begin > 0 else len(text) + begin
    if length is None:
        run.made_string(len(text) - offset)
        return text[offset:]
    if int(length) < 1:
        raise Fault("string.length", length=length)
    run.made_string(min(int(length), len(text) - offset))
    return text[offset : offset + int(length)]


@built_in("string length", "string: string", result="number")
def string_length(run: Run, text: str) -> Decimal:
    """How many characters a text has."""
    return Decimal(len(text))


@built_in("upper case", "string: string", result="string")
def upper_case(run: Run, text: str) -> str:
    """The text in capitals."""
    run.made_string(len(text))
    return text.upper()


@built_in("lower case", "string: string", result="string")
def lower_case(run: Run, text: str) -> str:
    """The text in small letters."""
    run.made_string(len(text))
    return text.lower()


@built_in("substring before", "string: string", "match: string", result="string")
def substring_before(run: Run, text: str, match: str) -> str:
    """What stands before the first occurrence; empty when there is none."""
    run.made_string(len(text))
    before, found, _ = text.partition(match) if match else ("", "", text)
    return before if found else ""


@built_in("substring after", "string: string", "match: string", result="string")
def substring_after(run: Run, text: str, match: str) -> str:
    """What stands behind the first occurrence; empty when there is none."""
    run.made_string(len(text))
    return text.partition(match)[2] if match else text


@built_in("contains", "string: string", "match: string", result="boolean")
def contains(run: Run, text: str, match: str) -> bool:
    """Whether the text holds another."""
    run.read_string(len(text))
    return match in text


@built_in("starts with", "string: string", "match: string", result="boolean")
def starts_with(run: Run, text: str, match: str) -> bool:
    """Whether the text begins with another."""
    run.read_string(len(text))
    return text.startswith(match)


@built_in("ends with", "string: string", "match: string", result="boolean")
def ends_with(run: Run, text: str, match: str) -> bool:
    """Whether the text ends with another."""
    run.read_string(len(text))
    return text.endswith(match)


@built_in("matches", "input: string", "pattern: string", "flags: string?", result="boolean")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> bool:
    """Whether a regular expression (XPath; flags s, m, i, x, q) occurs in the text."""
    try:
        return regex.search(run, text, pattern, flags or "")
    except regex.BadPattern:
        raise Fault("string.pattern", pattern=pattern, flags=flags or "") from None


@built_in("replace", "input: string", "pattern: string", "replacement: string", "flags: string?", result="string")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    """Every occurrence of a regular expression replaced; `$1` is its first group."""
    try:
        made = regex.replace(run, text, pattern, replacement, flags or "")
    except regex.BadPattern:
        raise Fault("string.pattern", pattern=pattern, flags=flags or "") from None
    run.made_string(len(made))
    return made


@built_in("split", "string: string", "delimiter: string", result="list")
def split(run: Run, text: str, delimiter: str) -> list[str]:
    """The parts between occurrences of a regular expression."""
    try:
        parts = regex.split(run, text, delimiter)
    except regex.BadPattern:
        raise Fault("string.pattern", pattern=delimiter, flags="") from None
    run.made_list(len(parts))
    return parts


@built_in("string join", "list: list", "delimiter: string?", result="string")
def string_join(run: Run, items: list[Any], delimiter: str | None) -> str:
    """The texts of a list in one, null left out, with a delimiter between them."""
    texts = [item for item in items if item is not None]
    for item in texts:
        if type(item) is not str:
            raise Fault("list.items", expected="string", found=item)
    between = delimiter or ""
    run.made_string(sum(map(len, texts)) + len(between) * max(len(texts) - 1, 0))
    return between.join(texts)
