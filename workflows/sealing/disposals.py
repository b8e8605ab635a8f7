"""Signed deletions from the archive: which chains went, where they ended, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from config import clock
from workflows.models import DisposedInstance, HistoryDisposal
from workflows.sealing import keys
from workflows.sealing.commands import root_of


class Ended(NamedTuple):
    """Where the chain of an instance ended."""

    instance: UUID
    length: int
    link: bytes


def dispose(chains: Sequence[Ended], reason: str) -> HistoryDisposal:
    """Sign that these chains are deleted; inside the transaction that deletes them. Raises SigningKeyMissing."""
    assert connection.in_atomic_block
    ordered = sorted(chains)
    row = HistoryDisposal(at=clock.now(), reason=reason, count=len(ordered), root=root_of(iter(ordered)))
    row.key_id, row.signature = keys.sign(message(row))
    row.save(force_insert=True)
    DisposedInstance.objects.bulk_create(
        DisposedInstance(instance=chain.instance, disposal=row, length=chain.length, link=chain.link)
        for chain in ordered
    )
    return row


def message(row: HistoryDisposal) -> bytes:
    """What is signed."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return orjson.dumps(["baton history disposal 1", at, row.reason, row.count, bytes(row.root).hex()])
