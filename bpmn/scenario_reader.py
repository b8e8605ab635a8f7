"""Reads a scenario file; unknown keys and wrong types are findings, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.business_time import BusinessCalendar
from accounts.working_hours import HoursRefused
from bpmn import iso, scenario, yaml_reader
from bpmn.findings import Finding, Severity
from bpmn.scenario import Scenario, Target

_TOP = {"name", "model", "start", "handlers", "functions", "calendar", "steps"}
_EXPECT = {"waiting", "completed", "not_completed", "path", "variables", "incidents", "ended", "end"}
_ANSWER = "results by name, {error: CODE}, {fail: reason}, wait, or a list of these"
_MISSING: Any = object()


class ScenarioInvalid(Exception):
    """The file is no scenario; ``findings`` say where and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(finding.code for finding in self.findings))


def read_scenario(file: str, data: bytes) -> Scenario:
    """The scenario in ``data``. Raises ScenarioInvalid with a finding for every unknown key and wrong type."""
    try:
        document = yaml_reader.load(data)
    except yaml_reader.YamlRefused as refused:
        raise ScenarioInvalid([_finding(file, refused.code, refused.line, **refused.values)]) from None
    reader = _Reader(file)
    result = reader.read(document)
    if reader.findings:
        raise ScenarioInvalid(reader.findings)
    return result


