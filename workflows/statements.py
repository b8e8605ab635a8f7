"""Statements whose answers nobody waits for, sent to the database together.

What a completion costs is round trips more than rows. Inside ``together`` writes are put off; program order holds all
the same, because whatever else is asked of the database meanwhile goes out after them. All of them are planned once
per connection (`plans`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias, cast

from django.db import DatabaseError, connection

from config.postgresql.base import DatabaseWrapper
from workflows import plans
from workflows.plans import Parameters, Planned


@contextmanager
def together() -> Iterator[None]:
    """Put off what ``later`` is given until something is read, or the block ends; inner blocks join the outer one.

    Only inside a transaction. When the block raises, what is still put off is dropped, so the transaction must be
    rolled back at least to where the block began. In the outermost transaction the last of them go out with what is
    sent next, mostly COMMIT, and what is wrong with them shows then. Also a decorator, inside ``transaction.atomic``.
    """
    assert connection.in_atomic_block
    if _current.get() is not None:
        yield
        return
    batch = _Batch()
    mark = _current.set(batch)
    try:
        with connection.execute_wrapper(batch):
            yield
            batch.end()
    finally:
        _current.reset(mark)
        batch.close()


def later(sql: str, parameters: Parameters = ()) -> None:
    """Send a statement that answers nothing with the others of the enclosing ``together``, else at once."""
    batch = _current.get()
    if batch is not None:
        batch.add(sql, parameters)
        return
    with connection.cursor() as cursor:
        _send(cursor, [Planned(cursor.cursor).complete(sql, parameters)])


def at_the_end(sql: str, *values: Any) -> None:
    """Send a statement when the enclosing ``together`` ends, once for the same values; else at once."""
    batch = _current.get()
    if batch is not None:
        batch.gathered[sql, values] = None
    else:
        later(sql, values)


def ask(*texts: str, parameters: Parameters) -> tuple[Any, ...] | None:
    """Send statements in one round trip, each seeing what those before it waited for; the last one's first row."""
    return next(iter(ask_all(*texts, parameters=parameters)), None)


def ask_all(*texts: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """The same; all rows of the last one."""
    if (batch := _current.get()) is not None:
        return batch.ask(texts, parameters)
    with connection.cursor() as cursor:
        return _answer(cursor, Planned(cursor.cursor), texts, parameters)


def _answer(cursor: Any, planned: Planned, texts: Iterable[str], parameters: Parameters) -> list[tuple[Any, ...]]:
    _send(cursor, [planned.complete(text, parameters) for text in texts])
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _send(cursor: Any, texts: list[bytes]) -> None:
    try:
        cursor.execute(b";\n".join(texts).decode())
    except BaseException:
        plans.forget()
        raise


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo what the block did to the database when it raises, as ``transaction.atomic`` does inside a transaction.

    A block that asks the database nothing costs no round trip: beginning and releasing a savepoint answer nothing.
    """
    assert connection.in_atomic_block
    name, batch = f"together_{next(_numbers)}", _current.get()
    begin = connection.ops.savepoint_create_sql(name)
    gathered = dict(batch.gathered) if batch is not None else {}
    later(begin)
    connection.savepoint_ids.append(name)
    try:
        yield
    except BaseException:
        connection.savepoint_ids.pop()
        _undo(name, gathered)
        raise
    connection.savepoint_ids.pop()
    if connection.needs_rollback:  # an inner block without savepoint failed, and its error was caught here
        _undo(name, gathered)
    elif batch is None or not batch.forget(begin):
        later(connection.ops.savepoint_commit_sql(name))


def _undo(name: str, gathered: _Gathered) -> None:
    if (batch := _current.get()) is not None:
        batch.gathered = gathered
    connection.needs_rollback = False
    try:
        connection.savepoint_rollback(name)
        connection.savepoint_commit(name)
    except DatabaseError:  # nothing to go back to: the whole transaction is lost
        connection.needs_rollback = True


_Gathered: TypeAlias = "dict[tuple[str, tuple[Any, ...]], None]"


class _Batch:
    """The statements put off so far, complete with their values as they were then."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self.gathered: _Gathered = {}  # statements with their values, for the end
        self._cursor = connection.cursor()
        self._planned = Planned(self._cursor.cursor)

    def add(self, sql: str, parameters: Parameters) -> None:
        self._texts.append(self._planned.complete(sql, parameters))

    def ask(self, texts: Iterable[str], parameters: Parameters) -> list[tuple[Any, ...]]:
        return _answer(self._cursor, self._planned, texts, parameters)

    def forget(self, sql: str) -> bool:
        """Take back what was put off last, if it was this."""
        if not self._texts or self._texts[-1] != sql.encode():
            return False
        self._texts.pop()
        return True

    def end(self) -> None:
        gathered, self.gathered = self.gathered, {}
        for sql, values in gathered:
            self.add(sql, values)
        if connection.savepoint_ids or self._planned.has_made:  # a new plan must be there before anybody calls it
            self.send()
        elif self._texts:
            texts, self._texts = self._texts, []
            cast(DatabaseWrapper, connection).put_off(b";\n".join(texts))

    def send(self) -> None:
        if self._texts:
            texts, self._texts = self._texts, []
            _send(self._cursor, texts)

    def close(self) -> None:
        if self._texts:
            plans.forget()
        self._cursor.close()

    def __call__(
        self, execute: Callable[..., Any], sql: str, parameters: Parameters, many: bool, context: dict[str, Any]
    ) -> Any:
        """Django's execute wrapper: what was put off goes first, in the same round trip where there can be one."""
        cursor = context["cursor"]
        if not self._texts or many or not isinstance(sql, str) or cursor.name is not None:
            self.send()
            return execute(sql, parameters, many, context)
        texts, self._texts = [*self._texts, cursor.mogrify(sql, parameters)], []
        try:
            return execute(b";\n".join(texts).decode(), None, many, context)
        except BaseException:
            plans.forget()
            raise


_numbers = itertools.count(1)
_current: ContextVar[_Batch | None] = ContextVar("statements_put_off", default=None)
