"""A service task that leaves a mark in the same transaction, and an effect that calls the receiver."""

from __future__ import annotations

import os
import urllib.request
from datetime import timedelta
from typing import Any

from django.db import connection

from scripts.fault_injection.works.names import GO, MARKS, RECEIVER
from workflows.operations import request_message
from workflows.registry import effect, service_task
from workflows.steps import StepContext


@service_task("chaos.mark")
def mark(step: StepContext, *, number: str) -> dict[str, Any]:
    """Leaves one row, which no constraint keeps from being doubled, and wakes the process by a message."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {MARKS} (instance_id) VALUES (%s)", [step.instance_id])  # noqa: S608 - a constant
    request_message(GO, number, message_id=step.idempotency_key)
    return {}


@effect("chaos.letter", lease=timedelta(seconds=10), back_off=timedelta(seconds=1))
def letter(step: StepContext) -> dict[str, Any]:
    """Calls the receiver, which counts what it got by idempotency key."""
    address = os.environ[RECEIVER]
    headers = {"Idempotency-Key": step.idempotency_key}
    request = urllib.request.Request(address, data=b"", headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=5):
        return {}
