"""The validation rules a designer puts on a field: required, lengths, bounds, patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import regex

from bpmn.forms import expressions
from bpmn.forms.errors import FieldError
from bpmn.forms.fields import MAPPINGS, Component
from bpmn.forms.values import as_decimal, is_empty

PATTERN_SECONDS = 0.2
_EMAIL = regex.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_PHONE = regex.compile(r"(?:\+|00)[1-9][0-9]{5,24}")
_EVALUATED = ("min", "max", "minLength", "maxLength")


def check_rules(component: Component, value: Any, context: Callable[[], Mapping[str, Any]]) -> Iterator[FieldError]:
    """The rules of ``validate`` that ``value`` breaks; ``context`` gives the names its FEEL sees."""
    rules = component.get("validate")
    if not isinstance(rules, MAPPINGS):
        return
    if computed := [name for name in _EVALUATED if expressions.is_expression(rules.get(name))]:
        rules = {**rules, **{name: expressions.evaluate(rules[name], context()) for name in computed}}
    if is_empty(value) or (value is False and component.get("type") == "checkbox"):
        if rules.get("required") is True:
            yield FieldError("required")
        return
    if isinstance(value, str):
        yield from _check_text(rules, value)
    if component.get("type") == "number":
        yield from _check_bounds(rules, value)


def _check_bounds(rules: Mapping[str, Any], value: Any) -> Iterator[FieldError]:
    least, most = as_decimal(rules.get("min")), as_decimal(rules.get("max"))
    number = None if least is None and most is None else as_decimal(value)
    if number is not None and least is not None and number < least:
        yield FieldError("min", {"min": str(rules["min"])})
    if number is not None and most is not None and number > most:
        yield FieldError("max", {"max": str(rules["max"])})


def _check_text(rules: Mapping[str, Any], value: str) -> Iterator[FieldError]:
    length = len(value.strip())
    least, most = as_decimal(rules.get("minLength")), as_decimal(rules.get("maxLength"))
    if least is not None and length < least:
        yield FieldError("min-length", {"min": int(least), "length": length})
    if most is not None and length > most:
        yield FieldError("max-length", {"max": int(most), "length": length})
    if rules.get("validationType") == "email" and not _EMAIL.fullmatch(value):
        yield FieldError("email")
    if rules.get("validationType") == "phone" and not _PHONE.fullmatch(value):
        yield FieldError("phone")
    pattern = rules.get("pattern")
    if isinstance(pattern, str) and pattern and not _matches(pattern, value):
        message = rules.get("patternErrorMessage")
        yield FieldError("pattern", {"pattern": pattern, "message": message if isinstance(message, str) else ""})


def _matches(pattern: str, value: str) -> bool:
    try:
        return compile_pattern(pattern).search(value, timeout=PATTERN_SECONDS) is not None
    except (regex.error, TimeoutError):
        return False


def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """A JavaScript pattern. Raises regex.error where it is none."""
    return regex.compile(_from_javascript(pattern), regex.VERSION0)


def _from_javascript(pattern: str) -> str:
    """The same pattern for our regular expressions: ASCII digits and words, and $ only at the very end."""
    parts, position, in_class = [], 0, False
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            parts.append(_escape(pattern[position + 1], in_class))
            position += 2
            continue
        if character == "[" and not in_class:
            in_class = True
        elif character == "]":
            in_class = False
        elif character == "$" and not in_class:
            character = r"\Z"
        parts.append(character)
        position += 1
    return "".join(parts)


def _escape(letter: str, in_class: bool) -> str:
    inside = {"d": "0-9", "w": "A-Za-z0-9_"}
    outside = {"d": "[0-9]", "w": "[A-Za-z0-9_]", "D": "[^0-9]", "W": "[^A-Za-z0-9_]"}
    return (inside if in_class else outside).get(letter, f"\\{letter}")