def _finding(file: str, code: str, line: int, **values: Any) -> Finding:
    return Finding(file, Severity.ERROR, code, None, line, values)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.line = 0

    # --- words ----------------------------------------------------------------------------------------------------

    def report(self, code: str, where: str, **values: Any) -> None:
        self.findings.append(_finding(self.file, code, self.line, where=where, **values))

    def wrong(self, where: str, expected: str, value: Any) -> None:
        self.report("scenario-type", where, expected=expected, found=_kind(value))

    def keys(
        self, where: str, value: Any, allowed: set[str], required: AbstractSet[str] = frozenset()
    ) -> dict[str, Any]:
        """``value`` as a mapping with only ``allowed`` keys; {} where it is none."""
        if not isinstance(value, dict):
            self.wrong(where, "mapping", value)
            return {}
        self.line = getattr(value, "line", self.line)
        for key in value:
            if key not in allowed:
                self.report("scenario-unknown-key", where, key=key, known=", ".join(sorted(allowed)))
        for key in sorted(required - value.keys()):
            self.report("scenario-missing-key", where, key=key)
        return value

    def text(self, where: str, value: Any, default: Any = "") -> Any:
        if value is _MISSING:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        self.wrong(where, "text", value)
        return default

    def variables(self, where: str, value: Any) -> dict[str, Any]:
        if value is _MISSING or value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(where, "mapping", value)
            return {}
        return {key: _plain(item) for key, item in value.items()}

    def texts(self, where: str, value: Any) -> tuple[str, ...] | None:
        if value is _MISSING:
            return None
        if not isinstance(value, list):
            self.wrong(where, "list", value)
            return None
        return tuple(self.text(f"{where}[{number}]", item) for number, item in enumerate(value, 1))

    def moment(self, where: str, value: Any) -> datetime:
        if isinstance(value, str):
            try:
                return iso.parse_moment(value)
            except ValueError:
                pass
        self.report("scenario-moment", where, found=str(value)[:80])
        return scenario.DEFAULT_START

    # --- parts ----------------------------------------------------------------------------------------------------

    def read(self, document: Any) -> Scenario:
        top = self.keys("scenario", document, _TOP)
        return Scenario(
            name=self.text("name", top.get("name", _MISSING), self.file),
            model=self.text("model", top.get("model", _MISSING), None),
            start=self._start(top.get("start", {})),
            handlers=self._handlers(top.get("handlers", {})),
            functions=self._functions(top.get("functions", {})),
            calendar=self._calendar(top.get("calendar", "default")),
            steps=self._steps(top.get("steps", [])),
            file=self.file,
        )

    def _start(self, value: Any) -> scenario.Start:
        if value is None:
            return scenario.Start()
        start = self.keys("start", value, {"process", "event", "variables", "at"})
        return scenario.Start(
            process=self.text("start.process", start.get("process", _MISSING), None),
            event=self.text("start.event", start.get("event", _MISSING), None),
            variables=self.variables("start.variables", start.get("variables", _MISSING)),
            at=self.moment("start.at", start["at"]) if "at" in start else scenario.DEFAULT_START,
        )

    def _handlers(self, value: Any) -> dict[str, tuple[scenario.HandlerStub, ...]]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong("handlers", "mapping", value)
            return {}
        stubs = {}
        for job, stub in value.items():
            where = f"handlers.{job}"
            if isinstance(stub, list) and not stub:
                self.wrong(where, _ANSWER, stub)
            answers = stub if isinstance(stub, list) else [stub]
            stubs[job] = tuple(self._handler(where, answer) for answer in answers)
        return stubs

    def _handler(self, where: str, value: Any) -> scenario.HandlerStub:
        if value == "wait":
            return scenario.Waits()
        if value is None:
            return scenario.Answers()
        if not isinstance(value, dict):
            self.wrong(where, _ANSWER, value)
            return scenario.Answers()
        if "error" in value:
            self.keys(where, value, {"error", "message", "with"})
            return scenario.RaisesError(
                self.text(f"{where}.error", value["error"]),
                self.text(f"{where}.message", value.get("message", _MISSING)),
                self.variables(f"{where}.with", value.get("with", _MISSING)),
            )
        if "fail" in value:
            self.keys(where, value, {"fail", "times", "with"})
            return scenario.Fails(
                self.text(f"{where}.fail", value["fail"]),
                self._count(f"{where}.times", value["times"]) if "times" in value else None,
                self.variables(f"{where}.with", value.get("with", _MISSING)),
            )
        return scenario.Answers(self.variables(where, value))

    def _count(self, where: str, value: Any) -> int:
        if type(value) is int and value >= 0:
            return value
        self.wrong(where, "count", value)
        return 0

    def _functions(self, value: Any) -> dict[str, scenario.FunctionStub]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong("functions", "mapping", value)
            return {}
        return {
            name: scenario.FunctionStub(answers={key: _plain(item) for key, item in stub.items()})
            if isinstance(stub, dict)
            else scenario.FunctionStub(constant=_plain(stub))
            for name, stub in value.items()
        }

    # --- the calendar ---------------------------------------------------------------------------------------------

    def _calendar(self, value: Any) -> scenario.Calendar:
        if value is None or value == "default":
            return scenario.DEFAULT_CALENDAR
        if value in ("24x7", "24/7"):
            return scenario.Calendar(zone="UTC", always=True)
        if isinstance(value, str):
            self.report("scenario-calendar", "calendar", found=value[:80])
            return scenario.DEFAULT_CALENDAR
        given = self.keys("calendar", value, {"zone", "hours", "holidays", "extra_workdays"})
        calendar = scenario.Calendar(
            zone=self._zone(given.get("zone", scenario.DEFAULT_CALENDAR.zone)),
            hours=_plain(given["hours"]) if "hours" in given else scenario.DEFAULT_CALENDAR.hours,
            holidays=self._dates("calendar.holidays", given.get("holidays", [])),
            extra_workdays=self._dates("calendar.extra_workdays", given.get("extra_workdays", [])),
        )
        try:
            BusinessCalendar(calendar.zone, calendar.hours)
        except HoursRefused as refused:
            self.report("scenario-hours", "calendar.hours", found=str(refused))
        return calendar

    def _zone(self, value: Any) -> str:
        try:
            return str(ZoneInfo(value).key)
        except (KeyError, OSError, ValueError, TypeError, AttributeError):
            self.report("scenario-zone", "calendar.zone", found=str(value)[:80])
            return scenario.DEFAULT_CALENDAR.zone

    def _dates(self, where: str, value: Any) -> tuple[date, ...]:
        dates = []
        for text in self.texts(where, value) or ():
            try:
                dates.append(date.fromisoformat(text))
            except ValueError:
                self.report("scenario-date", where, found=text[:80])
        return tuple(dates)

    # --- steps ----------------------------------------------------------------------------------------------------

    def _steps(self, value: Any) -> tuple[scenario.Step, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong("steps", "list", value)
            return ()
        steps = (self._step(f"steps[{number}]", item) for number, item in enumerate(value, 1))
        return tuple(step for step in steps if step is not None)

    def _step(self, where: str, value: Any) -> scenario.Step | None:
        if not isinstance(value, dict):
            self.wrong(where, "mapping", value)
            return None
        self.line = getattr(value, "line", self.line)
        kinds = [kind for kind in _STEPS if kind in value]
        if len(kinds) != 1:
            self.report("scenario-step", where, found=", ".join(value), known=", ".join(_STEPS))
            return None
        allowed, read = _STEPS[kinds[0]]
        self.keys(where, value, {kinds[0], *allowed})
        return read(self, f"{where}.{kinds[0]}", value, self.line)

    def target(self, where: str, value: Any) -> Target:
        name, hash_sign, number = self.text(where, value).rpartition("#")
        if not hash_sign:
            return Target(number)
        if not number.isdecimal() or int(number) < 1:
            self.report("scenario-target", where, found=str(value)[:80])
            return Target(name)
        return Target(name, int(number))

    def complete(self, where: str, step: dict[str, Any], line: int) -> scenario.Complete:
        return scenario.Complete(
            self.target(where, step["complete"]),
            self.variables(f"{where}.with", step.get("with", _MISSING)),
            self.text(f"{where}.as", step.get("as", _MISSING), None),
            line,
        )

    def advance(self, where: str, step: dict[str, Any], line: int) -> scenario.AdvanceBy | None:
        try:
            duration = iso.parse_duration(self.text(where, step["advance"]))
        except ValueError:
            self.report("scenario-duration", where, found=str(step["advance"])[:80])
            return None
        return scenario.AdvanceBy(duration, line)

    def advance_to(self, where: str, step: dict[str, Any], line: int) -> scenario.AdvanceTo:
        return scenario.AdvanceTo(self.moment(where, step["advance_to"]), line)

    def message(self, where: str, step: dict[str, Any], line: int) -> scenario.SendMessage:
        return scenario.SendMessage(
            self.text(where, step["message"]),
            self.text(f"{where}.key", step.get("key", _MISSING)),
            self.variables(f"{where}.with", step.get("with", _MISSING)),
            line,
        )

    def signal(self, where: str, step: dict[str, Any], line: int) -> scenario.SendSignal:
        return scenario.SendSignal(
            self.text(where, step["signal"]), self.variables(f"{where}.with", step.get("with", _MISSING)), line
        )

    def complete_job(self, where: str, step: dict[str, Any], line: int) -> scenario.CompleteJob:
        return scenario.CompleteJob(
            self.target(where, step["complete_job"]), self.variables(f"{where}.with", step.get("with", _MISSING)), line
        )

    def fail_job(self, where: str, step: dict[str, Any], line: int) -> scenario.FailJob:
        return scenario.FailJob(
            self.target(where, step["fail_job"]), self.text(f"{where}.reason", step.get("reason", _MISSING)), line
        )

    def throw_error(self, where: str, step: dict[str, Any], line: int) -> scenario.ThrowError:
        if "code" not in step:
            self.report("scenario-missing-key", where, key="code")
        return scenario.ThrowError(
            self.target(where, step["throw_error"]),
            self.text(f"{where}.code", step.get("code", _MISSING)),
            self.text(f"{where}.message", step.get("message", _MISSING)),
            self.variables(f"{where}.with", step.get("with", _MISSING)),
            line,
        )

    def expect(self, where: str, step: dict[str, Any], line: int) -> scenario.Expect:
        given = self.keys(where, step["expect"], _EXPECT)
        completed = given.get("completed")
        if completed is not None and not isinstance(completed, dict):
            self.wrong(f"{where}.completed", "mapping", completed)
            completed = None
        ended = given.get("ended")
        if ended is not None and not isinstance(ended, bool):
            self.wrong(f"{where}.ended", "true or false", ended)
        return scenario.Expect(
            waiting=self.texts(f"{where}.waiting", given.get("waiting", _MISSING)),
            completed=None
            if completed is None
            else {key: self._count(f"{where}.completed.{key}", value) for key, value in completed.items()},
            not_completed=self.texts(f"{where}.not_completed", given.get("not_completed", _MISSING)),
            path=self.texts(f"{where}.path", given.get("path", _MISSING)),
            variables=self.variables(f"{where}.variables", given["variables"]) if "variables" in given else None,
            incidents=self.texts(f"{where}.incidents", given.get("incidents", _MISSING)),
            ended=ended,
            end=self.texts(f"{where}.end", given.get("end", _MISSING)),
            line=line,
        )


_StepReader = Callable[[_Reader, str, dict[str, Any], int], scenario.Step | None]
_STEPS: dict[str, tuple[set[str], _StepReader]] = {
    "expect": (set(), _Reader.expect),
    "complete": ({"with", "as"}, _Reader.complete),
    "advance": (set(), _Reader.advance),
    "advance_to": (set(), _Reader.advance_to),
    "message": ({"key", "with"}, _Reader.message),
    "signal": ({"with"}, _Reader.signal),
    "complete_job": ({"with"}, _Reader.complete_job),
    "fail_job": ({"reason"}, _Reader.fail_job),
    "throw_error": ({"code", "message", "with"}, _Reader.throw_error),
}


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    names = {bool: "true or false", str: "text", int: "number", float: "number", list: "list"}
    return next((name for kind, name in names.items() if type(value) is kind), "mapping")


def _plain(value: Any) -> Any:
    """JSON-ready data without our own mapping class."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
