"""Hints and news of tasks reach nobody who may not see them, or may see them no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import commands as organisation
from accounts.models import RoleAssignment, User
from crm_core.customers.commands import transfer_customer
from notifications import queries, screens
from notifications.audience import may_hear
from notifications.commands import tell_people
from notifications.jobs import mail_unseen
from notifications.models import Notification
from notifications.queries import Show
from tasks_inbox import audiences, commands
from tasks_inbox.models import Consultation
from tests import crm
from tests.commands.notifications.outsiders.conftest import MORNING, comment

pytestmark = pytest.mark.django_db


def _then_urge(item, alice, bob, manager):
    commands.urge_work_item(actor=manager, work_item_id=item.pk)


def _consult(item, alice, bob, manager):
    question = commands.consult(actor=alice, work_item_id=item.pk, person=bob, question="Well?")
    commands.answer_consultation(actor=bob, consultation_id=question.pk, answer="Yes")


def _unask(item, alice, bob, manager):
    question = commands.consult(actor=alice, work_item_id=item.pk, person=bob, question="Well?")
    commands.withdraw_consultation(actor=alice, consultation_id=question.pk)


def _hand_back(item, alice, bob, manager):
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    commands.hand_back_work_item(actor=bob, work_item_id=item.pk)


def _recall(item, alice, bob, manager):
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    commands.recall_work_item(actor=alice, work_item_id=item.pk)


VERBS = {
    "comment": comment,
    "transfer": lambda item, alice, bob, manager: commands.transfer_work_item(
        actor=alice, work_item_id=item.pk, recipient=bob
    ),
    "release": lambda item, alice, bob, manager: commands.release_work_item(actor=alice, work_item_id=item.pk),
    "complete": lambda item, alice, bob, manager: commands.complete_work_item(
        actor=alice, work_item_id=item.pk, answers={}
    ),
    "copy": lambda item, alice, bob, manager: commands.copy_work_item(actor=alice, work_item_id=item.pk, people=[bob]),
    "follow": lambda item, alice, bob, manager: commands.follow_work_item(actor=manager, work_item_id=item.pk),
    "priority": lambda item, alice, bob, manager: commands.set_priority(
        actor=manager, work_item_id=item.pk, priority=90
    ),
    "due": lambda item, alice, bob, manager: commands.set_due_date(
        actor=manager, work_item_id=item.pk, due_at=MORNING + timedelta(days=9), reason="Later"
    ),
    "snooze": lambda item, alice, bob, manager: commands.snooze_work_item(
        actor=alice, work_item_id=item.pk, until=MORNING + timedelta(days=1)
    ),
    "urge": _then_urge,
    "consult": _consult,
    "unask": _unask,
    "hand back": _hand_back,
    "recall": _recall,
    "climb": lambda item, alice, bob, manager: commands.climb_ladder(work_item_id=item.pk),
}


@pytest.mark.parametrize("verb", VERBS)
def test_hints_of_a_task_reach_no_outsider(item, ears, clock, alice, bob, manager, verb):
    """Neither hint, news, letter nor count; bob, to whom it is offered, does hear something of most of them."""
    VERBS[verb](item, alice, bob, manager)
    clock.advance(timedelta(hours=1))
    assert ears.heard() == []


def test_news_of_a_task_reaches_no_outsider(item, ears, clock, alice, bob, manager):
    """Even where an act names the outsider: the text mentions them, the data of the event point at them."""
    comment(item, alice, bob, manager)
    assert Notification.objects.filter(user=bob, template="task-mention").exists()
    assert ears.news == []


def test_who_followed_and_lost_the_right_hears_nothing_more(item, ears, clock, alice, charlie, admin):
    """Neither of what comes nor of what they were told before: not in the bell, its count, a letter, or a screen."""
    held = RoleAssignment.objects.create(user=charlie, role_id="sales", unit=alice.org_unit)
    commands.follow_work_item(actor=User.objects.get(pk=charlie.pk), work_item_id=item.pk)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="One")
    assert ears.news == ["task-followed"]
    held.delete()
    ears.told.clear()
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Two")
    clock.advance(timedelta(hours=1))
    mail_unseen()
    person = User.objects.get(pk=charlie.pk)
    assert (ears.hints, ears.news, mail.outbox) == (set(), ["task-followed"], [])
    assert queries.unread_count(person) == 0
    assert queries.page(person, show=Show.UNREAD).entries == ()


def test_who_stood_in_hears_nothing_after_its_end(item, ears, clock, alice, charlie, admin):
    """While she is away he hears of her task; once she is back neither old nor new things are told him."""
    row = organisation.add_substitution(
        actor=admin,
        substituted_id=alice.public_id,
        substitute_id=charlie.public_id,
        starts=clock.now() - timedelta(hours=1),
        ends=clock.now() + timedelta(hours=5),
    )
    tell_people(
        usernames=["charlie"], template="process-news", data={"number": "N-1"}, record_kind="work_item",
        record_id=str(item.pk), key="k",
    )  # fmt: skip
    assert ears.news == ["process-news"]
    assert audiences.cover_group(alice.pk) in screens.look_up(charlie.pk, [], None)[1]
    assert row.pk
    clock.advance(timedelta(hours=6))
    ears.told.clear()
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Back")
    mail_unseen()
    assert ears.hints == set()
    assert [letter for letter in mail.outbox if charlie.email in letter.to] == []
    assert queries.unread_count(User.objects.get(pk=charlie.pk)) == 0


def test_who_was_told_of_a_record_that_was_handed_over_reads_it_no_longer(clock, client, alice, bob, manager):
    """The customer goes to Bob: what Alice was told of it is neither listed, counted, mailed nor opened."""
    customer = crm.customer(alice)
    about = {"record_kind": "customer", "record_id": str(customer.pk)}
    assert tell_people(usernames=["alice"], template="process-news", data={"number": customer.number}, key="k", **about)
    fresh = User.objects.get(pk=alice.pk)
    assert queries.unread_count(fresh) == 1
    transfer_customer(actor=manager, customer_id=customer.pk, owner=bob)
    RoleAssignment.objects.filter(user=alice).delete()
    fresh = User.objects.get(pk=alice.pk)
    assert not may_hear(fresh, ("customer", str(customer.pk)))
    assert (queries.unread_count(fresh), queries.page(fresh).entries) == (0, ())
    clock.advance(timedelta(hours=1))
    mail_unseen()
    assert mail.outbox == []
    client.force_login(fresh)
    row = Notification.objects.get(user=alice)
    assert client.get(reverse("notification", args=[row.pk])).status_code == 404
    assert customer.number not in client.get(reverse("notifications")).content.decode()


def test_what_is_over_is_said_without_a_name(item, client, alice, bob, manager, charlie):
    """Who was asked for an opinion may see the task no longer: they hear that it is over, not of what."""
    assert Consultation.objects.count() == 0
    outsider = charlie
    row = Notification.objects.create(
        user=outsider,
        template="task-unasked",
        data={"task": "Secret plan", "number": "N-1"},
        subject_kind="work_item",
        subject_id=str(item.pk),
        created_at=item.created_at,
    )
    [entry] = queries.page(outsider).entries
    assert "Secret plan" not in entry.text
    client.force_login(outsider)
    assert client.get(reverse("notification", args=[row.pk]))["Location"] == reverse("notifications")


def test_whose_act_failed_hears_no_names_once_they_may_not_see_it(item, ears, alice, charlie):
    """Their answers are kept, so they hear that much; of the task they hear nothing."""
    Notification.objects.create(
        user=charlie,
        template="task-not-finished",
        data={"task": "Secret", "number": "N-1", "reason": "Gone"},
        subject_kind="work_item",
        subject_id=str(item.pk),
        created_at=item.created_at,
    )
    said = screens.failure(charlie, str(item.pk))
    assert "answers are kept" in said
    assert not [secret for secret in ("Secret", "N-1", "Gone") if secret in said]


def test_who_sent_a_copy_and_may_see_it_no_longer_gets_no_hint(item, ears, alice, bob, charlie):
    """Bob reads what Charlie had sent him."""
    commands.copy_work_item(actor=alice, work_item_id=item.pk, people=[bob])
    item.copies.update(by=charlie)
    ears.told.clear()
    commands.mark_copy_read(actor=bob, work_item_id=item.pk)
    assert audiences.user_group(bob.pk) in ears.told
    assert ears.hints == set()
