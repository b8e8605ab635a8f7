"""What led to what in one instance, told from its history: every visit of an element and the visits that caused it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bpmn.model import EventKind, Kind, Node, Process

HUMAN = frozenset({Kind.USER_TASK, Kind.MANUAL_TASK})
JOINS = frozenset({Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY})
_CAUGHT = frozenset({EventKind.ERROR, EventKind.ESCALATION})
COMPLETED, CANCELLED = "completed", "cancelled"


class Event(NamedTuple):
    """One line of an instance's history, as far as it concerns the trail."""

    kind: str
    element: str
    step: str
    data: Mapping[str, Any]
    at: datetime | None = None
    actor_id: int | None = None


class Cause(NamedTuple):
    """A visit that led here: by its end, with everything in it (``whole``), or while it lasted."""

    step: str
    whole: bool


class Arrival(NamedTuple):
    """A token that came to a joining gateway over ``flow``, sent by the visit ``source``."""

    flow: str
    source: str


@dataclass(slots=True)
class Visit:
    """One activation of an element; ``within`` is the visit it lies in ("" the process itself).

    ``by`` completed it themselves. ``gave_way``: an event the model draws took it away. ``undone``: somebody went back
    to before it.
    """

    step: str
    element: str
    loop: int
    within: str
    causes: tuple[Cause, ...]
    order: int
    move: int
    arrivals: tuple[Arrival, ...] = ()
    entered_at: datetime | None = None
    ended: str = ""
    ended_order: int = 0
    ended_move: int = 0
    ended_at: datetime | None = None
    by: int | None = None
    is_asked: bool = False
    gave_way: bool = False
    undone: bool = False


