"""Writing down calls, visits and notes; the timeline; letters to customers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from crm_core.customers.commands import update_customer
from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, ValuesRefused
from crm_core.history import RecordChange
from crm_core.interactions.commands import (
    add_note,
    correct_interaction,
    log_call,
    log_visit,
    send_letter,
    write_letter,
)
from crm_core.interactions.letters import UnknownLetter
from crm_core.interactions.models import Interaction
from crm_core.interactions.timeline import EntryKind, timeline
from crm_core.levels.commands import request_level_change
from tests.crm import contact, customer, deploy

pytestmark = pytest.mark.django_db


def test_it_works(alice, clock):
    row = customer(alice)
    tang = contact(row)
    made = log_call(
        actor=alice, customer_id=row.pk, contact_id=tang.pk, summary=" Wants the refund first ", minutes=12,
        reaction="annoyed", next_step="Call again", next_step_at=clock.now() + timedelta(days=3),
    )  # fmt: skip
    kept = Interaction.objects.get(pk=made.pk)
    assert (kept.kind, kept.channel, kept.direction, kept.by, kept.at) == (
        "call",
        "phone",
        "outgoing",
        alice,
        clock.now(),
    )
    assert (kept.summary, kept.minutes, kept.contact) == ("Wants the refund first", 12, tang)
    assert RecordChange.objects.get(kind="interaction").act == "logged"


def test_visits_and_notes(alice, clock):
    row = customer(alice)
    log_visit(actor=alice, customer_id=row.pk, summary="Saw the plant", at=clock.now() - timedelta(hours=2))
    add_note(actor=alice, customer_id=row.pk, text="Prefers WeChat", linked_kind="level_change", linked_id="LC-1")
    assert [entry.act for entry in timeline(alice, row.pk, kinds=frozenset({EntryKind.INTERACTION}))] == [
        "note",
        "visit",
    ]


def test_words_and_a_past_moment_are_needed(alice, clock):
    row = customer(alice)
    with pytest.raises(ValuesRefused):
        add_note(actor=alice, customer_id=row.pk, text="  \n ")
    with pytest.raises(ValuesRefused):
        log_call(actor=alice, customer_id=row.pk, summary="Soon", at=clock.now() + timedelta(minutes=1))


def test_the_contact_is_at_the_customer(alice):
    stranger = contact(customer(alice, "Other"))
    with pytest.raises(RecordNotFound):
        log_call(actor=alice, customer_id=customer(alice).pk, contact_id=stranger.pk, summary="Hello")


def test_only_the_writer_corrects(alice, bob, manager):
    made = add_note(actor=alice, customer_id=customer(alice).pk, text="Prefers WeChat")
    assert correct_interaction(actor=alice, interaction_id=made.pk, summary="Prefers mail", seen_version=1).version == 2
    assert RecordChange.objects.get(act="changed").fields == {"summary": ["Prefers WeChat", "Prefers mail"]}
    with pytest.raises(RecordHasChanged):
        correct_interaction(actor=alice, interaction_id=made.pk, summary="Prefers calls", seen_version=1)
    for person in (bob, manager):
        with pytest.raises(NotPermitted):
            correct_interaction(actor=person, interaction_id=made.pk, summary="No")


def test_teammates_and_outsiders(alice, bob, charlie):
    row = customer(alice)
    made = add_note(actor=alice, customer_id=row.pk, text="Hello")
    with pytest.raises(NotPermitted):
        log_call(actor=bob, customer_id=row.pk, summary="Hello")
    for act in (
        lambda: log_call(actor=charlie, customer_id=row.pk, summary="Hello"),
        lambda: log_visit(actor=charlie, customer_id=row.pk, summary="Hello"),
        lambda: add_note(actor=charlie, customer_id=row.pk, text="Hello"),
        lambda: correct_interaction(actor=charlie, interaction_id=made.pk, summary="Hello"),
        lambda: timeline(charlie, row.pk),
    ):
        with pytest.raises(RecordNotFound):
            act()


def test_the_timeline_joins_everything_page_by_page(alice, clock):
    deploy("customer-level-change")
    row = customer(alice)
    for act in (
        lambda: add_note(actor=alice, customer_id=row.pk, text="First"),
        lambda: update_customer(actor=alice, customer_id=row.pk, values={"area": "Wuxi"}),
        lambda: request_level_change(actor=alice, customer_id=row.pk),
        lambda: log_call(actor=alice, customer_id=row.pk, summary="Last"),
    ):
        clock.advance(timedelta(hours=1))
        act()
    entries = timeline(alice, row.pk)
    assert {entry.kind for entry in entries[1:3]} == {EntryKind.PROCESS, EntryKind.LEVEL}  # the same moment
    assert [entry.kind for entry in (entries[0], *entries[3:])] == [
        EntryKind.INTERACTION,
        EntryKind.CHANGE,
        EntryKind.INTERACTION,
        EntryKind.CHANGE,
    ]
    assert [entry.act for entry in entries if entry.kind is EntryKind.CHANGE] == ["changed", "created"]
    first = timeline(alice, row.pk, limit=1)
    assert first[0].text == "Last"
    assert [entry.at < first[0].at for entry in timeline(alice, row.pk, before=first[0].at)] == [True] * 5


def test_a_timeline_page_does_not_cost_more_with_age(alice, django_assert_max_num_queries):
    row = customer(alice)
    for number in range(40):
        add_note(actor=alice, customer_id=row.pk, text=f"Note {number}")
    timeline(alice, row.pk)
    with django_assert_max_num_queries(10):  # other areas add sources of two each
        assert len(timeline(alice, row.pk, limit=10)) == 10


def test_a_letter_is_kept_and_sent_once(alice, clock):
    row = customer(alice, "杭州兰亭酒店", email="desk@lanting.example")
    data = {"old_level": "silver", "new_level": "gold", "direction": "up"}
    for _repetition in range(2):
        letter = write_letter(customer_id=row.pk, template="level-change-customer", data=data, key="step-1")
        assert send_letter(interaction_id=letter.pk) is True
    (sent,) = mail.outbox
    assert sent.to == ["desk@lanting.example"]
    assert "金级" in sent.body
    letter.refresh_from_db()
    assert (letter.sent_at, letter.direction) == (clock.now(), "outgoing")


def test_a_letter_without_an_address_waits_on_the_timeline(alice):
    row = customer(alice, "Lanting Hotels")
    data = {"old_level": "silver", "new_level": "gold"}
    letter = write_letter(customer_id=row.pk, template="level-change-customer", data=data, key="step-1")
    assert send_letter(interaction_id=letter.pk) is False
    assert (letter.sent_at, mail.outbox) == (None, [])
    assert letter.summary.startswith("Dear Lanting Hotels,\n\nyour customer level is now Gold (before: Silver).")


def test_unknown_letters_and_customers_are_refused(alice):
    row = customer(alice)
    with pytest.raises(UnknownLetter):
        write_letter(customer_id=row.pk, template="love-letter", data={}, key="step-1")
    with pytest.raises(RecordNotFound):
        write_letter(
            customer_id="7c1f0f52-5a0e-4f7e-9d4c-111111111111", template="level-change-customer", data={}, key="x"
        )
