"""The daily letter: at half past eight on the person's clock, on their workdays, once, and never about nothing."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from notifications.commands import choose_rhythm
from notifications.jobs import carry_out_due, plan_daily_letters
from notifications.models import Sending
from tasks_inbox.models import WorkItem

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 1, 6, 0, 30, tzinfo=UTC)  # Tuesday 08:30 in Shanghai


def due(item, **span):
    WorkItem.objects.filter(pk=item.pk).update(due_at=MORNING + timedelta(**span))
    return item


def letters():
    plan_daily_letters()
    carry_out_due()
    return [letter.to[0] for letter in mail.outbox]


def test_it_works(ask, clock, alice, settings):
    settings.PUBLIC_ADDRESS = "https://crm.example.com/"
    late, today, other = ask(assignee="alice"), ask(assignee="alice"), ask(assignee="alice")
    due(late, hours=-3)
    due(today, hours=5)
    due(other, days=3)
    ask(group="sales@HZ")
    clock.advance_to(MORNING - timedelta(minutes=1))
    assert letters() == []
    clock.advance_to(MORNING)
    assert letters() == [alice.email]
    body = mail.outbox[0].body
    assert "1 task is late:" in body
    assert "1 task is due today:" in body
    assert "1 task waits in your queues." in body
    assert f"https://crm.example.com/tasks/{late.pk}/" in body
    assert f"/tasks/{today.pk}/" in body
    assert str(other.pk) not in body


def test_once_a_day_whoever_looks_and_however_often(ask, clock, alice):
    due(ask(assignee="alice"), hours=1)
    clock.advance_to(MORNING)
    for _minute in range(5):
        letters()
        clock.advance(timedelta(minutes=1))
    assert len(mail.outbox) == 1
    clock.advance(timedelta(days=1))
    letters()
    assert len(mail.outbox) == 2


def test_a_server_that_was_down_in_the_morning_sends_it_later_but_not_at_night(ask, clock, alice):
    due(ask(assignee="alice"), days=-1)
    clock.advance_to(MORNING + timedelta(hours=10))
    assert letters() == []
    clock.advance_to(MORNING + timedelta(days=1, hours=3))
    assert letters() == [alice.email]


def test_nothing_to_do_is_no_letter(ask, clock, alice):
    due(ask(assignee="alice"), days=4)
    clock.advance_to(MORNING)
    assert letters() == []
    assert Sending.objects.get(user=alice).status == Sending.Status.NOTHING


def test_not_on_a_free_day(ask, clock, alice):
    """Saturday, by the calendar of the person's unit; the letter of Monday names what became late meanwhile."""
    due(ask(assignee="alice"), hours=1)
    clock.advance_to(MORNING + timedelta(days=4))
    assert letters() == []
    assert not Sending.objects.exists()
    clock.advance_to(MORNING + timedelta(days=6))
    assert letters() == [alice.email]


def test_everybody_by_their_own_clock_and_language(ask, clock, alice, bob):
    bob.zone, bob.language = "America/New_York", "zh-hans"
    bob.save(update_fields=["zone", "language"])
    due(ask(assignee="alice"), hours=1)
    due(ask(assignee="bob"), hours=1)
    clock.advance_to(MORNING)
    assert letters() == [alice.email]
    clock.advance_to(MORNING + timedelta(hours=13))  # 08:30 in New York
    assert letters() == [alice.email, bob.email]
    assert "Your day" in mail.outbox[0].subject


def test_who_wants_none_gets_none(ask, clock, alice):
    due(ask(assignee="alice"), hours=1)
    choose_rhythm(actor=alice, quiet_from=None, quiet_until=None, daily_letter=False)
    clock.advance_to(MORNING)
    assert letters() == []


def test_quiet_hours_put_it_off(ask, clock, alice):
    due(ask(assignee="alice"), hours=1)
    choose_rhythm(actor=alice, quiet_from=time(22), quiet_until=time(9, 30), daily_letter=True)
    clock.advance_to(MORNING)
    assert letters() == []
    clock.advance(timedelta(hours=1))
    assert letters() == [alice.email]


def test_a_letter_that_could_not_go_out_on_its_day_is_not_sent_the_next(ask, clock, alice):
    due(ask(assignee="alice"), hours=1)
    clock.advance_to(MORNING)
    plan_daily_letters()
    clock.advance(timedelta(days=1) - timedelta(hours=4))
    carry_out_due()
    assert mail.outbox == []
