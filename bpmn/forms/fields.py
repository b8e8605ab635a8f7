"""Where the fields of a form keep their values: paths through groups and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from bpmn.forms.vocabulary import KEYED

Path = tuple[str | int, ...]
Component = Mapping[str, Any]
MISSING: Any = object()
MAPPINGS = (dict, Mapping)
"""For isinstance: a dict is told at once, another mapping only by asking the abstract class."""
SCALARS = (str, int, float, type(None))
"""For isinstance, asked before the above: most of what there is."""
MAX_DEPTH = 20


def children(component: Component) -> list[Component]:
    """The components directly inside a form, group or list."""
    found = component.get("components")
    return [child for child in found if isinstance(child, MAPPINGS)] if isinstance(found, list) else []


def segments(component: Component) -> Path:
    """The part of the path that a field's key, or a container's path, adds."""
    text = component.get("key") if component.get("type") in KEYED else component.get("path")
    return _split(str(text)) if text else ()


@lru_cache(maxsize=10_000)
def _split(path: str) -> Path:
    return tuple(part for part in path.split(".") if part)


def get(data: Any, path: Path) -> Any:
    """The value at ``path``, MISSING where there is none."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(data, list) or part >= len(data):
                return MISSING
            data = data[part]
        elif isinstance(data, MAPPINGS) and part in data:
            data = data[part]
        else:
            return MISSING
    return data


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Write ``value`` at ``path``, making the mappings and lists on the way; what is no such is replaced."""
    current: Any = data
    for part, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            while len(current) <= part:
                current.append(type(empty)())
        if (isinstance(part, str) and part not in current) or not isinstance(current[part], type(empty)):
            current[part] = empty
        current = current[part]
    if isinstance(path[-1], int):
        while len(current) <= path[-1]:
            current.append(None)
    current[path[-1]] = value


def name(path: Path) -> str:
    """``items[0].price``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of everything in ``value`` that is no mapping, and of empty mappings."""
    pending = [(value, path)]
    while pending:
        item, at = pending.pop()
        if not isinstance(item, SCALARS) and isinstance(item, MAPPINGS) and item:
            pending.extend((part, (*at, str(key))) for key, part in item.items())
        else:
            yield at
