"""Lists that stay right by hints: page and socket agree on how they look, and nobody hears of what is not theirs."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.urls import reverse

from notifications import consumers, live_lists
from notifications.consumers import LiveConsumer
from notifications.screens import look_up
from tasks_inbox import approvals
from tasks_inbox.audiences import EVERY_TASK

pytestmark = pytest.mark.django_db
LISTS = re.compile(r'data-live-list="([^"]*)" data-live-url="([^"]*)" data-fingerprint="([^"]*)"')


def lists_of(client, address):
    """(name, address of the partial, fingerprint) of every live list on a page."""
    page = client.get(address).content.decode()
    return [tuple(unescape(part) for part in found) for found in LISTS.findall(page)]


ADDRESSES = [
    "/inbox/mine/",
    '/inbox/mine/?q=due:week "Lanting"',
    "/inbox/mine/?page=2",
    "/inbox/groups/?q=nothing",
    "/inbox/groups/?q=Lanting",
    "/inbox/groups/",
    "/inbox/mine/?sort=best",
    "/inbox/started/",
    "/inbox/cc/",
    "/inbox/asked/",
    "/team/",
    "/team/?show=late",
    "/team/?person=alice",
    "/approvals/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_partial_and_socket_agree(client, manager, approval, address, language):
    """A list whose page and socket disagree is fetched with every beat, for ever."""
    manager.language = language
    manager.save(update_fields=["language"])
    client.force_login(manager)
    start = client.get(address)
    found = lists_of(client, start["Location"] if start.status_code == 302 else address)
    assert found
    for name, url, fingerprint in found:
        assert live_lists.is_name(name)
        assert live_lists.fingerprints(manager, [name]) == {name: fingerprint}
        partial = client.get(url, headers={"HX-Request": "true", "X-Live": "1"}).content.decode()
        assert "<html" not in partial
        assert (name, fingerprint) in {(each, seen) for each, _url, seen in map(_plain, LISTS.findall(partial))}


def _plain(found):
    return tuple(unescape(part) for part in found)


def test_a_filter_in_force_changes_what_the_socket_says(manager, approval):
    """The unfiltered fingerprint for a filtered list was the cause of the fetches."""
    names = ["inbox:mine", "inbox:mine?q=due%3Alate&in=en"]
    prints = live_lists.fingerprints(manager, names)
    assert prints[names[0]] != prints[names[1]]


@pytest.mark.parametrize("name", ["inbox:nothing", "team:nothing", "other:mine", "record:x:1"])
def test_what_is_no_list_has_no_fingerprint(manager, name):
    """Names come from the browser: nonsense must neither fail nor answer."""
    assert live_lists.fingerprints(manager, [name]) == {}


@pytest.mark.parametrize("name", [None, 7, "inbox", "inbox:mine?q=\u4e00", "x" * 2000, "inbox:mine?q=a b"])
def test_what_is_no_name_is_not_listened_to(name):
    """Long and strange names stop at the door."""
    assert not live_lists.is_name(name)


def test_who_leads_nobody_learns_nothing_of_teams(alice, approval):
    """A team list joined by hand answers nothing."""
    assert live_lists.fingerprints(alice, ["team:rows", "team:people"]) == {}


def test_only_screens_with_such_a_list_hear_of_every_task(manager):
    """The group that hears of everything is joined by need."""
    assert EVERY_TASK in look_up(manager.pk, ["team:rows?show=late"], None)[1]
    assert EVERY_TASK not in look_up(manager.pk, ["inbox:mine"], None)[1]


@pytest.mark.django_db(transaction=True)
async def test_a_team_screen_looks_once_for_many_hints(manager, approval, monkeypatch):
    """Many changes in a moment lead to one look, and the message says nothing of other people's tasks."""
    monkeypatch.setattr(consumers, "LOOK_AFTER_SECONDS", 0.05)
    socket = ApplicationCommunicator(LiveConsumer.as_asgi(), {"type": "websocket", "path": "/", "user": manager})
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(timeout=5))["type"] == "websocket.accept"
    await socket.send_input({"type": "websocket.receive", "text": json.dumps({"join": ["team:rows"]})})
    first = json.loads((await socket.receive_output(timeout=5))["text"])
    layer = get_channel_layer()
    for _number in range(5):
        await layer.group_send(EVERY_TASK, {"type": "tasks.hint"})
    second = json.loads((await socket.receive_output(timeout=5))["text"])
    assert second == {"beat": {"team:rows": first["beat"]["team:rows"]}}
    assert await socket.receive_nothing(timeout=0.3)
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(timeout=5)


def test_the_queue_of_approvals_stands_on_the_calm_page_too(client, director):
    """New requests appear by themselves, as the page promises."""
    client.force_login(director)
    page = client.get(reverse("approvals")).content.decode()
    assert 'data-live-list="approvals:list"' in page
    assert reverse("approvals_queue") in page


def test_the_number_of_approvals_is_that_of_the_page(manager, approval):
    assert approvals.count_for(manager) == len(approvals.waiting_for(manager)) == 1
