"""Running processes whose variables name a person: who is kept out, who approves, who asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows import queries
from workflows.models import ProcessInstance

LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Naming:
    """An instance and the variables of its root scope that name the person."""

    instance: ProcessInstance
    variables: tuple[str, ...]


def instances_naming(username: str, *, limit: int = LOOKED_AT) -> list[Naming]:
    """Of the running instances moved last, those with the username anywhere in their variables."""
    rows = ProcessInstance.objects.filter(status__in=ProcessInstance.LIVE).order_by("-moved_at")[:limit]
    found = ((row, _naming(queries.view(row).variables, username)) for row in rows)
    return [Naming(row, names) for row, names in found if names]


def _naming(variables: Any, username: str) -> tuple[str, ...]:
    return tuple(sorted(name for name, value in variables.items() if _holds(value, username)))


def _holds(value: Any, username: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(part, username) for part in value.values())
    if isinstance(value, list):
        return any(_holds(part, username) for part in value)
    return bool(value == username)
