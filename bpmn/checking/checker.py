"""Runs all checks over a set of files, folder by folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath

from bpmn.bundle import DIAGRAM, Form, FormUnreadable, read_form
from bpmn.checking.approver_rules import check_approver_rules
from bpmn.checking.catalogue import Catalogue
from bpmn.checking.circles import check_circles
from bpmn.checking.decisions import Decisions, check_decisions
from bpmn.checking.elements import check_elements, check_scopes
from bpmn.checking.events import check_events
from bpmn.checking.expressions import check_expressions
from bpmn.checking.forms import check_form
from bpmn.checking.nobody import check_nobody
from bpmn.checking.properties import check_properties
from bpmn.checking.reading import Folder, read_folders
from bpmn.checking.references import check_calls, check_references
from bpmn.checking.report import Report
from bpmn.checking.routing import check_routing
from bpmn.checking.starts import check_starts
from bpmn.checking.structure import check_diagram, check_flows, check_gateways_lead_on, check_reachability
from bpmn.checking.tasks import check_tasks
from bpmn.checking.texts import check_texts
from bpmn.checking.timers import check_timers
from bpmn.checking.writers import Writers
from bpmn.findings import Finding, Severity
from bpmn.json_lines import JsonLines
from bpmn.model import Process


def check(files: Mapping[str, bytes], catalogue: Catalogue) -> list[Finding]:
    """What is wrong with ``files`` (path -> content), together and each, in the order of paths and lines.

    A diagram finds its decisions, forms and texts in its own folder, its call targets anywhere in the set or deployed
    already. The set is refused when any finding is an error (`is_refused`).
    """
    reports: dict[str, Report] = {}
    folders = read_folders(files, reports)
    processes: dict[str, Process] = {}
    by_process: dict[str, Report] = {}
    called = _called_in(folders.values())
    for folder in folders.values():
        decisions = check_decisions(folder.decisions, catalogue, reports)
        for path, form in folder.forms.items():
            check_form(form, JsonLines(files[path]), reports[path])
        for path in folder.diagrams:
            for process in _check_diagram(path, folder, decisions.ids, catalogue, reports[path], called=called):
                if process.id in processes:
                    reports[path].add(Severity.ERROR, "duplicate-process", process.id, process.line)
                processes[process.id] = process
                by_process[process.id] = reports[path]
        _check_languages(folder, decisions, catalogue, reports)
    check_calls(processes, catalogue, by_process)
    return [finding for path in sorted(reports) for finding in _ordered(reports[path].finish())]


def is_refused(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}


def _ordered(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (_RANK[finding.severity], finding.line))


def _check_diagram(
    path: str,
    folder: Folder,
    decisions: frozenset[str] | None,
    catalogue: Catalogue,
    report: Report,
    *,
    called: frozenset[str],
) -> list[Process]:
    """Check the executable processes of one file and return them."""
    diagram = folder.diagrams[path]
    check_diagram(diagram, report)
    executable = [process for process in diagram.processes if process.executable]
    forms = frozenset(folder.form_ids) | folder.broken
    by_id = {identity: folder.forms[where] for identity, where in folder.form_ids.items()}
    for process in executable:
        check_properties(process, catalogue, report)
        check_flows(process, report)
        check_elements(process, report)
        check_scopes(process, report)
        check_routing(process, report)
        check_circles(process, report)
        check_events(process, report)
        check_timers(process, report)
        check_starts(process, report)
        check_tasks(process, catalogue, report)
        check_approver_rules(process, report)
        check_nobody(process, catalogue, report)
        writers = Writers(process, by_id | _embedded(process), catalogue, called=process.id in called)
        check_expressions(process, catalogue, writers, report)
        check_references(process, forms=forms, decisions=decisions, catalogue=catalogue, report=report)
        check_reachability(process, report)
        check_gateways_lead_on(process, report)
        _check_embedded_forms(process, report)
    return executable


def _called_in(folders: Iterable[Folder]) -> frozenset[str]:
    """The processes that a call activity of the set names."""
    return frozenset(
        node.called.process
        for folder in folders
        for diagram in folder.diagrams.values()
        for process in diagram.processes
        for node in process.nodes.values()
        if node.called
    )


def _embedded(process: Process) -> dict[str, Form]:
    """The forms in the diagram's own file that can be read, by id."""
    found = {}
    for identity, text in process.forms.items():
        with suppress(FormUnreadable):
            found[identity] = read_form(text.encode())
    return found


def _check_embedded_forms(process: Process, report: Report) -> None:
    for identity, text in process.forms.items():
        first = process.form_lines[identity]
        try:
            form = {"id": identity, **read_form(text.encode())}
        except FormUnreadable as unreadable:
            line = first + unreadable.line - 1
            report.add(Severity.ERROR, unreadable.code, identity, line, **unreadable.values)
        else:
            check_form(form, JsonLines(text.encode(), first), report)


def _check_languages(folder: Folder, decisions: Decisions, catalogue: Catalogue, reports: dict[str, Report]) -> None:
    """Texts files against what they belong to, and diagrams that have none."""
    used: set[str] = set()
    for path, diagram in folder.diagrams.items():
        stem = PurePosixPath(path).name.removesuffix(DIAGRAM)
        processes = [process for process in diagram.processes if process.executable]
        keys = [*(process.id for process in processes), stem]
        found = next((folder.texts[key] for key in keys if key in folder.texts), {})
        used |= {key for key in keys if key in folder.texts}
        forms = _forms_used(folder, processes)
        for language in catalogue.languages:
            if language in found:
                texts = found[language]
                check_texts(processes, forms, decisions.texts, texts, reports[texts.path])
            elif processes and not catalogue.standalone:
                process = processes[0]
                reports[path].add(Severity.NOTICE, "no-texts", process.id, process.line, language=language)
    for key in folder.texts.keys() - used:
        for texts in folder.texts[key].values():
            if folder.diagrams:
                reports[texts.path].add(Severity.WARNING, "texts-of-nothing", None, 1, key=key)


def _forms_used(folder: Folder, processes: list[Process]) -> dict[str, Form]:
    nodes = [node for process in processes for node in process.nodes.values()]
    wanted = {form for node in nodes for form in (node.form, node.headers.get("signerForm")) if form}
    return {identity: folder.forms[path] for identity, path in folder.form_ids.items() if identity in wanted}
