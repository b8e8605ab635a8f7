"""Sealing: where every chain that moved since the last seal ends, digested, linked to that seal and signed.

Heads would add up seal by seal. A seal that carries on takes over the last head of every chain; the seals before it
keep only what is signed, and it says so under its own signature. So there is one head a chain, and a few seals more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from config import clock
from workflows.locks import retrying
from workflows.models import HistorySeal
from workflows.sealing import keys

_ONE_AT_A_TIME = 0x6261746F6E02
# What is not sealed at the length it has; by content and not by time, for the clock may be driven.
_COLLECT = """
INSERT INTO workflows_sealedhead (seal_id, instance, length, link)
SELECT %(seal)s, ended.id, ended.history_length, ended.history_head
FROM (
    SELECT id, history_length, history_head FROM workflows_processinstance
    UNION ALL SELECT id, history_length, history_head FROM workflows_archivedinstance
) AS ended
WHERE ended.history_length > 0 AND NOT EXISTS (
    SELECT FROM workflows_sealedhead AS known
    WHERE known.instance = ended.id AND known.length = ended.history_length AND known.link = ended.history_head
)
"""
# The last head of each chain; those that were deleted by order are vouched for by their disposal.
_CARRY = """
INSERT INTO workflows_sealedhead (seal_id, instance, length, link)
SELECT DISTINCT ON (instance) %(seal)s, instance, length, link FROM workflows_sealedhead AS head
WHERE seal_id <= %(until)s
    AND NOT EXISTS (SELECT FROM workflows_disposedinstance AS gone WHERE gone.instance = head.instance)
ORDER BY instance, length DESC, seal_id DESC
"""
_DROP = """
SET LOCAL baton.history_maintenance = 'on';
DELETE FROM workflows_sealedhead WHERE seal_id <= %(until)s;
SET LOCAL baton.history_maintenance = 'off';
"""
_HEADS = "SELECT instance, length, link FROM workflows_sealedhead WHERE seal_id = %s ORDER BY instance"


@retrying
@transaction.atomic(durable=True)
def seal() -> HistorySeal | None:
    """Seal the history as it is now; None when nothing has moved since the last seal. Raises SigningKeyMissing."""
    last = _last_one()
    number = 1 if last is None else last.number + 1
    count = _run(_COLLECT, seal=number)
    return _signed(number, last, count) if count else None


@retrying
@transaction.atomic(durable=True)
def carry_on(*, until: int) -> HistorySeal:
    """Make a seal over the last head of every chain in the seals up to this number, and drop the heads of those.

    The caller has proved, after that seal was made, that the history agrees with all of them: a head that is dropped
    vouches for nothing any more. Raises SigningKeyMissing.
    """
    last = _last_one()
    assert last is not None
    assert last.number >= until
    number = last.number + 1
    count = _run(_CARRY, seal=number, until=until)
    _run(_DROP, until=until)
    return _signed(number, last, count, heads_from=until + 1)


def _last_one() -> HistorySeal | None:
    """The last seal, while nobody else makes one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    return HistorySeal.objects.order_by("-number").first()


def _run(sql: str, **values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _signed(number: int, last: HistorySeal | None, count: int, *, heads_from: int = 0) -> HistorySeal:
    row = HistorySeal(number=number, at=clock.now(), count=count, previous=digest_of(last), heads_from=heads_from)
    row.root = root_of(heads_of(number))
    row.key_id, row.signature = keys.sign(message(row), first=last is None)
    row.save(force_insert=True)
    # After the commit: a line of a seal that was never kept would look like one taken away.
    transaction.on_commit(lambda: keys.note(ledger_line(row)))
    return row


def message(seal: HistorySeal) -> bytes:
    """What is signed."""
    at = seal.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [seal.number, at, seal.count, bytes(seal.root).hex(), bytes(seal.previous).hex()]
    if not seal.heads_from:
        return orjson.dumps(["baton history seal 1", *said])
    return orjson.dumps(["baton history seal 2", *said, seal.heads_from])


def digest_of(seal: HistorySeal | None) -> bytes:
    """What the next seal is linked to."""
    return bytes(32) if seal is None else hashlib.sha256(message(seal) + bytes(seal.signature)).digest()


def ledger_line(seal: HistorySeal) -> str:
    """What the ledger says of a seal."""
    return f"{seal.number} {digest_of(seal).hex()}"


def root_of(heads: Iterator[tuple[UUID, int, Any]]) -> bytes:
    """The digest over sealed heads in the order of their ids."""
    digest = hashlib.sha256()
    for instance, length, link in heads:
        digest.update(instance.bytes + length.to_bytes(4) + bytes(link))
    return digest.digest()


def heads_of(number: int) -> Iterator[tuple[UUID, int, Any]]:
    """The heads of a seal in the order of their ids, a thousand at a time. Inside a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_HEADS, [number])
        while batch := cursor.fetchmany(1000):
            yield from batch
