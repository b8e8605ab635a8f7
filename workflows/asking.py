"""What an expression of a model says now: asked outside an advance, of the state an instance has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import feel
from bpmn import queries as definitions
from config import clock
from workflows.models import ProcessInstance
from workflows.ports import LivePorts


class NoAnswer(Exception):
    """The expression cannot be read, or gives what was not asked for."""


def moment(instance: ProcessInstance, text: str, variables: Mapping[str, Any]) -> datetime | None:
    """The moment an expression (with its =) gives on these variables, None where it gives null. Raises NoAnswer."""
    bundle = definitions.version_bundle(instance.version_id)
    now = clock.now()
    ports = LivePorts(instance, bundle.decisions, now, None)
    try:
        value = feel.evaluate(
            text.removeprefix("="), variables, clock=feel.FixedClock(now), functions=ports.feel_functions()
        )
    except (feel.FeelError, feel.BudgetExceeded) as error:
        raise NoAnswer(str(error)) from error
    found = feel.to_python(value) if value is not None else None
    if found is not None and not (isinstance(found, datetime) and found.tzinfo is not None):
        raise NoAnswer(f"{text} gives no moment.")
    return found
