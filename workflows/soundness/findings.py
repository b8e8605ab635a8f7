"""The flaws of a process as findings of the deploy check, named by what people see on the diagram."""

from __future__ import annotations

from bpmn.findings import Finding, Severity
from bpmn.model import Flow, Node, Process
from workflows.soundness.search import MAX_STATES, Flaw, FlawKind, PathStep, examine

_WARNINGS = frozenset({FlawKind.NEVER_TRIGGERED})


def soundness_findings(process: Process, file: str, max_states: int = MAX_STATES) -> list[Finding]:
    """What is wrong with the ways through ``process``, which has no structural errors.

    A flaw is an error when no choice avoids it, else a warning that names the choices that lead to it; ``path`` in
    its values replays the shortest way there, as a list of ``{"element", "take"}``.
    """
    verdict = examine(process, max_states)
    found = [_finding(process, file, flaw) for flaw in verdict.flaws]
    if not verdict.decided:
        values = {"states": verdict.states, "name": process.name or ""}
        found.append(Finding(file, Severity.NOTICE, "soundness-undecided", process.id, process.line, values))
    return found


def _finding(process: Process, file: str, flaw: Flaw) -> Finding:
    node = process.nodes[flaw.elements[0]]
    avoidable = flaw.avoidable or flaw.kind in _WARNINGS
    values = {
        "name": node.name or "",
        "others": [_name(process.nodes[other]) for other in flaw.elements[1:]],
        "choices": [_choice(process, step) for step in flaw.path if step.chosen],
        "path": [{"element": step.element, "take": list(step.take)} for step in flaw.path],
    }
    possible = avoidable and flaw.kind not in _WARNINGS
    code = f"{flaw.kind.value}-possible" if possible else flaw.kind.value
    severity = Severity.WARNING if avoidable else Severity.ERROR
    return Finding(file, severity, code, node.id, node.line, values)


def _choice(process: Process, step: PathStep) -> str:
    element = _name(process.nodes[step.element])
    if process.nodes[step.element].attached_to is not None:
        return element
    taken = [_taken(process, process.flows[identity]) for identity in step.take if identity in process.flows]
    return f"{element} → {' + '.join(taken)}" if taken else element


def _taken(process: Process, flow: Flow) -> str:
    return f"“{flow.name}”" if flow.name else _name(process.nodes[flow.target])


def _name(node: Node) -> str:
    return f"“{node.name}”" if node.name else node.id
