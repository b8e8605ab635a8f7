"""What a dialect text says before there are variables: names and times of start events are evaluated at deploy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import feel
from bpmn.votes import vote_result, vote_tally
from feel import FeelError
from feel.functions import Function, HostFunction, Parameter


def _cycle(first: Any, second: Any = None) -> str:
    repetitions, interval = ("", first) if second is None else (first, second)
    return f"R{repetitions}/{feel.to_text(feel.from_python(interval))}"


OWN_FUNCTIONS: Mapping[str, Function] = {
    "cycle": HostFunction("cycle", [Parameter("repetitions"), Parameter("interval", optional=True)], _cycle),
    "vote result": vote_result,
    "vote tally": vote_tally,
}
"""Functions every diagram may call: as in Camunda 8 ``cycle(3, duration("PT1H"))`` for timers, and ours for votes."""


def constant(text: str, now: datetime | None = None) -> Any:
    """The FEEL value of a text that needs no variables, at ``now``; a literal is itself, None where there is none."""
    if not text.startswith("="):
        return text
    clock = None if now is None else feel.FixedClock(now)
    try:
        return feel.evaluate(text[1:], {}, clock=clock, functions=OWN_FUNCTIONS)
    except FeelError:
        return None


def static_text(text: str) -> str:
    """The same where only text makes sense, as the name of a start message; "" where there is none."""
    value = constant(text)
    return value if isinstance(value, str) else ""
