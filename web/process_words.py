"""What people read of a process: its name, the name of a step, which step of how many, in the page's language."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bpmn import queries as definitions
from bpmn import texts
from bpmn.bundle import Bundle
from bpmn.model import Kind, Process
from bpmn.texts import Texts, element_name, localise_form
from tasks_inbox.models import WorkItem

__all__ = [
    "bundle_of",
    "definitions",
    "form_in_language",
    "people_steps",
    "process_name",
    "rule_words",
    "step_name",
    "step_words",
    "task_name",
    "texts_of",
]


def bundle_of(item: WorkItem) -> Bundle:
    """The process version an item runs under; kept in memory."""
    return definitions.version_bundle(item.instance.version_id)


def texts_of(bundle: Bundle) -> Texts | None:
    """The texts of the reader's language, None where the model's own words are right."""
    return bundle.texts.get(get_language() or "")


def process_name(version_id: UUID) -> str:
    """The process's name."""
    return definitions.version_bundle(version_id).name(get_language() or "")


def task_name(item: WorkItem) -> str:
    """The name of the step: translated where the model has a translation, else as it was drawn."""
    translated = texts_of(bundle_of(item)) or {}
    return translated.get(item.element, {}).get("name") or item.name or item.element


def step_name(bundle: Bundle, element: str) -> str:
    """The name of any element of a diagram."""
    return element_name(bundle.process, element, texts_of(bundle))


def step_words(item: WorkItem) -> str:
    """Which of the people's steps this is, in the order of the diagram: "step 4 of 11"; nothing for a single one.

    Before it whether it is a signature, or waits for one.
    """
    order, words = people_steps(item.instance.version_id), []
    if item.is_open and item.signing:
        words.append(_("your signature is asked for"))
    elif item.is_open and item.awaits:
        words.append(_("waits for a signature"))
    if len(order) > 1 and item.element in order:
        words.append(_("step %(step)s of %(steps)s") % {"step": order.index(item.element) + 1, "steps": len(order)})
    return " · ".join(words)


def rule_words(bundle: Bundle, decision: str, number: int | None) -> str:
    """What a rule of one of the process's decision tables says about itself; rules count from 1."""
    if bundle.decisions is None or number is None:
        return ""
    return texts.rule_words(bundle.decisions, decision, number, texts_of(bundle))


def form_in_language(bundle: Bundle, form: Mapping[str, Any]) -> dict[str, Any]:
    """A form with the labels of the reader's language."""
    return localise_form(form, texts_of(bundle), get_language())


@lru_cache(maxsize=512)
def people_steps(version_id: UUID) -> tuple[str, ...]:
    """The elements people work at, in the order a token may first reach them."""
    process = definitions.version_bundle(version_id).process
    return tuple(name for name in _reached(process) if process.nodes[name].kind == Kind.USER_TASK)


def _reached(process: Process, scope: str | None = None) -> list[str]:
    """Every node of a scope, breadth first from its start events, what lies in a sub-process before what follows it.

    What no flow reaches (event sub-processes, handlers) comes last.
    """
    children = process.children(scope)
    pending = deque(node.id for node in children if node.kind == Kind.START_EVENT)
    found: dict[str, None] = {}
    while pending:
        name = pending.popleft()
        if name in found:
            continue
        found |= dict.fromkeys([name, *_reached(process, name)])
        events = [event.id for event in process.boundary_events(name)]
        pending.extend([*(process.flows[flow].target for flow in process.nodes[name].outgoing), *events])
    for node in children:
        if node.id not in found:
            found |= dict.fromkeys([node.id, *_reached(process, node.id)])
    return list(found)
