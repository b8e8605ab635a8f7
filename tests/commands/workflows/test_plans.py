"""Statements planned once per connection answer like any other, whatever became of the one that made the plan."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from workflows import plans, statements

pytestmark = pytest.mark.django_db

ADD = "INSERT INTO planned (name, size) VALUES (%s, %s)"


@pytest.fixture(autouse=True)
def table(db):
    plans.forget()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE planned (name text, size int CHECK (size < 10)) ON COMMIT DROP")


def rows() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, size FROM planned ORDER BY size, name")
        return cursor.fetchall()


def add(name: str, size: int | None) -> str:
    with CaptureQueriesContext(connection) as captured:
        statements.later(ADD, [name, size])
    return captured.captured_queries[0]["sql"]


def test_a_statement_is_planned_the_first_time_and_called_from_then_on():
    sent = [add("100 %s", 1), add("it's;\n", 2), add("c", None)]
    assert ["PREPARE" in sql for sql in sent] == [True, False, False]
    assert all("EXECUTE" in sql for sql in sent)
    assert rows() == [("100 %s", 1), ("it's;\n", 2), ("c", None)]


def test_named_values_may_come_more_than_once_and_in_any_order():
    ask = "SELECT %(b)s::int - %(a)s::int, %(b)s::int, '50%%'"
    for a, b in ((1, 5), (2, 9)):
        assert statements.ask(ask, parameters={"a": a, "b": b, "unused": 0}) == (b - a, b, "50%")


def test_a_plan_survives_the_transaction_that_made_it():
    with transaction.atomic():
        add("undone", 1)
        transaction.set_rollback(True)
    assert "PREPARE" not in add("kept", 2)
    assert rows() == [("kept", 2)]


def test_a_plan_that_never_reached_the_database_is_made_again():
    @statements.together()
    def fail():
        statements.later(ADD, ["dropped", 1])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    add("kept", 2)
    assert rows() == [("kept", 2)]


def test_a_plan_behind_one_that_fails_is_made_again():
    @transaction.atomic
    @statements.together()
    def fail():
        statements.later("UPDATE missing SET name = %s", ["x"])
        statements.later(ADD, ["not sent", 1])

    with pytest.raises(DatabaseError):
        fail()
    add("kept", 2)
    assert rows() == [("kept", 2)]


def test_a_plan_whose_statement_is_refused_works_again():
    add("a", 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        add("too large", 10)
    add("b", 2)
    assert rows() == [("a", 1), ("b", 2)]


def test_what_cannot_be_planned_or_is_one_too_many_is_sent_as_it_is(monkeypatch):
    with CaptureQueriesContext(connection) as captured:
        statements.later("SET LOCAL lock_timeout = '1s'")
    monkeypatch.setattr(plans, "KEPT", 0)
    assert "EXECUTE" not in captured.captured_queries[0]["sql"] + add("a", 1)
    assert rows() == [("a", 1)]


def test_a_plan_made_once_serves_lists_of_any_length():
    """The database would plan every list that is shorter than it expects anew, which costs more than to answer it."""
    for names in (["a"], ["a", "b"], []):
        statements.ask("SELECT count(*) FROM planned WHERE name = ANY(%s)", parameters=[names])
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements ORDER BY prepare_time DESC")
        assert cursor.fetchone() == (3, 0)
