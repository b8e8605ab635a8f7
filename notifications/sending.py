"""Carrying out what leaves the house: claimed in one transaction, sent outside any, settled in another.

What a worker that died had claimed is taken over after its lease, with the same id towards the outside: a letter has
its ``Message-ID`` by it, so that mailboxes show it once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from config import clock
from notifications.models import Channel, Sending
from workflows.texts import storable

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=30)
MOST_ATTEMPTS = 6
KEPT = timedelta(days=90)
SECONDS = 8.0
LOCK_CLASS = 20_262  # the advisory lock of whoever sends: others would only wait for the same dead host

Carrier = Callable[[Sending], bool]
"""Composes and sends; False when there is nothing to say (any more). Raises what went wrong."""

log = structlog.get_logger(__name__)
_carriers: dict[str, Carrier] = {}


class NotTaken(Exception):
    """The other side did not take it; the sentence says why, without addresses and secrets."""


class NotYet(Exception):
    """It is to be sent at another time: the other side asked for that, or the person is in quiet hours."""

    def __init__(self, at: datetime, *, because: str = "") -> None:
        self.at = at
        self.because = because
        super().__init__(because)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Something this worker may send now."""

    sending: Sending
    claim: UUID


def carries(channel: Channel, carrier: Carrier) -> None:
    """Say how a channel sends."""
    _carriers[channel] = carrier


def request(sendings: list[Sending]) -> list[Sending]:
    """Store what is to be sent, each key once; returns what is new. The sweep sends it within seconds."""
    assert connection.in_atomic_block
    keys = {sending.key for sending in sendings}
    known = set(Sending.objects.filter(key__in=keys).values_list("key", flat=True))
    new = list({sending.key: sending for sending in sendings if sending.key not in known}.values())
    Sending.objects.bulk_create(new, ignore_conflicts=True)  # a key that came in meanwhile stays the one that was first
    return new


def due(limit: int) -> list[UUID]:
    """What is to be sent now, the longest due first; also what died under way."""
    rows = Sending.objects.filter(status__in=Sending.OPEN, next_attempt_at__lte=clock.now())
    return list(rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])


def carry_on(limit: int) -> int:
    """Send what is due for ``SECONDS``, unless somebody is at it; returns how many went out."""
    until, went = time.monotonic() + SECONDS, 0
    with _alone() as free:
        for sending_id in due(limit) if free else []:
            went += carry_out(sending_id)
            if time.monotonic() > until:
                break
    return went


def carry_out(sending_id: UUID | str) -> bool:
    """Send one of them if it is due and nobody else does; whether it went out."""
    claimed = _claim(sending_id)
    if claimed is None:
        return False
    sending = claimed.sending
    try:
        went = _carriers[sending.channel](sending)
    except NotYet as later:
        _put_off(claimed, later)
        return False
    except Exception as error:  # whatever happens outside is stored and tried again
        log.warning("not_sent", channel=sending.channel, key=sending.key, error=type(error).__name__)
        _settle(claimed, Sending.Status.FAILED, _sentence(error))
        return False
    _settle(claimed, Sending.Status.SENT if went else Sending.Status.NOTHING, "")
    return went


@transaction.atomic(durable=True)
def forget_old() -> int:
    """Forget what was sent more than ninety days ago; what failed stays until somebody looked at it."""
    over = Sending.objects.filter(
        status__in=(Sending.Status.SENT, Sending.Status.NOTHING), finished_at__lt=clock.now() - KEPT
    )
    return over.delete()[0]


@transaction.atomic(durable=True)
def _claim(sending_id: UUID | str) -> Claimed | None:
    now = clock.now()
    rows = Sending.objects.select_for_update(of=("self",), skip_locked=True).select_related("user", "bot", "device")
    sending = rows.filter(pk=sending_id, status__in=Sending.OPEN, next_attempt_at__lte=now).first()
    if sending is None:
        return None
    if sending.attempts >= MOST_ATTEMPTS:
        words = {"status": Sending.Status.FAILED, "finished_at": now, "failure": "WorkerEnded", "claim": None}
        Sending.objects.filter(pk=sending.pk).update(**words)
        return None
    claim = uuid.uuid4()
    sending.status, sending.claim = Sending.Status.CLAIMED, claim
    sending.attempts += 1
    sending.next_attempt_at = now + LEASE
    sending.save(update_fields=["status", "claim", "attempts", "next_attempt_at"])
    return Claimed(sending, claim)


@transaction.atomic(durable=True)
def _settle(claimed: Claimed, status: str, failure: str) -> None:
    """Note how it went; what somebody else took over meanwhile is theirs to settle."""
    now = clock.now()
    values = {"status": status, "failure": storable(failure)[:1000], "claim": None, "finished_at": now}
    most = 1 if claimed.sending.data.get("test") else MOST_ATTEMPTS  # whoever tests looks at what came of it
    if status == Sending.Status.FAILED and claimed.sending.attempts < most:
        pause = FIRST_PAUSE * 4 ** (claimed.sending.attempts - 1)
        values |= {"status": Sending.Status.WAITING, "finished_at": None, "next_attempt_at": now + pause}
    Sending.objects.filter(pk=claimed.sending.pk, claim=claimed.claim).update(**values)
    others = _to_the_same_host(claimed.sending)
    if status == Sending.Status.FAILED and others is not None:  # they would wait for it in vain, one by one
        others.filter(status=Sending.Status.WAITING, next_attempt_at__lte=now).update(next_attempt_at=now + FIRST_PAUSE)


def _to_the_same_host(sending: Sending) -> QuerySet[Sending] | None:
    if sending.bot_id is not None:
        return Sending.objects.filter(bot=sending.bot_id)
    return Sending.objects.filter(device__host=sending.device.host) if sending.device is not None else None


@transaction.atomic(durable=True)
def _put_off(claimed: Claimed, later: NotYet) -> None:
    """Send it then; what the other side puts off counts as an attempt, what the person does not."""
    sending = claimed.sending
    values: dict[str, Any] = {"status": Sending.Status.WAITING, "claim": None, "next_attempt_at": later.at}
    if not later.because:
        values["attempts"] = sending.attempts - 1
    elif sending.attempts >= MOST_ATTEMPTS:
        values = {"status": Sending.Status.FAILED, "claim": None, "finished_at": clock.now()}
    Sending.objects.filter(pk=sending.pk, claim=claimed.claim).update(**values, failure=later.because)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is sending just now."""
    free = _advisory("SELECT pg_try_advisory_lock(%s, 0)")
    try:
        yield free
    finally:
        if free:
            _advisory("SELECT pg_advisory_unlock(%s, 0)")


def _advisory(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK_CLASS])
        return bool(cursor.fetchone()[0])


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, NotTaken) else type(error).__name__
