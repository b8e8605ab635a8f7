"""What a rehearsal says: one result per instance, counts, and how long things take now and in the draft."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import fmean
from typing import Any
from uuid import UUID

from workflows.rehearsing.recorded import Passed


class Rehearsed(StrEnum):
    """How an instance fared in the draft."""

    SAME = "same-path"
    DIFFERENT = "different-path"
    STALLS = "stalls"


class Stall(StrEnum):
    """Why the draft did not go on where the instance did."""

    DID_NOT_FIT = "stimulus-did-not-fit"
    NOTHING_RECORDED = "nothing-recorded"
    ANSWER_MISSING = "answer-missing"
    INCIDENT = "incident"
    TOO_LONG = "too-long"
    REFUSED = "cannot-start"
    NO_RECORD = "nothing-left-to-replay"


@dataclass(frozen=True, slots=True)
class Result:
    """One instance. ``element`` is where it first went another way or stalls, ``expected`` the element reached then.

    ``text`` says more (a handler's name, an incident's message) where nothing of its record is hidden from the reader.
    ``took`` and ``would_take`` run from the first to the last thing that happened.
    """

    instance_id: UUID
    number: str
    outcome: Rehearsed
    element: str = ""
    expected: str = ""
    stall: Stall | None = None
    text: str = ""
    took: timedelta = timedelta()
    would_take: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ElementTimes:
    """Mean time at an element in seconds and how often it was completed, then and in the draft; None: never."""

    element: str
    count: int
    seconds: float | None
    draft_count: int
    draft_seconds: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole rehearsal. ``hidden`` counts instances the reader may not see; ``seconds`` is how long it took."""

    process_key: str
    results: tuple[Result, ...]
    times: tuple[ElementTimes, ...]
    hidden: int = 0
    seconds: float = 0.0

    def count(self, outcome: Rehearsed) -> int:
        """How many instances fared so."""
        return sum(result.outcome is outcome for result in self.results)

    @property
    def mean_took(self) -> timedelta:
        """Mean duration of the instances as they were."""
        return _mean([result.took for result in self.results])

    @property
    def mean_would_take(self) -> timedelta:
        """Mean duration in the draft, of those that do not stall."""
        return _mean([result.would_take for result in self.results if result.outcome is not Rehearsed.STALLS])


def times_of(now: Iterable[Passed], draft: Iterable[Passed]) -> tuple[ElementTimes, ...]:
    """The times at each element, in the order they were first reached."""
    spent: dict[str, tuple[list[float], list[float]]] = {}
    for side, passages in enumerate((now, draft)):
        for passed in passages:
            found = spent.setdefault(passed.element, ([], []))
            if passed.left is not None:
                found[side].append((passed.left - passed.entered).total_seconds())
    return tuple(
        ElementTimes(element, len(then), fmean(then) if then else None, len(here), fmean(here) if here else None)
        for element, (then, here) in spent.items()
    )


def _mean(spans: Sequence[timedelta]) -> timedelta:
    return sum(spans, timedelta()) / len(spans) if spans else timedelta()


def report_data(report: Report) -> dict[str, Any]:
    """A report as JSON-ready data; times in seconds."""
    return {
        "process": report.process_key,
        "replayed": len(report.results),
        "hidden": report.hidden,
        "counts": {outcome.value: report.count(outcome) for outcome in Rehearsed},
        "mean_took": report.mean_took.total_seconds(),
        "mean_would_take": report.mean_would_take.total_seconds(),
        "seconds": round(report.seconds, 3),
        "instances": [
            {
                "instance": str(result.instance_id),
                "number": result.number,
                "outcome": result.outcome.value,
                "element": result.element,
                "expected": result.expected,
                "stall": result.stall.value if result.stall else None,
                "text": result.text,
                "took": result.took.total_seconds(),
                "would_take": result.would_take.total_seconds(),
            }
            for result in report.results
        ],
        "elements": [
            {
                "element": times.element,
                "count": times.count,
                "seconds": times.seconds,
                "draft_count": times.draft_count,
                "draft_seconds": times.draft_seconds,
            }
            for times in report.times
        ],
    }
