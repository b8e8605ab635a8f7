"""Writing the audit log: one append-only entry for each act that must stay on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, User
from config import clock


def record(
    event: str,
    *,
    actor: User | None,
    subject: Model | None = None,
    subject_kind: str = "",
    subject_id: str = "",
    data: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> AuditEvent:
    """Write one entry, in the caller's transaction if there is one.

    ``event`` reads as a fact, "role.assigned"; ``subject`` is the row concerned, or ``subject_kind`` and
    ``subject_id`` name it; ``data`` is JSON without secrets; ``address`` is the network address of a request.
    """
    if subject is not None:
        subject_kind = subject_kind or subject._meta.model_name or ""
        subject_id = subject_id or str(getattr(subject, "public_id", subject.pk))
    return AuditEvent.objects.create(
        at=clock.now(),
        actor=actor if actor is not None and actor.pk else None,
        event=event,
        subject_kind=subject_kind,
        subject_id=subject_id[:80],
        data=dict(data or {}),
        address=address or None,
    )
