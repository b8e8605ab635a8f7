"""What somebody who leaves would leave behind in the inbox, and to whom each piece of it can go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import queries as people
from accounts.models import Substitution, User
from config import clock
from tasks_inbox import operations
from tasks_inbox.models import Candidate, HandOver, HandOverPart, WorkItem

Kind = HandOverPart.Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to hand over: an open item or a substitution."""

    kind: str
    item: UUID | None = None
    substitution: int | None = None


def held(person: User) -> QuerySet[WorkItem]:
    """The open items in a person's hands."""
    return WorkItem.objects.filter(assignee=person, status=WorkItem.Status.OPEN)


def covered(person: User) -> QuerySet[WorkItem]:
    """The open items others hold because the person is away."""
    return WorkItem.objects.filter(on_behalf_of=person, status=WorkItem.Status.OPEN)


def delegated(person: User) -> QuerySet[WorkItem]:
    """The open items the person has delegated and would get back."""
    return WorkItem.objects.filter(delegated_by=person, status=WorkItem.Status.OPEN)


def offered(person: User) -> QuerySet[Candidate]:
    """What is offered to a person by name and not taken yet."""
    return Candidate.objects.filter(user=person, available=True, escalated=False)


def lonely_queues(person: User) -> list[str]:
    """The queues in which nobody works but this person."""
    keys = sorted(people.group_keys(person))
    return [key for key in keys if not people.members_of(key).exclude(pk=person.pk).exists()]


def in_lonely_queues(person: User) -> QuerySet[Candidate]:
    """What waits untaken in those queues."""
    return Candidate.objects.filter(user=None, group_key__in=lonely_queues(person), available=True)


def substitutions_of(person: User) -> QuerySet[Substitution]:
    """Running and coming substitutions the person is part of."""
    lasting = Substitution.objects.filter(Q(ends=None) | Q(ends__gt=clock.now()))
    return lasting.filter(Q(substitute=person) | Q(substituted=person))


def pieces_of(person: User) -> Iterator[Piece]:
    """Everything to hand over, in the order in which it is done; an item once for each way it hangs on the person."""
    for kind, rows in ((Kind.COVERED, covered(person)), (Kind.HELD, held(person))):
        yield from (Piece(kind, item=pk) for pk in rows.order_by("pk").values_list("pk", flat=True))
    for kind, offers in ((Kind.OFFERED, offered(person)), (Kind.QUEUE, in_lonely_queues(person))):
        waiting = offers.order_by("item").values_list("item", flat=True).distinct()
        yield from (Piece(kind, item=pk) for pk in waiting)
    rows = delegated(person).exclude(assignee=person)
    yield from (Piece(Kind.DELEGATED, item=pk) for pk in rows.order_by("pk").values_list("pk", flat=True))
    for row in substitutions_of(person).order_by("pk"):
        kind = Kind.STANDS_IN if row.substitute_id == person.pk else Kind.STOOD_IN
        yield Piece(kind, substitution=row.pk)


def left_behind(person: User) -> int:
    """How many open tasks nobody would have, or see, if the person left now."""
    stranded = offered(person).exclude(item__candidates__in=_others(person)).values("item")
    queued = in_lonely_queues(person).exclude(item__candidates__in=_others(person)).values("item")
    alone = Q(pk__in=stranded) | Q(pk__in=queued) | Q(assignee=person) | Q(delegated_by=person)
    return WorkItem.objects.filter(alone, status=WorkItem.Status.OPEN).count()


def receivers_of(row: HandOver) -> list[User]:
    """Who gets the work, as far as they are still here, in the order in which they were named."""
    found = User.objects.in_bulk(row.receivers)
    return [found[pk] for pk in row.receivers if pk in found and found[pk].is_active]


def receiver_for(item: WorkItem, receivers: Iterable[User]) -> User | None:
    """The first of them whom the four-eyes rule does not keep from an item; None for nobody."""
    barred = operations.excluded_people(item)
    return next((person for person in receivers if person.pk not in barred), None)


def _others(person: User) -> QuerySet[Candidate]:
    """Offers to others who are here: to people by name, and to queues with somebody in them."""
    named = Q(user__is_active=True) & ~Q(user=person)
    return Candidate.objects.filter(named | Q(user=None) & ~Q(group_key__in=lonely_queues(person)))
