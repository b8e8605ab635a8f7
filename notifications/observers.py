"""What happens to work items becomes news for the people concerned, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from accounts.models import User
from notifications import texts, verbs
from notifications.entries import entry_for
from notifications.models import Urgency
from notifications.operations import News, tell
from tasks_inbox import queries
from tasks_inbox.audiences import user_group
from tasks_inbox.mentions import mentioned_in
from tasks_inbox.models import Comment, WorkItem, WorkItemEvent
from workflows.nudge import nudge

Kind = WorkItemEvent.Kind
OVERDUE_PERCENT = 100


def observe_work_items(events: Sequence[WorkItemEvent]) -> None:
    """Tell holders of new, transferred, late and withdrawn tasks, people above late ones, and the mentioned."""
    news = [entry for event in events for entry in _with_followers(event, _news(event)) if _may_hear(event.item, entry)]
    if news:
        tell(news)


def _may_hear(item: WorkItem, entry: News) -> bool:
    """Whether the person may see the item now; else they are told nothing but that something is over.

    No query for those whom the item's own columns name, as on the way of every completion.
    """
    if entry.user.pk in {item.assignee_id, item.on_behalf_of_id, item.delegated_by_id, item.instance.started_by_id}:
        return True
    return bool(texts.farewell(entry.template)) or queries.may_see(entry.user, item)


def _with_followers(event: WorkItemEvent, news: list[News]) -> list[News]:
    """Who follows the task and was not told anyhow hears of every act that is not somebody's own business."""
    told = {entry.user.pk for entry in news}
    return news + [entry for entry in verbs.for_followers(event) if entry.user.pk not in told]


def _news(event: WorkItemEvent) -> list[News]:
    item = event.item
    match event.kind:
        case Kind.CREATED | Kind.CAME_BACK:
            return _for_holder(event, "task-assigned")
        case Kind.TRANSFERRED:
            return _for_holder(event, "task-transferred")
        case Kind.CANCELLED:
            return _for_holder(event, "task-withdrawn")
        case Kind.RESTORED:
            return _for_holder(event, "task-restored")
        case Kind.ASKED_BACK:
            return _for_holder(event, "task-asked-back")
        case Kind.NOT_CARRIED_OUT:
            return _for_author(event)
        case Kind.REMINDED:
            return _for_holder(event, "task-reminder")
        case Kind.ESCALATED:
            above = User.objects.filter(username__in=event.data.get("to", []))
            late = _for_holder(event, "task-overdue", Urgency.BREACH)
            return late + [entry_for(event, person, "task-escalated", Urgency.BREACH) for person in above]
        case Kind.COMMENTED:
            return _about_comment(event, item)
    return verbs.news_of(event)


def _for_holder(event: WorkItemEvent, template: str, urgency: str = Urgency.NORMAL) -> list[News]:
    holder = event.item.assignee
    if holder is None or holder.pk == event.actor_id:
        return []
    return [entry_for(event, holder, template, urgency)]


def _for_author(event: WorkItemEvent) -> list[News]:
    """Whose completion turned out impossible is told at once, also on an open screen."""
    news = []
    for author in User.objects.filter(username=event.data.get("author", "")):
        entry = entry_for(event, author, "task-not-finished", Urgency.NORMAL)
        news.append(replace(entry, data={**entry.data, "reason": event.data.get("reason", "")}))
        nudge([user_group(author.pk)], {"type": "act.failed", "item": str(event.item_id)})
    return news


def _about_comment(event: WorkItemEvent, item: WorkItem) -> list[News]:
    comment = Comment.objects.filter(pk=event.data.get("comment")).first()
    mentioned = mentioned_in(comment.text) if comment else frozenset()
    people = User.objects.filter(username__in=mentioned, is_active=True).exclude(pk=event.actor_id or 0)
    seen = [person for person in people if queries.may_see(person, item)]
    holders = [entry for entry in _for_holder(event, "task-comment") if entry.user not in seen]
    return holders + [entry_for(event, person, "task-mention", Urgency.NORMAL) for person in seen]
