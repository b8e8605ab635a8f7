"""Transactions that begin with their first statement and end with their last: as safe as any other."""

from __future__ import annotations

import io
import threading

import pytest
from django.db import (
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.utils import InterfaceError
from django.test.utils import CaptureQueriesContext

from accounts.models import Holiday, WorkCalendar
from workflows import statements
from workflows.rows import Table

pytestmark = pytest.mark.django_db(transaction=True)

CALENDARS = Table(WorkCalendar)
WRONG = "INSERT INTO accounts_holiday (calendar_id, date, kind, name) VALUES (987654, '2026-01-05', 'holiday', '')"


@pytest.fixture(autouse=True)
def planned(db):
    """The statement's plan is there, so that it may be put off until the end."""
    with transaction.atomic():
        add_later("planned")
    WorkCalendar.objects.all().delete()


def codes() -> list[str]:
    return sorted(WorkCalendar.objects.values_list("code", flat=True))


def add_later(code: str) -> None:
    CALENDARS.insert([WorkCalendar(code=code, name="x", zone="UTC", hours=None)])


def create(code: str) -> None:
    WorkCalendar.objects.create(code=code, name="x", zone="UTC", hours=None)


def elsewhere(ask):
    """What another connection sees."""
    seen = []

    def look():
        seen.append(ask())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return seen[0]


@transaction.atomic(durable=True)
@statements.together()
def add(*names: str) -> None:
    for name in names:
        add_later(name)


def test_a_transaction_that_asks_nothing_sends_nothing():
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        pass
    assert not captured.captured_queries


def test_beginning_writing_and_committing_is_one_round_trip():
    with CaptureQueriesContext(connection) as captured:
        add("a", "b")
    (trip,) = (query["sql"] for query in captured.captured_queries)
    assert trip.startswith("BEGIN;")
    assert trip.endswith("COMMIT")
    assert elsewhere(codes) == ["a", "b"]


def test_what_was_read_first_is_seen_in_the_same_transaction():
    with transaction.atomic():
        assert codes() == []
        create("a")
        assert codes() == ["a"]
        assert elsewhere(codes) == []
    assert elsewhere(codes) == ["a"]


def test_what_is_wrong_with_the_last_statements_undoes_all_of_them():
    add("a")
    with pytest.raises(IntegrityError):
        add("b", "a")
    assert codes() == ["a"]
    add("c")
    assert elsewhere(codes) == ["a", "c"]


def test_what_is_found_wrong_only_when_committing_undoes_all_of_it():
    """Foreign keys are checked at the end: the server has given up the transaction by then."""

    @transaction.atomic
    def fail():
        create("a")
        with connection.cursor() as cursor:
            cursor.execute(WRONG)

    with pytest.raises(IntegrityError):
        fail()
    assert codes() == []
    assert not Holiday.objects.exists()
    add("b")
    assert elsewhere(codes) == ["b"]


def test_what_was_put_off_in_a_transaction_that_fails_is_dropped():
    @transaction.atomic
    def fail():
        with statements.together():
            add_later("a")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    add("b")
    assert elsewhere(codes) == ["b"]


def test_what_follows_sees_what_was_put_off():
    with transaction.atomic():
        with statements.together():
            add_later("a")
        assert codes() == ["a"]
        with statements.together():
            add_later("b")
        assert sorted(row.code for row in WorkCalendar.objects.iterator(chunk_size=1)) == ["a", "b"]
        with statements.together():
            add_later("c")
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY accounts_workcalendar (code) TO STDOUT", text := io.StringIO())
    assert text.getvalue().split() == ["a", "b", "c"]


def test_a_first_statement_that_cannot_be_composed_does_not_end_the_transaction():
    @transaction.atomic
    def fail():
        with pytest.raises(IndexError), connection.cursor() as cursor:
            cursor.execute("SELECT %s, %s", ["one"])
        create("a")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert codes() == []


def test_whoever_goes_on_after_a_first_statement_nobody_can_parse_goes_on_in_vain():
    @transaction.atomic
    def go_on():
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute("SELEC 1")
        create("a")

    with pytest.raises(InternalError):
        go_on()
    assert codes() == []


def test_a_savepoint_undoes_no_more_than_its_own():
    with transaction.atomic():
        with statements.together():
            add_later("a")
        with pytest.raises(IntegrityError), transaction.atomic():
            create("a")
        create("b")
    assert elsewhere(codes) == ["a", "b"]


def test_a_connection_lost_before_the_first_statement_is_an_error_and_then_made_anew():
    @transaction.atomic
    def fail():
        _lose_the_connection()
        create("a")

    with pytest.raises((OperationalError, InterfaceError)):
        fail()
    assert codes() == []


def test_a_connection_lost_before_the_commit_is_an_error_and_nothing_is_kept():
    @transaction.atomic
    def fail():
        create("a")
        _lose_the_connection()

    with pytest.raises((OperationalError, InterfaceError)):
        fail()
    assert codes() == []


def test_locks_last_until_the_commit():
    add("a")
    with transaction.atomic():
        WorkCalendar.objects.select_for_update().get(code="a")
        assert elsewhere(_free) == []
    assert elsewhere(_free) == ["a"]


def test_hooks_run_after_a_commit_and_not_after_a_rollback():
    ran = []
    with transaction.atomic():
        transaction.on_commit(lambda: ran.append("committed"))

    @transaction.atomic
    def fail():
        transaction.on_commit(lambda: ran.append("undone"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert ran == ["committed"]


def test_turning_autocommit_off_by_hand_works_as_with_django():
    transaction.set_autocommit(False)
    try:
        create("a")
        assert elsewhere(codes) == []
        transaction.rollback()
        create("b")
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    assert elsewhere(codes) == ["b"]


def _free() -> list[str]:
    with transaction.atomic():
        return [row.code for row in WorkCalendar.objects.select_for_update(skip_locked=True)]


def _lose_the_connection() -> None:
    pid = connection.connection.info.backend_pid

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    elsewhere(end)
