"""Letting somebody stand in for somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import audit, operations
from accounts.changes import ChangeKind, announce
from accounts.exceptions import NotAllowed, SubstitutionOver
from accounts.locks import lock_substitution, lock_substitutions, person_by_id, unit_by_id
from accounts.models import Substitution, User
from accounts.permissions import may
from accounts.queries import manager_of
from config import clock

_LEVELS = 10


@transaction.atomic(durable=True)
def add_substitution(
    *,
    actor: User,
    substituted_id: UUID,
    substitute_id: UUID,
    starts: datetime,
    ends: datetime | None = None,
    process_keys: Sequence[str] = (),
    branch_id: UUID | None = None,
    reason: str = "",
) -> Substitution:
    """Let one person stand in for another from ``starts`` until ``ends`` (None: until somebody ends it).

    The absent person may do this, those who manage them, and their administrators. Refuses an end before the start or
    in the past, people standing in for themselves, somebody who has left, and a circle. Both are told.
    """
    lock_substitutions()
    substituted = person_by_id(substituted_id, field="substituted_id")
    _require_concerned(actor, substituted)
    return operations.add_substitution(
        actor=actor,
        substituted=substituted,
        substitute=person_by_id(substitute_id, field="substitute_id"),
        starts=starts,
        ends=ends,
        process_keys=process_keys,
        branch=unit_by_id(branch_id, field="branch_id") if branch_id else None,
        reason=reason,
    )


@transaction.atomic(durable=True)
def end_substitution(*, actor: User, substitution_id: int) -> Substitution:
    """End a substitution now, or take back one that has not begun. Refuses one that is over. Both are told."""
    row = lock_substitution(substitution_id)
    _require_concerned(actor, row.substituted)
    now = clock.now()
    if row.ends is not None and row.ends <= now:
        raise SubstitutionOver
    row.ends = max(row.starts, now)
    row.save(update_fields=["ends"])
    data = {"substituted": row.substituted.username, "substitute": row.substitute.username}
    audit.record("substitution.ended", actor=actor, subject=row, data=data)
    announce(ChangeKind.SUBSTITUTION, [row.substituted_id, row.substitute_id])
    return row


def _require_concerned(actor: User, substituted: User) -> None:
    """The person, an administrator of theirs, or somebody along their manager chain."""
    if not actor.is_active:
        raise NotAllowed
    if actor.pk == substituted.pk or may(actor, "change", "user", substituted):
        return
    person: User | None = substituted
    for _level in range(_LEVELS):
        person = manager_of(person) if person is not None else None
        if person is None or person.pk == substituted.pk:
            break
        if person.pk == actor.pk:
            return
    raise NotAllowed
