"""Starts and holds of one process wait for each other: once a hold has committed, nothing starts any more.

An advisory lock and no row lock: starts share it without writing anything, and a hold that waits lets no later start
overtake it.
"""

from __future__ import annotations

import hashlib

from django.db import connection

from workflows import statements

LOCK_CLASS = 20_261
_SHARE = "SELECT pg_advisory_xact_lock_shared(%s, %s)"
_TAKE = "SELECT pg_advisory_xact_lock(%s, %s)"


def before_start(process_key: str) -> None:
    """Until the transaction ends nobody can hold the process; what is read afterwards tells whether it is held.

    Goes out with the next statement, so it costs no round trip inside ``statements.together``.
    """
    assert connection.in_atomic_block
    statements.later(_SHARE, [LOCK_CLASS, _number(process_key)])


def before_hold(process_key: str) -> None:
    """Wait for the starts that are under way and let no other begin until the transaction ends."""
    assert connection.in_atomic_block
    statements.later(_TAKE, [LOCK_CLASS, _number(process_key)])


def _number(process_key: str) -> int:
    return int.from_bytes(hashlib.blake2b(process_key.encode(), digest_size=4).digest(), signed=True)
