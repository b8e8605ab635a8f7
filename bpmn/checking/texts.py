"""Whether the second language is complete: a warning for every name and label that would stay untranslated."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.bundle import Form
from bpmn.checking.reading import TextsFile
from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.model import Process
from bpmn.texts import component_key, components, missing_form_texts, missing_process_texts


def check_texts(
    processes: list[Process],
    forms: Mapping[str, Form],
    decisions: Mapping[str, tuple[str, str]],
    file: TextsFile,
    report: Report,
) -> None:
    """One texts file against the diagram, the forms and the texts of decisions (by id: word, text) it belongs to."""
    texts, lines = file.texts, file.lines

    def missing(element: str, word: str) -> None:
        report.add(Severity.WARNING, "text-missing", element, lines.of(element), word=word)

    for process in processes:
        for element in missing_process_texts(process, texts):
            missing(element, "name")
    for identity, form in forms.items():
        for key, word in missing_form_texts(form, texts):
            missing(f"{identity}.{key}", word)
    for element, (word, _text) in decisions.items():
        if word not in texts.get(element, {}):
            missing(element, word)
    known = _known(processes, forms) | decisions.keys()
    for key in texts:
        if key not in known:
            report.add(Severity.WARNING, "text-unknown", key, lines.of(key))


def _known(processes: list[Process], forms: Mapping[str, Form]) -> set[str]:
    known: set[str] = set()
    for process in processes:
        known |= {process.id, *process.nodes, *process.flows, *process.lanes}
    for identity, form in forms.items():
        known.add(identity)
        known |= {f"{identity}.{component_key(component)}" for component in components(form)}
    return known
