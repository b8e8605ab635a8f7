"""Record numbers: one PostgreSQL sequence per kind, so that no two records ever share a number."""

from __future__ import annotations

from django.db import connection

DIGITS = 5


def sequence_name(prefix: str) -> str:
    """The sequence that counts a prefix."""
    return f"crm_number_{prefix.lower()}"


def create_sequence_sql(prefix: str) -> str:
    """The statement a migration runs for a new kind."""
    return f"CREATE SEQUENCE IF NOT EXISTS {sequence_name(prefix)}"


def drop_sequence_sql(prefix: str) -> str:
    """The statement that undoes `create_sequence_sql`."""
    return f"DROP SEQUENCE IF EXISTS {sequence_name(prefix)}"


def next_numbers(prefix: str, count: int) -> list[str]:
    """``count`` fresh numbers such as C-00017, in rising order; numbers of rolled-back work are not used again."""
    if count < 1:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence_name(prefix), count])
        return [f"{prefix}-{value:0{DIGITS}d}" for (value,) in cursor.fetchall()]


def next_number(prefix: str) -> str:
    """One fresh number."""
    return next_numbers(prefix, 1)[0]
