"""The one lock order (root instance, work items by id, records by (kind, id)) and what happens under contention."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from uuid import UUID

import structlog
from django.db import OperationalError, connection

from workflows.exceptions import InstanceNotFound
from workflows.models import ProcessInstance

P = ParamSpec("P")
R = TypeVar("R")

REPETITIONS = 3
LOCK_TIMEOUT = "5s"
DEADLOCK, SERIALIZATION, LOCK_TIMED_OUT = "40P01", "40001", "55P03"
_TRANSIENT = {DEADLOCK, SERIALIZATION, LOCK_TIMED_OUT}

log = structlog.get_logger(__name__)

# One round trip: the lock timeout of this transaction and the lock itself.
_LOCK_ROOT = f"""
SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';
SELECT * FROM workflows_processinstance
WHERE id = (SELECT root_id FROM workflows_processinstance WHERE id = %s)
FOR UPDATE
"""  # noqa: S608 - a constant


def lock_root(instance_id: UUID | str) -> ProcessInstance:
    """Lock the family of an instance for the rest of the transaction and return its root row, as it is now.

    Waits at most LOCK_TIMEOUT; raises InstanceNotFound.
    """
    assert connection.in_atomic_block
    for root in ProcessInstance.objects.raw(_LOCK_ROOT, [instance_id]):
        return root
    raise InstanceNotFound


def is_transient(error: BaseException) -> bool:
    """Whether a database error only says that two transactions met: deadlock, serialization, lock timeout."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "pgcode", None) in _TRANSIENT


def retrying(command: Callable[P, R]) -> Callable[P, R]:
    """Repeat a whole command when it lost against another transaction, at most three times.

    Goes outside ``transaction.atomic(durable=True)``: the repetition is a transaction of its own. Inside an outer
    transaction nothing can be repeated, so the error is passed on.
    """

    @functools.wraps(command)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(REPETITIONS):
            try:
                return command(*args, **kwargs)
            except OperationalError as error:
                if not is_transient(error) or connection.in_atomic_block:
                    raise
                log.warning("command_repeated", command=command.__qualname__, attempt=attempt + 1, reason=str(error))
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - only spreads the repetitions
        return command(*args, **kwargs)

    return repeated
