"""The database wrapper Django loads for ENGINE "config.postgresql".

psycopg2 sends BEGIN and COMMIT alone and waits for each answer, which costs a short transaction as much as its rows.
Here the connection always is in psycopg2's autocommit mode, and beginning a transaction only notes that BEGIN goes out
with what is sent next; a transaction that asks for nothing sends nothing at all.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg2 import Error, extensions

_BEGIN = b"BEGIN"


class Connection(extensions.connection):  # type: ignore[misc]
    """A connection that may have something to send with the next statement."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.waiting: list[bytes] = []

    def take_waiting(self) -> bytes:
        """What waits, as one text that ends where the next statement begins; it waits no longer."""
        texts, self.waiting = self.waiting, []
        return b"".join(text + b";\n" for text in texts)


class Cursor(extensions.cursor):  # type: ignore[misc]
    """A cursor that sends what waits on its connection before its own statement, in the same round trip."""

    connection: Connection

    def execute(self, query: Any, vars: Any = None) -> None:
        """As psycopg2's."""
        if not self.connection.waiting:
            super().execute(query, vars)
        elif self.name is not None:
            self._send_waiting()
            super().execute(query, vars)
        else:
            text = self.mogrify(query, vars)  # what cannot be composed leaves waiting what waits
            self._execute_with_waiting(text)

    def _execute_with_waiting(self, text: bytes) -> None:
        begins = self.connection.waiting[0] == _BEGIN
        text = self.connection.take_waiting() + text
        try:
            super().execute(text)
        except Error:
            if begins and self.connection.info.transaction_status == extensions.TRANSACTION_STATUS_IDLE:
                self._fail_in_a_transaction(text)
            raise

    def _fail_in_a_transaction(self, text: bytes) -> None:
        """A message that cannot be parsed is refused unread, with its BEGIN: whoever goes on must not go on without."""
        with contextlib.suppress(Error), self.connection.cursor(cursor_factory=extensions.cursor) as plain:
            plain.execute(_BEGIN)
            plain.execute(text)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """As psycopg2's."""
        self._send_waiting()
        super().executemany(query, vars_list)

    def callproc(self, procname: Any, parameters: Any = None) -> None:
        """As psycopg2's."""
        self._send_waiting()
        super().callproc(procname, parameters)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        """As psycopg2's."""
        self._send_waiting()
        super().copy_expert(sql, file, size)

    def copy_from(self, *arguments: Any, **options: Any) -> None:
        """As psycopg2's."""
        self._send_waiting()
        super().copy_from(*arguments, **options)

    def copy_to(self, *arguments: Any, **options: Any) -> None:
        """As psycopg2's."""
        self._send_waiting()
        super().copy_to(*arguments, **options)

    def _send_waiting(self) -> None:
        if texts := self.connection.take_waiting():
            with self.connection.cursor(cursor_factory=extensions.cursor) as plain:
                plain.execute(texts)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper, beginning and ending transactions by statements of its own."""

    connection: Connection

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our kinds of connection and cursor."""
        return super().get_connection_params() | {"connection_factory": Connection, "cursor_factory": Cursor}

    def put_off(self, statements: bytes) -> None:
        """Send statements whose answers nobody waits for with whatever is sent next, at the latest with COMMIT.

        Only in the outermost transaction. What is wrong with them shows then.
        """
        assert self.in_atomic_block
        assert not self.savepoint_ids
        self.connection.waiting.append(statements)

    def _start_transaction_under_autocommit(self) -> None:
        """Django asks a backend that has this for a BEGIN instead of turning autocommit off."""
        self.connection.waiting.append(_BEGIN)

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> None:
        if not self._began_here():
            super()._commit()  # type: ignore[misc]
        elif self.connection.waiting != [_BEGIN]:
            self._end("COMMIT")
        else:
            self.connection.waiting.clear()

    def _rollback(self) -> None:
        if not self._began_here():
            super()._rollback()  # type: ignore[misc]
            return
        self.connection.waiting.clear()
        if self.connection.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE:
            self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        text = self.connection.take_waiting().decode() + how
        with debug_transaction(self, text), self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(text)

    def _began_here(self) -> bool:
        """Whether the transaction was begun by a statement, and not by turning psycopg2's autocommit off."""
        return self.connection is not None and bool(self.connection.autocommit)
