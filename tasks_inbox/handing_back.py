"""What happens, once somebody is back, to the work that reached others only because of the absence."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from accounts import queries as people
from accounts.models import Substitution, User
from config import clock
from tasks_inbox import operations
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent

ASKED, KEPT = "asked", "kept"
BATCH = 50
Kind = WorkItemEvent.Kind
_NO_BEGINNING = (Kind.CREATED, Kind.RESTORED, Kind.ASKED_BACK)


class Settled(StrEnum):
    """What became of an item whose holder stood in for somebody."""

    UNCHANGED = "unchanged"  # still away, ended, or asked before
    RESTORED = "restored"  # with the person it was meant for, or with who stands in now
    ASKED = "asked"  # the substitute had begun and decides
    KEPT = "kept"  # the substitute had begun and goes on
    LATER = "later"  # somebody is finishing it and may still take that back


def over(limit: int = BATCH) -> list[Substitution]:
    """Substitutions that ended and whose work was not looked at yet, in the order they ended."""
    ended = Substitution.objects.filter(settled_at=None, ends__lte=clock.now()).exclude(ends=None)
    return list(ended.order_by("ends", "pk")[:limit])


def came_through(row: Substitution) -> Iterable[UUID]:
    """The open items that may have reached somebody through a substitution: those of the absent person held by
    others, and those the substitute holds for anybody, of whom the absent one may be a link."""
    meant = Q(on_behalf_of=row.substituted_id) | Q(assignee=row.substitute_id, on_behalf_of__isnull=False)
    rows = WorkItem.objects.filter(meant, status=WorkItem.Status.OPEN, assignee__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def settle(item: WorkItem) -> Settled:
    """Give a locked item back if its holder no longer stands in; who had begun is asked, or keeps it (by setting).

    It goes to the person it was meant for, or where they are away still, to who stands in for them now. It stays where
    that person has left, or may not do it by the four-eyes rule.
    """
    assert connection.in_atomic_block
    holder, absent = item.assignee, item.on_behalf_of
    if not item.is_open or holder is None or absent is None or _still_stands_in(holder, item):
        return Settled.UNCHANGED
    there = operations.seat_of(item, absent)
    if there.pk == holder.pk or not there.is_active or operations.is_excluded(there, item):
        return _keep(item)
    if holder.is_active and begun(item, holder):
        return _keep(item) if settings.INBOX_BEGUN_FOR_ABSENT == KEPT else _ask(item)
    restore(item, there, actor=None)
    return Settled.RESTORED


def restore(item: WorkItem, there: User, *, actor: User | None) -> None:
    """Give a locked item to the person it was meant for, or to who stands in for them now."""
    absent = item.on_behalf_of
    assert absent is not None
    data = {"to": there.username, "from": item.assignee.username if item.assignee else None}
    meant = absent.pk if there.pk != absent.pk else None
    operations.give(item, to=there, kind=Kind.RESTORED, actor=actor, data=data, on_behalf_of=meant)


def keep(item: WorkItem, *, actor: User | None) -> None:
    """Let the holder of a locked item have it for good."""
    operations.record_event(item, Kind.KEPT, actor=actor)
    operations.let_keep(item)


def begun(item: WorkItem, holder: User) -> bool:
    """Whether the holder has typed something into the item or done something with it."""
    if Draft.objects.filter(item=item, user=holder).exists():
        return True
    return WorkItemEvent.objects.filter(item=item, actor=holder).exclude(kind__in=_NO_BEGINNING).exists()


def is_asked(item: WorkItem) -> bool:
    """Whether the holder has been asked to hand the item back, and has not answered."""
    return item.on_behalf_of_id is not None and _asked_since(item)


def _still_stands_in(holder: User, item: WorkItem) -> bool:
    assert item.on_behalf_of_id is not None
    return people.stands_in(holder, item.on_behalf_of_id, clock.now(), item.process_key, item.org_unit)


def _keep(item: WorkItem) -> Settled:
    keep(item, actor=None)
    return Settled.KEPT


def _ask(item: WorkItem) -> Settled:
    if _asked_since(item):
        return Settled.UNCHANGED
    assert item.on_behalf_of is not None
    operations.record_event(item, Kind.ASKED_BACK, actor=None, data={"for": item.on_behalf_of.username})
    operations.touch([item])
    return Settled.ASKED


def _asked_since(item: WorkItem) -> bool:
    """Whether the last that happened between holder and absent person was the question."""
    of_both = (Kind.ASKED_BACK, Kind.RESTORED, Kind.KEPT, Kind.TRANSFERRED, Kind.CLAIMED)
    last = WorkItemEvent.objects.filter(item=item, kind__in=of_both).order_by("-at", "-pk").first()
    return last is not None and last.kind == Kind.ASKED_BACK
