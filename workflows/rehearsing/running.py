"""One recorded instance goes through the draft: each thing that happened is given to the same element there."""

from __future__ import annotations

import dataclasses
import time
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, TypeVar

from workflows.engine import Definition, advance
from workflows.engine.api import (
    Advance,
    Budget,
    CompleteStep,
    FireTimer,
    GoBack,
    LogKind,
    Modify,
    Receive,
    Resolve,
    Resume,
    Retry,
    SetVariables,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
)
from workflows.rehearsing.answers import RecordedAnswers
from workflows.rehearsing.recorded import Happened, Passed, Recorded
from workflows.rehearsing.report import Rehearsed, Stall

BUDGET = Budget(cpu_seconds=2.0)
SECONDS = 5.0
"""How long one instance may take."""
LATE = timedelta(minutes=1)
"""So much later than due a recorded timer still counts as fired in time."""
MAX_FIRINGS = 500

Found = TypeVar("Found")


class Stalled(Exception):
    """The draft does not go on."""

    def __init__(self, stall: Stall, element: str, text: str = "") -> None:
        super().__init__(stall.value)
        self.stall, self.element, self.text = stall, element, text


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """How one instance fared."""

    outcome: Rehearsed
    element: str = ""
    expected: str = ""
    stall: Stall | None = None
    text: str = ""


