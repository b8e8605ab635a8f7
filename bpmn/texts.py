"""The second language of a model: names and labels that stand beside it, so that models stay plain Camunda files."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

import dmn
from bpmn.json_lines import JsonLines
from bpmn.model import Kind, Process
from dmn.model import Decision, TableBox

Texts = Mapping[str, Mapping[str, str]]
"""By element, decision or rule id, or ``form.component key``: name, label, description, or option value -> text."""

FILE_NAME = re.compile(r"(?P<key>.+)\.texts\.(?P<language>[a-z]{2,3}(?:-[a-z0-9]+)*)\.json", re.IGNORECASE)
PROCESS = "name"
COMPONENT_WORDS = (
    "label",
    "description",
    "text",
    "placeholder",
    "prefixAdorner",
    "suffixAdorner",
    "alt",
    "dateLabel",
    "timeLabel",
)
NAMED_KINDS = frozenset(
    {
        Kind.TASK,
        Kind.USER_TASK,
        Kind.MANUAL_TASK,
        Kind.SERVICE_TASK,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.SCRIPT_TASK,
        Kind.BUSINESS_RULE_TASK,
        Kind.CALL_ACTIVITY,
        Kind.SUB_PROCESS,
        Kind.START_EVENT,
        Kind.END_EVENT,
        Kind.INTERMEDIATE_CATCH_EVENT,
        Kind.INTERMEDIATE_THROW_EVENT,
        Kind.BOUNDARY_EVENT,
        Kind.EXCLUSIVE_GATEWAY,
    }
)


class TextsInvalid(Exception):
    """The file is no texts file; ``where`` names the entry that is wrong, "" the whole file, ``line`` counts from 1."""

    def __init__(self, where: str = "", line: int = 1) -> None:
        super().__init__(where)
        self.where = where
        self.line = line


def read_texts(data: bytes) -> Texts:
    """The texts in ``data``. Raises TextsInvalid where it is no mapping of mappings of texts."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise TextsInvalid(line=error.lineno) from None
    if not isinstance(document, dict):
        raise TextsInvalid
    for key, entry in document.items():
        if not isinstance(entry, dict) or not all(isinstance(text, str) for text in entry.values()):
            raise TextsInvalid(key, JsonLines(data).of(key))
    return document


def element_name(process: Process, element: str, texts: Texts | None) -> str:
    """The name of a flow node, sequence flow, or the process itself in the language of ``texts``, else as drawn."""
    translated = (texts or {}).get(element, {}).get("name")
    if translated:
        return translated
    if element == process.id:
        return process.name or process.id
    node = process.nodes.get(element) or process.flows.get(element)
    return (node.name if node is not None else None) or element


def components(form: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All components of a form, outermost first, also those inside groups and lists."""
    pending = list(reversed(_children(form)))
    while pending:
        component = pending.pop()
        yield component
        pending.extend(reversed(_children(component)))


def _children(component: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = component.get("components")
    return [child for child in found if isinstance(child, Mapping)] if isinstance(found, list) else []


def rule_words(decisions: dmn.Model, decision: str, number: int, texts: Texts | None) -> str:
    """What the ``number``-th rule (from 1) of a decision table says about itself, in the language of ``texts``.

    "" for a rule without a description, and for a decision that is no table or not there.
    """
    try:
        node = decisions.graph.nodes[decisions.find(decision)]
    except dmn.DecisionUnknown:
        return ""
    table = node.expression if isinstance(node, Decision) else None
    if not isinstance(table, TableBox) or not 0 < number <= len(table.rules):
        return ""
    rule = table.rules[number - 1]
    return (texts or {}).get(rule.id, {}).get("description") or rule.description


def decision_texts(decisions: dmn.Model) -> dict[str, tuple[str, str]]:
    """Every text of decisions that people read, by the id of its element: (word, text)."""
    found: dict[str, tuple[str, str]] = {}
    for node in decisions.graph.nodes.values():
        if isinstance(node, Decision):
            found[node.ref.id] = ("name", node.name)
            rules = node.expression.rules if isinstance(node.expression, TableBox) else ()
            found |= {rule.id: ("description", rule.description) for rule in rules if rule.id and rule.description}
    return found


def component_key(component: Mapping[str, Any]) -> str:
    """What texts and errors call a component: its key, else its path, else its id."""
    return str(component.get("key") or component.get("path") or component.get("id") or "")


def localise_form(form: Mapping[str, Any], texts: Texts | None, language: str | None = None) -> dict[str, Any]:
    """A copy of ``form`` with labels, descriptions, texts and option labels of ``texts`` put in.

    ``texts`` is keyed ``<form id>.<component key>``; what it does not name stays as it is. ``language`` is only
    written into the copy for the renderer.
    """
    localised: dict[str, Any] = copy.deepcopy(dict(form))
    if language:
        localised["language"] = language
    if not texts:
        return localised
    form_id = str(form.get("id", ""))
    for component in components(localised):
        entry = texts.get(f"{form_id}.{component_key(component)}")
        if entry:
            _translate(component, entry)
    return localised


def _translate(component: Any, entry: Mapping[str, str]) -> None:
    for word in COMPONENT_WORDS:
        if word in entry:
            component[word] = entry[word]
    for option in component.get("values") or []:
        if isinstance(option, dict) and (text := entry.get(str(option.get("value")))):
            option["label"] = text


def missing_process_texts(process: Process, texts: Texts) -> list[str]:
    """The ids of the process, of its lanes and of its named elements that ``texts`` does not name."""
    wanted = [process.id] if process.name else []
    wanted += [lane for lane, name in process.lanes.items() if name != lane]
    wanted += [node.id for node in process.nodes.values() if node.name and node.kind in NAMED_KINDS]
    return [element for element in wanted if not texts.get(element, {}).get("name")]


def missing_form_texts(form: Mapping[str, Any], texts: Texts) -> list[tuple[str, str]]:
    """(component key, word or option value) of every shown text of a form that ``texts`` does not give."""
    form_id = str(form.get("id", ""))
    missing = []
    for component in components(form):
        key = component_key(component)
        entry = texts.get(f"{form_id}.{key}", {})
        words = [word for word in COMPONENT_WORDS if _shown(component.get(word))]
        options = component.get("values") if isinstance(component.get("values"), list) else []
        words += [str(option.get("value")) for option in options or [] if isinstance(option, dict)]
        missing += [(key, word) for word in words if word not in entry]
    return missing


def _shown(text: Any) -> bool:
    """Whether people read this text: FEEL expressions are computed, not translated."""
    return isinstance(text, str) and bool(text.strip()) and not text.lstrip().startswith("=")
