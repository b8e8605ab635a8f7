"""What was asked of the database meanwhile, by round trips, with what still waits for the next one."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext


def trips(captured: CaptureQueriesContext) -> list[str]:
    """The texts sent while it captured, and what goes out with COMMIT where the transaction has not ended."""
    waiting = [text.decode() for text in connection.connection.waiting]
    return [*(query["sql"] for query in captured.captured_queries), *waiting]
