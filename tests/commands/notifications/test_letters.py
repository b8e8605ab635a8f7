"""Letters: one for each person and burst, quiet hours, and what a crash between two lines leaves."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from accounts.exceptions import InvalidValue
from notifications import letters, sending
from notifications.commands import choose_channels, choose_rhythm, mark_read, tell_people
from notifications.jobs import carry_out_due, mail_unseen
from notifications.models import Notification, Sending, Urgency

pytestmark = pytest.mark.django_db
NIGHT = {"quiet_from": time(16), "quiet_until": time(18, 30), "daily_letter": True}  # 08:00 to 10:30 UTC in Shanghai


def say(person, key="k", template="process-news", urgency=Urgency.NORMAL, **data):
    about = {"data": {"number": "N-1"} | data, "record_kind": "", "record_id": "", "key": key}
    return tell_people(usernames=[person.username], template=template, urgency=urgency, **about)


def later(clock, **span):
    clock.advance(timedelta(**span))
    return mail_unseen()


def test_it_works(clock, alice, settings):
    settings.PUBLIC_ADDRESS = "https://crm.example.com"
    say(alice)
    assert later(clock, minutes=29) == 0
    assert later(clock, minutes=2) == 1
    [letter] = mail.outbox
    row = Notification.objects.get()
    assert letter.to == [alice.email]
    assert "News about N-1" in letter.body
    assert f"https://crm.example.com/notifications/{row.pk}/" in letter.body
    assert row.mailed_at is not None
    assert row.letter.status == Sending.Status.SENT
    assert later(clock, hours=5) == 0


def test_a_burst_is_one_letter(clock, alice, bob):
    """Forty things within half an hour: one letter to each person, when the first of them is due."""
    for number in range(20):
        say(alice, key=f"a{number}", number=f"N-{number}")
        say(bob, key=f"b{number}")
        clock.advance(timedelta(minutes=1))
    assert [later(clock, minutes=1) for _minute in range(60)].count(2) == 1
    assert sorted(letter.to[0] for letter in mail.outbox) == [alice.email, bob.email]
    assert all(
        f"N-{number}" in next(each for each in mail.outbox if each.to == [alice.email]).body for number in range(20)
    )


def test_what_was_read_is_not_mailed(clock, alice):
    say(alice, key="one")
    say(alice, key="two", number="N-2")
    mark_read(actor=alice, notification_ids=[Notification.objects.get(data__number="N-1").pk])
    later(clock, minutes=31)
    assert "N-1" not in mail.outbox[0].body


def test_a_breach_goes_soon_and_takes_the_rest_along(clock, alice):
    say(alice, key="quiet")
    say(alice, key="loud", template="request-late", subject="Stopped")
    assert later(clock, minutes=3) == 1
    assert "News about" in mail.outbox[0].body
    assert "late" in mail.outbox[0].body


def test_each_reads_in_their_language(clock, alice):
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    say(alice, template="complaint-critical", severity="critical", subject="停机")
    later(clock, minutes=31)
    assert "critical" not in mail.outbox[0].body


# --- quiet hours ---


def test_quiet_hours_are_the_persons_own(clock, alice, bob):
    """Monday 09:00 UTC is 17:00 in Shanghai, the company's zone, and 04:00 in New York."""
    bob.zone = "America/New_York"
    bob.save(update_fields=["zone"])
    for person in (alice, bob):
        choose_rhythm(actor=person, **NIGHT)
        say(person, key=person.username)
    later(clock, minutes=31)
    assert [letter.to for letter in mail.outbox] == [[bob.email]]
    later(clock, minutes=60)
    assert [letter.to for letter in mail.outbox] == [[bob.email], [alice.email]]


def test_a_breach_does_not_wait_for_their_end(clock, alice):
    choose_rhythm(actor=alice, **NIGHT)
    say(alice, key="quiet")
    say(alice, key="loud", template="request-late", subject="Stopped")
    later(clock, minutes=31)
    assert len(mail.outbox) == 1
    assert "late" in mail.outbox[0].body
    assert "News about" not in mail.outbox[0].body
    later(clock, minutes=60)
    assert "News about" in mail.outbox[1].body


