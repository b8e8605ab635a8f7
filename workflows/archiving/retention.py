"""How long ended processes stay: in the hot tables, then in the archive; which of them are due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts import audit
from accounts.models import User
from config import clock
from workflows import permissions
from workflows.exceptions import RetentionImpossible
from workflows.models import ArchivedInstance, Delivery, Effect, ProcessInstance, Retention

LONGEST = 36_500
NONE = Q(pk__in=[])


@transaction.atomic(durable=True)
def set_retention(*, actor: User, process_key: str, days: int | None, delete_after: int | None = None) -> None:
    """After how many days from their end the instances of a process are archived, and after how many deleted there.

    None keeps them: in the tables without ``days``, in the archive without ``delete_after``. For operators and the
    company's administrators. Raises RetentionImpossible for what is deleted before it is archived.
    """
    permissions.require_retention(actor)
    given = [number for number in (days, delete_after) if number is not None]
    too_early = delete_after is not None and (days is None or delete_after < days)
    if too_early or not all(0 <= number <= LONGEST for number in given):
        raise RetentionImpossible
    data = {"days": days, "delete_after": delete_after}
    audit.record("retention.set", actor=actor, subject_kind="process", subject_id=process_key, data=data)
    if days is None:
        Retention.objects.filter(pk=process_key).delete()
        return
    changed = data | {"changed_at": clock.now(), "changed_by": actor}
    Retention.objects.update_or_create(process_key=process_key, defaults=changed)


def ended_before(moment: datetime, process_key: str = "") -> Any:
    """The roots of families that ended before a moment and have nothing left to do, oldest first."""
    roots = ProcessInstance.objects.filter(parent=None, ended_at__lt=moment)
    return at_rest(roots.filter(process_key=process_key) if process_key else roots)


def due() -> Any:
    """The roots of families whose time in the tables is over, oldest first; None are due without a retention."""
    return at_rest(ProcessInstance.objects.filter(_older_than("days"), parent=None))


def over() -> Any:
    """The archived roots whose time in the archive is over."""
    return ArchivedInstance.objects.filter(_older_than("delete_after"), root=F("pk"))


def at_rest(roots: Any) -> Any:
    """A message or answer on its way would be lost with its receiver, so such families stay."""
    return (
        roots.exclude(family__status__in=ProcessInstance.LIVE)
        .exclude(family__incoming_deliveries__status=Delivery.Status.PENDING)
        .exclude(family__effects__status__in=Effect.WAITING)
        .order_by("ended_at", "pk")
        .values_list("pk", flat=True)
    )


def _older_than(column: str) -> Q:
    now, found = clock.now(), NONE
    kept = Retention.objects.exclude(**{column: None}).values_list("process_key", column)
    for key, days in kept:
        found |= Q(process_key=key, ended_at__lt=now - timedelta(days=days))
    return found
