"""Bots: what they post and in which shape, once, never inside the house, and only what all their readers may see."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.exceptions import NotAllowed
from accounts.models import AuditEvent, RoleAssignment
from crm_core.exceptions import ValuesRefused
from notifications import bots, outside, sending
from notifications.commands import (
    BotValues,
    add_bot,
    change_bot,
    remove_bot,
    request_test,
    retry_failed,
    switch_bot,
    tell_people,
)
from notifications.jobs import carry_out_due, listen_for_bots
from notifications.models import Bot, BotKind, Sending
from notifications.sending import NotTaken
from tasks_inbox import commands
from tests.commands.notifications.bot_server import bot_server

pytestmark = pytest.mark.django_db
SECRET = "SEC0123456789"


@pytest.fixture
def chat(settings):
    """The other side; its host is one of the house's own."""
    with bot_server() as server:
        settings.BOT_HOSTS_INSIDE = frozenset({server.host})
        settings.PUBLIC_ADDRESS = "https://crm.example.com"
        yield server


@pytest.fixture
def make(admin, chat, alice):
    """A bot in the chat of the Hangzhou sales people."""

    def made(**values) -> Bot:
        usual: dict[str, Any] = {
            "name": "sales",
            "kind": BotKind.OTHER,
            "audience": "sales@HZ",
            "text": "{what} {link}",
        }
        usual |= {"address": f"http://{chat.host}/hook?key=k-1", "events": ["act:commented", "news:plan-rejected"]}
        return add_bot(actor=admin, values=BotValues(**(usual | values)))

    return made


def run():
    listen_for_bots()
    return carry_out_due()


def comment(person, item, text="Hello"):
    commands.comment_on_work_item(actor=person, work_item_id=item.pk, text=text)


def test_it_works(ask, make, chat, clock, alice, bob):
    """Both sales people of Hangzhou are offered the task: what is said of it is posted, once."""
    make()
    item = ask(group="sales@HZ")
    clock.advance(timedelta(seconds=1))
    comment(alice, item)
    assert run() == 1
    assert run() == 0
    [text] = chat.texts
    assert "Alice Tester commented" in text
    assert f"https://crm.example.com/tasks/{item.pk}/" in text
    assert "Hello" not in text


def test_nothing_from_before_and_nothing_while_it_is_off(ask, make, chat, clock, admin, alice, bob):
    item = ask(group="sales@HZ")
    comment(alice, item)
    clock.advance(timedelta(seconds=1))
    bot = make()
    assert run() == 0
    switch_bot(actor=admin, bot_id=bot.public_id, on=False)
    clock.advance(timedelta(seconds=1))
    comment(alice, item)
    clock.advance(timedelta(seconds=1))
    switch_bot(actor=admin, bot_id=bot.public_id, on=True)
    assert run() == 0
    assert chat.requests == []


def test_what_not_every_reader_may_see_is_not_posted(ask, make, chat, clock, alice, bob):
    """Bob reads the chat and may not see what only Alice has."""
    make()
    item = ask(assignee="alice")
    clock.advance(timedelta(seconds=1))
    comment(alice, item)
    assert run() == 0
    assert chat.requests == []
    assert Sending.objects.get().status == Sending.Status.NOTHING


def test_rights_count_as_they_are_when_it_is_posted(ask, make, chat, clock, alice, bob, charlie):
    """Who has joined the group since the act is asked about, too; a bot nobody reads posts nothing."""
    make()
    item = ask(group="sales@HZ")
    clock.advance(timedelta(seconds=1))
    comment(alice, item)
    listen_for_bots()
    RoleAssignment.objects.all().delete()
    assert carry_out_due() == 0
    assert chat.requests == []


def test_news_is_posted_once_however_many_were_told(make, chat, clock, alice, bob):
    make()
    clock.advance(timedelta(seconds=1))
    about = {"data": {"number": "MP-1", "title": "Fair"}, "record_kind": "", "record_id": "", "key": "k"}
    assert tell_people(usernames=["alice", "bob"], template="plan-rejected", **about) == 2
    assert run() == 1
    assert "Plan MP-1 was rejected: Fair" in chat.texts[0]


def test_a_burst_larger_than_one_look_is_posted_whole(ask, make, chat, clock, alice, bob, monkeypatch):
    monkeypatch.setattr(bots, "BATCH", 2)
    make()
    item = ask(group="sales@HZ")
    for _number in range(5):
        clock.advance(timedelta(minutes=4))
        comment(alice, item)
    while listen_for_bots():
        pass
    carry_out_due()
    assert len(chat.requests) == 5
    clock.advance(timedelta(hours=1))
    assert run() == 0


# --- shapes and signatures ---


