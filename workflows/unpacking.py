"""The engine's form of a stored state, unpacked once for whoever looks at it and then moves it on."""

from __future__ import annotations

from typing import Any

from workflows.definitions import loaded
from workflows.engine.instance import Instance
from workflows.engine.views import load
from workflows.models import ProcessInstance

_KEPT_AS = "_baton_unpacked"


def unpacked(instance: ProcessInstance) -> Instance:
    """To look at only; the row keeps it as long as it has the same state and version. Raises StateUnreadable."""
    found = _kept(instance)
    if found is None:
        found = load(loaded(instance.version_id).definition, bytes(instance.state))
        setattr(instance, _KEPT_AS, (instance.state, instance.version_id, found))
    return found


def to_be_moved(instance: ProcessInstance) -> bytes | Instance | None:
    """What the engine moves: the unpacked state where there is one, which this uses up; None before the start."""
    found = _kept(instance)
    if found is not None:
        delattr(instance, _KEPT_AS)
        return found
    return bytes(instance.state) if instance.revision else None


def _kept(instance: ProcessInstance) -> Instance | None:
    kept: tuple[Any, Any, Instance] | None = getattr(instance, _KEPT_AS, None)
    if kept is None or kept[0] is not instance.state or kept[1] != instance.version_id:
        return None
    return kept[2]
