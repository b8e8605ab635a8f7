"""Queries that are asked on every page are composed once per process, not each time: only their values change.

Django composes SQL from expressions at every use; for a query over several tables that takes longer than the database
takes to answer it. What is kept here is the text with its places, and how to make objects of the rows.
"""

from __future__ import annotations

import copy
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

KEPT = 400
"""Queries of a process, those used last; one takes about ten kilobytes."""
PERSON = 2_000_000_011
"""Stands for a person's id while a query is composed."""
RECORD = UUID("c0305ed0-0000-4000-8000-2000000011aa")
"""Stands for the id of a record, a task or a process."""

Values = Mapping[str, Any]
_PLACE = re.compile("%%|%s")
Send = Callable[[str, dict[str, Any]], Sequence[tuple[Any, ...]]]


def moment(number: int) -> datetime:
    """Stands for a moment while a query is composed."""
    return datetime(9_000 + number, 1, 1, 1, 23, 45, 678_901, tzinfo=UTC)


class Composed(NamedTuple):
    """A query with named places for what changes; ``sql`` is None where nothing can be found."""

    rows: QuerySet[Any]
    compiler: Any
    sql: str | None


_known: OrderedDict[Hashable, Composed] = OrderedDict()
_lock = threading.Lock()


def composed(key: Hashable, stand_ins: Mapping[Any, str], build: Callable[[], QuerySet[Any]]) -> Composed:
    """The query of this key, which ``build`` makes with the stand-ins in the places of what changes; these are named.

    The key must name everything else the query depends on. A stand-in is a value that occurs in no other meaning.
    ``build`` asks the database nothing: the answer would be part of the query for ever.
    """
    with _lock:
        if (found := _known.get(key)) is not None:
            _known.move_to_end(key)
            return found
    with connection.execute_wrapper(_refuse):
        rows = build()
    found = _compose(rows, stand_ins)
    with _lock:
        _known[key] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def answered(query: Composed, values: Values, send: Send | None = None) -> list[Any]:
    """What the query finds with these values, as objects of its kind; ``send`` asks the database."""
    if query.sql is None:
        return []
    found = (send or asked)(query.sql, dict(values))
    compiler = copy.copy(query.compiler)
    compiler.execute_sql = lambda *_arguments, **_options: [found]
    rows: Any = query.rows._chain()  # type: ignore[attr-defined]
    rows.query.get_compiler = lambda *_arguments, **_options: compiler
    return list(rows._iterable_class(rows))


def asked(sql: str, parameters: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        if parameters:
            cursor.execute(sql, parameters)
        else:
            cursor.execute(sql.replace("%%", "%"))
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found


def _refuse(_execute: Any, sql: str, *_more: Any) -> Any:
    raise AssertionError(f"asked while a query is composed: {sql[:200]}")


def _compose(rows: QuerySet[Any], names: Mapping[Any, str]) -> Composed:
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return Composed(rows, compiler, None)
    with connection.cursor() as cursor:
        texts = iter([_place(cursor.cursor, parameter, names) for parameter in parameters])
    text = _PLACE.sub(lambda found: found[0] if found[0] == "%%" else next(texts), sql)
    assert not any(_written(value) in text for value in names), "a stand-in became part of another value"
    return Composed(rows, compiler, text)


def _place(cursor: Any, parameter: Any, names: Mapping[Any, str]) -> str:
    if isinstance(parameter, Hashable) and parameter in names:
        return f"%({names[parameter]})s"
    return str(cursor.mogrify("%s", (parameter,)).decode()).replace("%", "%%")


def _written(stand_in: Any) -> str:
    """How a stand-in begins in SQL."""
    return stand_in.isoformat()[:10] if isinstance(stand_in, datetime) else str(stand_in)
