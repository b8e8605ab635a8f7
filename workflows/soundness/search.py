"""The search itself: every state that can be reached, the flaws among them, and the shortest way to each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import thread_time
from typing import NamedTuple

from bpmn.model import Kind, Node, Process
from bpmn.vocabulary import ACTIVITIES, EVENTS
from workflows.soundness.moves import Alternative, Move, Mover, Taken, Urgency
from workflows.soundness.net import Net
from workflows.soundness.state import Scope

THOROUGH_STATES = 1_500
MAX_STATES = 20_000
SECONDS = 1.3
THOROUGH_SECONDS = 0.4
"""Of processor time. The designer asks again with every change: a model of any size is answered within two seconds."""


class FlawKind(StrEnum):
    """What can go wrong with tokens."""

    DEADLOCK = "deadlock"
    LEFT_BEHIND = "tokens-left-behind"
    RUNS_TWICE = "missing-synchronisation"
    NEVER_RUNS = "never-runs"
    NEVER_TRIGGERED = "never-triggered"


class PathStep(NamedTuple):
    """One step of a counter-example: the element, what was taken from it (flow or event ids), and whether it was a
    choice that data or an event made."""

    element: str
    take: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw: ``elements`` are where tokens wait, meet or never come; ``path`` leads there from the start.

    ``avoidable`` says that some choices lead to the end without it.
    """

    kind: FlawKind
    elements: tuple[str, ...]
    avoidable: bool
    path: tuple[PathStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the search found. Not ``decided``: it stopped at its limit of states, and what it says is not all."""

    flaws: tuple[Flaw, ...]
    states: int
    decided: bool = True


@dataclass(slots=True)
class _Found:
    """One state: how it was reached, and what may follow."""

    scope: Scope
    parent: int | None
    taken: tuple[Taken, ...]
    chosen: bool
    interrupted: bool
    doubled: bool = False
    """Whether a token has met another on the way here: what follows from that is not reported again."""
    after: list[tuple[int, bool]] = field(default_factory=list)


def examine(process: Process, max_states: int = MAX_STATES) -> Verdict:
    """Search the states of a process that has no structural errors.

    Every order of events is tried where few states show all of them, else one order stands for those that make no
    difference. Parallel multi-instance sub-processes run twice side by side; boundary events beside an activity and
    event sub-processes happen at most once; where more than two tokens are in one place, the search goes no further.
    """
    verdict = Search(process, max_states, thorough=False, seconds=SECONDS).run()
    if not verdict.decided or verdict.states > THOROUGH_STATES:
        return verdict
    limit = min(THOROUGH_STATES, max_states)
    thorough = Search(process, limit, thorough=True, seconds=THOROUGH_SECONDS).run()
    if not thorough.decided:
        return verdict
    forced = {(flaw.kind, flaw.elements) for flaw in verdict.flaws if not flaw.avoidable}
    flaws = (
        replace(flaw, avoidable=(flaw.kind, flaw.elements) not in forced) if flaw.path else flaw
        for flaw in thorough.flaws
    )
    return replace(thorough, flaws=tuple(flaws))


class Search:
    """One search. A thorough one lets waiting activities end in every order; the other in one, from the start on,
    branch by branch where no branch can end another or wait for what others do not do.
    """

    def __init__(self, process: Process, max_states: int, *, thorough: bool, seconds: float = float("inf")) -> None:
        self.thorough = thorough
        self.end = thread_time() + seconds
        self.process = process
        self.net = Net.of(process)
        self.mover = Mover(self.net)
        self.branchwise = not thorough and self.net.is_free_of_races
        self.max_states = max_states
        self.found: list[_Found] = []
        self.numbers: dict[Scope, int] = {}
        self.covered: set[str] = set()
        self.stuck: dict[tuple[FlawKind, tuple[str, ...]], int] = {}
        self.bad: set[int] = set()
        self.waiting: deque[int] = deque()
        self.cut = False

    def run(self) -> Verdict:
        for alternative in self.mover.initial():
            self._reach(alternative, None)
        while self.waiting and len(self.found) < self.max_states and thread_time() < self.end:
            self._expand(self.waiting.popleft())
        decided = not self.waiting
        clean = self._completes_cleanly()
        flaws = [
            Flaw(kind, elements, avoidable=clean, path=self._path(number))
            for (kind, elements), number in self.stuck.items()
        ]
        if decided and not self.cut:
            flaws += self._never_run()
        return Verdict(tuple(flaws), len(self.found), decided)

    def _expand(self, number: int) -> None:
        """Follow the most urgent moves: every one of them when thorough, else the first that leads to a new state."""
        scope = self.found[number].scope
        moves = sorted(self.mover.moves(scope), key=self._turn)
        if not moves or moves[0].urgency is Urgency.INTERRUPT:
            self._note_stuck(number, scope)
        every = self.thorough and bool(moves) and moves[0].urgency is Urgency.COMPLETE
        for move in moves:
            if self._turn(move)[0] != self._turn(moves[0])[0]:
                return
            fresh = [self._reach(alternative, number) for alternative in move.alternatives()]
            if (self.branchwise or any(fresh)) and not every:
                return

    def _turn(self, move: Move) -> tuple[int, int]:
        """When a move is explored: by urgency, then from the start on."""
        hurry = Urgency.PASS if self.branchwise and move.urgency is not Urgency.INTERRUPT else move.urgency
        return hurry, move.rank

    def _reach(self, alternative: Alternative, parent: int | None) -> bool:
        """Note where an alternative leads; whether that is a state not seen before."""
        self.covered.update(taken.element for taken in alternative.taken)
        number = self.numbers.get(alternative.scope)
        fresh = number is None
        if number is None:
            number = len(self.found)
            self.numbers[alternative.scope] = number
            self.found.append(
                _Found(alternative.scope, parent, alternative.taken, alternative.chosen, alternative.interrupts)
            )
            if self._is_crowded(number, alternative.scope):
                self.cut = True
            else:
                self.waiting.append(number)
        if parent is not None:
            self.found[parent].after.append((number, alternative.interrupts))
        return fresh

    # --- flaws ---------------------------------------------------------------------------------------------------

    def _note_stuck(self, number: int, scope: Scope) -> None:
        if scope.is_over:
            return
        self.bad.add(number)
        for inner in _scopes(scope):
            if not inner.tokens:
                continue
            targets = sorted({self.process.flows[flow].target for flow in inner.tokens})
            kind = FlawKind.LEFT_BEHIND if inner.ended else FlawKind.DEADLOCK
            self.stuck.setdefault((kind, tuple(targets)), number)

    def _is_crowded(self, number: int, scope: Scope) -> bool:
        """Note two tokens in one place of one scope; whether there are so many that the search stops here."""
        state = self.found[number]
        state.doubled = state.parent is not None and self.found[state.parent].doubled
        crowded = False
        for inner in _scopes(scope):
            places = [item.node for item in inner.open if not self.process.nodes[item.node].triggered_by_event]
            twice = [place for place in dict.fromkeys(places) if places.count(place) > 1]
            for place in twice:
                if place not in self.net.aside:
                    self.bad.add(number)
                    if not state.doubled:
                        self.stuck.setdefault((FlawKind.RUNS_TWICE, (place,)), number)
            state.doubled |= any(place not in self.net.aside for place in twice)
            crowded |= any(places.count(place) > 2 for place in twice)
            crowded |= any(inner.tokens.count(flow) > 2 for flow in inner.tokens)
        return crowded

    def _never_run(self) -> Iterator[Flaw]:
        """What no state has reached: the first step of each dead part, and events that nothing raises."""
        nodes = self.process.nodes
        dead = nodes.keys() - self.covered - self._compensating()
        for identity in nodes:
            node = nodes[identity]
            if identity not in dead or node.scope in dead or not _is_step(node) or self._follows_step(node, dead):
                continue
            untriggered = node.triggered_by_event or node.attached_to is not None
            yield Flaw(FlawKind.NEVER_TRIGGERED if untriggered else FlawKind.NEVER_RUNS, (identity,), untriggered)

    def _follows_step(self, node: Node, dead: Set[str]) -> bool:
        """Whether a dead node only comes after another dead one, through dead gateways at most."""
        nodes, flows = self.process.nodes, self.process.flows
        waiting, seen = [node], {node.id}
        while waiting:
            at = waiting.pop()
            before = [at.attached_to] if at.attached_to else [flows[flow].source for flow in at.incoming]
            for identity in before:
                if identity in seen or identity not in dead:
                    continue
                if _is_step(nodes[identity]):
                    return True
                seen.add(identity)
                waiting.append(nodes[identity])
        return False

    def _compensating(self) -> set[str]:
        """Compensation handlers, and all that lies in them, may run once what they undo has run."""
        nodes = self.process.nodes
        done = [node for node in nodes.values() if node.compensation_handler and node.attached_to in self.covered]
        found = {node.id for node in done} | {node.compensation_handler for node in done if node.compensation_handler}
        for node in nodes.values():
            above = node.scope
            while above is not None and above not in found:
                above = nodes[above].scope
            if above is not None:
                found.add(node.id)
        return found

    # --- ways ----------------------------------------------------------------------------------------------------

    def _completes_cleanly(self) -> bool:
        """Whether some way leads from a start to the end past all flaws, no scope cut short by an event."""
        waiting = [
            number
            for number, state in enumerate(self.found)
            if state.parent is None and not state.interrupted and number not in self.bad
        ]
        seen = set(waiting)
        while waiting:
            number = waiting.pop()
            state = self.found[number]
            if state.scope.is_over:
                return True
            for after, interrupted in state.after:
                if not interrupted and after not in seen and after not in self.bad:
                    seen.add(after)
                    waiting.append(after)
        return False

    def _path(self, number: int) -> tuple[PathStep, ...]:
        steps: list[PathStep] = []
        at: int | None = number
        while at is not None:
            state = self.found[at]
            last = len(state.taken) - 1
            steps += (
                PathStep(taken.element, taken.take, state.chosen and index == last)
                for index, taken in reversed(list(enumerate(state.taken)))
            )
            at = state.parent
        return tuple(reversed(steps))


def _is_step(node: Node) -> bool:
    """What somebody would miss: activities and events, except the ends."""
    return node.kind in ACTIVITIES | EVENTS and node.kind is not Kind.END_EVENT


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for item in scope.open:
        for child in item.inner:
            yield from _scopes(child)
