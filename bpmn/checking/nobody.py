"""Tasks that can end up with nobody: an assignee who is looked up and may not be found, with no group to stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import feel
from bpmn.checking.catalogue import Catalogue
from bpmn.checking.report import Report
from bpmn.model import Kind, Node, Process
from feel import syntax

_JOINING = frozenset({"append", "concatenate", "union", "flatten", "distinct values"})
"""Built-in lists of what they are given: empty when all of that is."""
Nodes = frozenset[str]


def check_nobody(process: Process, catalogue: Catalogue, report: Report) -> None:
    """Warn about every user task whose assignment may come to nothing.

    Functions of the catalogue say that they may answer nothing; a variable may be nothing where only such expressions
    write it. A variable from elsewhere is trusted.
    """
    if not catalogue.uncertain_functions:
        return
    written = _written_by_feel(process)
    for node in process.nodes.values():
        if node.kind is Kind.USER_TASK and node.assignment is not None:
            local = {entry.target: entry.source if entry.source.startswith("=") else None for entry in node.inputs}
            doubtful = _Doubt(catalogue, {**written, **local}).of(node)
            if doubtful is not None:
                report.warn("perhaps-nobody", node, text=doubtful.removeprefix("=").strip()[:80])


class _Doubt:
    """Whether the people of one task may be none."""

    def __init__(self, catalogue: Catalogue, written: Mapping[str, str | None]) -> None:
        self.catalogue = catalogue
        self.written = written

    def of(self, node: Node) -> str | None:
        """The text that may come to nothing, None where somebody is certain or trusted to be there."""
        assignment = node.assignment
        if assignment is None:
            return None
        candidates = [text for text in (assignment.candidate_users, assignment.candidate_groups) if text]
        if any(any(self._outcomes(text, trusted=True)) for text in candidates):
            return None
        texts = [assignment.assignee] if assignment.assignee else candidates
        return next((text for text in texts if not all(self._outcomes(text))), None)

    def _outcomes(self, text: str, *, trusted: bool = False) -> list[bool]:
        """For each way an expression may go, whether that names somebody; what cannot be read is no doubt of ours.

        A member of what was looked up is ``trusted`` to stand in for another one, as the group of an approver is.
        """
        if not text.startswith("="):
            return [bool(text.strip())]
        try:
            node = feel.parse(text[1:], names=self.catalogue.functions)
            outcomes = _Outcomes(text[1:], self.catalogue.uncertain_functions, self.written, trusted=trusted)
            return list(outcomes.of(node, frozenset()))
        except (feel.FeelError, feel.BudgetExceeded, RecursionError):
            return [True]


class _Outcomes:
    """The ways one expression may go; ``sure`` holds the texts that a condition around them found not to be null."""

    def __init__(
        self, text: str, uncertain: frozenset[str], written: Mapping[str, str | None], *, trusted: bool = False
    ) -> None:
        self.text = text
        self.uncertain = uncertain
        self.written = written
        self.trusted = trusted

    def of(self, node: syntax.Node, sure: Nodes) -> Iterator[bool]:
        if self._words(node) in sure:
            yield True
        elif isinstance(node, syntax.Literal):
            yield node.value not in (None, "")
        elif isinstance(node, syntax.ListLiteral):
            yield any(all(self.of(item, sure)) for item in node.items)
        elif isinstance(node, syntax.If):
            yield from self.of(node.yes, sure | self._found(node.condition, "!="))
            yield from self.of(node.no, sure | self._found(node.condition, "="))
        elif isinstance(node, syntax.Path) and self.trusted:
            yield True
        elif isinstance(node, (syntax.Path, syntax.Filter)):
            yield all(self.of(node.source, sure))
        elif isinstance(node, syntax.Name):
            yield from self._variable(node.name)
        elif isinstance(node, syntax.Invoke) and isinstance(node.function, syntax.Name):
            yield from self._call(node.function.name, node.positional, sure)
        else:
            yield True

    def _call(self, name: str, arguments: tuple[syntax.Node, ...], sure: Nodes) -> Iterator[bool]:
        if name == "get or else" and len(arguments) == 2:
            yield all(self.of(arguments[0], sure)) or all(self.of(arguments[1], sure))
        elif name in _JOINING:
            yield any(all(self.of(argument, sure)) for argument in arguments)
        else:
            yield name not in self.uncertain

    def _variable(self, name: str) -> Iterator[bool]:
        """What the only expression that writes it may give; it is not asked in turn who wrote what that one reads."""
        source = self.written.get(name)
        if source is None:
            yield True
            return
        inner = _Outcomes(source[1:], self.uncertain, {})
        yield from inner.of(feel.parse(source[1:], names=self.uncertain), frozenset())

    def _found(self, condition: syntax.Node, operator: str) -> Nodes:
        """What is not null where a condition holds (``!=``) or does not (``=``)."""
        if isinstance(condition, syntax.And if operator == "!=" else syntax.Or):
            return self._found(condition.left, operator) | self._found(condition.right, operator)
        if isinstance(condition, syntax.Comparison) and condition.operator == operator:
            for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
                if isinstance(other, syntax.Literal) and other.value is None:
                    return frozenset({self._words(one)})
        return frozenset()

    def _words(self, node: syntax.Node) -> str:
        return " ".join(self.text[node.start : node.end].split())


def _written_by_feel(process: Process) -> dict[str, str | None]:
    """The variables that one expression alone writes, with it; None for those that more than one writes."""
    written: dict[str, str | None] = {}
    for node in process.nodes.values():
        sources = [(mapping.target, mapping.source) for mapping in node.outputs]
        if node.script is not None and node.script.result_variable:
            sources.append((node.script.result_variable, node.script.expression))
        for target, source in sources:
            alone = target not in written and source.startswith("=")
            written[target] = source if alone else None
    return written
