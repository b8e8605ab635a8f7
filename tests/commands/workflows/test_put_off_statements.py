"""Statements put off: fewer round trips must never change what a transaction reads, keeps or undoes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Holiday, WorkCalendar
from tests.support.trips import trips
from workflows import statements

pytestmark = pytest.mark.django_db

ADD = "INSERT INTO put_off (name) VALUES (%s)"


@pytest.fixture(autouse=True)
def table(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE put_off (name text PRIMARY KEY) ON COMMIT DROP")


def names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM put_off ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def test_they_leave_in_one_round_trip_at_the_end():
    with CaptureQueriesContext(connection) as captured, statements.together():
        for name in "abc":
            statements.later(ADD, [name])
        assert not trips(captured)
    assert len(trips(captured)) == 1
    assert names() == ["a", "b", "c"]


def test_values_count_as_they_were_when_they_were_given():
    """A list that changes later must not change what was written."""
    given = ["a"]
    with statements.together():
        statements.later("INSERT INTO put_off SELECT unnest(%s::text[])", [given])
        given.append("b")
    assert names() == ["a"]


def test_whoever_reads_meanwhile_sees_them():
    with statements.together():
        statements.later(ADD, ["a"])
        assert names() == ["a"]
        statements.later(ADD, ["b"])
    assert names() == ["a", "b"]


def test_whoever_reads_meanwhile_takes_them_along():
    with CaptureQueriesContext(connection) as captured, statements.together():
        statements.later(ADD, ["50%"])
        assert WorkCalendar.objects.filter(code="%s").count() == 0
    assert len(trips(captured)) == 1
    assert names() == ["50%"]


def test_rows_read_piece_by_piece_come_after_them():
    """A cursor of the database's own cannot be opened in the middle of other statements."""
    WorkCalendar.objects.create(code="piecewise", name="x", zone="UTC", hours=None)
    with statements.together():
        statements.later("UPDATE accounts_workcalendar SET name = %s WHERE code = %s", ["y", "piecewise"])
        read = [row.name for row in WorkCalendar.objects.filter(code="piecewise").iterator(chunk_size=1)]
    assert read == ["y"]


def test_whatever_is_written_meanwhile_comes_after_them():
    with statements.together():
        statements.later(ADD, ["a"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE put_off SET name = 'changed'")
        statements.later(ADD, ["a"])
    assert names() == ["a", "changed"]


def test_percent_signs_and_semicolons_in_values_are_values():
    with statements.together():
        statements.later(ADD, ["100 %s; DROP TABLE put_off"])
        statements.later(ADD, ["50%"])
    assert names() == ["100 %s; DROP TABLE put_off", "50%"]


def test_an_inner_block_leaves_with_the_outer_one():
    with CaptureQueriesContext(connection) as captured, statements.together():
        with statements.together():
            statements.later(ADD, ["a"])
        statements.later(ADD, ["b"])
    assert len(trips(captured)) == 1
    assert names() == ["a", "b"]


def test_outside_of_any_block_they_leave_at_once():
    statements.later(ADD, ["a"])
    assert names() == ["a"]


def test_a_block_that_raises_drops_what_is_still_put_off():
    @statements.together()
    def fail():
        statements.later(ADD, ["a"])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    statements.later(ADD, ["b"])
    assert names() == ["b"]


def test_one_that_fails_is_an_error_of_the_block():
    @transaction.atomic
    @statements.together()
    def fail():
        statements.later(ADD, ["a"])
        statements.later(ADD, ["a"])

    with pytest.raises(IntegrityError):
        fail()
    assert names() == []


# --- savepoints ---------------------------------------------------------------------------------------------------


def test_a_savepoint_around_nothing_costs_no_round_trip():
    with CaptureQueriesContext(connection) as captured, statements.together():
        with statements.savepoint():
            pass
        statements.later(ADD, ["a"])
    assert len(trips(captured)) == 1
    assert names() == ["a"]


def test_a_savepoint_undoes_what_its_block_did_and_nothing_else():
    called = []

    @statements.savepoint()
    def fail():
        statements.later(ADD, ["put off"])
        with connection.cursor() as cursor:
            cursor.execute(ADD, ["at once"])
        transaction.on_commit(lambda: called.append("undone"))
        raise RuntimeError

    with statements.together():
        statements.later(ADD, ["before"])
        with pytest.raises(RuntimeError):
            fail()
        statements.later(ADD, ["after"])
    assert names() == ["after", "before"]
    assert called == [] == connection.run_on_commit


def test_a_broken_statement_inside_a_savepoint_breaks_nothing_else():
    statements.later(ADD, ["a"])
    with pytest.raises(IntegrityError), statements.savepoint(), connection.cursor() as cursor:
        cursor.execute(ADD, ["a"])
    statements.later(ADD, ["b"])
    assert names() == ["a", "b"]


def test_an_error_of_django_that_was_caught_inside_undoes_the_savepoint():
    """`save` marks the transaction as broken; catching its error inside the block cannot mend that."""
    calendar = WorkCalendar.objects.create(code="put-off", name="x", zone="UTC", hours=None)
    day = {"calendar": calendar, "date": datetime(2026, 1, 5, tzinfo=UTC).date(), "kind": "holiday"}
    Holiday.objects.create(**day)
    with statements.savepoint():
        statements.later(ADD, ["a"])
        with pytest.raises(IntegrityError):
            Holiday.objects.create(**day)
    statements.later(ADD, ["b"])
    assert names() == ["b"]


@statements.savepoint()
def undone(act):
    act()
    raise RuntimeError


ONE = "INSERT INTO put_off VALUES (%s)"


def test_what_is_gathered_leaves_once_at_the_end_without_repetitions():
    with CaptureQueriesContext(connection) as captured, statements.together():
        statements.at_the_end(ONE, "a")
        with statements.together():
            statements.at_the_end(ONE, "b")
            statements.at_the_end(ONE, "a")
        assert names() == []
    assert [trip.count("EXECUTE") for trip in trips(captured)] == [0, 2]
    assert names() == ["a", "b"]


def test_outside_of_any_block_nothing_is_gathered():
    statements.at_the_end(ONE, "a")
    assert names() == ["a"]


def test_what_was_gathered_in_a_block_that_is_undone_is_not_sent():
    with statements.together():
        statements.at_the_end(ONE, "a")
        with pytest.raises(RuntimeError):
            undone(lambda: statements.at_the_end(ONE, "b"))
        statements.at_the_end(ONE, "c")
    assert names() == ["a", "c"]


def test_a_block_with_a_way_back_that_asks_nothing_leaves_no_trace():
    with CaptureQueriesContext(connection) as captured, statements.together():
        with statements.savepoint():
            pass
        statements.later(ADD, ["a"])
    (trip,) = trips(captured)
    assert "SAVEPOINT" not in trip
    assert names() == ["a"]


def test_a_block_with_a_way_back_that_writes_keeps_it():
    with statements.together():
        statements.later(ADD, ["a"])
        with pytest.raises(RuntimeError):
            undone(lambda: statements.later(ADD, ["b"]))
        with statements.savepoint():
            statements.later(ADD, ["c"])
    assert names() == ["a", "c"]
