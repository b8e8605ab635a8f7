"""What the people somebody leads have to do, and what waits untaken in their units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from accounts import permissions, scopes
from accounts.models import Action, User
from config import clock
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import BY_DUE, WORK_ITEM

MOST_PEOPLE = 100


def leads(user: User) -> bool:
    """Whether somebody reports to this person, or they may hand out the tasks of a unit."""
    return permissions.may(user, Action.ASSIGN, WORK_ITEM) or User.objects.filter(manager=user, is_active=True).exists()


def team_items(user: User, *, person: str = "", late: bool = False, free: bool = False) -> QuerySet[WorkItem]:
    """The open tasks a person may hand to others: of their reports and of the units they lead, soonest due first.

    ``person`` keeps one holder's (a username), ``late`` those past their due moment, ``free`` the untaken ones.
    """
    rows = WorkItem.objects.in_context().filter(led_by(user), status=WorkItem.Status.OPEN)
    if person:
        rows = rows.filter(assignee__username=person)
    if late:
        rows = rows.filter(due_at__lt=clock.now())
    if free:
        rows = rows.filter(assignee=None)
    return rows.order_by(*BY_DUE)


@dataclass(frozen=True, slots=True)
class Load:
    """How much one person of the team has; ``person`` None is what nobody has taken.

    ``today``: due until the end of the reader's day and not late yet. ``oldest``: since when the oldest has waited.
    """

    person: User | None
    open: int
    late: int
    today: int = 0
    oldest: datetime | None = None


def load(user: User) -> list[Load]:
    """What each person of the team has: most late first, at the end those with nothing; two queries."""
    now = clock.now()
    rows = WorkItem.objects.filter(led_by(user), status=WorkItem.Status.OPEN).order_by()
    late = Count("pk", filter=Q(due_at__lt=now))
    today = Count("pk", filter=Q(due_at__gte=now, due_at__lt=end_of_day(user, now)))
    counted = rows.values_list("assignee").annotate(open=Count("pk"), late=late, today=today, oldest=Min("created_at"))
    found = {holder: counts for holder, *counts in counted.order_by("-late", "-open", "assignee")}
    people = members(user, [holder for holder in found if holder is not None])
    busy = [Load(people.get(holder) if holder else None, *counts) for holder, counts in found.items()]
    return busy + [Load(person, 0, 0) for pk, person in people.items() if pk not in found]


def members(user: User, holders: list[int]) -> dict[int, User]:
    """Those who hold tasks of the team, and everybody who could be given one, by id; one query.

    That are the person's reports and the people of the units they head, at most 100 besides the holders.
    """
    could = Q(manager=user) | Q(org_unit__head=user)
    rows = User.objects.filter(could, is_active=True).exclude(pk=user.pk).order_by("username")[:MOST_PEOPLE]
    holding = User.objects.filter(pk__in=holders)
    return {person.pk: person for person in holding.union(rows)} if holders else {row.pk: row for row in rows}


def end_of_day(user: User, now: datetime) -> datetime:
    """Midnight after a moment, where the person is."""
    local = now.astimezone(user.time_zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def led_by(user: User) -> Q:
    """The tasks a person may hand to others, as a condition."""
    mine = Q(assignee__manager=user)
    scope = scopes.visible_filter(user, WORK_ITEM, action=Action.ASSIGN, owner="assignee")
    if scope is None:
        return mine
    return mine | scope if scope else Q()
