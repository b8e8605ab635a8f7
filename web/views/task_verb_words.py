"""The acts beside the work as the history of a task tells them, and which of them are nobody else's business."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from tasks_inbox.models import WorkItemEvent
from web import dates

Kind = WorkItemEvent.Kind
OWN = (Kind.SNOOZED, Kind.WOKE, Kind.FOLLOWED, Kind.UNFOLLOWED)
ICONS = {
    Kind.SNOOZED: "alarm-clock",
    Kind.WOKE: "inbox",
    Kind.FOLLOWED: "eye",
    Kind.UNFOLLOWED: "eye-off",
    Kind.PRIORITISED: "flag",
    Kind.RESCHEDULED: "calendar-clock",
    Kind.DELEGATED: "user-check",
    Kind.HANDED_BACK: "reply",
    Kind.COPIED: "files",
    Kind.READ: "eye",
    Kind.URGED: "megaphone",
    Kind.CONSULTED: "message-circle",
    Kind.ADVISED: "message-square-text",
    Kind.UNASKED: "circle-x",
    Kind.LABELLED: "tag",
    Kind.UNLABELLED: "tag",
    Kind.ATTACHED: "paperclip",
}
SENTENCES = {
    Kind.DELEGATED: gettext_lazy("delegated the work to %(names)s"),
    Kind.HANDED_BACK: gettext_lazy("handed the task back to %(names)s"),
    Kind.COPIED: gettext_lazy("sent the task to %(names)s to read"),
    Kind.URGED: gettext_lazy("urged %(names)s"),
    Kind.CONSULTED: gettext_lazy("asked %(names)s for an opinion"),
    Kind.UNASKED: gettext_lazy("no longer asks %(names)s for an opinion"),
    Kind.SNOOZED: gettext_lazy("put the task off until %(value)s"),
    Kind.RESCHEDULED: gettext_lazy("changed the due date to %(value)s"),
    Kind.PRIORITISED: gettext_lazy("changed the priority: %(value)s"),
    Kind.LABELLED: gettext_lazy("put the label “%(value)s” on the task"),
    Kind.UNLABELLED: gettext_lazy("took the label “%(value)s” off the task"),
    Kind.ATTACHED: gettext_lazy("added the file %(value)s"),
}
NAMING = (Kind.DELEGATED, Kind.HANDED_BACK, Kind.COPIED, Kind.URGED, Kind.CONSULTED, Kind.UNASKED)


def others_own(reader: User) -> Q:
    """What other people did for themselves alone: no part of the history a reader sees."""
    marks = Q(kind__in=OWN) & ~Q(actor=reader, actor__isnull=False)
    own_labels = Q(data__contains={"personal": True}) & ~Q(actor=reader)
    return marks | own_labels


def named(event: WorkItemEvent) -> list[str]:
    """The usernames an act names."""
    to = event.data.get("to")
    if event.kind not in NAMING or not to:
        return []
    return [to] if isinstance(to, str) else [str(name) for name in to]


def what(event: WorkItemEvent, people: Mapping[str, str]) -> str:
    """The act with its names and moments; "" for acts that are told elsewhere."""
    who = ", ".join(people.get(name, name) for name in named(event)[:5])
    more = len(named(event)) - 5
    names = {"names": _("%(names)s and %(count)d more") % {"names": who, "count": more} if more > 0 else who}
    kind = Kind(event.kind)
    if kind == Kind.HANDED_BACK and event.data.get("recalled"):
        return _("took the task back")
    if kind in NAMING:
        return str(SENTENCES[kind]) % names
    if kind in SENTENCES and (value := _value(event)):
        return str(SENTENCES[kind]) % {"value": value}
    return ""


def _value(event: WorkItemEvent) -> str:
    """What an act names that is no person: a moment, a label, a priority, a file."""
    if event.kind in {Kind.SNOOZED, Kind.RESCHEDULED}:
        return _moment(event)
    if event.kind == Kind.PRIORITISED:
        return f"{event.data.get('from')} → {event.data.get('to')}"
    return str(event.data.get("label") or event.data.get("name") or "")


def _moment(event: WorkItemEvent) -> str:
    try:
        return dates.exact(datetime.fromisoformat(str(event.data.get("until"))))
    except ValueError:
        return ""
