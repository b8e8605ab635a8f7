"""What happened to a task and the ones before it in the same process, and what people said about them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from tasks_inbox.models import Comment, WorkItem, WorkItemEvent
from web import process_words

LIMIT = 60
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
}
TONES = {Kind.COMPLETED: "success", Kind.ESCALATED: "danger", Kind.REMINDED: "warning"}


def history_of(item: WorkItem) -> list[dict[str, Any]]:
    """The events of all tasks of the process, newest first; two queries."""
    rows = (
        WorkItemEvent.objects.filter(item__instance__root=item.instance.root_id)
        .exclude(kind=Kind.COMMENTED)
        .select_related("actor", "on_behalf_of", "item__instance")
        .defer("item__instance__state")
        .order_by("-at", "-id")[:LIMIT]
    )
    events = list(rows)
    named = {str(event.data["to"]) for event in events if event.kind == Kind.TRANSFERRED and event.data.get("to")}
    people = {person.username: person.display_name for person in User.objects.filter(username__in=named)}
    return [_event(event, people) for event in events]


def comments_of(item: WorkItem) -> list[Comment]:
    """What was said about the tasks of the process, oldest first."""
    rows = (
        Comment.objects.filter(item__instance__root=item.instance.root_id)
        .select_related("author", "item__instance")
        .defer("item__instance__state")
        .order_by("-at", "-id")[:LIMIT]
    )
    return list(reversed(rows))


def _event(event: WorkItemEvent, people: dict[str, str]) -> dict[str, Any]:
    task = process_words.task_name(event.item)
    return {
        "icon": ICONS.get(Kind(event.kind), "history"),
        "tone": TONES.get(Kind(event.kind), ""),
        "who": event.actor.display_name if event.actor else task,
        "what": _what(event, people),
        "at": event.at,
        "body": _body(event, task),
    }


def _what(event: WorkItemEvent, people: dict[str, str]) -> str:
    words = str(event.get_kind_display())
    if event.kind == Kind.TRANSFERRED and (to := people.get(str(event.data.get("to")))):
        words = _("gave the task to %(name)s") % {"name": to}
    if event.on_behalf_of is not None:
        words = _("%(act)s, for %(name)s") % {"act": words, "name": event.on_behalf_of.display_name}
    return words


def _body(event: WorkItemEvent, task: str) -> str:
    said = [task] if event.actor else []
    if event.kind == Kind.COMPLETED:
        answers = event.item.answers
        said.append(str(answers.get("decision_reason") or answers.get("comment") or ""))
    said.append(str(event.data.get("reason") or ""))
    return "\n".join(text for text in said if text)
