"""The page of bots: made, tested, switched, tried again and removed; nothing sealed is ever shown."""

from __future__ import annotations

import pytest
from django.urls import reverse

from notifications import sending
from notifications.commands import request_test
from notifications.models import Bot, BotKind, Sending
from tests.commands.notifications.bot_server import bot_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(settings):
    with bot_server() as server:
        settings.BOT_HOSTS_INSIDE = frozenset({server.host})
        yield server


@pytest.fixture
def entered(chat, alice):
    return {
        "name": "Sales chat",
        "kind": BotKind.DINGTALK,
        "address": f"http://{chat.host}/robot/send?access_token=very-secret-token",
        "secret": "SEC-very-secret",
        "role": "sales",
        "unit": "HZ",
        "language": "zh-hans",
        "text": "{what}\n{link}",
        "events": ["act:escalated", "news:plan-rejected"],
    }


def test_it_works(client, admin, chat, entered):
    client.force_login(admin)
    assert client.post(reverse("admin_bot_new"), entered)["Location"] == reverse("admin_bots")
    bot = Bot.objects.get()
    assert (bot.audience, bot.host, bot.events) == ("sales@HZ", "127.0.0.1", ["act:escalated", "news:plan-rejected"])
    answer = client.post(reverse("admin_bot_test", args=[bot.public_id]), follow=True).content.decode()
    assert "The test was posted." in answer
    assert "sign=" in chat.requests[0][0]
    for address in (reverse("admin_bots"), reverse("admin_bot_edit", args=[bot.public_id])):
        page = client.get(address).content.decode()
        assert "Sales chat" in page
        assert "very-secret" not in page


def test_a_change_keeps_what_is_sealed(client, admin, entered):
    client.force_login(admin)
    client.post(reverse("admin_bot_new"), entered)
    before = Bot.objects.get()
    address = reverse("admin_bot_edit", args=[before.public_id])
    client.post(address, entered | {"name": "Other", "address": "", "secret": ""})
    after = Bot.objects.get()
    assert after.name == "Other"
    assert bytes(after.address_sealed) == bytes(before.address_sealed)
    assert bytes(after.secret_sealed) == bytes(before.secret_sealed)


def test_what_fails_is_seen_and_tried_again(client, admin, chat, entered, clock):
    chat.answer = (200, {}, b'{"errcode": 310000}')
    client.force_login(admin)
    client.post(reverse("admin_bot_new"), entered)
    bot = Bot.objects.get()
    answer = client.post(reverse("admin_bot_test", args=[bot.public_id]), follow=True).content.decode()
    assert "The test did not arrive. The chat program refused it with the number 310000." in answer
    Sending.objects.update(data={"act": 0})
    chat.answer = (200, {}, b'{"errcode": 0}')
    client.post(reverse("admin_bot_retry", args=[bot.public_id]))
    assert list(sending.due(9)) == [Sending.objects.get().pk]


def test_off_and_gone(client, admin, entered):
    client.force_login(admin)
    client.post(reverse("admin_bot_new"), entered)
    bot = Bot.objects.get()
    client.post(reverse("admin_bot_switch", args=[bot.public_id]), {"on": "0"})
    assert not Bot.objects.get().is_active
    assert "switched off" in client.get(reverse("admin_bots")).content.decode()
    client.post(reverse("admin_bot_remove", args=[bot.public_id]))
    assert not Bot.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"address": "http://example.com/x"}, "begins with https://"),
        ({"text": "{password}"}, "Nothing is known to put in for {password}."),
        ({"events": []}, "This field is required."),
        ({"role": "legal", "unit": "SH"}, "Nobody reads it"),
    ],
)
def test_what_is_refused_is_said_where_it_was_entered(client, admin, entered, change, sentence):
    client.force_login(admin)
    answer = client.post(reverse("admin_bot_new"), entered | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Bot.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("branch_admin", 403), ("alice", 403), (None, 302)])
def test_outsiders(client, cast, admin, entered, who, status):
    client.force_login(admin)
    client.post(reverse("admin_bot_new"), entered)
    bot = Bot.objects.get()
    client.logout()
    if who:
        client.force_login(cast(who))
    for name in ("admin_bots", "admin_bot_new"):
        assert client.get(reverse(name)).status_code == status
    for name in ("admin_bot_edit", "admin_bot_remove", "admin_bot_switch", "admin_bot_test", "admin_bot_retry"):
        assert client.post(reverse(name, args=[bot.public_id]), entered).status_code == status
    assert Bot.objects.get().name == "Sales chat"
    assert not Sending.objects.exists()


def test_a_test_that_somebody_else_carries_out(client, admin, entered, monkeypatch):
    """The worker was quicker: the page says that it is on its way or has arrived, not that it failed."""
    client.force_login(admin)
    client.post(reverse("admin_bot_new"), entered)
    bot = Bot.objects.get()
    assert request_test(actor=admin, bot_id=bot.public_id)
    monkeypatch.setattr(sending, "carry_out", lambda _pk: False)
    answer = client.post(reverse("admin_bot_test", args=[bot.public_id]), follow=True).content.decode()
    assert "The test is on its way." in answer
