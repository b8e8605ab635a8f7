"""What each button of a task leads to, in words: who is next and with what, or how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from bpmn.bundle import Bundle
from bpmn.texts import component_key
from tasks_inbox import operations
from tasks_inbox.models import Draft, WorkItem
from web import dates, process_words
from web.group_words import group_words
from web.views.task_form import OutcomeButton, buttons_of
from workflows import foresight
from workflows.foresight import Foreseen, NextStep


def ahead_of(user: User, item: WorkItem) -> list[dict[str, Any]]:
    """A row per way to decide: {label, icon, kind, lines}; of a task without ways one row. None for a signature.

    Lines are {who, what, note}. With the values of the form as it stands and the person's draft.
    """
    if item.signing:
        return []
    schema = operations.form_of(item)
    buttons: tuple[OutcomeButton | None, ...] = (None,)
    if schema is not None:
        shown = process_words.form_in_language(process_words.bundle_of(item), schema)
        buttons = buttons_of(shown) or (None,)
    answers = _answers(user, item, schema)
    found = []
    for button in buttons:
        foreseen = foresight.after(
            item.instance, item.step, {**answers, **(button.answers if button else {})}, actor=user
        )
        if foreseen is not None:
            found.append((button, foreseen))
    return _Words(item, [foreseen for _button, foreseen in found]).rows(found)


def _answers(user: User, item: WorkItem, schema: Any) -> dict[str, Any]:
    """What the form would send now: its fields as they are filled, and what the person typed before."""
    if schema is None:
        return {}
    variables = operations.form_variables(item)
    keys = {component_key(each).split(".")[0] for each in _fields(schema.get("components") or [])}
    draft = Draft.objects.filter(item=item, user=user).first()
    answers = {name: variables[name] for name in keys if name in variables}
    return answers | (draft.answers if draft is not None else {})


def _fields(components: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for component in components:
        if component.get("key") or component.get("path"):
            yield component
        yield from _fields(component.get("components") or [])


def _doubt_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is uncertain in the same way about every button is said once, below them."""
    doubts = [[line for line in row["lines"] if line.get("unsure")] for row in rows]
    if len(rows) < 2 or not doubts[0] or any(each != doubts[0] for each in doubts):
        return rows
    if any(len(row["lines"]) == len(doubts[0]) for row in rows):
        return rows
    kept = [{**row, "lines": [line for line in row["lines"] if not line.get("unsure")]} for row in rows]
    return [*kept, {"label": "", "lines": doubts[0], "of_all": True}]


class _Words:
    """Names for what is ahead, asked for once for all buttons."""

    def __init__(self, item: WorkItem, all_foreseen: list[Foreseen]) -> None:
        self.bundle: Bundle = process_words.bundle_of(item)
        steps = [step for foreseen in all_foreseen for step in foreseen.next]
        names = {step.assignee for step in steps if step.assignee}
        people = User.objects.filter(username__in=names) if names else ()
        self.people = {person.username: person for person in people}
        self.groups = group_words(key for step in steps for key in step.groups)

    def rows(self, found: list[tuple[OutcomeButton | None, Foreseen]]) -> list[dict[str, Any]]:
        return _doubt_once(self._rows(found))

    def _rows(self, found: list[tuple[OutcomeButton | None, Foreseen]]) -> list[dict[str, Any]]:
        return [
            {
                "label": button.label if button else "",
                "icon": button.icon if button else "",
                "kind": button.kind if button else "",
                "lines": list(self._lines(foreseen)),
            }
            for button, foreseen in found
        ]

    def _lines(self, foreseen: Foreseen) -> Iterable[dict[str, Any]]:
        for step in foreseen.next:
            yield self._step(step)
        if foreseen.unsure:
            ways = self._ways(foreseen.ways)
            found = _("Then it depends on what “%(step)s” finds") % {"step": self._name(foreseen.unsure)}
            yield {"what": f"{found}: {ways}" if ways else found, "unsure": True}
        elif foreseen.provided:
            yield from self._end_line(foreseen)
            yield self._provided(foreseen)
        elif foreseen.stuck:
            yield {"what": _("Cannot be foreseen beyond “%(step)s”.") % {"step": self._name(foreseen.stuck)}}
        else:
            yield from self._end_line(foreseen)

    def _end_line(self, foreseen: Foreseen) -> Iterable[dict[str, Any]]:
        if foreseen.finished:
            yield {"what": self._end(foreseen)}
        elif not foreseen.next:
            yield {"what": _("Then it waits for what others still do.")}

    def _provided(self, foreseen: Foreseen) -> dict[str, Any]:
        words = {"step": self._name(foreseen.provided), "ways": self._ways(foreseen.otherwise)}
        if not foreseen.otherwise:
            return {"what": _("Unless “%(step)s” finds otherwise.") % words, "unsure": True}
        return {"what": _("Unless “%(step)s” finds otherwise: then %(ways)s.") % words, "unsure": True}

    def _ways(self, elements: Iterable[str]) -> str:
        return _(" or ").join(f"“{self._name(each)}”" for each in elements)

    def _end(self, foreseen: Foreseen) -> str:
        ends = ", ".join(f"“{self._name(each)}”" for each in foreseen.ends[-1:])
        return _("Ends: %(end)s") % {"end": ends} if ends else _("Ends the process.")

    def _step(self, step: NextStep) -> dict[str, Any]:
        name = self._name(step.element)
        if step.process:
            return {"what": _("Starts the process “%(name)s”") % {"name": self._process(step.process)}}
        if step.kind.value in {"userTask", "manualTask"}:
            person = self.people.get(step.assignee)
            groups = ", ".join(self.groups.get(key, key) for key in step.groups)
            return {"person": person, "who": "" if person else groups or step.assignee, "what": name}
        if step.until is not None:
            words = {"name": name, "when": dates.day(step.until)}
            return {"what": _("Waits until %(when)s: “%(name)s”") % words}
        return {"what": _("Waits for “%(name)s”") % {"name": name}}

    def _name(self, element: str) -> str:
        return process_words.step_name(self.bundle, element) if element in self.bundle.process.nodes else element

    def _process(self, key: str) -> str:
        version = process_words.definitions.live_version(key)
        return process_words.process_name(version.pk) if version is not None else key
