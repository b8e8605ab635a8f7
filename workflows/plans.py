"""Hand-written statements are parsed and planned by the database once per connection, not at every completion.

psycopg2 has no prepared statements of its own, so they are PREPARE and EXECUTE in SQL. They belong to the session, not
to the transaction: one that is rolled back keeps them. (A connection pool between must pool by session.)
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connection

Parameters = Sequence[Any] | dict[str, Any]

KEPT = 200
"""Plans per connection; what comes after them is sent as it is."""

_PLANNED = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
_PLACE = re.compile(r"%s|%\((\w+)\)s")


class _Plan(NamedTuple):
    call: str
    names: tuple[str, ...]


_known: WeakKeyDictionary[Any, dict[str, _Plan]] = WeakKeyDictionary()
_numbers = itertools.count(1)


class Planned:
    """The plans of the connection of a cursor (psycopg2's own)."""

    def __init__(self, cursor: Any) -> None:
        self._mogrify = cursor.mogrify
        self._plans = _known.setdefault(cursor.connection, {})
        self.has_made = False

    def complete(self, sql: str, parameters: Parameters) -> bytes:
        """The statement with its values, ready to be sent: the call of its plan, which the first time is made before.

        What was made and could not be sent is not there: tell ``forget``.
        """
        plan, made = self._plans.get(sql), b""
        if plan is None:
            verb = sql.split(None, 1)[0]
            if verb not in _PLANNED or len(self._plans) >= KEPT:
                return bytes(self._mogrify(sql, parameters or None))
            made, self.has_made = _make(self._plans, sql, f"{verb.lower()}_{next(_numbers)}"), True
            plan = self._plans[sql]
        values = [parameters[name] for name in plan.names] if isinstance(parameters, dict) else parameters
        return made + bytes(self._mogrify(plan.call, values or None))


def forget() -> None:
    """Make all plans of this connection anew, under other names: some may not be there."""
    if connection.connection is not None:
        _known.setdefault(connection.connection, {}).clear()


def _make(plans: dict[str, _Plan], sql: str, name: str) -> bytes:
    """Named values come in the order in which they are first used, others in their own."""
    given = [match[1] for match in _PLACE.finditer(sql)]
    names = tuple(dict.fromkeys(entry for entry in given if entry is not None))
    places = itertools.count(1)
    text = _PLACE.sub(lambda match: f"${names.index(match[1]) + 1 if match[1] else next(places)}", sql)
    values = ", ".join(["%s"] * len(names or given))
    plans[sql] = _Plan(f"EXECUTE {name}({values})" if values else f"EXECUTE {name}", names)
    return f"PREPARE {name} AS {text.replace('%%', '%')};\n".encode()