class Run:
    """One instance of the draft, in memory only."""

    def __init__(self, draft: Definition, story: Recorded, answers: RecordedAnswers) -> None:
        self.draft, self.story, self.answers = draft, story, answers
        self.passed: list[Passed] = []
        self.began = story.happened[0].at
        self.state: bytes | None = None
        self.ended = False
        self._steps: dict[str, Any] = {}
        self._timers: dict[str, Any] = {}
        self._subscriptions: dict[str, Any] = {}
        self._incidents: dict[str, Any] = {}
        self._open: dict[str, Passed] = {}
        self._waiting: list[Happened] = []
        self._deadline = time.monotonic() + SECONDS
        self._recorded_firings = [entry for entry in story.happened if isinstance(entry.stimulus, FireTimer)]

    def compare(self, *, has_ended: bool) -> Comparison:
        """Drive the draft through the story; ``has_ended`` says whether the instance has."""
        try:
            for entry in self.story.happened:
                self._let_time_pass(entry.at)
                self._waiting.append(entry)
                self._give_what_fits()
            if has_ended:
                self._let_timers_run_out()
            self._check_rest(has_ended)
        except Stalled as stalled:
            return Comparison(Rehearsed.STALLS, stalled.element, "", stalled.stall, stalled.text)
        return self._compare_paths()

    @property
    def took(self) -> timedelta:
        """From the first to the last thing that happened in the draft."""
        return self.answers.moment - self.began

    # --- giving ---------------------------------------------------------------------------------------------------

    def _give_what_fits(self) -> None:
        """Everything that waits to be given and has a place now, in order; what no longer exists is left out."""
        again = True
        while again and not self.ended:
            again = False
            for entry in list(self._waiting):
                if entry.element and entry.element not in self.draft.process.nodes:
                    self._waiting.remove(entry)
                    continue
                stimulus = self._translated(entry)
                if stimulus is not None:
                    self._waiting.remove(entry)
                    self._take(stimulus, max(entry.at, self.answers.moment))
                    again = True
                    break

    def _translated(self, entry: Happened) -> Stimulus | None:
        """The stimulus for the draft's own step, timer or subscription; None while there is none."""
        stimulus = entry.stimulus
        match stimulus:
            case StartInstance():
                return dataclasses.replace(
                    stimulus, event=stimulus.event if stimulus.event in self.draft.starts else None
                )
            case FireTimer():
                timer = _at(self._timers, entry)
                due = None if timer is None else timer.due
                return None if timer is None or due is None or due > entry.at else FireTimer(timer.timer)
            case Receive():
                subscription = _at(self._subscriptions, entry)
                return None if subscription is None else Receive(subscription.subscription, stimulus.variables)
            case Retry() | Resolve():
                incident = _at(self._incidents, entry)
                return None if incident is None else dataclasses.replace(stimulus, step=incident.step)
            case Resume():
                thrown = next((key for key, passed in self._open.items() if passed.element == entry.element), None)
                return None if thrown is None else Resume(thrown)
            case Modify():
                return self._modification(stimulus)
            case GoBack():
                return None  # its tokens are the original's: a draft that goes another way has no such place
            case SetVariables(step=None):
                return stimulus
        if not hasattr(stimulus, "step"):
            return stimulus
        step = _at(self._steps, entry)
        if step is None or (isinstance(stimulus, CompleteStep) and step.kind is StepKind.INCIDENT):
            return None
        return dataclasses.replace(stimulus, step=step.step)

    def _modification(self, stimulus: Modify) -> Stimulus | None:
        """Steps that were ended by key are ended by element."""
        ended = tuple(name for name in stimulus.end if name in self.draft.process.nodes)
        return dataclasses.replace(stimulus, end=ended) if len(ended) == len(stimulus.end) else None

    def _take(self, stimulus: Stimulus, at: datetime) -> None:
        if time.monotonic() > self._deadline:
            raise Stalled(Stall.TOO_LONG, "")
        self.answers.moment = at
        try:
            result = advance(self.draft, self.state, stimulus, self.answers, BUDGET)
        except StimulusRefused as refusal:
            kind = Stall.REFUSED if self.state is None else Stall.DID_NOT_FIT
            raise Stalled(kind, getattr(stimulus, "event", None) or "", str(refusal)) from refusal
        if self.answers.missing is not None:
            element, name = self.answers.missing
            raise Stalled(Stall.ANSWER_MISSING, element or _last_entered(result), name)
        self._note(result, at)

    def _note(self, result: Advance, at: datetime) -> None:
        self.state = result.state
        self.ended = result.finished is not None
        for closed in result.closed:
            self._steps.pop(closed.step, None)
        for mine, keys in (
            (self._timers, result.timers_closed),
            (self._subscriptions, result.subscriptions_closed),
            (self._incidents, result.incidents_closed),
        ):
            for key in keys:
                mine.pop(key, None)
        self._steps |= {step.step: step for step in result.opened}
        self._timers |= {timer.timer: timer for timer in result.timers}
        self._subscriptions |= {entry.subscription: entry for entry in result.subscriptions}
        self._incidents |= {incident.step: incident for incident in result.incidents}
        for entry in result.log:
            if entry.kind is LogKind.ENTERED and entry.step is not None:
                self._open[entry.step] = passed = Passed(entry.element, at)
                self.passed.append(passed)
            elif entry.kind is LogKind.COMPLETED and entry.step in self._open:
                self._open.pop(entry.step).left = at

    # --- time -----------------------------------------------------------------------------------------------------

    def _let_time_pass(self, until: datetime) -> None:
        """Timers of the draft that are due before fire by themselves, unless the record tells when they did."""
        for _ in range(MAX_FIRINGS):
            timer = self._next_timer()
            if timer is None or timer.due + LATE >= until or self.ended:
                return
            if any(
                e.element == timer.element and timer.due <= e.at <= timer.due + LATE for e in self._recorded_firings
            ):
                return
            self._take(FireTimer(timer.timer), max(timer.due, self.answers.moment))
            self._give_what_fits()
        raise Stalled(Stall.TOO_LONG, timer.element)

    def _let_timers_run_out(self) -> None:
        """The instance has ended: what waits for time only would have gone on, too."""
        for _ in range(MAX_FIRINGS):
            timer = self._next_timer()
            if self.ended or timer is None or self._waits_for_somebody():
                return
            self._take(FireTimer(timer.timer), max(timer.due, self.answers.moment))
            self._give_what_fits()

    def _next_timer(self) -> Any:
        due = [timer for timer in self._timers.values() if timer.due is not None]
        return min(due, key=lambda timer: (timer.due, int(timer.timer)), default=None)

    def _waits_for_somebody(self) -> bool:
        return any(step.kind is not StepKind.CATCH for step in self._steps.values())

    # --- the end --------------------------------------------------------------------------------------------------

    def _check_rest(self, has_ended: bool) -> None:
        """Raises Stalled when the draft stands where the instance did not."""
        if self.ended:
            return
        for incident in self._incidents.values():
            if has_ended or incident.element not in self.story.troubled:
                raise Stalled(Stall.INCIDENT, incident.element, incident.message)
        if self._waiting:
            raise Stalled(Stall.DID_NOT_FIT, self._waiting[0].element, type(self._waiting[0].stimulus).__name__)
        if has_ended:
            waits = [step.element for step in self._steps.values()]
            raise Stalled(Stall.NOTHING_RECORDED, waits[0] if waits else "")

    def _compare_paths(self) -> Comparison:
        there = [passed.element for passed in self.passed]
        for expected, actual in zip_longest(self.story.path, there, fillvalue=""):
            if expected != actual:
                return Comparison(Rehearsed.DIFFERENT, actual, expected)
        return Comparison(Rehearsed.SAME)


def _at(entries: dict[str, Found], wanted: Happened) -> Found | None:
    """What is open at the element, the same activation before any other."""
    here: list[Any] = [entry for entry in entries.values() if entry.element == wanted.element]  # type: ignore[attr-defined]
    return next((entry for entry in here if getattr(entry, "loop", 0) == wanted.loop), here[0] if here else None)


def _last_entered(result: Advance) -> str:
    entered = [entry.element for entry in result.log if entry.kind is LogKind.ENTERED]
    return entered[-1] if entered else ""
