"""Rehearsals that are asked for and read later: stored, run by a job, and read by whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessDefinition
from config import clock
from workflows import nudge, permissions
from workflows.exceptions import DeploymentRefused, NotPermitted, RehearsalNotFound
from workflows.locks import retrying
from workflows.models import Rehearsal
from workflows.rehearsing.queries import MOST, rehearse_files
from workflows.rehearsing.report import report_data
from workflows.texts import storable

REHEARSE = "workflows.rehearse"
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3
Status = Rehearsal.Status

log = structlog.get_logger(__name__)


def require_rehearser(user: User) -> None:
    """Raise NotPermitted unless the person designs, publishes or operates processes."""
    if not permissions.may_rehearse(user):
        raise NotPermitted


@retrying
@transaction.atomic(durable=True)
def start_rehearsal(*, actor: User, process_key: str, files: Mapping[str, str], last: int = 100) -> Rehearsal:
    """Have the draft among ``files`` (name -> text) replayed with the last instances of its process (at most 1,000).

    A job does it; `rehearsal` reads what came of it. For designers, publishers and operators, with the processes
    whose records they may see; raises NotPermitted, ProcessNotDeployed.
    """
    require_rehearser(actor)
    if not ProcessDefinition.objects.filter(key=process_key).exists():
        raise ProcessNotDeployed(process_key)
    asked = Rehearsal.objects.create(
        process_key=process_key,
        files=storable(dict(files)),
        last=max(1, min(last, MOST)),
        created_by=actor,
        created_at=clock.now(),
    )
    nudge.wake(REHEARSE, [asked.pk])
    return asked


def carry_out(rehearsal_id: UUID | str) -> bool:
    """Run a rehearsal that waits; False when another worker is at it or it is done.

    Nothing but its report is written, so a worker that died is simply followed by the next.
    """
    asked = _claim(rehearsal_id)
    if asked is None:
        return False
    try:
        files = {name: text.encode() for name, text in asked.files.items()}
        report = rehearse_files(actor=asked.created_by, process_key=asked.process_key, files=files, last=asked.last)
    except DeploymentRefused as refused:
        return _finish(asked, Status.REFUSED, message=str(refused))
    except Exception as error:  # a draft that breaks the rehearsal is told, not tried for ever
        log.warning("rehearsal_failed", rehearsal=str(asked.pk), exc_info=True)
        return _finish(asked, Status.REFUSED, message=f"{type(error).__name__}: {error}")
    return _finish(asked, Status.FINISHED, report=report_data(report))


def unfinished() -> list[UUID]:
    """Rehearsals nobody is at, oldest first: the sweep wakes them."""
    return list(_free().order_by("created_at").values_list("pk", flat=True))


def rehearsals(actor: User) -> QuerySet[Rehearsal]:
    """What the person asked for, newest first. Raises NotPermitted."""
    require_rehearser(actor)
    return Rehearsal.objects.filter(created_by=actor).select_related("created_by").order_by("-created_at", "pk")


def rehearsal(actor: User, rehearsal_id: UUID | str) -> Rehearsal:
    """One of them. Raises NotPermitted, RehearsalNotFound: also for those of others."""
    found = rehearsals(actor).filter(pk=rehearsal_id).first()
    if found is None:
        raise RehearsalNotFound
    return found


@retrying
@transaction.atomic(durable=True)
def forget_rehearsals(older_than: timedelta) -> int:
    """Drop rehearsals that are done since so long; says how many."""
    late = Rehearsal.objects.filter(finished_at__lt=clock.now() - older_than)
    return late.delete()[0]


def _free() -> QuerySet[Rehearsal]:
    now = clock.now()
    waiting = Rehearsal.objects.filter(status=Status.RUNNING)
    return waiting.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))


@retrying
@transaction.atomic(durable=True)
def _claim(rehearsal_id: UUID | str) -> Rehearsal | None:
    found = _free().select_for_update(skip_locked=True, of=("self",)).select_related("created_by")
    asked = found.filter(pk=rehearsal_id).first()
    if asked is None:
        return None
    asked.attempts += 1
    asked.claimed_until = clock.now() + LEASE
    if asked.attempts > MAX_ATTEMPTS:
        asked.status, asked.message = Status.REFUSED, "The worker ended before it could finish, too often."
        asked.files, asked.finished_at = {}, clock.now()
        asked.save()
        return None
    asked.save(update_fields=["attempts", "claimed_until"])
    return asked


@retrying
@transaction.atomic(durable=True)
def _finish(asked: Rehearsal, status: Status, **found: object) -> bool:
    values = storable(dict(found))
    Rehearsal.objects.filter(pk=asked.pk, status=Status.RUNNING).update(
        status=status, files={}, finished_at=clock.now(), **values
    )
    return True
