"""What the shipped processes offer people, read from their files: forms, fields, buttons, choices, messages, acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.urls import URLPattern

from bpmn.bundle import Bundle, load
from bpmn.model import EventKind, Kind, Node
from bpmn.texts import component_key, components, localise_form
from tests.crm import PROCESSES

OUTCOME, MOST_BUTTONS = "outcome", 4
CHINESE = "zh-hans"
PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
MARKDOWN = re.compile(r"\*\*|[|\n]|^\s*-+|-{3,}", re.MULTILINE)
LETTER = re.compile(r"[^\W\d_]")


class Reach(NamedTuple):
    """One thing a person can come to: kind "form", "field", "words", "choice", "button", "message" or "act".

    Fields, words and choices belong to a form, which several tasks may show; buttons to a task.
    """

    kind: str
    where: str
    what: str


@dataclass(frozen=True)
class Asked:
    """One component of a form in a language: its id, the answer's key, the words people must be able to read.

    ``is_deferred``: a button decides whether it is asked; ``inside``: the id of the list it is a column of, or "".
    """

    id: str
    key: str
    type: str
    words: tuple[str, ...]
    options: Mapping[str, str]
    is_deferred: bool
    inside: str

    def reach(self, form: str) -> Reach:
        """What it is called in the ledger."""
        return Reach("words" if self.type == "text" else "field", form, self.id)

    def choices(self, form: str, values: Iterable[str]) -> set[Reach]:
        """Answers of a question with a few of them, as the ledger calls them."""
        return {Reach("choice", form, f"{self.key}={value}") for value in values if self.type == "radio"}


@cache
def bundles(folder: str) -> tuple[Bundle, ...]:
    """The processes of a folder as they are shipped."""
    return load({path.name: path.read_bytes() for path in (PROCESSES / folder).iterdir() if path.is_file()})


def user_tasks(folder: str) -> Iterator[tuple[Bundle, Node]]:
    """Every user task of a folder with its process."""
    for bundle in bundles(folder):
        for node in bundle.process.nodes.values():
            if node.kind is Kind.USER_TASK:
                yield bundle, node


def form_of(process_key: str, element: str) -> tuple[Bundle, Mapping[str, Any] | None]:
    """The form of a user task, None when it has none."""
    for folder in sorted(path.name for path in PROCESSES.iterdir() if path.is_dir()):
        for bundle, node in user_tasks(folder):
            if bundle.key == process_key and node.id == element:
                return bundle, bundle.forms.get(node.form or "")
    raise LookupError(f"{process_key} has no user task {element}")


def in_language(bundle: Bundle, form: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """The form as people of that language must see it."""
    return localise_form(form, bundle.texts[language]) if language in bundle.texts else form


def asked_in(form: Mapping[str, Any] | None) -> tuple[Asked, ...]:
    """The components of a form that show words, the question that becomes buttons left out."""
    buttons = bool(outcomes(form))
    lists = {
        str(part["id"]): str(each["id"])
        for each in components(form or {})
        if each["type"] == "dynamiclist"
        for part in components(each)
    }
    found = []
    for component in components(form or {}):
        if component.get("key") == OUTCOME and buttons:
            continue
        words = tuple(_words(component))
        if not words:
            continue
        hide = (component.get("conditional") or {}).get("hide", "")
        options = {str(option["value"]): str(option["label"]) for option in component.get("values") or []}
        asked = Asked(
            id=str(component["id"]),
            key=component_key(component),
            type=str(component["type"]),
            words=words,
            options=options,
            is_deferred=buttons and OUTCOME in hide,
            inside=lists.get(str(component["id"]), ""),
        )
        found.append(asked)
    return tuple(found)


def outcomes(form: Mapping[str, Any] | None) -> dict[str, str]:
    """Value and label of the buttons a form's question becomes; empty when it has one button to complete."""
    for component in (form or {}).get("components") or []:
        options = component.get("values") or []
        if component.get("key") == OUTCOME and 1 < len(options) <= MOST_BUTTONS:
            return {str(option["value"]): str(option["label"]) for option in options}
    return {}


def offered(folder: str) -> frozenset[Reach]:
    """Everything the processes of a folder hold ready for people and for messages."""
    found: set[Reach] = set()
    facts = _asked_again(folder)
    for bundle, node in user_tasks(folder):
        form = bundle.forms.get(node.form or "")
        task = f"{bundle.key}/{node.id}"
        found |= {Reach("form", task, node.form or "")}
        found |= {Reach("button", task, value) for value in outcomes(form) or ("",)}
        for asked in asked_in(form):
            found.add(asked.reach(f"{bundle.key}/{node.form}"))
            if asked.key not in facts:
                found |= asked.choices(f"{bundle.key}/{node.form}", asked.options)
    for bundle in bundles(folder):
        events = [node.event for node in bundle.process.nodes.values() if node.event is not None]
        found |= {Reach("message", "", str(event.name)) for event in events if event.kind is EventKind.MESSAGE}
    return frozenset(found)


def _asked_again(folder: str) -> frozenset[str]:
    """What more than one form asks for: facts about the record (the kind of a plan), no decisions."""
    keys = [asked.key for bundle in bundles(folder) for form in bundle.forms.values() for asked in asked_in(form)]
    return frozenset(key for key in keys if keys.count(key) > 1)


def acts(page: str, names: Mapping[str, Any] | frozenset[str]) -> frozenset[Reach]:
    """The buttons of a record's page, from the table the page is made of."""
    return frozenset(Reach("act", page, name) for name in names)


def acts_in_addresses(page: str, patterns: list[URLPattern]) -> frozenset[str]:
    """The acts a record's page has addresses for: what follows the record's id."""
    routes = (str(pattern.pattern) for pattern in patterns)
    found = (re.fullmatch(rf"{page}/<uuid:\w+>/([\w-]+)/", route) for route in routes)
    return frozenset(match[1] for match in found if match)


def _words(component: Mapping[str, Any]) -> Iterator[str]:
    """The fixed words of a component: its label, or of a text what stands between the values."""
    if component["type"] == "text":
        for piece in MARKDOWN.split(PLACEHOLDER.sub("\n", str(component.get("text", "")))):
            if LETTER.search(piece):
                yield " ".join(piece.split()).strip("-: ：×；;，,")
        return
    for name in ("label", "dateLabel", "timeLabel"):
        if component.get(name):
            yield str(component[name])
