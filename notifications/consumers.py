"""The socket of an open screen: hints about what changed, and every 15 seconds how the lists should look."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from accounts.models import User
from notifications import live_lists, screens
from notifications.presence import Presence

HEARTBEAT_SECONDS = 15
MAX_MESSAGE = 4_000
MAX_LISTS = 20
MESSAGES_PER_MINUTE = 60
LOOK_AFTER_SECONDS = 0.5
COUNT_AFTER_SECONDS = 0.5
COUNTS_APART_SECONDS = 3.0
"""Many changes are counted once: what matters, the lists themselves, is told at once, and counting for fifty screens
must not keep the next hint waiting."""
UNAUTHENTICATED, TOO_MUCH, RIGHTS_CHANGED, BROKEN = 4401, 4429, 4403, 1011

LOOKED_UP_BESIDE = partial(database_sync_to_async, thread_sensitive=False)
"""In a thread of its own: a hint does not wait behind the counts and beats of other screens."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Audience:
    """The channel groups a socket is in, and the lists its page shows."""

    groups: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One screen. Rights are looked up when it joins, at each heartbeat, and whenever they change."""

    async def connect(self) -> None:
        """Accept logged-in people only and put them into the groups of their person and queues."""
        self.audience = Audience()
        self.received = 0
        self.heartbeat: asyncio.Task[None] | None = None
        self.look: asyncio.Task[None] | None = None
        self.count: asyncio.Task[None] | None = None
        self.to_look: set[str] = set()
        self.counted_at = 0.0
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(code=UNAUTHENTICATED)
            return
        self.user: User = user
        self.presence = Presence(self.channel_layer, self.channel_name, self._send_presence)
        await self.accept()
        await self._regroup()
        self.heartbeat = asyncio.create_task(self._or_end(self._beat()))

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Handle a message. A screen that fails in this, or goes while it is being told, says goodbye all the same."""
        try:
            await super().dispatch(message)
        except StopConsumer:
            raise
        except Exception:
            await self._part()
            raise

    async def disconnect(self, code: int) -> None:
        """Leave every group."""
        await self._part()

    async def _part(self) -> None:
        for task in (self.heartbeat, self.look, self.count):
            if task is not None:
                task.cancel()
        if hasattr(self, "presence"):
            await self.presence.leave()
        for group in self.audience.groups:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Refuse what is too large or too frequent before looking at it."""
        self.received += 1
        if bytes_data is not None or len(text_data or "") > MAX_MESSAGE or self.received > MESSAGES_PER_MINUTE:
            await self.close(code=TOO_MUCH)
            return
        try:
            await super().receive(text_data=text_data, bytes_data=bytes_data, **kwargs)
        except ValueError:
            await self.close(code=TOO_MUCH)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """``{"join": [names], "looks_at": id}``: the lists the page shows now, and the task; both may be missing.

        What is unknown or forbidden is ignored.
        """
        if not isinstance(content, Mapping):
            return
        names = content.get("join")
        if isinstance(names, list):
            wanted = {name for name in names if live_lists.is_name(name)}
            self.audience.lists = set(sorted(wanted)[:MAX_LISTS])
            await self._regroup()
            await self._send_beat()
        if "looks_at" in content:
            await self._look_at(content["looks_at"])

    # --- messages of the channel layer ---

    async def inbox_hint(self, message: Mapping[str, Any]) -> None:
        """Some work items changed: every inbox list on this page may look different now."""
        names = sorted(entry for entry in self.audience.lists if entry.startswith("inbox:"))
        by = await self._name_of(message.get("by")) if names else ""
        for name in names:
            for item, version in message["items"]:
                await self.send_json({"hint": {"list": name, "item": item, "version": version, "by": by}})
        self._look_soon(name for name in self.audience.lists if name.startswith("approvals:"))
        self._count_soon()

    async def tasks_hint(self, message: Mapping[str, Any]) -> None:
        """Some task of somebody changed: lists of other people's tasks may look different now."""
        self._look_soon(name for name in self.audience.lists if live_lists.shows_others(name))

    async def record_hint(self, message: Mapping[str, Any]) -> None:
        """A record changed: its timeline may look different now."""
        name = f"record:{message['kind']}:{message['id']}"
        if name in self.audience.lists:
            await self.send_json({"hint": {"list": name, "item": message["id"], "version": 0, "by": ""}})

    async def notification_hint(self, message: Mapping[str, Any]) -> None:
        """The bell rang."""
        self._look_soon(name for name in self.audience.lists if name.startswith("news:"))
        self._count_soon()

    async def presence_came(self, message: Mapping[str, Any]) -> None:
        """Another screen shows the task that this one shows."""
        await self.presence.heard(message, self.user.pk)

    presence_here = presence_left = presence_came

    async def act_failed(self, message: Mapping[str, Any]) -> None:
        """What the person completed turned out impossible: said on whatever page they are on."""
        text = await database_sync_to_async(screens.failure)(self.user, str(message["item"]))
        if text:
            await self.send_json({"toast": {"text": text}})

    async def rights_changed(self, message: Mapping[str, Any]) -> None:
        """Roles, unit or login changed: look everything up again; who may no longer work is sent away."""
        if not await self._regroup():
            await self.send_json({"closed": "rights"})
            await self.close(code=RIGHTS_CHANGED)
            return
        await self._look_at(self.presence.item)

    # --- inside ---

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.received = 0
            if not await self._regroup():
                await self.send_json({"closed": "session"})
                await self.close(code=UNAUTHENTICATED)
                return
            await self._send_beat()
            await self._look_at(self.presence.item)
            await self.presence.renew(self.user.pk)

    async def _or_end(self, work: Awaitable[None]) -> None:
        """Do it. A screen for which this fails would hear no more beats and never know: it is made to come again."""
        try:
            await work
        except OSError:  # the screen has just gone: its disconnect is on the way
            return
        except Exception:
            log.warning("screen_ended", exc_info=True)
            await self.close(code=BROKEN)

    async def _send_beat(self) -> None:
        beat, counts = await database_sync_to_async(screens.beat)(self.user, sorted(self.audience.lists))
        await self.send_json({"beat": beat, "counts": counts})

    def _look_soon(self, names: Iterable[str]) -> None:
        """Tell the screen how these lists look, once for all hints of half a second."""
        self.to_look.update(names)
        if self.to_look and self.look is None:
            self.look = asyncio.create_task(self._or_end(self._look()))

    async def _look(self) -> None:
        await asyncio.sleep(LOOK_AFTER_SECONDS)
        names, self.look = sorted(self.to_look), None
        self.to_look.clear()
        beat = await database_sync_to_async(screens.fingerprints)(self.user, names)
        await self.send_json({"beat": beat})

    def _count_soon(self) -> None:
        """Tell the screen its counts, once for all hints of a moment and not more often than every three seconds."""
        if self.count is None:
            self.count = asyncio.create_task(self._or_end(self._send_counts()))

    async def _send_counts(self) -> None:
        loop = asyncio.get_running_loop()
        soon = COUNT_AFTER_SECONDS * (1 + hash(self.channel_name) % 100 / 100)  # not all screens at once
        await asyncio.sleep(max(soon, self.counted_at + COUNTS_APART_SECONDS - loop.time()))
        self.count, self.counted_at = None, loop.time()
        await self.send_json({"counts": await database_sync_to_async(screens.counts)(self.user)})

    async def _name_of(self, user_id: int | None) -> str:
        """The name to show beside a row that somebody else took; nothing for one's own acts."""
        if user_id is None or user_id == self.user.pk:
            return ""
        known = screens.known_name(user_id, self.user.language)
        return known or await LOOKED_UP_BESIDE(screens.name_of)(user_id, self.user.language)

    async def _look_at(self, item: Any) -> None:
        """Show this task to the others who look at it, if the person may see it, and no other any more."""
        wanted = item if isinstance(item, str) and item else ""
        if wanted and not await database_sync_to_async(screens.may_look_at)(self.user, wanted):
            wanted = ""
        if wanted != self.presence.item:
            await self.presence.leave()
            if wanted:
                await self.presence.come(wanted, self.user.pk)

    async def _send_presence(self, item: str, people: list[int]) -> None:
        """Who else looks at the task, to who may still see it."""
        if not await database_sync_to_async(screens.may_look_at)(self.user, item):
            await self.presence.leave()
            people = []
        names = await database_sync_to_async(screens.names_of)(people, self.user.language)
        await self.send_json({"presence": {"item": item, "people": names}})

    async def _regroup(self) -> bool:
        """Join and leave groups as the person's rights are now; False when they may not work here any more."""
        session = self.scope.get("session")
        key = getattr(session, "session_key", None)
        found = await database_sync_to_async(screens.look_up)(self.user.pk, sorted(self.audience.lists), key)
        if found is None:
            return False
        self.user, wanted = found
        for group in wanted - self.audience.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self.audience.groups - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.audience.groups = wanted
        return True
