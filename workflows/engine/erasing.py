"""Taking values out of a stored instance: its variables pass through a function, where it stands does not change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflows.engine.codec import encode
from workflows.engine.compensating import left_to_undo
from workflows.engine.definition import Definition
from workflows.engine.views import load

Change = Callable[[Any], Any]

_VALUES = ("v", "z", "r", "f", "i", "m")
"""What tokens remember of variables: local ones, frozen ones, results, flags, incidents, items and outputs."""


def rewrite(definition: Definition, state: bytes, change: Change) -> bytes:
    """The state with every variable passed through ``change``, which keeps the shape. Raises StateUnreadable."""
    instance = load(definition, state)
    tokens = instance.all_tokens()
    instance.data = change(instance.data)
    for token in tokens:
        remembered = token.internal_data
        remembered |= {key: change(remembered[key]) for key in _VALUES if isinstance(remembered.get(key), dict | list)}
        if "u" in remembered:
            remembered["u"] = [_record(record, change) for record in left_to_undo(token)]
    for scope in (instance, *instance.subprocesses.values()):
        if scope.memory:
            scope.records = [_record(record, change) for record in scope.records]
    return encode(instance)


def _record(record: dict[str, Any], change: Change) -> dict[str, Any]:
    changed = dict(record)
    if "z" in record:
        changed["z"] = change(record["z"])
    if "u" in record:
        changed["u"] = [_record(inner, change) for inner in record["u"]]
    return changed
