"""Two people at one task see each other; who may not see the task neither sees nor is seen; who dies is forgotten."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from notifications import consumers, presence, screens
from notifications.consumers import BROKEN, LiveConsumer
from tasks_inbox.models import WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
LET_GO = 5


class Gone(OSError):
    """What the server raises for a message to a screen that is not there any more."""


class Socket:
    """One open screen of a person."""

    def __init__(self, person):
        self.is_gone = False
        self.raw = ApplicationCommunicator(self._run, {"type": "websocket", "path": "/", "user": person})

    async def _run(self, scope, receive, send):
        async def while_there(message):
            if self.is_gone:
                raise Gone
            await send(message)

        await LiveConsumer.as_asgi()(scope, receive, while_there)

    async def look_at(self, item):
        """The page shows this task now."""
        await self.raw.send_input({"type": "websocket.receive", "text": json.dumps({"looks_at": str(item.pk)})})

    async def sees(self, seconds=LET_GO):
        """Who is said to look at the task, by the next message about it; None when none comes."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if message := await self._next():
                        return message["people"]
        except TimeoutError:
            return None

    async def _next(self):
        output = await self.raw.output_queue.get()
        return json.loads(output["text"]).get("presence") if output["type"] == "websocket.send" else None


@asynccontextmanager
async def opened(person):
    """A screen that is open; it goes without a goodbye when nobody has closed it."""
    socket = Socket(person)
    await socket.raw.send_input({"type": "websocket.connect"})
    assert (await socket.raw.receive_output(timeout=LET_GO))["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        if not socket.raw.future.done():
            await socket.raw.send_input({"type": "websocket.disconnect", "code": 1000})
            await socket.raw.wait(timeout=LET_GO)


async def test_two_people_at_one_task_see_each_other_until_one_leaves(manager, director, approval):
    async with opened(manager) as hers:
        await hers.look_at(approval)
        async with opened(director) as his:
            await his.look_at(approval)
            assert await his.sees() == [manager.display_name]
            assert await hers.sees() == [director.display_name]
        assert await hers.sees() == []


async def test_who_goes_while_being_told_something_has_left(manager, director, alice, approval):
    """The server ends a socket in the middle of its handler then, and no disconnect ever comes."""
    async with opened(manager) as hers, opened(alice) as third:
        his = Socket(director)
        await his.raw.send_input({"type": "websocket.connect"})
        await hers.look_at(approval)
        await his.look_at(approval)
        assert await hers.sees() == [director.display_name]
        assert await his.sees() == [manager.display_name]
        his.is_gone = True
        await third.look_at(approval)
        assert len(await hers.sees()) == 2
        assert await hers.sees() == [alice.display_name]
        with pytest.raises(Gone):
            await his.raw.wait(timeout=LET_GO)


async def test_the_same_person_in_two_windows_is_nobody_else(manager, approval):
    async with opened(manager) as one, opened(manager) as other:
        await one.look_at(approval)
        await other.look_at(approval)
        assert await one.sees(0.3) is None


async def test_an_outsider_neither_sees_nor_is_seen(manager, charlie, approval):
    async with opened(manager) as hers, opened(charlie) as his:
        await hers.look_at(approval)
        await his.look_at(approval)
        assert await hers.sees(0.4) is None
        assert await his.sees(0.1) is None


async def test_who_may_not_see_the_task_any_more_is_told_nothing(manager, director, approval, monkeypatch):
    """Rights are asked before each message, not only when the screen comes."""
    async with opened(manager) as hers:
        await hers.look_at(approval)
        await _is_there(approval)
        seeing = screens.may_look_at
        monkeypatch.setattr(screens, "may_look_at", lambda user, item: user != manager and seeing(user, item))
        async with opened(director) as his:
            await his.look_at(approval)
            assert await hers.sees() == []


async def test_who_loses_the_right_is_gone_for_the_others_with_the_next_heartbeat(
    manager, director, approval, monkeypatch
):
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.2)
    async with opened(manager) as hers, opened(director) as his:
        await hers.look_at(approval)
        await his.look_at(approval)
        assert await hers.sees() == [director.display_name]
        seeing = screens.may_look_at
        monkeypatch.setattr(screens, "may_look_at", lambda user, item: user != director and seeing(user, item))
        assert await hers.sees() == []


async def test_a_screen_that_dies_without_a_goodbye_is_forgotten(manager, director, approval, monkeypatch):
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(presence, "LEFT_AFTER_SECONDS", 0.6)
    async with opened(manager) as hers:
        await hers.look_at(approval)
        await _is_there(approval)
        gone = presence.Presence(get_channel_layer(), "specific.dead!1", _nothing)
        await gone.come(str(approval.pk), director.pk)
        assert await hers.sees() == [director.display_name]
        assert await hers.sees() == []


async def _is_there(item):
    """Come back when a screen has joined the group of the task."""
    async with asyncio.timeout(LET_GO):
        while presence.task_group(str(item.pk)) not in get_channel_layer().groups:
            await asyncio.sleep(0.01)


async def _nothing(item, people):
    return None


@pytest.mark.parametrize(
    "asked", [7, None, "nonsense", ["x"], {"a": 1}, "x" * 500, "00000000-0000-0000-0000-000000000000"]
)
async def test_what_is_no_task_is_looked_at_by_nobody(manager, asked):
    async with opened(manager) as hers:
        await hers.raw.send_input({"type": "websocket.receive", "text": json.dumps({"looks_at": asked})})
        assert await hers.sees(0.2) is None
        assert not hers.raw.future.done()


async def test_a_heartbeat_that_fails_ends_the_screen_so_that_it_comes_again(manager, monkeypatch):
    """A socket that stays open without beats would never hear of what it missed."""

    def broken(user, lists):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(screens, "beat", broken)
    socket = Socket(manager)
    await socket.raw.send_input({"type": "websocket.connect"})
    assert (await socket.raw.receive_output(timeout=LET_GO))["type"] == "websocket.accept"
    assert await socket.raw.receive_output(timeout=LET_GO) == {
        "type": "websocket.close",
        "code": BROKEN,
    }
    await socket.raw.send_input({"type": "websocket.disconnect", "code": BROKEN})
    await socket.raw.wait(timeout=LET_GO)


async def test_a_new_role_is_in_the_next_beat(alice, monkeypatch):
    """What the socket says must be what the page would show, also after rights have changed."""
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.1)
    async with opened(alice) as hers:
        await hers.raw.send_input({"type": "websocket.receive", "text": json.dumps({"join": ["inbox:groups"]})})
        first = await _beat(hers)
        await database_sync_to_async(_offered)("marketing-analyst")
        assert await _beat(hers) == first
        await database_sync_to_async(_become)(alice, "marketing-analyst")
        async with asyncio.timeout(LET_GO):
            while await _beat(hers) == first:
                pass


async def _beat(socket):
    while True:
        message = json.loads((await socket.raw.output_queue.get())["text"])
        if "inbox:groups" in message.get("beat", {}):
            return message["beat"]["inbox:groups"]


def _offered(group):
    from tests.support import diagrams, running

    nodes = {"start": diagrams.start(), "look": diagrams.user(group=group), "end": diagrams.end()}
    running.deploy(diagrams.diagram("offered", "start -> look -> end", **nodes))
    running.start("offered")
    assert WorkItem.objects.filter(element="look").exists()


def _become(person, role):
    from accounts.models import RoleAssignment

    RoleAssignment.objects.create(user=person, role_id=role, unit=person.org_unit)
