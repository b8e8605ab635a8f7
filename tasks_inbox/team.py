"""What the people somebody leads have to do, and what waits untaken in their units."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts import permissions, scopes
from accounts.models import Action, User
from config import clock
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import BY_DUE, WORK_ITEM


def leads(user: User) -> bool:
    """Whether somebody reports to this person, or they may hand out the tasks of a unit."""
    return permissions.may(user, Action.ASSIGN, WORK_ITEM) or User.objects.filter(manager=user, is_active=True).exists()


def team_items(user: User, *, person: str = "", late: bool = False, free: bool = False) -> QuerySet[WorkItem]:
    """The open tasks a person may hand to others: of their reports and of the units they lead, soonest due first.

    ``person`` keeps one holder's (a username), ``late`` those past their due moment, ``free`` the untaken ones.
    """
    rows = WorkItem.objects.in_context().filter(_led_by(user), status=WorkItem.Status.OPEN)
    if person:
        rows = rows.filter(assignee__username=person)
    if late:
        rows = rows.filter(due_at__lt=clock.now())
    if free:
        rows = rows.filter(assignee=None)
    return rows.order_by(*BY_DUE)


@dataclass(frozen=True, slots=True)
class Load:
    """How much one person of the team has; ``person`` None is what nobody has taken."""

    person: User | None
    open: int
    late: int


def load(user: User) -> list[Load]:
    """What each person of the team has open and late, most late first; two queries."""
    rows = WorkItem.objects.filter(_led_by(user), status=WorkItem.Status.OPEN).order_by()
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    counted = list(rows.values_list("assignee").annotate(open=Count("pk"), late=late).order_by("-late", "-open"))
    people = User.objects.in_bulk([holder for holder, _open, _late in counted if holder is not None])
    return [Load(people.get(holder) if holder else None, open_, late_) for holder, open_, late_ in counted]


def _led_by(user: User) -> Q:
    mine = Q(assignee__manager=user)
    scope = scopes.visible_filter(user, WORK_ITEM, action=Action.ASSIGN, owner="assignee")
    if scope is None:
        return mine
    return mine | scope if scope else Q()
