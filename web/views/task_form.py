"""The form of a task as the page needs it: schema in the reader's language, values, draft, and decision buttons."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from accounts.models import User
from bpmn import forms
from bpmn.texts import component_key
from tasks_inbox import operations
from tasks_inbox.approvals import APPROVE, OUTCOME
from tasks_inbox.models import Draft, WorkItem
from web import process_words
from web.subjects import Subject
from workflows import queries as processes
from workflows import records

MOST_BUTTONS = 4
SHOWN_ONLY = frozenset({"text", "html", "image", "table", "separator", "spacer", "documentPreview"})
KEYS = {"approve": "a", "reject": "r", "return": "b"}
ICONS = {"approve": "check", "reject": "x", "return": "corner-up-left"}
KINDS = {"approve": "primary", "reject": "danger"}


@dataclass(frozen=True, slots=True)
class OutcomeButton:
    """One way to decide: the option's value and label, its look and its key."""

    value: str
    label: str
    kind: str
    icon: str
    key: str

    @property
    def answers(self) -> dict[str, str]:
        """What the button lays over the answers."""
        return {OUTCOME: self.value}


@dataclass(frozen=True, slots=True)
class TaskForm:
    """What `form.ts` is given; ``schema`` None where the task has no form."""

    schema: dict[str, Any] | None
    data: dict[str, Any]
    mark: str
    draft: Draft | None = None
    buttons: tuple[OutcomeButton, ...] = ()
    readonly: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def no_fields(self) -> dict[str, Any]:
        """What stands in for the form of a task that has none."""
        return {"type": "default", "components": []}


def form_of(
    user: User,
    item: WorkItem,
    *,
    readonly: bool,
    only_answers: bool = False,
    texts: bool = False,
    subject: Subject | None = None,
    outdated: Mapping[str, Any] = MappingProxyType({}),
) -> TaskForm:
    """The form with the values the person may see and what they typed before, bound to the ``subject`` beside it.

    ``only_answers`` leaves out what a page shows beside the form: read-only fields, and what is no field unless
    ``texts`` are wanted. Of a draft, what repeats an ``outdated`` value was shown and not typed: what stands there now
    takes its place.
    """
    schema = operations.form_of(item)
    mark = str(operations.shown_mark(item, record=revision_shown(subject))) if item.is_open else ""
    if schema is None:
        return TaskForm(None, {}, mark, readonly=readonly)
    variables = operations.form_variables(item) if item.is_open else dict(item.answers)
    data = forms.prefill(schema, variables)
    if item.record_kind in records.kinds():
        data = processes.mask(data, records.kind(item.record_kind).mask_for(user))
    shown = process_words.form_in_language(process_words.bundle_of(item), schema)
    buttons = () if readonly else buttons_of(shown)
    if buttons:
        shown = _without_outcome(shown)
        data[OUTCOME] = _usual(buttons)
    draft = None if readonly else Draft.objects.filter(item=item, user=user).first()
    if draft is not None:
        typed = forms.prefill(schema, draft.answers)  # the form may be of a later version than what was typed
        data |= {name: value for name, value in typed.items() if name not in outdated or outdated[name] != value}
    if not item.is_open:
        shown = {**shown, "components": list(_answered(shown.get("components") or [], item.answers))}
    if only_answers:
        shown = {**shown, "components": list(_asked(shown.get("components") or [], texts=texts))}
    return TaskForm(shown, data, mark, draft, buttons, readonly, variables)


def revision_shown(subject: Subject | None) -> int:
    """The revision of the record a page shows; 0 where it shows none."""
    return records.revision_of(subject.record) if subject is not None else 0


def buttons_of(schema: Mapping[str, Any]) -> tuple[OutcomeButton, ...]:
    """A button per option of the field "outcome"; none when the form has no such field or too many options."""
    for component in schema.get("components") or []:
        options = component.get("values") or []
        if component_key(component) == OUTCOME and 1 < len(options) <= MOST_BUTTONS:
            return tuple(_button(option, first=number == 0) for number, option in enumerate(options))
    return ()


def _button(option: Mapping[str, Any], *, first: bool) -> OutcomeButton:
    value = str(option.get("value", ""))
    kind = KINDS.get(value, "primary" if first else "")
    return OutcomeButton(value, str(option.get("label") or value), kind, ICONS.get(value, ""), KEYS.get(value, ""))


def _usual(buttons: tuple[OutcomeButton, ...]) -> str:
    """The outcome whose fields are asked for from the start: approval, else the button that stands out."""
    values = [button.value for button in buttons]
    return APPROVE if APPROVE in values else values[0]


def _without_outcome(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The buttons ask, so the field does not."""
    shown = copy.copy(dict(schema))
    shown["components"] = [each for each in schema["components"] if component_key(each) != OUTCOME]
    return shown


def _answered(components: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """What was answered: of what a closed task showed beside it, the values are gone."""
    for component in components:
        inside = component.get("components")
        if component_key(component) in answers:
            yield component
        elif inside and (kept := list(_answered(inside, answers))):
            yield {**component, "components": kept}


def _asked(components: Iterable[Mapping[str, Any]], *, texts: bool) -> Iterable[Mapping[str, Any]]:
    for component in components:
        left_out = component.get("type") in SHOWN_ONLY and not texts
        if left_out or component.get("readonly") or component.get("disabled"):
            continue
        yield component
