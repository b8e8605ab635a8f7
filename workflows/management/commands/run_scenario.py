"""Play scenario files: `manage.py run_scenario FILE... [--model FILE] [--json]`; needs no database."""

from __future__ import annotations

import json
import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bpmn.findings import Finding, Severity
from bpmn.scenario_reader import ScenarioInvalid
from workflows.deploying import finding_data
from workflows.engine.api import LogEntry, LogKind
from workflows.scenarios import Result, ScenarioUnusable, Theatre

log = logging.getLogger(__name__)
HALF = 500
MAX_LINES = 2 * HALF + 1
"""Of a trace; of a longer one the beginning and the end are shown."""
HOLDS, BROKEN, REFUSED, UNUSABLE = 0, 1, 2, 3


class Command(BaseCommand):
    help = (
        "Play scenarios and print what happened. "
        "Exit status: 0 all hold, 1 an expectation is broken, 2 a model was refused, 3 a scenario cannot be played."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="scenario files")
        parser.add_argument("--model", type=Path, help="play on this diagram instead of the one the scenario names")
        parser.add_argument("--json", action="store_true", help="print one JSON object per file")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["files"]:
            raise CommandError("name at least one scenario file", returncode=UNUSABLE)
        status, theatre = HOLDS, Theatre(noting=not options["json"])
        for file in options["files"]:
            result, unusable = _played(theatre, file, options["model"])
            self._print_json(result) if options["json"] else self._print(result, unusable)
            status = max(status, UNUSABLE if unusable else _status(result))
        if status:
            sys.exit(status)

    def _print_json(self, result: Result) -> None:
        failed = result.failed
        data = {
            "file": result.file,
            "ok": result.ok,
            "refused": [finding_data(finding) for finding in result.refused],
            "failed": None
            if failed is None
            else {"step": failed.step, "expected": failed.expected, "actual": failed.actual},
            "ended": result.ended,
            "end": list(result.end),
            "waiting": list(result.waiting),
            "completed": list(result.completed),
            "variables": dict(result.variables),
            "incidents": list(result.incidents),
        }
        self.stdout.write(json.dumps(data, ensure_ascii=False, default=str))

    def _print(self, result: Result, unusable: str) -> None:
        self.stdout.write(f"{result.file}: {result.name}" if result.name else result.file)
        for finding in result.noted:
            self.stdout.write(f"  {finding.severity.value} {_where(finding)}")
        lines = _trace(result)
        if len(lines) > MAX_LINES:
            lines[HALF:-HALF] = [f"... {len(lines) - 2 * HALF:,} more ..."]
        for line in lines:
            self.stdout.write(f"  {line}")
        for finding in result.refused:
            self.stdout.write(f"  {_where(finding)}")
        if unusable:
            self.stdout.write(f"  cannot be played: {unusable}")
        elif result.refused:
            self.stdout.write("  refused")
        elif result.failed is not None:
            self._print_broken(result)
        else:
            self.stdout.write("  holds")

    def _print_broken(self, result: Result) -> None:
        failed = result.failed
        assert failed is not None
        where = f"step {failed.step}" if failed.step else "start"
        line = f" (line {failed.line})" if failed.line else ""
        self.stdout.write(f"  broken at {where}{line}")
        self.stdout.write(f"    expected: {_short(failed.expected)}")
        self.stdout.write(f"    actual:   {_short(failed.actual)}")


def _trace(result: Result) -> list[str]:
    """What happened, in lines."""
    told = ((moment, f" [{instance}]" if instance else "", _words(entry)) for moment, instance, entry in result.log)
    return [f"{moment:%Y-%m-%d %H:%M:%S}{child}  {words}" for moment, child, words in told if words]


def _played(theatre: Theatre, file: Path, model: Path | None) -> tuple[Result, str]:
    """How one file went, and why it cannot be played at all; the other files are played whatever is wrong with it."""
    try:
        return theatre.play_file(file, model), ""
    except ScenarioInvalid as invalid:
        return Result(str(file), refused=invalid.findings), "this is no scenario"
    except OSError as problem:
        return _unusable(file, reason := f"{file}: {problem.strerror or problem}"), reason
    except ScenarioUnusable as problem:
        return _unusable(file, str(problem)), str(problem)
    except Exception as failure:
        log.debug("a scenario could not be played", exc_info=True)
        return _unusable(file, reason := f"{type(failure).__name__}: {failure}"), reason


def _status(result: Result) -> int:
    if result.refused:
        return REFUSED
    return HOLDS if result.failed is None else BROKEN


def _unusable(file: Path, reason: str) -> Result:
    values = {"reason": reason, "scenario": file.name}
    finding = Finding(str(file), Severity.ERROR, "scenario-unusable", None, 0, values)
    return Result(str(file), refused=(finding,))


def _where(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}: {finding_data(finding)['message']} [{finding.code}]"


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _words(entry: LogEntry) -> str:
    """A log entry as a line for people; "" for what only machines want."""
    data = entry.data
    match entry.kind:
        case LogKind.ENTERED | LogKind.COMPLETED | LogKind.CANCELLED:
            return f"{entry.element} {entry.kind.value}"
        case LogKind.ENDED:
            return f"{entry.element} reached"
        case LogKind.VARIABLES:
            return f"  {', '.join(f'{name} = {_short(value)[:120]}' for name, value in data['values'].items())}"
        case LogKind.CALLED:
            return f"  {data['handler']} answered {data['answer']}"
        case LogKind.DECIDED:
            return f"  {data['decision']} = {_short(data['value'])[:120]}"
        case LogKind.CONDITION:
            return f"  {entry.element}: {data['condition'].strip()} is {_short(data['value'])}"
        case LogKind.WARNING:
            return f"  note at {entry.element}: {_short(dict(data))[:160]}"
        case LogKind.INCIDENT:
            return f"  incident at {entry.element}: {data['message']}"
    return ""
