"""What processes, letters and bots say is read only by who may see what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import RoleAssignment
from crm_core.service.commands import create_request
from notifications import bots, push
from notifications.commands import (
    BotValues,
    add_bot,
    subscribe_to_push,
    tell_group,
    tell_of_promises,
    tell_people,
)
from notifications.effects import notify_group, notify_person
from notifications.jobs import carry_out_due, listen_for_bots, mail_unseen, plan_daily_letters, push_unseen
from notifications.models import Bot, BotKind, Notification, Sending, Urgency
from tasks_inbox import commands
from tasks_inbox.models import WorkItem
from tests import crm
from tests.commands.notifications.bot_server import bot_server
from tests.commands.notifications.outsiders.conftest import MORNING, comment
from tests.commands.notifications.push_service import FakeBrowser, push_service
from workflows.steps import StepContext

pytestmark = pytest.mark.django_db


def _step(kind: str, record_id: str) -> StepContext:
    return StepContext(
        instance_id="00000000-0000-0000-0000-000000000001", process_key="p", number="N-1", element="e", step="1",
        loop=1, now=MORNING, actor=None, record_kind=kind, record_id=record_id,
    )  # fmt: skip


@pytest.mark.parametrize("urgency", Urgency.values)
def test_processes_tell_only_who_may_see_the_record(ears, alice, charlie, urgency):
    customer = crm.customer(alice)
    about = {"data": {}, "record_kind": "customer", "record_id": str(customer.pk), "urgency": urgency}
    tell_people(usernames=["alice", "charlie"], template="complaint-late", key="a", **about)
    tell_group(group_key="sales", template="complaint-late", key="b", **about)
    step = _step("customer", str(customer.pk))
    notify_person(step, to=["alice", "charlie"], template="own", urgency=urgency)
    notify_group(step, to="sales@SH", template="own", urgency=urgency)
    assert Notification.objects.filter(user=alice).exists()
    assert (ears.hints, ears.news) == (set(), [])


def test_a_record_of_an_unknown_kind_is_told_to_nobody(alice):
    about = {"data": {}, "record_kind": "no.such", "record_id": "1", "key": "k"}
    assert tell_people(usernames=["alice"], template="complaint-late", **about) == 0


def test_promises_are_told_only_to_who_may_see_the_request(ears, clock, alice, agent, charlie):
    """Charlie handles it in name only."""
    request = create_request(actor=agent, kind="fault", subject="Secret", customer_id=crm.customer(alice).pk)
    type(request).objects.filter(pk=request.pk).update(
        handler=charlie, resolve_due=clock.now() - timedelta(hours=1), first_response_due=None
    )
    tell_of_promises(request_id=request.pk)
    assert (ears.hints, ears.news) == (set(), [])


def test_letters_leave_out_what_may_be_seen_no_longer(item, clock, alice, bob):
    """One of two things is still his: the letter names that one; when none is, there is no letter."""
    for key, about in (("a", ("work_item", str(item.pk))), ("b", ("", ""))):
        tell_people(
            usernames=["bob"], template="process-news", data={"number": f"N-{key}"}, record_kind=about[0],
            record_id=about[1], key=key,
        )  # fmt: skip
    RoleAssignment.objects.filter(user=bob).delete()
    clock.advance(timedelta(hours=1))
    mail_unseen()
    [letter] = mail.outbox
    assert "N-b" in letter.body
    assert "N-a" not in letter.body
    assert "1 new" in letter.subject


def test_pushes_leave_out_what_may_be_seen_no_longer(item, clock, alice, bob, settings, tmp_path):
    """Lost before it is sent: it is not in what the browser gets, and without it nothing is sent."""
    settings.PUSH_KEY_DIR, browser = tmp_path, FakeBrowser()
    with push_service() as service:
        settings.BOT_HOSTS_INSIDE = frozenset({service.host})
        subscribe_to_push(actor=bob, endpoint=service.address("bob"), **browser.keys)
        for key, about in (("a", ("work_item", str(item.pk))), ("b", ("", ""))):
            tell_people(
                usernames=["bob"], template="process-news", data={"number": f"N-{key}"}, record_kind=about[0],
                record_id=about[1], key=key,
            )  # fmt: skip
        clock.advance(timedelta(minutes=1))
        assert push.bundle(user_id=bob.pk) == 1
        RoleAssignment.objects.filter(user=bob).delete()
        carry_out_due()
        [message] = service.read(browser)
        assert "N-b" in message["body"]
        assert message["title"] == "1 new task or message"
        Notification.objects.filter(key__startswith="b").delete()
        tell_people(
            usernames=["bob"], template="process-news", data={"number": "N-c"}, record_kind="work_item",
            record_id=str(item.pk), key="c",
        )  # fmt: skip
        Notification.objects.filter(user=bob).update(pushed_at=None)
        clock.advance(timedelta(minutes=10))
        push_unseen()
        assert len(service.requests) == 1


def test_the_daily_letter_names_and_counts_only_what_may_be_seen(item, clock, alice, bob, charlie):
    """Late tasks of others, and queues of others: the outsider's letter is none at all."""
    WorkItem.objects.update(due_at=MORNING - timedelta(days=1))
    clock.advance_to(MORNING)
    plan_daily_letters()
    carry_out_due()
    assert [letter.to for letter in mail.outbox] == [[alice.email]]
    RoleAssignment.objects.filter(user=bob).delete()
    commands.release_work_item(actor=alice, work_item_id=item.pk)
    clock.advance(timedelta(days=1))
    mail.outbox.clear()
    plan_daily_letters()
    carry_out_due()
    assert [letter.to for letter in mail.outbox if "queue" in letter.body] == [[alice.email]]


@pytest.fixture
def bot(admin, alice, bob, charlie, settings) -> Iterator[tuple[Bot, Any]]:
    """Read by all sales people: Charlie of Shanghai reads it, too."""
    with bot_server() as chat:
        settings.BOT_HOSTS_INSIDE = frozenset({chat.host})
        values = BotValues(
            "all", BotKind.OTHER, "sales", sorted(bots.event_names()), "{what}", address=f"http://{chat.host}/"
        )
        yield add_bot(actor=admin, values=values), chat


def test_bots_post_nothing_an_outsider_would_read(clock, bot, item, alice, bob, manager):
    _found, chat = bot
    clock.advance(timedelta(seconds=1))
    comment(item, alice, bob, manager)
    customer = crm.customer(alice)
    tell_people(
        usernames=["alice"], template="plan-rejected", data={"number": "MP-1"}, record_kind="customer",
        record_id=str(customer.pk), key="k",
    )  # fmt: skip
    listen_for_bots()
    carry_out_due()
    assert Sending.objects.filter(bot__isnull=False).count() >= 2
    assert chat.requests == []


def test_a_test_of_a_bot_says_nothing_of_anybody(item):
    assert not {"N-1", item.name} & set(bots.sample().values.values())
