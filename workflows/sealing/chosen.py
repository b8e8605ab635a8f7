"""Which part of the history is to be checked, and its rows in streams of a few thousand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

BATCH = 2000
_SINCE = """{column} IN (
    SELECT instance_id FROM workflows_historyevent WHERE at >= %(since)s
    UNION SELECT head.instance FROM workflows_sealedhead AS head
    JOIN workflows_historyseal AS seal ON seal.number = head.seal_id WHERE seal.at >= %(since)s
)"""


class Chosen(NamedTuple):
    """What is to be checked: everything, what has happened since a moment, or one instance."""

    since: datetime | None = None
    instance: UUID | None = None

    def rows(self, select: str, column: str, *then: str) -> Iterator[tuple[Any, ...]]:
        """What is selected of the chosen instances, in the order of the column that holds the instance, ``then``."""
        sql = f"{select} WHERE {self._where(column)} ORDER BY {', '.join((column, *then))}"
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, {"since": self.since, "instance": self.instance})
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    def _where(self, column: str) -> str:
        if self.instance is not None:
            return f"{column} = %(instance)s"
        return _SINCE.format(column=column) if self.since is not None else "TRUE"
