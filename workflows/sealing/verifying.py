"""The proof that the history is as it was written: chains in the tables and in the archive, and the seals over them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from workflows.sealing.chosen import Chosen
from workflows.sealing.findings import Finding, Report
from workflows.sealing.proving_archive import check_archive
from workflows.sealing.proving_seals import check_disposals, check_seals
from workflows.sealing.proving_tables import check_tables


def verify(
    *,
    since: datetime | None = None,
    instance: UUID | None = None,
    tell: Callable[[Finding], None] = lambda found: None,
    watch: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Check the history as it is at this moment, whatever goes on meanwhile; each finding is told when it is made.

    ``since`` limits it to instances that moved or were sealed since then; ``watch`` sees the report grow. Memory does
    not grow with the history.
    """
    chosen, report = Chosen(since, instance), Report(tell, watch)
    with _one_moment():
        check_seals(chosen, report)
        disposals = check_disposals(report)
        check_tables(chosen, disposals, report)
        check_archive(chosen, report)
    return report


def _one_moment() -> AbstractContextManager[Any]:
    return nullcontext() if connection.in_atomic_block else _Snapshot(transaction.atomic())


class _Snapshot:
    """A transaction that sees the database as it was at its beginning."""

    def __init__(self, block: Any) -> None:
        self._block = block

    def __enter__(self) -> None:
        self._block.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def __exit__(self, *error: Any) -> None:
        self._block.__exit__(*error)
