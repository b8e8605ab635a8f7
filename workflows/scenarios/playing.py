"""Playing a scenario step by step until it holds or something is not as it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bpmn import forms, scenario
from bpmn.checking import Finding
from bpmn.iso import Duration
from bpmn.scenario import Scenario, Target
from bpmn.scenario_reader import read_scenario
from workflows.engine import OWN_FUNCTIONS, step_variables
from workflows.engine import api as engine
from workflows.engine.api import LogEntry, OpenedStep, StepKind, StimulusRefused
from workflows.engine.family import CallRefused
from workflows.scenarios.expectations import first_mismatch
from workflows.scenarios.files import Casting, ScenarioUnusable
from workflows.scenarios.folders import DiskFolder, FilesFolder
from workflows.scenarios.stubs import OF_THE_CALENDAR
from workflows.scenarios.world import TooMuch, World

_PEOPLE = frozenset({StepKind.USER_TASK, StepKind.MANUAL_TASK, StepKind.RECEIVE_TASK})


@dataclass(frozen=True)
class Broken:
    """The step that did not go as told: its number from 1 (0 is the start), what was said and what is true."""

    step: int
    expected: Any
    actual: Any
    line: int = 0


@dataclass(frozen=True)
class Result:
    """How a scenario went; ``log`` are (moment, instance number, entry) in order.

    ``noted`` are errors of soundness and warnings, which do not keep a story from being played.
    """

    file: str
    name: str = ""
    refused: tuple[Finding, ...] = ()
    failed: Broken | None = None
    ended: bool = False
    end: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    incidents: tuple[str, ...] = ()
    log: tuple[tuple[datetime, int, LogEntry], ...] = ()
    noted: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.refused and self.failed is None


class StepBroken(Exception):
    """A step cannot be taken; what it needed and what is there instead."""

    def __init__(self, expected: Any, actual: Any) -> None:
        super().__init__(str(expected))
        self.expected = expected
        self.actual = actual


class Theatre:
    """Plays many scenarios; those about one model share its cast. ``noting`` adds what else the check has to say."""

    def __init__(self, *, noting: bool = False) -> None:
        self._castings: dict[Path, Casting] = {}
        self._noting = noting

    def play_file(self, file: Path, model: Path | None = None) -> Result:
        """Play a scenario file on the model it names, or on ``model``.

        Raises ScenarioInvalid (bpmn.scenario_reader), ScenarioUnusable, OSError.
        """
        story = read_scenario(file.name, file.read_bytes())
        if model is None:
            if not story.model:
                raise ScenarioUnusable("the scenario names no model")
            model = file.parent / story.model
        folder = _resolved(model)
        if folder not in self._castings:
            self._castings[folder] = Casting(DiskFolder(folder))
        casting = self._castings[folder]
        result = perform(story, casting, model.name, file=str(file))
        return replace(result, noted=casting.noted(model.name, _functions(story))) if self._noting else result


def _resolved(model: Path) -> Path:
    try:
        return model.parent.resolve()
    except (OSError, ValueError) as error:
        raise ScenarioUnusable(f"there is no model {model}") from error


def play_file(file: Path, model: Path | None = None) -> Result:
    """Play one scenario file; raises as `Theatre.play_file`."""
    return Theatre().play_file(file, model)


def play(story: Scenario, files: Mapping[str, bytes], model: str | None = None) -> Result:
    """Play a scenario on files in memory (name -> content). Raises ScenarioUnusable."""
    model = model or story.model
    if model is None:
        raise ScenarioUnusable("the scenario names no model")
    return perform(story, Casting(FilesFolder(files)), model, file=story.file or story.name)


def perform(story: Scenario, casting: Casting, model: str, *, file: str, seconds: float | None = None) -> Result:
    """Play a scenario on a model of a folder; broken where it takes longer than ``seconds``.

    Raises ScenarioUnusable.
    """
    cast = casting.cast_of(model, _functions(story))
    if cast.refused:
        return Result(file, story.name, refused=cast.refused)
    return _Player(file, story, World(story, cast, seconds)).run()


def _functions(story: Scenario) -> tuple[str, ...]:
    """The host functions that a story answers."""
    return (*OWN_FUNCTIONS, *OF_THE_CALENDAR, *story.functions)


class _Player:
    def __init__(self, file: str, story: Scenario, world: World) -> None:
        self.file = file
        self.story = story
        self.world = world

    def run(self) -> Result:
        start = self.story.start
        failed = self._attempt(0, 0, lambda: self.world.start(start.event, start.variables))
        for number, step in enumerate(self.story.steps, 1):
            if failed is not None:
                break
            failed = self._attempt(number, step.line, lambda step=step: self._take(step))  # type: ignore[misc]
        world = self.world
        main = world.members[0] if world.members else None
        return Result(
            self.file,
            self.story.name,
            failed=failed,
            ended=main is not None and main.finished is not None,
            end=tuple(world.ends()),
            waiting=tuple(world.waiting()),
            completed=tuple(world.completed()),
            variables=main.variables if main is not None else {},
            incidents=tuple(world.incidents()),
            log=tuple(world.log),
        )

    def _attempt(self, number: int, line: int, act: Callable[[], None]) -> Broken | None:
        try:
            act()
        except StepBroken as broken:
            return Broken(number, broken.expected, broken.actual, line)
        except (StimulusRefused, CallRefused, TooMuch) as refused:
            return Broken(number, "the step can be taken", str(refused), line)
        return None

    def _take(self, step: scenario.Step) -> None:
        match step:
            case scenario.Expect():
                mismatch = first_mismatch(step, self.world)
                if mismatch is not None:
                    raise StepBroken(*mismatch)
            case scenario.Complete(target, variables):
                self._complete(target, variables)
            case scenario.AdvanceBy(duration):
                self._advance(self._after(duration))
            case scenario.AdvanceTo(moment):
                self._advance(moment)
            case scenario.SendMessage(name, key, variables):
                self.world.message(name, key, variables)
            case scenario.SendSignal(name, variables):
                self.world.signal(name, variables)
            case scenario.CompleteJob(target, variables):
                self._tell(self._job(target), lambda key: engine.CompleteStep(key, variables))
            case scenario.FailJob(target, reason):
                self._tell(self._job(target), lambda key: engine.FailStep(key, reason))
            case scenario.ThrowError(target, code, message, variables):
                found = self._find(target, _PEOPLE | {StepKind.JOB, StepKind.CALL})
                self._tell(found, lambda key: engine.ThrowError(key, code, message, variables))

    def _tell(self, found: tuple[int, OpenedStep], stimulus: Callable[[str], engine.Stimulus]) -> None:
        instance, step = found
        self.world.move(instance, stimulus(step.step))

    def _after(self, duration: Duration) -> datetime:
        now = self.world.clock.now()
        try:
            return duration.after(now)
        except OverflowError:
            raise StepBroken({"advance": "a moment before the year 10000"}, {"now": now.isoformat()}) from None

    def _advance(self, moment: datetime) -> None:
        if moment < self.world.clock.now():
            raise StepBroken({"advance_to": moment.isoformat()}, {"now": self.world.clock.now().isoformat()})
        self.world.advance_to(moment)

    def _complete(self, target: Target, variables: Mapping[str, Any]) -> None:
        key, step = self._find(target, _PEOPLE)
        self.world.move(key, engine.CompleteStep(step.step, self._validated(key, step, variables)))

    def _validated(self, key: int, step: OpenedStep, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answers as the server would take them from the task's form."""
        member = self.world.members[key]
        form = self.world.cast.bundles[member.process].forms.get(step.form or "")
        if form is None or member.state is None:
            return variables
        seen = step_variables(member.definition, member.state, step.step)
        try:
            return forms.validate(form, variables, seen, today=self.world.clock.now().date())
        except forms.FormRefused as refused:
            errors = {field: error[0].code for field, error in refused.errors.items()}
            raise StepBroken({"complete": step.element, "with": dict(variables)}, {"refused": errors}) from refused

    def _job(self, target: Target) -> tuple[int, OpenedStep]:
        return self._find(target, frozenset({StepKind.JOB}))

    def _find(self, target: Target, kinds: frozenset[StepKind]) -> tuple[int, OpenedStep]:
        """The open step a target names: by element id, or by job type."""
        found = [
            (key, step)
            for key, step in self.world.open_steps()
            if step.kind in kinds and target.name in {step.element, step.job}
        ]
        if len(found) < target.number:
            raise StepBroken({"open": str(target)}, {"waiting": sorted(self.world.waiting())})
        return found[target.number - 1]
