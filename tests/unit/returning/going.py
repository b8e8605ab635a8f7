"""A story whose trail is kept, so that somebody can be sent back in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from tests.unit.engine.driver import Story
from workflows.engine.api import Advance, Detour, GoBack, Stimulus
from workflows.engine.views import inspect, load
from workflows.returning.cutting import Cut, cut, human_steps
from workflows.returning.trail import KINDS, Event, Trail, Visit
from workflows.storing.history import stimulus_data


class Traced(Story):
    """Every stimulus and what the engine noted goes into ``trail``, as it is read back from the history."""

    def do(self, stimulus: Stimulus) -> Advance:
        result = super().do(stimulus)
        if not hasattr(self, "trail"):
            self.trail = Trail()
        data: Mapping[str, Any] = orjson.loads(orjson.dumps(stimulus_data(stimulus)))
        events = [Event("stimulus", "", data.get("step") or "", data, None, 1)]
        events += [Event(entry.kind.value, entry.element, entry.step or "", entry.data) for entry in result.log]
        self.trail.add(self.definition.process, [event for event in events if event.kind in KINDS])
        return result

    @property
    def live(self) -> frozenset[str]:
        return frozenset(token.step for token in inspect(self.definition, self.state).tokens)

    def ways_back(self, element: str, number: int = 1) -> list[Visit]:
        return human_steps(self.trail, self.step(element, number).step)

    def names_back(self, element: str, number: int = 1) -> list[str]:
        return [visit.element for visit in self.ways_back(element, number)]

    def visit(self, element: str, to: str, number: int = 1) -> Visit:
        return next(visit for visit in self.ways_back(element, number) if visit.element == to)

    def cut(self, of: str) -> Cut:
        return cut(self.trail, of, self.live)

    def back(self, element: str, to: str, number: int = 1) -> Cut:
        return self.undo(self.visit(element, to, number).step)

    def undo(self, of: str) -> Cut:
        found = self.cut(of)
        self.do(going(found))
        return found

    def detour(self, element: str, to: str, number: int = 1) -> None:
        visit = self.visit(element, to, number)
        self.do(Detour(self.step(element, number).step, to, visit.step))

    @property
    def marking(self) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
        """Where tokens stand, and at joins by which flows they came; what only listens is left out."""
        tokens = load(self.definition, self.state).all_tokens()
        return sorted(
            (token.element, tuple(sorted(token.internal_data.get("a", {}).items())))
            for token in tokens
            if token.id not in token.workflow.listeners and ("w" not in token.internal_data or token.kind is not None)
        )


def going(found: Cut) -> GoBack:
    return GoBack(found.element, found.of, found.scope, found.reopen, found.end, found.arrivals)
