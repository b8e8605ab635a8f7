"""Zeebe's scenario files in our own form: test cases of jobs, messages and verifications, one story per instance.

A worker of theirs answers every job of its type from then on. Where nothing is verified before it is there, it is a
handler that answers at once; where something is, its job waits and is answered at that place. Types without a worker
wait for ever. What our form has no word for is a claim on the log of the play.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import yaml

from bpmn.model import Node, Process
from bpmn.reader import read
from bpmn.scenario import Scenario
from bpmn.scenario_reader import read_scenario
from workflows.engine.api import LogEntry, LogKind
from workflows.scenarios.playing import Result

WORKERS = frozenset({"complete-task", "throw-error"})
MAIN = "main"

Claim = Callable[[list[LogEntry]], bool]


@dataclass
class Story:
    """One instance of a test case as a scenario, and what else must be true of its log."""

    case: str
    scenario: Scenario
    files: Mapping[str, bytes]
    claims: list[tuple[str, Claim]] = field(default_factory=list)

    def broken_claims(self, result: Result) -> list[str]:
        """The claims that the log of a play does not bear out."""
        entries = [entry for _, _, entry in result.log]
        return [text for text, holds in self.claims if not holds(entries)]


def stories_of(file: Path) -> Iterator[Story]:
    """All stories of a file, in order."""
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))["testCases"]:
        instructions = [*case.get("instructions", ()), *case.get("actions", ()), *case.get("verifications", ())]
        created = [one["args"] for one in instructions if one.get("action") == "create-instance"]
        for number, start in enumerate(created):
            yield _Conversion(file, case["name"], start, first=number == 0).story(instructions)


class _Conversion:
    def __init__(self, file: Path, case: str, start: Mapping[str, Any], *, first: bool) -> None:
        self.case = case
        self.start = start
        self.alias = start.get("process_instance_alias", MAIN)
        self.first = first
        self.model, self.process = _model(file, start["bpmn_process_id"])
        self.handlers: dict[str, Any] = {
            node.job.type: "wait" for node in self.process.nodes.values() if node.job is not None
        }
        self.steps: list[dict[str, Any]] = []
        self.claims: list[tuple[str, Claim]] = []

    def story(self, instructions: list[Mapping[str, Any]]) -> Story:
        verified = False
        for one in instructions:
            args = one.get("args", {})
            if "verification" in one:
                verified = True
                if self._is_mine(args):
                    self._verify(one["verification"], args)
            elif one["action"] in WORKERS:
                self._work(one["action"], args, at_once=not verified)
            elif one["action"] == "publish-message":
                self.steps.append(
                    {"message": args["message_name"], "key": args["correlation_key"], "with": _json(args)}
                )
            elif one["action"] == "await-element-instance-state" and self._is_mine(args):
                self._verify("element-instance-state", args)
        document = {
            "name": self.case,
            "model": self.model.name,
            "start": {"process": self.process.id, "variables": _json(self.start)},
            "handlers": self.handlers,
            "steps": self.steps,
        }
        scenario = read_scenario(self.case, yaml.safe_dump(document, sort_keys=False).encode())
        return Story(self.case, scenario, {self.model.name: self.model.read_bytes()}, self.claims)

    def _is_mine(self, args: Mapping[str, Any]) -> bool:
        named = next((args[key] for key in ("process_instance", "process-instance", "process") if key in args), None)
        return self.first if named is None else named == self.alias

    def _work(self, action: str, args: Mapping[str, Any], *, at_once: bool) -> None:
        job, variables = args["job_type"], _json(args)
        if at_once:
            self.handlers[job] = variables if action == "complete-task" else {"error": args["error_code"]}
        elif action == "complete-task":
            self.steps.append({"complete_job": job, "with": variables})
        else:
            self.steps.append({"throw_error": job, "code": args["error_code"]})

    # --- verifications --------------------------------------------------------------------------------------------

    def _verify(self, kind: str, args: Mapping[str, Any]) -> None:
        match kind, args.get("state"):
            case "process-instance-state", state:
                self._expect(**_OF_THE_PROCESS[str(state)])
            case "element-instance-state", "activated":
                self._expect(waiting=[self._element(args)])
            case "element-instance-state", "completed":
                self._expect(completed={self._element(args): 1})
            case "element-instance-state", "terminated":
                self._expect(not_completed=[self._element(args)])
                self._claim_terminated(self._element(args))
            case "process-instance-variable", _:
                self._expect(variables={args["name"]: orjson.loads(args["value"])})
            case "no-process-instance-variable", _:
                self._claim_not_local(self._element(args), args["name"])
            case "incident-state", "created":
                self._expect(incidents=[self._element(args)])
                self._claim_incident(self._element(args), args)
            case _:
                raise ValueError(f"{kind} {args}")

    def _expect(self, **what: Any) -> None:
        self.steps.append({"expect": what})

    def _claim_terminated(self, element: str) -> None:
        def holds(log: list[LogEntry]) -> bool:
            return any(entry.kind is LogKind.CANCELLED and entry.element == element for entry in log)

        self.claims.append((f"{element} is terminated", holds))

    def _claim_not_local(self, element: str, name: str) -> None:
        def holds(log: list[LogEntry]) -> bool:
            own = {entry.step for entry in log if entry.element == element}
            written = [entry.data for entry in log if entry.kind is LogKind.VARIABLES and name in entry.data["values"]]
            return not any(data["scope"] in own for data in written)

        self.claims.append((f"{name} is no variable of {element}", holds))

    def _claim_incident(self, element: str, args: Mapping[str, Any]) -> None:
        kind, expression = _INCIDENTS[args["error_type"]], args["error_message"].split("'")[1]

        def holds(log: list[LogEntry]) -> bool:
            opened = [entry.data for entry in log if entry.kind is LogKind.INCIDENT and entry.element == element]
            return any(data["kind"] == kind and expression in data["message"] for data in opened)

        self.claims.append((f"{element} has an incident that names {expression}", holds))

    def _element(self, args: Mapping[str, Any]) -> str:
        if "element_id" in args:
            return str(args["element_id"])
        named: list[Node] = [node for node in self.process.nodes.values() if node.name == args["element_name"]]
        return named[0].id


_OF_THE_PROCESS: dict[str, dict[str, Any]] = {
    "activated": {"ended": False},
    "completed": {"ended": True},
    "terminated": {"ended": True, "end": []},
}
_INCIDENTS = {"EXTRACT_VALUE_ERROR": "expression"}


def _json(args: Mapping[str, Any]) -> dict[str, Any]:
    variables: dict[str, Any] = json.loads(args.get("variables", "{}"))
    return variables


def _model(file: Path, process_id: str) -> tuple[Path, Process]:
    """The diagram with a process, in the file's folder or the one above it."""
    for folder in (file.parent, file.parent.parent):
        for model in sorted(folder.glob("*.bpmn")):
            for process in read(model.name, model.read_bytes()).processes:
                if process.id == process_id:
                    return model, process
    raise LookupError(process_id)
