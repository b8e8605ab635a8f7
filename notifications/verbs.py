"""News of the verbs beside the work: put off, planned, delegated, sent to read, urged, asked; and for followers."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import override

from accounts.models import User
from notifications.entries import entry_for
from notifications.operations import News
from tasks_inbox.followers import followers_of
from tasks_inbox.models import Consultation, WorkItemEvent

Kind = WorkItemEvent.Kind
TO_HOLDER = {
    Kind.PRIORITISED: "task-prioritised",
    Kind.RESCHEDULED: "task-rescheduled",
    Kind.DELEGATED: "task-delegated",
}
TO_NAMED = {
    Kind.COPIED: "task-copied",
    Kind.URGED: "task-urged",
    Kind.CONSULTED: "task-consulted",
    Kind.UNASKED: "task-unasked",
}
OWN_BUSINESS = frozenset(
    {Kind.SNOOZED, Kind.WOKE, Kind.FOLLOWED, Kind.UNFOLLOWED, Kind.READ, Kind.LABELLED, Kind.UNLABELLED}
)
"""What people do for themselves: followers are not told."""


def news_of(event: WorkItemEvent) -> list[News]:
    """What those are told whom the act is meant for; nothing of other acts."""
    kind = Kind(event.kind)
    if kind in TO_HOLDER:
        holder = event.item.assignee
        return _entries(event, [holder] if holder is not None else [], TO_HOLDER[kind])
    if kind in TO_NAMED:
        return _entries(event, _named(event.data.get("to")), TO_NAMED[kind])
    if kind == Kind.WOKE and event.actor_id is None:
        return _entries(event, _named(event.data.get("for")), "task-woke")
    if kind == Kind.HANDED_BACK:
        return _of_handing_back(event)
    if kind == Kind.ADVISED:
        asking = Consultation.objects.filter(pk=event.data.get("question")).values("by")
        return _entries(event, User.objects.filter(pk__in=asking), "task-advised")
    return []


def for_followers(event: WorkItemEvent) -> list[News]:
    """The act in words for everybody who follows the task, except who did it."""
    if event.kind in OWN_BUSINESS or not event.item.watched:
        return []
    template = "task-followed" if event.actor is not None else "task-followed-itself"
    words = _act_in_languages(event)
    found = _entries(event, followers_of(event.item), template)
    return [News(each.user, template, {**each.data, **words}, each.subject, each.urgency, each.key) for each in found]


def _of_handing_back(event: WorkItemEvent) -> list[News]:
    if event.data.get("recalled"):
        return _entries(event, _named(event.data.get("from")), "task-recalled")
    holder = event.item.assignee
    return _entries(event, [holder] if holder is not None else [], "task-handed-back")


def _entries(event: WorkItemEvent, people: Iterable[User], template: str) -> list[News]:
    return [entry_for(event, person, template) for person in people if person.pk != event.actor_id]


def _named(names: object) -> Iterable[User]:
    wanted = [names] if isinstance(names, str) else names if isinstance(names, list) else []
    return User.objects.filter(username__in=wanted, is_active=True).order_by("username") if wanted else []


def _act_in_languages(event: WorkItemEvent) -> dict[str, object]:
    """What was done, in every language; whoever reads it has it in theirs."""
    words = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            words[code] = str(event.get_kind_display())
    return {"act": str(event.kind), "act_in": words}
