"""Deploying diagrams: read the files, check them as a set, make all of them live or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Role, User
from bpmn import queries as bpmn_queries
from bpmn.bundle import DECISIONS, DIAGRAM, FORM, SCENARIO, Bundle, BundleInvalid, load
from bpmn.checking import Catalogue, Finding, HandlerEntry, check, is_refused
from bpmn.checking.sentences import sentence
from bpmn.exceptions import ProcessNotDeployed
from bpmn.operations import Stored, store_versions
from bpmn.texts import FILE_NAME
from config import clock
from workflows import permissions, records, registry, start_timers
from workflows.compiling import compile_bundles
from workflows.engine import OWN_FUNCTIONS
from workflows.exceptions import DeploymentRefused, NotPermitted
from workflows.locks import retrying
from workflows.proving import scenario_findings
from workflows.soundness import soundness_findings

MAX_FILE_BYTES = 20_000_000
NOTHING_STORED = Stored((), ())


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of a deploy: the findings, and what was stored unless they refuse it."""

    findings: tuple[Finding, ...]
    stored: Stored = NOTHING_STORED

    @property
    def is_refused(self) -> bool:
        """Whether a finding is an error."""
        return is_refused(self.findings)


def catalogue() -> Catalogue:
    """What diagrams may name here and now: handlers, host functions, roles, deployed processes."""
    return replace(
        offline_catalogue(),
        groups=frozenset(Role.objects.values_list("code", flat=True)),
        processes=frozenset(bpmn_queries.live_versions().values_list("definition__key", flat=True)),
    )


def offline_catalogue() -> Catalogue:
    """What diagrams may name here as far as the program knows without its database."""
    return replace(standalone_catalogue(), record_kinds=frozenset(records.kinds()), standalone=False)


def standalone_catalogue() -> Catalogue:
    """What diagrams of anybody may name: the registered handlers and functions. Reads no database."""
    functions = registry.host_functions()
    return Catalogue(
        handlers={entry.type: _handler_entry(entry) for entry in registry.handlers()},
        functions=frozenset(functions) | frozenset(OWN_FUNCTIONS),
        uncertain_functions=frozenset(name for name, function in functions.items() if function.is_uncertain),
        standalone=True,
    )


def check_files(files: Mapping[str, bytes], known: Catalogue) -> tuple[Finding, ...]:
    """Everything the deploy check and the engine have to say about a set of files."""
    findings = check(files, known)
    if not is_refused(findings):
        findings += _how_it_would_run(files)
    return tuple(findings)


def check_to_deploy(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """What `check_files` says here and now, and every scenario of the set that does not hold."""
    findings = check_files(files, catalogue())
    if is_refused(findings):
        return findings
    return (*findings, *scenario_findings(files, _called_elsewhere(files)))


def deploy(*, actor: User | None, files: Mapping[str, bytes], note: str = "") -> Deployed:
    """Check a set of files (path -> content) and, when nothing speaks against it, make it live as a whole.

    Raises NotPermitted for people who do not publish processes; a refused set changes nothing, and one of whose
    scenarios does not hold is refused.
    """
    if actor is not None and not permissions.may_publish(actor):
        raise NotPermitted
    findings = check_to_deploy(files)
    if is_refused(findings):
        return Deployed(findings)
    return Deployed(findings, store(actor=actor, bundles=load(files), note=note))


@retrying
@transaction.atomic(durable=True)
def store(*, actor: User | None, bundles: Iterable[Bundle], note: str = "") -> Stored:
    """Make checked processes live, together, and plan their start timers."""
    stored = store_versions(actor=actor, bundles=bundles, note=note)
    start_timers.plan(stored.versions, clock.now())
    return stored


def read_paths(paths: Sequence[Path]) -> dict[str, bytes]:
    """The files to deploy: of a folder everything that belongs to processes, of a diagram also what lies beside it.

    Raises DeploymentRefused for what cannot be read.
    """
    return read_given([beside for path in paths for beside in (path, *_beside(path))])


def read_given(paths: Iterable[Path]) -> dict[str, bytes]:
    """The files themselves, and of folders everything that belongs to processes. Raises DeploymentRefused."""
    files: dict[str, bytes] = {}
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file == path or (file.is_file() and _belongs(file)):
                files[file.as_posix()] = _read(file)
    return files


def finding_data(finding: Finding, language: str = "en") -> dict[str, Any]:
    """A finding as JSON-ready data with its sentence."""
    return {
        "file": finding.file,
        "severity": finding.severity.value,
        "code": finding.code,
        "element": finding.element,
        "line": finding.line,
        "message": sentence(finding, language),
    }


def _how_it_would_run(files: Mapping[str, bytes]) -> list[Finding]:
    """Compiling proves that every flow node of the diagram exists in what runs; then its ways are searched."""
    try:
        bundles = load(files)
    except BundleInvalid as invalid:
        return list(invalid.findings)
    definitions, findings = compile_bundles(bundles, registry.host_functions())
    for bundle in bundles:
        if bundle.key in definitions:
            findings += soundness_findings(bundle.process, bundle.diagram.file)
    return findings


def _called_elsewhere(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of live processes that the set calls and does not bring along, each in a folder of its own."""
    if not any(path.endswith(SCENARIO) for path in files):
        return {}
    found: dict[str, bytes] = {}
    bundles = {bundle.key: bundle for bundle in load(files)}
    asked: list[Bundle] = list(bundles.values())
    while asked:
        for key in _called_by(asked.pop()) - bundles.keys():
            try:
                bundles[key] = bpmn_queries.version_bundle(bpmn_queries.live_version(key).pk)
            except ProcessNotDeployed:
                continue
            asked.append(bundles[key])
            found |= {f"live/{key}/{name}": data for name, data in bundles[key].files.items()}
    return found


def _called_by(bundle: Bundle) -> set[str]:
    called = {node.called.process for node in bundle.process.nodes.values() if node.called}
    return {process for process in called if process and not process.startswith("=")}


def _handler_entry(handler: registry.Handler) -> HandlerEntry:
    return HandlerEntry(
        required=tuple(entry.name for entry in handler.parameters if entry.required),
        optional=tuple(entry.name for entry in handler.parameters if not entry.required),
        takes_rest=handler.takes_rest,
        results=tuple(handler.results),
    )


def _beside(diagram: Path) -> list[Path]:
    """The decisions, forms and texts in a diagram's folder; other diagrams are not meant."""
    if diagram.suffix != DIAGRAM:
        return []
    try:
        return [file for file in sorted(diagram.parent.iterdir()) if file.suffix != DIAGRAM and _belongs(file)]
    except OSError as error:
        raise DeploymentRefused(f"{diagram}: {error.strerror}") from error


def _belongs(file: Path) -> bool:
    return file.name.endswith((DIAGRAM, DECISIONS, FORM, SCENARIO)) or FILE_NAME.fullmatch(file.name) is not None


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise DeploymentRefused(f"{file} is larger than {MAX_FILE_BYTES // 1_000_000} MB.")
        return file.read_bytes()
    except OSError as error:
        raise DeploymentRefused(f"{file}: {error.strerror}") from error
