"""The one lock order (root instance, work items by id, records by (kind, id)) and what happens under contention."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import UUID

import structlog
from django.db import OperationalError, connection

from workflows import statements
from workflows.exceptions import InstanceNotFound
from workflows.held_acts import after_held_acts
from workflows.models import ProcessInstance
from workflows.rows import Table

P = ParamSpec("P")
R = TypeVar("R")

REPETITIONS = 3
LOCK_TIMEOUT = "5s"
DEADLOCK, SERIALIZATION, LOCK_TIMED_OUT = "40P01", "40001", "55P03"
_TRANSIENT = {DEADLOCK, SERIALIZATION, LOCK_TIMED_OUT}

log = structlog.get_logger(__name__)


def root_lock(instance: str, columns: str = "") -> str:
    """A statement that locks the family of the instance whose id the SQL ``instance`` gives, waiting LOCK_TIMEOUT.

    Others may follow it in the same round trip; they see the rows as they are under the lock. Which row is to be locked
    is asked before it is locked, so the time allowed is set in time.
    """
    bounded = f"set_config('lock_timeout', '{LOCK_TIMEOUT}', true) IS NOT NULL"
    root = f"SELECT root_id FROM workflows_processinstance WHERE id = ({instance}) AND {bounded}"  # noqa: S608
    return f"SELECT {columns} FROM workflows_processinstance AS root WHERE id = ({root}) FOR UPDATE"  # noqa: S608


_ROOTS = Table(ProcessInstance)
_LOCK_ROOT = root_lock("%(instance)s", _ROOTS.columns("root"))


def lock_root(instance_id: UUID | str) -> ProcessInstance:
    """Lock the family of an instance for the rest of the transaction and return its root row, as it is now.

    Waits at most LOCK_TIMEOUT; raises InstanceNotFound.
    """
    assert connection.in_atomic_block
    found = statements.ask(_LOCK_ROOT, parameters={"instance": ProcessInstance._meta.pk.to_python(instance_id)})
    if found is None:
        raise InstanceNotFound
    root, _ = _ROOTS.read(found)
    assert root is not None
    return root


def is_transient(error: BaseException) -> bool:
    """Whether a database error only says that two transactions met: deadlock, serialization, lock timeout."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "pgcode", None) in _TRANSIENT


def retrying(command: Callable[P, R]) -> Callable[P, R]:
    """Repeat a whole command when it lost against another transaction, at most three times.

    Goes outside ``transaction.atomic(durable=True)``: the repetition is a transaction of its own. Inside an outer
    transaction nothing can be repeated, so the error is passed on. A command that moves a family makes way for acts
    held there (`workflows.held_acts`), which is no attempt.
    """

    @functools.wraps(command)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(REPETITIONS):
            try:
                return after_held_acts(partial(command, *args, **kwargs))
            except OperationalError as error:
                if not is_transient(error) or connection.in_atomic_block:
                    raise
                log.warning("command_repeated", command=command.__qualname__, attempt=attempt + 1, reason=str(error))
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - only spreads the repetitions
        return after_held_acts(partial(command, *args, **kwargs))

    return repeated
