"""What happened to a task and the ones before it in the same process, and what people said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from config.composed import PERSON, RECORD, answered, composed
from tasks_inbox import composing
from tasks_inbox.models import Comment, WorkItem, WorkItemEvent
from web import process_words
from web.views import task_verb_words

LIMIT = 60
SAME_ACT = timedelta(seconds=10)
"""What one act ends and opens carries moments no further apart."""
Kind = WorkItemEvent.Kind
ICONS = {
    Kind.CREATED: "inbox",
    Kind.CLAIMED: "hand",
    Kind.RELEASED: "undo-2",
    Kind.TRANSFERRED: "arrow-right-left",
    Kind.COMPLETED: "circle-check",
    Kind.CANCELLED: "circle-x",
    Kind.REMINDED: "alarm-clock",
    Kind.ESCALATED: "triangle-alert",
    Kind.SIGNER_ADDED: "user-plus",
    Kind.SIGNER_REMOVED: "user-minus",
    Kind.RETURNED: "undo-2",
    Kind.CAME_BACK: "redo-2",
    Kind.WITHDRAWN: "undo-2",
    Kind.REJECTED: "circle-x",
    Kind.TAKEN_BACK: "undo-2",
    Kind.NOT_CARRIED_OUT: "circle-alert",
}
SIGNING = frozenset({Kind.SIGNER_ADDED, Kind.SIGNER_REMOVED})
TONES = {Kind.COMPLETED: "success", Kind.ESCALATED: "danger", Kind.REMINDED: "warning", Kind.NOT_CARRIED_OUT: "warning"}


def history_of(item: WorkItem, reader: User) -> list[dict[str, Any]]:
    """The events of all tasks of the process, newest first, without what others did for themselves; two queries."""
    query = composed("history", {RECORD: "root", PERSON: "reader"}, lambda: _events_of(RECORD, PERSON))
    events: list[WorkItemEvent] = answered(query, {"root": item.instance.root_id, "reader": reader.pk}, composing.ask)
    named = {name for event in events for name in _named(event)}
    people = {person.username: person.display_name for person in User.objects.filter(username__in=named)}
    return [_event(event, people) for event in events]


def _events_of(root_id: UUID, reader_id: int) -> QuerySet[WorkItemEvent]:
    return (
        WorkItemEvent.objects.filter(item__instance__root=root_id)
        .exclude(kind=Kind.COMMENTED)
        .exclude(task_verb_words.others_own(User(pk=reader_id)))
        .select_related("actor", "on_behalf_of", "item__instance")
        .defer("item__instance__state")
        .order_by("-at", "-id")[:LIMIT]
    )


def sent_back(item: WorkItem, history: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The line of the history that says who sent an open task back here, and why; no query."""
    if not item.is_open:
        return None
    for line in history:
        event = line["event"]
        to_here = event.kind == Kind.RETURNED and event.data.get("element") == item.element
        if to_here and abs(event.at - item.created_at) < SAME_ACT:
            return line
    return None


def comments_of(item: WorkItem) -> list[Comment]:
    """What was said about the tasks of the process, oldest first."""
    query = composed("comments", {RECORD: "root"}, lambda: _comments_of(RECORD))
    return answered(query, {"root": item.instance.root_id}, composing.ask)[::-1]


def _comments_of(root_id: UUID) -> QuerySet[Comment]:
    return (
        Comment.objects.filter(item__instance__root=root_id)
        .select_related("author", "item__instance")
        .defer("item__instance__state")
        .order_by("-at", "-id")[:LIMIT]
    )


def _event(event: WorkItemEvent, people: dict[str, str]) -> dict[str, Any]:
    task = process_words.task_name(event.item)
    return {
        "event": event,
        "icon": (ICONS | task_verb_words.ICONS).get(Kind(event.kind), "history"),
        "tone": TONES.get(Kind(event.kind), ""),
        "who": event.actor.display_name if event.actor else task,
        "what": _what(event, people),
        "at": event.at,
        "body": _body(event, task),
    }


def _named(event: WorkItemEvent) -> list[str]:
    """The usernames an event is about."""
    if event.kind in {Kind.TRANSFERRED, Kind.RETURNED} and event.data.get("to"):
        return [str(event.data["to"])]
    if event.kind in SIGNING:
        return [str(name) for name in event.data.get("to") or []]
    return task_verb_words.named(event)


def _what(event: WorkItemEvent, people: dict[str, str]) -> str:
    words = str(event.get_kind_display())
    if event.kind in SIGNING:
        words = _signing(event, ", ".join(people.get(name, name) for name in _named(event)))
    if event.kind == Kind.TRANSFERRED and (to := people.get(str(event.data.get("to")))):
        words = _("gave the task to %(name)s") % {"name": to}
    if event.kind == Kind.RETURNED:
        words = _returned(event, people.get(str(event.data.get("to")), ""))
    words = task_verb_words.what(event, people) or words
    if event.on_behalf_of is not None:
        words = _("%(act)s, for %(name)s") % {"act": words, "name": event.on_behalf_of.display_name}
    return words


def _signing(event: WorkItemEvent, names: str) -> str:
    if event.kind == Kind.SIGNER_REMOVED:
        return _("no longer asks %(names)s to sign") % {"names": names}
    match event.data.get("where"):
        case "before":
            return _("asked %(names)s to sign first") % {"names": names}
        case "after":
            return _("asked %(names)s to sign afterwards") % {"names": names}
    return _("asked %(names)s to sign, too") % {"names": names}


def _returned(event: WorkItemEvent, name: str) -> str:
    bundle = process_words.bundle_of(event.item)
    element = str(event.data.get("element", ""))
    known = element in bundle.process.nodes  # not of a process that called this one
    values = {"name": name, "step": process_words.step_name(bundle, element) if known else event.data.get("step", "")}
    if event.data.get("straight_back"):
        text = _("sent the task back to %(name)s: “%(step)s”, to come straight back") if name else ""
        return (text or _("sent the task back to “%(step)s”, to come straight back")) % values
    return (_("sent the task back to %(name)s: “%(step)s”") if name else _("sent the task back to “%(step)s”")) % values


def _body(event: WorkItemEvent, task: str) -> str:
    said = [task] if event.actor else []
    if event.kind == Kind.COMPLETED:
        answers = event.item.answers
        said.append(str(answers.get("decision_reason") or answers.get("comment") or ""))
    said.append(str(event.data.get("reason") or (event.data.get("note") if event.kind in SIGNING else "") or ""))
    return "\n".join(text for text in said if text)
