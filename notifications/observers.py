"""What happens to work items becomes news for the people concerned, in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings

from accounts.models import User
from bpmn import queries as definitions
from notifications.models import Urgency
from notifications.operations import News, tell
from tasks_inbox import queries
from tasks_inbox.models import Comment, WorkItem, WorkItemEvent

Kind = WorkItemEvent.Kind
MENTION = re.compile(r"(?<![\w@])@([a-z0-9][a-z0-9._-]*)")
OVERDUE_PERCENT = 100


def observe_work_items(events: Sequence[WorkItemEvent]) -> None:
    """Tell holders of new, transferred, late and withdrawn tasks, people above late ones, and the mentioned."""
    news = [entry for event in events for entry in _news(event)]
    if news:
        tell(news)


def _news(event: WorkItemEvent) -> list[News]:
    item = event.item
    match event.kind:
        case Kind.CREATED:
            return _for_holder(event, "task-assigned")
        case Kind.TRANSFERRED:
            return _for_holder(event, "task-transferred")
        case Kind.CANCELLED:
            return _for_holder(event, "task-withdrawn")
        case Kind.REMINDED:
            return _for_holder(event, "task-reminder")
        case Kind.ESCALATED:
            above = User.objects.filter(username__in=event.data.get("to", []))
            late = _for_holder(event, "task-overdue", Urgency.BREACH)
            return late + [_entry(event, person, "task-escalated", Urgency.BREACH) for person in above]
        case Kind.COMMENTED:
            return _about_comment(event, item)
    return []


def _for_holder(event: WorkItemEvent, template: str, urgency: str = Urgency.NORMAL) -> list[News]:
    holder = event.item.assignee
    if holder is None or holder.pk == event.actor_id:
        return []
    return [_entry(event, holder, template, urgency)]


def _about_comment(event: WorkItemEvent, item: WorkItem) -> list[News]:
    comment = Comment.objects.filter(pk=event.data.get("comment")).first()
    mentioned = set(MENTION.findall(comment.text)) if comment else set()
    people = User.objects.filter(username__in=mentioned, is_active=True).exclude(pk=event.actor_id or 0)
    seen = [person for person in people if queries.may_see(person, item)]
    holders = [entry for entry in _for_holder(event, "task-comment") if entry.user not in seen]
    return holders + [_entry(event, person, "task-mention", Urgency.NORMAL) for person in seen]


def _entry(event: WorkItemEvent, person: User, template: str, urgency: str) -> News:
    item = event.item
    data = {
        "task": item.name,
        "task_in": _names_in_languages(item),
        "element": item.element,
        "number": item.record_number,
        "actor": event.actor.username if event.actor else None,
        "actor_in": {code: event.actor.name_in(code) for code, _name in settings.LANGUAGES} if event.actor else {},
    }
    return News(person, template, data, ("work_item", str(item.pk)), urgency, key=f"{template}:{event.key}:{person.pk}")


def _names_in_languages(item: WorkItem) -> dict[str, str]:
    """What the task is called in the languages its process has texts for."""
    texts = definitions.version_bundle(item.instance.version_id).texts
    names = {language: words.get(item.element, {}).get("name", "") for language, words in texts.items()}
    return {language: name for language, name in names.items() if name}