def test_a_night_ends_on_the_next_morning(clock, alice):
    """From 16:00 to 07:00 in Shanghai: what was said at 17:00 comes at seven."""
    choose_rhythm(actor=alice, quiet_from=time(16), quiet_until=time(7), daily_letter=True)
    say(alice)
    assert later(clock, hours=13, minutes=59) == 0
    assert later(clock, minutes=2) == 1


def test_shorter_quiet_hours_count_at_once(clock, alice):
    choose_rhythm(actor=alice, quiet_from=time(16), quiet_until=time(7), daily_letter=True)
    say(alice)
    assert later(clock, minutes=31) == 0
    choose_rhythm(actor=alice, quiet_from=None, quiet_until=None, daily_letter=True)
    assert mail_unseen() == 1


@pytest.mark.parametrize(("start", "end"), [(time(20), None), (None, time(7)), (time(7), time(7))])
def test_quiet_hours_without_two_ends_are_refused(alice, start, end):
    with pytest.raises(InvalidValue):
        choose_rhythm(actor=alice, quiet_from=start, quiet_until=end, daily_letter=True)


# --- channels ---


def test_only_by_mail_is_not_in_the_bell(clock, client, alice):
    choose_channels(actor=alice, template="process-news", in_app=False, email=True)
    say(alice)
    client.force_login(alice)
    assert "News about" not in client.get("/notifications/").content.decode()
    mark_read(actor=alice)  # the bell's button is about what the bell shows
    assert later(clock, minutes=31) == 1


# --- crashes ---


class Died(BaseException):
    """The worker ended here."""


def dies(*_args, **_values):
    raise Died


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_worker_that_dies_while_sending_loses_nothing(clock, alice, monkeypatch, where):
    """Whoever takes over sends the same letter: before the mail left nothing went out, after it the id is the same."""
    say(alice)
    real = EmailMessage.send

    def send(message, *args, **values):
        if where == "after":
            real(message, *args, **values)
        raise Died

    clock.advance(timedelta(minutes=31))
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", send)
        with pytest.raises(Died):
            mail_unseen()
    assert carry_out_due() == 0  # the lease of the dead worker still runs
    clock.advance(sending.LEASE)
    assert carry_out_due() == 1
    assert mail_unseen() == carry_out_due() == 0
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 1
    assert len(mail.outbox) == (1 if where == "before" else 2)
    assert Sending.objects.get().status == Sending.Status.SENT


def test_a_worker_that_dies_before_it_sends_anything(clock, alice, monkeypatch):
    """The letter is a row by then, and somebody else carries it out."""
    say(alice)
    clock.advance(timedelta(minutes=31))
    with monkeypatch.context() as patch:
        patch.setattr(sending, "carry_out", dies)
        with pytest.raises(Died):
            mail_unseen()
    assert carry_out_due() == 1
    assert mail_unseen() == 0
    assert len(mail.outbox) == 1


def test_a_server_that_is_down_is_tried_again_and_at_last_given_up(clock, alice, monkeypatch):
    say(alice)

    def down(*_args, **_values):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", down)
    later(clock, minutes=31)
    for _attempt in range(sending.MOST_ATTEMPTS + 2):
        clock.advance(timedelta(days=1))
        carry_out_due()
    letter = Sending.objects.get()
    assert (letter.status, letter.attempts, letter.failure) == (
        Sending.Status.FAILED,
        sending.MOST_ATTEMPTS,
        "ConnectionRefusedError",
    )


def test_two_workers_write_one_letter(clock, alice):
    say(alice)
    clock.advance(timedelta(minutes=31))
    assert letters.bundle(user_id=alice.pk) is not None
    assert letters.bundle(user_id=alice.pk) is None
    [letter] = Sending.objects.all()
    assert sending.carry_out(letter.pk) is True
    assert sending.carry_out(letter.pk) is False
    assert len(mail.outbox) == 1


def test_who_left_gets_no_letter(clock, alice):
    say(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    later(clock, minutes=31)
    assert mail.outbox == []
    assert Sending.objects.get().status == Sending.Status.NOTHING


def test_what_was_sent_long_ago_is_forgotten(clock, alice):
    say(alice)
    later(clock, minutes=31)
    clock.advance(sending.KEPT + timedelta(days=1))
    sending.forget_old()
    assert not Sending.objects.exists()
    assert Notification.objects.exists()
