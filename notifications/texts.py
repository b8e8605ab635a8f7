"""The sentences people are told, by template key, written in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_core.levels.models import LevelCode
from crm_core.service.models.choices import Severity

MAX_VALUE = 200
MASK = "•••"
WORDS: Mapping[str, Mapping[str, Any]] = {
    "severity": dict(Severity.choices),
    "old_level": dict(LevelCode.choices),
    "new_level": dict(LevelCode.choices),
}
"""Values that are codes, in words."""
SAME_FIELD = {"budget": "budget_total"}
"""Values that have another name than the field of the record they are of."""


@dataclass(frozen=True, slots=True)
class Template:
    """A short sentence with ``{named}`` values, and an icon; ``is_breach`` of a broken promise or somebody's safety.

    ``farewell`` is what is left of it for who may see its subject no longer: that something is over, without a name.
    """

    title: Any
    icon: str = "bell"
    is_breach: bool = False
    farewell: Any = ""


TEMPLATES: dict[str, Template] = {
    "task-assigned": Template(_("New task: {task} ({number})"), "inbox"),
    "task-transferred": Template(_("{actor} gave you a task: {task} ({number})"), "arrow-right-left"),
    "task-restored": Template(_("You have your task again: {task} ({number})"), "undo-2"),
    "task-asked-back": Template(
        _("Whom you stood in for is back. Hand back or keep what you began: {task} ({number})"), "undo-2"
    ),
    "task-not-finished": Template(
        _("Not completed: {task} ({number}). {reason} Your answers are kept."),
        "circle-alert",
        farewell=_("A task you had finished was not completed. Your answers are kept."),
    ),
    "task-reminder": Template(_("Due soon: {task} ({number})"), "alarm-clock"),
    "task-overdue": Template(_("Late: {task} ({number})"), "triangle-alert", is_breach=True),
    "task-escalated": Template(_("A task of your team is late: {task} ({number})"), "triangle-alert", is_breach=True),
    "task-withdrawn": Template(_("No longer needed: {task} ({number})"), "circle-x"),
    "task-comment": Template(_("{actor} commented on {task} ({number})"), "message-square"),
    "task-mention": Template(_("{actor} mentioned you on {task} ({number})"), "at-sign"),
    "task-woke": Template(_("Back from being put off: {task} ({number})"), "alarm-clock"),
    "task-prioritised": Template(_("{actor} changed the priority of {task} ({number})"), "flag"),
    "task-rescheduled": Template(_("{actor} changed when {task} is due ({number})"), "calendar-clock"),
    "task-delegated": Template(_("{actor} asks you to do the work on {task} ({number})"), "user-check"),
    "task-handed-back": Template(_("{actor} handed {task} back to you ({number})"), "reply"),
    "task-recalled": Template(
        _("{actor} took {task} back from you ({number})"), "undo-2", farewell=_("A task was taken back from you")
    ),
    "task-copied": Template(_("{actor} sent you {task} to read ({number})"), "files"),
    "task-urged": Template(_("{actor} urges: {task} ({number})"), "megaphone"),
    "task-consulted": Template(_("{actor} asks for your opinion on {task} ({number})"), "message-circle"),
    "task-advised": Template(_("{actor} gave you an opinion on {task} ({number})"), "message-square-text"),
    "task-unasked": Template(
        _("Your opinion on {task} is no longer needed ({number})"),
        "circle-x",
        farewell=_("An opinion you were asked for is no longer needed"),
    ),
    "task-followed": Template(_("Followed task {task} ({number}): {actor} {act}"), "eye"),
    "task-followed-itself": Template(_("Followed task {task} ({number}): {act}"), "eye"),
    "process-news": Template(_("News about {number}"), "workflow"),
    "complaint-critical": Template(
        _("{number} needs you at once ({severity}): {subject}"), "shield-alert", is_breach=True
    ),
    "complaint-due-soon": Template(_("{number} has used {percent} percent of its time: {subject}"), "alarm-clock"),
    "complaint-late": Template(
        _("{number} is late ({percent} %), level {level}: {subject}"), "triangle-alert", is_breach=True
    ),
    "complaint-withdrawn": Template(_("{number} was withdrawn by the customer: {subject}"), "undo-2"),
    "request-due-soon": Template(_("{number} has used four fifths of its time: {subject}"), "alarm-clock"),
    "request-late": Template(_("{number} is late: {subject}"), "triangle-alert", is_breach=True),
    "request-unanswered": Template(_("Nobody has answered {number} in time: {subject}"), "phone-off", is_breach=True),
    "level-change-applied": Template(_("Level change {number} was applied: {old_level} → {new_level}"), "star"),
    "level-change-rejected": Template(_("Level change {number} was rejected"), "circle-x"),
    "level-change-withdrawn": Template(_("Level change {number} was withdrawn"), "undo-2"),
    "level-change-expired": Template(_("Level change {number} expired without a decision"), "clock"),
    "level-change-duplicate": Template(_("A level change for this customer is already under way: {existing}"), "copy"),
    "level-change-revoked": Template(_("Level change {number} was revoked"), "undo-2"),
    "level-change-no-change": Template(_("Level change {number} changes nothing: the level stays"), "circle-check"),
    "work-order-arrival-due": Template(
        _("Nobody has arrived yet: {number} ({technician})"), "alarm-clock", is_breach=True
    ),
    "work-order-arrival-late": Template(
        _("Arrival is much too late: {number} ({technician})"), "triangle-alert", is_breach=True
    ),
    "work-order-freed": Template(_("You are free again: {number}, {subject}"), "undo-2"),
    "plan-late": Template(
        _("Plan {number} is to start on {starts_on} and is not approved yet: {title}"), "alarm-clock"
    ),
    "plan-budget-short": Template(_("Not enough money for {number} ({budget}): {title}"), "circle-alert"),
    "plan-published": Template(_("{number} is approved, you have a part in it from {starts_on}: {title}"), "megaphone"),
    "plan-budget-threshold": Template(_("{number} has spent {percent} percent of its budget: {title}"), "circle-alert"),
    "plan-supplement-granted": Template(_("The new budget of {number} is approved: {budget}"), "circle-check"),
    "plan-supplement-refused": Template(
        _("The new budget of {number} is refused; the old one holds: {budget}"), "circle-x"
    ),
    "plan-evaluated": Template(_("{number} was carried out and evaluated: {title}"), "circle-check"),
    "plan-rejected": Template(_("Plan {number} was rejected: {title}"), "circle-x"),
    "plan-withdrawn": Template(_("Plan {number} was withdrawn: {title}"), "undo-2"),
    "plan-expired": Template(_("Plan {number} did not start in time: {title}"), "clock"),
    "plan-cancelled": Template(_("Plan {number} was cancelled after its approval: {title}"), "circle-x"),
    "level-review-asked": Template(_("Level review as of {as_of}: {count} of your customers may change level"), "star"),
    "level-change-objection-open": Template(_("Downgrade {number} takes effect unless you object"), "shield-alert"),
}


class _Values(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def title(template: str, data: Mapping[str, Any], hidden: Collection[str] = ()) -> str:
    """The sentence in the active language; a missing value shows as an ellipsis, an unknown key as plain news.

    ``hidden`` are the fields of the record that the reader must not read.
    """
    found = TEMPLATES.get(template, TEMPLATES["process-news"])
    return str(found.title).format_map(_Values(values(data, hidden)))


def values(data: Mapping[str, Any], hidden: Collection[str] = ()) -> dict[str, str]:
    """What the sentences are filled with, in the active language: codes as words, names as the reader writes them."""
    language = get_language() or ""
    shown = {}
    for name, value in data.items():
        if value is None or name.endswith("_in"):
            continue
        words = data.get(f"{name}_in")
        if SAME_FIELD.get(name, name) in hidden:
            text = MASK
        elif isinstance(words, Mapping) and words.get(language):
            text = str(words[language])
        else:
            text = str(WORDS.get(name, {}).get(str(value), value))
        shown[name] = text[:MAX_VALUE]
    return shown


def farewell(template: str) -> str:
    """What is said of something the reader may see no longer; empty where nothing is."""
    return str(TEMPLATES[template].farewell) if template in TEMPLATES else ""


def icon(template: str) -> str:
    """The name of the icon beside the sentence."""
    return TEMPLATES.get(template, TEMPLATES["process-news"]).icon


def is_breach(template: str) -> bool:
    """Whether this kind of news is always sent, whatever people chose."""
    return template in TEMPLATES and TEMPLATES[template].is_breach