def post_as(make, chat, admin, kind, **values):
    bot = make(kind=kind, **values)
    test = request_test(actor=admin, bot_id=bot.public_id)
    assert sending.carry_out(test.pk)
    path, headers, message = chat.requests[-1]
    return urlsplit(path), headers, message


def test_dingtalk(make, chat, admin, clock):
    path, _headers, message = post_as(make, chat, admin, BotKind.DINGTALK, secret=SECRET)
    asked = parse_qs(path.query)
    moment = asked["timestamp"][0]
    sign = hmac.new(SECRET.encode(), f"{moment}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(sign).decode()]
    assert asked["key"] == ["k-1"]
    assert moment == str(int(clock.now().timestamp() * 1000))
    assert message["msgtype"] == "text"
    assert "the bot works" in message["text"]["content"]


def test_feishu(make, chat, admin, clock):
    _path, _headers, message = post_as(make, chat, admin, BotKind.FEISHU, secret=SECRET)
    moment = message["timestamp"]
    sign = hmac.new(f"{moment}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert message["sign"] == base64.b64encode(sign).decode()
    assert message["msg_type"] == "text"
    assert "the bot works" in message["content"]["text"]


def test_wecom_and_slack(make, chat, admin, clock):
    path, _headers, message = post_as(make, chat, admin, BotKind.WECOM, name="one")
    assert (path.query, message["msgtype"]) == ("key=k-1", "text")
    _path, _headers, message = post_as(make, chat, admin, BotKind.SLACK, name="two")
    assert set(message) == {"text"}


def test_another_program_can_check_and_know_again(make, chat, admin, clock):
    _path, headers, message = post_as(make, chat, admin, BotKind.OTHER, secret=SECRET)
    signed = f"{headers['X-Baton-Timestamp']}.".encode() + chat.bodies[-1]
    assert headers["X-Baton-Signature"] == "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == message["id"]


@pytest.mark.parametrize("kind", BotKind.values)
def test_values_cannot_mention_anybody_and_texts_run_nothing(make, kind, alice):
    """Values are shown as they are; a text of the administrator's is only filled in, never carried out."""
    bot = make(kind=kind, text="{what} {task.__class__} {{what}} {% now 'Y' %} {0}")
    values = dict.fromkeys(bots.PLACEHOLDERS, "") | {"what": '<at user_id="all"></at><!channel> {link}', "link": "L"}
    text = bots.filled(bot, bots.Happening("test", ("", ""), values))
    assert "<at" not in text
    assert "<!channel>" not in text
    assert "{task.__class__}" in text
    assert "{% now 'Y' %} {0}" in text
    assert " {link}" in text


# --- failures ---


@pytest.mark.parametrize(
    ("kind", "answer", "failure"),
    [
        (BotKind.FEISHU, (200, {}, b'{"code": 19021, "msg": "sign match fail"}'), "refused 19021"),
        (BotKind.DINGTALK, (200, {}, b'{"errcode": 310000, "errmsg": "sign not match"}'), "refused 310000"),
        (BotKind.WECOM, (200, {}, b'{"errcode": 93000}'), "refused 93000"),
        (BotKind.WECOM, (200, {}, b"<html>"), "unreadable"),
        (BotKind.SLACK, (404, {}, b"no_service"), "status 404"),
        (BotKind.OTHER, (302, {"Location": "http://169.254.169.254/"}, b""), "status 302"),
    ],
)
def test_what_is_not_taken_is_said(make, chat, admin, kind, answer, failure):
    chat.answer = answer
    bot = make(kind=kind)
    test = request_test(actor=admin, bot_id=bot.public_id)
    assert sending.carry_out(test.pk) is False
    test.refresh_from_db()
    assert (test.status, test.failure) == (Sending.Status.FAILED, failure)
    assert len(chat.requests) == 1


def test_it_is_tried_again_with_the_same_key_and_at_last_given_up(ask, make, chat, clock, admin, alice, bob):
    bot = make()
    item = ask(group="sales@HZ")
    clock.advance(timedelta(seconds=1))
    comment(alice, item)
    chat.answer = (503, {}, b"")
    assert run() == 0
    assert carry_out_due() == 0  # a pause comes first
    assert len(chat.requests) == 1
    for _attempt in range(sending.MOST_ATTEMPTS + 1):
        clock.advance(timedelta(days=1))
        carry_out_due()
    assert len(chat.requests) == sending.MOST_ATTEMPTS
    assert len({headers["Idempotency-Key"] for _path, headers, _message in chat.requests}) == 1
    chat.answer = (200, {}, b"")
    assert retry_failed(actor=admin, bot_id=bot.public_id) == 1
    assert carry_out_due() == 1


def test_a_host_that_does_not_answer_is_asked_once_for_all_that_waits(ask, make, chat, clock, alice, bob):
    """Ten posts to a dead host must not take ten times as long, and come when it is back."""
    make()
    item = ask(group="sales@HZ")
    clock.advance(timedelta(seconds=1))
    for _number in range(10):
        comment(alice, item)
        clock.advance(timedelta(seconds=1))
    chat.answer = (503, {}, b"")
    assert run() == 0
    assert len(chat.requests) == 1
    chat.answer = (200, {}, b"")
    clock.advance(timedelta(minutes=1))
    assert run() == 10


# --- inside the house ---


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[fd00::1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[2002:7f00:1::]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://0.0.0.0/x",
        "https://100.64.0.1/x",
    ],
)
def test_no_call_goes_inside(settings, address, monkeypatch):
    settings.BOT_HOSTS_INSIDE = frozenset()
    monkeypatch.setattr(socket.socket, "connect", lambda *_args: pytest.fail("it was called"))
    with pytest.raises(NotTaken, match="inside"):
        outside.post(address, b"{}", {})


def test_a_name_that_leads_inside_when_it_is_called_is_refused(settings, monkeypatch):
    """Looked at when the connection is made; one inner address among public ones is enough."""
    settings.BOT_HOSTS_INSIDE = frozenset()
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_values: places)
    monkeypatch.setattr(socket.socket, "connect", lambda *_args: pytest.fail("it was called"))
    with pytest.raises(NotTaken, match="inside"):
        outside.post("https://bots.example.com/x", b"{}", {})


