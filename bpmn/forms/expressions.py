"""FEEL inside forms: conditions, options and computed values on the data the person sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import feel

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_BLOCK = re.compile(r"^\s*(?:[#/]\s*(?:if|loop)\b)?")


def is_expression(value: Any) -> bool:
    """Whether a property holds FEEL."""
    return isinstance(value, str) and value.startswith("=")


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    """The JSON-ready value of a property that holds FEEL; null where it cannot be computed."""
    special = frozenset(name for name in context if not name.isidentifier())
    try:
        value = feel.compile(text[1:], names=special).evaluate(context).value
        return feel.to_json(value)
    except (feel.FeelError, RecursionError):
        return None


def scope_context(
    data: Mapping[str, Any], this: Any = None, parent: Any = None, indexes: Sequence[int] = ()
) -> dict[str, Any]:
    """The names an expression sees: the whole data, and ``this``, ``parent`` and ``i`` of its list item."""
    own = {"this": data if this is None else this, "parent": parent, "i": list(indexes)}
    return own | dict(data) | {f"_{name}_": value for name, value in own.items()}


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """The variables a property reads, be it FEEL or a template with ``{{...}}`` parts."""
    if is_expression(text):
        return _names(text[1:])
    parts = (_BLOCK.sub("", part) for part in _TEMPLATE.findall(text))
    return frozenset(name for part in parts for name in _names(part))


def _names(text: str) -> frozenset[str]:
    if not text.strip():
        return frozenset()
    try:
        return frozenset(name.name for name in feel.names_used(feel.parse(text)))
    except feel.FeelError:
        return frozenset()


def texts_in(value: Any) -> Iterator[str]:
    """All texts of a component's properties, those of its children left out."""
    pending = [(value, True)]
    while pending:
        item, top = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            pending.extend((part, False) for key, part in item.items() if not (top and key == "components"))
        elif isinstance(item, list):
            pending.extend((part, False) for part in item)
