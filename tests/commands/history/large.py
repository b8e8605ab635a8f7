"""A history as large as wanted, made without the engine: many instances, linked as the product links them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import orjson
from django.db import connection

from config import clock
from workflows import chaining
from workflows.models import HistoryEvent, ProcessInstance

_COLUMNS = "instance_id, sequence, revision, at, version_id, kind, element, step, data, salt, digest, link"
_KINDS = ("entered", "called", "variables", "completed", "flow")


def grow(pattern: ProcessInstance, *, events: int, each: int) -> int:
    """Add instances like the pattern with so many events in all, ``each`` a piece; how many instances."""
    instances = [pattern_like(pattern, each) for _ in range(events // each)]
    file = io.StringIO()
    rows = csv.writer(file)
    for instance in instances:
        rows.writerows(_chain(instance))
    file.seek(0)
    ProcessInstance.objects.bulk_create(instances, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY workflows_historyevent ({_COLUMNS}) FROM STDIN WITH (FORMAT csv)", file)
        cursor.execute("ANALYZE workflows_historyevent, workflows_processinstance")
    return len(instances)


def pattern_like(pattern: ProcessInstance, length: int) -> ProcessInstance:
    """An ended root of its own."""
    copied = {
        field.attname: getattr(pattern, field.attname)
        for field in ProcessInstance._meta.concrete_fields
        if field.attname not in {"id", "root_id", "parent_id", "status", "ended_at", "history_length"}
    }
    fresh = uuid4()
    status = ProcessInstance.Status.COMPLETED
    return ProcessInstance(
        id=fresh, root_id=fresh, status=status, ended_at=clock.now(), history_length=length, **copied
    )


def _chain(instance: ProcessInstance) -> Iterator[list[object]]:
    head, at = chaining.GENESIS, clock.now()
    for sequence, salt in enumerate(chaining.salts(instance.history_length), start=1):
        kind, moment = _KINDS[sequence % len(_KINDS)], at + timedelta(seconds=sequence)
        data = {
            "values": {"amount": sequence, "note": f"what was said in step {sequence} of this process"},
            "scope": "",
        }
        payload = chaining.payload(data)
        digest = chaining.digest(salt, payload)
        common = chaining.Advanced(instance.pk, sequence, moment, None, instance.version_id).envelope()
        head = chaining.link(head, digest, common, chaining.own_envelope(sequence, kind, "ask", "7"))
        yield [
            *(instance.pk, sequence, sequence, moment.isoformat(), instance.version_id, kind, "ask", "7"),
            *(orjson.dumps(data).decode(), _hex(salt), _hex(digest), _hex(head)),
        ]
    instance.history_head = head


def _hex(data: bytes) -> str:
    return f"\\x{data.hex()}"


def count() -> int:
    """All events there are."""
    return HistoryEvent.objects.count()