@pytest.mark.parametrize("public", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses(public):
    assert outside.is_public(public)


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("http://example.com/x", "scheme"),
        ("ftp://example.com/x", "scheme"),
        ("file:///etc/passwd", "address"),
        ("https://user@example.com/x", "address"),
        ("https:///x", "address"),
        ("https://example.com:999999/x", "address"),
        ("https://example.com/a b", "address"),
        ("https://example.com/a\r\nX: y", "address"),
        ("https://[::1/x", "address"),
    ],
)
def test_addresses_that_are_none(settings, address, wrong):
    settings.BOT_HOSTS_INSIDE = frozenset()
    with pytest.raises(NotTaken, match=wrong):
        outside.check_address(address)


def test_who_answers_too_slowly_is_left(monkeypatch, settings):
    """Not even one who sends a byte now and then."""
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.BOT_HOSTS_INSIDE = frozenset({f"127.0.0.1:{port}"})
        with pytest.raises(NotTaken, match="no-answer"):
            outside.post(f"http://127.0.0.1:{port}/", b"{}", {})


# --- who may, and what is kept ---


def test_address_and_secret_are_sealed_and_never_recorded(make, admin):
    bot = make(secret=SECRET)
    assert b"k-1" not in bytes(bot.address_sealed)
    assert SECRET.encode() not in bytes(bot.secret_sealed)
    assert "k-1" not in str(AuditEvent.objects.get(event="bot.added").data)
    values = BotValues("sales", BotKind.OTHER, "sales@HZ", ["act:commented"], "{what}")
    kept = bytes(bot.address_sealed), bytes(bot.secret_sealed)
    bot = change_bot(actor=admin, bot_id=bot.public_id, values=values)
    assert (bytes(bot.address_sealed), bytes(bot.secret_sealed)) == kept


@pytest.mark.parametrize("who", ["branch_admin", "alice", "operator", "publisher"])
def test_only_administrators_of_the_whole_company_may(cast, make, alice, who):
    bot = make()
    person = cast(who)
    values = BotValues("x", BotKind.OTHER, "sales@HZ", ["act:commented"], "{what}", address="https://example.com/")
    for act in (
        lambda: add_bot(actor=person, values=values),
        lambda: change_bot(actor=person, bot_id=bot.public_id, values=values),
        lambda: switch_bot(actor=person, bot_id=bot.public_id, on=False),
        lambda: remove_bot(actor=person, bot_id=bot.public_id),
        lambda: request_test(actor=person, bot_id=bot.public_id),
        lambda: retry_failed(actor=person, bot_id=bot.public_id),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"address": "http://example.com/"}, "address"),
        ({"address": ""}, "address"),
        ({"events": []}, "events"),
        ({"events": ["act:no-such"]}, "events"),
        ({"text": "{what} {password}"}, "text"),
        ({"audience": "nobody@HZ"}, "audience"),
        ({"kind": "telex"}, "kind"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_refused(make, alice, values, field):
    with pytest.raises(ValuesRefused) as refusal:
        make(**values)
    assert field in refusal.value.errors