class Trail:
    """The visits of one instance in order, and the tokens that wait at its joins; events are added one by one."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.waiting: defaultdict[tuple[str, str], list[Arrival]] = defaultdict(list)
        self.continued: dict[str, str] = {}
        self._inner: defaultdict[str, list[Visit]] = defaultdict(list)
        self._at: defaultdict[str, list[Visit]] = defaultdict(list)
        self._coming: defaultdict[tuple[str, str], deque[str]] = defaultdict(deque)
        self._joined: defaultdict[tuple[str, str], deque[tuple[Arrival, ...]]] = defaultdict(deque)
        self._links: defaultdict[tuple[str, str | None], deque[str]] = defaultdict(deque)
        self._again: dict[str, deque[str]] = {}
        self._stimulus: Mapping[str, Any] = {}
        self._gone: list[str] = []
        self._order = self._move = 0
        self.process: Process

    def add(self, process: Process, events: Iterable[Event]) -> None:
        """Add events in their order; ``process`` is the model they happened under."""
        self.process = process
        for event in events:
            self._order += 1
            handle = _HANDLED.get(event.kind)
            if handle is not None:
                handle(self, event)

    # --- questions ------------------------------------------------------------------------------------------------

    def node(self, visit: Visit) -> Node | None:
        """The element as drawn now."""
        return self.process.nodes.get(visit.element)

    def now(self, step: str) -> str:
        """The scope in which what a finished one left goes on, if somebody went back into it."""
        while step in self.continued:
            step = self.continued[step]
        return step

    def around(self, visit: Visit) -> Iterator[Visit]:
        """The visits it lies in, innermost first."""
        within = self.now(visit.within)
        while within in self.visits:
            yield self.visits[within]
            within = self.now(self.visits[within].within)

    def inside(self, step: str) -> list[Visit]:
        """Everything that happened within a visit, at any depth."""
        found: list[Visit] = []
        todo = list(self._inner.get(step, ()))
        while todo:
            visit = todo.pop()
            found.append(visit)
            todo += self._inner.get(visit.step, ())
        return found

    def is_item(self, visit: Visit) -> bool:
        """Whether it is one repetition of a repeated activity."""
        outer = self.visits.get(visit.within)
        return outer is not None and outer.element == visit.element

    # --- events ---------------------------------------------------------------------------------------------------

    def _asked(self, event: Event) -> None:
        self._move += 1
        self._stimulus, self._gone, self._again = event.data, [], {}
        kind = event.data.get("type")
        if kind in {"GoBack", "Detour"}:
            self._again[event.data["to"]] = deque([event.data["of"]])
        if kind == "GoBack":
            self._go_back(event.data)

    def _go_back(self, data: Mapping[str, Any]) -> None:
        """What followed the visit is undone; joins wait again for what they waited for then."""
        from workflows.returning.cutting import future

        for old, element in data.get("reopen", ()):
            self._again.setdefault(element, deque()).append(old)
        if data["of"] in self.visits:
            for step in future(self, data["of"]):
                self.visits[step].undone = True
        for scope, join, arrivals in data.get("arrivals", ()):
            self.waiting[scope, join] = [Arrival(*arrival) for arrival in arrivals]

    def _entered(self, event: Event) -> None:
        known = self.visits.get(event.step)
        if known is not None:
            return
        node = self.process.nodes.get(event.element)
        loop = int(event.data.get("loop") or 0)
        within = str(event.data["in"]) if "in" in event.data else self._guess(node, loop)
        causes, arrivals = self._explain(event, node, within)
        visit = Visit(event.step, event.element, loop, within, causes, self._order, self._move, arrivals, event.at)
        self.visits[event.step] = visit
        self._inner[within].append(visit)
        self._at[event.element].append(visit)
        if node is not None and node.attached_to is not None and node.interrupting:
            self._give_way(node.attached_to, within)

    def _completed(self, event: Event) -> None:
        visit = self.visits.get(event.step)
        if visit is None:
            return
        self._end(visit, COMPLETED, event)
        node = self.process.nodes.get(visit.element)
        if self._stimulus.get("step") == event.step:
            visit.by, visit.is_asked = event.actor_id, node is not None and node.kind in HUMAN
        visit.is_asked = visit.is_asked or self._stimulus.get("subscription") == event.step
        if node is not None and node.event is not None and node.event.kind is EventKind.LINK:
            self._links[visit.within, node.event.name].append(visit.step)

    def _cancelled(self, event: Event) -> None:
        self._gone.append(event.step)
        visit = self.visits.get(event.step)
        if visit is not None:
            self._end(visit, CANCELLED, event)

    def _end(self, visit: Visit, how: str, event: Event) -> None:
        visit.ended, visit.ended_order, visit.ended_move, visit.ended_at = how, self._order, self._move, event.at
        if visit.step not in self._inner:
            return
        for coming in (self._coming, self._joined, self.waiting):
            for key in [key for key in coming if key[0] == visit.step]:
                del coming[key]

    def _flowed(self, event: Event) -> None:
        flow = self.process.flows.get(event.element)
        if flow is None:
            return
        source = self.visits.get(event.step)
        within = source.within if source is not None else self._guess(self.process.nodes.get(flow.source))
        within = self.now(within)
        target = self.process.nodes[flow.target]
        if source is not None and not source.ended:
            self._whole_ended(source, event)
        if not _is_join(target):
            self._coming[within, target.id].append(event.step)
            return
        arrived = self.waiting[within, target.id]
        arrived.append(Arrival(flow.id, event.step))
        if target.kind is Kind.PARALLEL_GATEWAY and set(target.incoming) <= {arrival.flow for arrival in arrived}:
            self._joined[within, target.id].append(_consume(arrived, target.incoming))

    def _whole_ended(self, source: Visit, event: Event) -> None:
        """A repeated activity is left: items that were not needed any more gave way."""
        self._end(source, COMPLETED, event)
        for visit in self._inner.get(source.step, ()):
            if visit.ended_move == self._move:
                visit.gave_way = True

    def _migrated(self, event: Event) -> None:
        """The visits go on under the names of the new version."""
        names: Mapping[str, str] = event.data.get("mapping") or {}
        self._at.clear()
        for visit in self.visits.values():
            visit.element = names.get(visit.element, visit.element)
            self._at[visit.element].append(visit)
        self.waiting = defaultdict(
            list, {(within, names.get(join, join)): found for (within, join), found in self.waiting.items()}
        )

    # --- causes ---------------------------------------------------------------------------------------------------

    def _explain(self, event: Event, node: Node | None, within: str) -> tuple[tuple[Cause, ...], tuple[Arrival, ...]]:
        again = self._again.get(event.element)
        if again:
            return self._as_before(event.step, again.popleft(), within)
        if node is None:
            return self._of_move(), ()
        if _is_join(node):
            arrivals = self._arrived(node, within)
            if arrivals:
                return tuple(dict.fromkeys(Cause(arrival.source, True) for arrival in arrivals)), arrivals
        coming = self._coming.get((within, node.id))
        if coming:
            source = coming.popleft()
            return ((Cause(source, True),) if source in self.visits else self._of_move()), ()
        return self._begun(node, within), ()

    def _as_before(self, step: str, old: str, within: str) -> tuple[tuple[Cause, ...], tuple[Arrival, ...]]:
        """Whoever goes back to a visit comes to it by what led there the first time."""
        if self._stimulus["type"] == "Detour":
            return (Cause(within, False),), ()
        visit = self.visits.get(old)
        if visit is None:
            return self._of_move(), ()
        if any(old == reopened for reopened, _element in self._stimulus.get("reopen", ())):
            self._continue(old, step)
        return visit.causes, visit.arrivals

    def _continue(self, old: str, step: str) -> None:
        self.continued[old] = step
        self._inner[step] += self._inner.pop(old, [])
        for key in [key for key in self.waiting if key[0] == old]:
            self.waiting[step, key[1]] = self.waiting.pop(key)

    def _arrived(self, node: Node, within: str) -> tuple[Arrival, ...]:
        joined = self._joined.get((within, node.id))
        if joined:
            return joined.popleft()
        arrived = self.waiting.get((within, node.id))
        if not arrived or node.kind is Kind.PARALLEL_GATEWAY:
            return ()
        return _consume(arrived, dict.fromkeys(arrival.flow for arrival in arrived))

    def _begun(self, node: Node, within: str) -> tuple[Cause, ...]:
        """What no flow leads to: the first node of a scope, an item, an event, or where somebody put a token."""
        if node.attached_to is not None:
            return self._of_activity(node, within)
        if self._stimulus.get("type") == "Modify" and not node.triggered_by_event and node.incoming:
            return self._of_move()
        outer = self.visits.get(within)
        linked = self._links.get((within, node.event.name)) if node.event is not None and not node.incoming else None
        if linked:
            return (Cause(linked.popleft(), True),)
        if outer is not None and outer.element == node.id:
            return self._of_item(node, outer)
        begun = (Cause(within, False),) if outer is not None else ()
        return (*begun, *self._thrown(node, within)) if node.triggered_by_event else begun

    def _of_activity(self, node: Node, within: str) -> tuple[Cause, ...]:
        found = self._at.get(node.attached_to or "", ())
        found = [visit for visit in found if self.now(visit.within) == within and not self.is_item(visit)]
        live = [visit for visit in found if not visit.ended or visit.ended_move == self._move]
        hosts = tuple(Cause(visit.step, False) for visit in live or found[-1:])
        return (*hosts, *(cause for host in hosts for cause in self._thrown(node, host.step)))

    def _thrown(self, node: Node, scope: str) -> tuple[Cause, ...]:
        """Behind a caught error or escalation stands what raised it, the last that happened in the scope."""
        event = node.event
        if event is None and node.triggered_by_event:
            inner = (each for each in self.process.nodes.values() if each.scope == node.id)
            event = next((each.event for each in inner if each.kind is Kind.START_EVENT), None)
        if event is None or event.kind not in _CAUGHT:
            return ()
        inside = self.inside(scope) if scope else list(self.visits.values())
        moved = [visit for visit in inside if self._move in {visit.move, visit.ended_move}]
        last = max(moved, key=lambda visit: visit.order, default=None)
        return () if last is None else (Cause(last.step, False),)

    def _of_item(self, node: Node, body: Visit) -> tuple[Cause, ...]:
        """Items asked one after another follow each other."""
        loop = node.loop
        if loop is None or not (loop.sequential or loop.standard):
            return (Cause(body.step, False),)
        before = [visit for visit in self._inner.get(body.step, ()) if visit.ended]
        return (Cause(body.step, False), *(Cause(visit.step, True) for visit in before[-1:]))

    def _of_move(self) -> tuple[Cause, ...]:
        """An operator's token follows what the operator ended for it."""
        return tuple(Cause(step, False) for step in dict.fromkeys(self._gone) if step in self.visits)

    def _give_way(self, element: str, within: str) -> None:
        """An interrupting event, not a person, took the activity away with all that was in it."""
        for visit in self._at.get(element, ()):
            is_there = self.now(visit.within) == within
            if is_there and visit.ended == CANCELLED and visit.ended_move == self._move:
                visit.gave_way = True

    def _guess(self, node: Node | None, loop: int = 0) -> str:
        """In which visit of its sub-process or repeated activity an element lies, where an old history is silent."""
        if node is None:
            return ""
        open_ones = [
            visit.step for visit in self._open_at(node.id) if node.loop is not None and loop and not visit.loop
        ]
        open_ones = open_ones or [visit.step for visit in self._open_at(node.scope)]
        return open_ones[-1] if open_ones else ""

    def _open_at(self, element: str | None) -> list[Visit]:
        return [visit for visit in self._at.get(element or "", ()) if not visit.ended]


def _is_join(node: Node) -> bool:
    return node.kind in JOINS and len(node.incoming) > 1


def _consume(arrived: list[Arrival], flows: Iterable[str]) -> tuple[Arrival, ...]:
    """Take the first arrival of each flow off the list."""
    taken = []
    for flow in flows:
        first = next(arrival for arrival in arrived if arrival.flow == flow)
        arrived.remove(first)
        taken.append(first)
    return tuple(taken)


_HANDLED = {
    "stimulus": Trail._asked,
    "entered": Trail._entered,
    "completed": Trail._completed,
    "cancelled": Trail._cancelled,
    "flow": Trail._flowed,
    "migrated": Trail._migrated,
}
KINDS = frozenset(_HANDLED)
