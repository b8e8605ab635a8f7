"""Who may urge that an item gets done, how often, and whom that reaches."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from accounts import queries as people
from accounts.models import User
from config import clock
from tasks_inbox import operations, queries
from tasks_inbox.models import Watch, WorkItem, WorkItemEvent
from tasks_inbox.offers import offers_of
from workflows.models import ProcessInstance

MOST_URGED = 200


def may_urge(user: User, item: WorkItem) -> bool:
    """Whether a person may urge: who started the process, who follows the item, who leads the holder."""
    if not item.is_open or item.assignee_id == user.pk:
        return False
    if user.pk in {item.instance.started_by_id, item.delegated_by_id} or queries.may_reassign(user, item):
        return True
    if item.watched and Watch.objects.filter(item=item, user=user).exists():
        return True
    if item.instance.is_root:
        return False
    return ProcessInstance.objects.filter(pk=item.instance.root_id, started_by=user).exists()


def urged_lately(user: User, item: WorkItem) -> bool:
    """Whether the person has urged here within the last hours (``settings.INBOX_URGE_HOURS``)."""
    since = clock.now() - timedelta(hours=settings.INBOX_URGE_HOURS)
    acts = WorkItemEvent.objects.filter(item=item, at__gt=since, kind=WorkItemEvent.Kind.URGED, actor=user)
    return acts.exists()


def reached_by(user: User, item: WorkItem) -> list[User]:
    """Whom an urge reaches: the holder, or everybody who may take the item, at most 200; never the one who urges."""
    if item.assignee is not None:
        return [item.assignee] if item.assignee_id != user.pk and item.assignee.is_active else []
    wanted = Q(pk__in=[offer.user_id for offer in offers_of(item) if offer.user_id is not None])
    for offer in offers_of(item):
        if offer.user_id is None:
            wanted |= Q(pk__in=people.members_of(offer.group_key).order_by().values("pk"))
    barred = operations.excluded_people(item) | {user.pk}
    return list(User.objects.filter(wanted, is_active=True).exclude(pk__in=barred).order_by("username")[:MOST_URGED])
