"""The socket of an open screen: hints about what changed, and every 15 seconds how the lists should look."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.exceptions import ValidationError
from django.db import close_old_connections
from django.utils.translation import override

from accounts import idle
from accounts import queries as people
from accounts.models import User
from notifications import live_lists
from notifications import queries as bell
from notifications.rights import EVERYONE
from tasks_inbox import approvals
from tasks_inbox import queries as inbox
from tasks_inbox.audiences import EVERY_TASK, cover_group, queue_group, record_group, user_group
from workflows import records
from workflows.exceptions import UnknownRecordKind

HEARTBEAT_SECONDS = 15
MAX_MESSAGE = 4_000
MAX_LISTS = 20
MESSAGES_PER_MINUTE = 60
LOOK_AFTER_SECONDS = 0.5
UNAUTHENTICATED, TOO_MUCH, RIGHTS_CHANGED = 4401, 4429, 4403


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
        self.to_look: set[str] = set()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(code=UNAUTHENTICATED)
            return
        self.user: User = user
        await self.accept()
        await self._regroup()
        self.heartbeat = asyncio.create_task(self._beat())

    async def disconnect(self, code: int) -> None:
        """Leave every group."""
        for task in (self.heartbeat, self.look):
            if task is not None:
                task.cancel()
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
        """``{"join": [names]}``: the lists the page shows now; unknown and forbidden ones are ignored."""
        names = content.get("join") if isinstance(content, Mapping) else None
        if not isinstance(names, list):
            return
        wanted = {name for name in names if live_lists.is_name(name)}
        self.audience.lists = set(sorted(wanted)[:MAX_LISTS])
        await self._regroup()
        await self._send_beat()

    # --- messages of the channel layer ---

    async def inbox_hint(self, message: Mapping[str, Any]) -> None:
        """Some work items changed: every inbox list on this page may look different now."""
        by = await database_sync_to_async(_name_of)(message.get("by"), self.user.pk)
        for name in sorted(entry for entry in self.audience.lists if entry.startswith("inbox:")):
            for item, version in message["items"]:
                await self.send_json({"hint": {"list": name, "item": item, "version": version, "by": by}})
        self._look_soon(name for name in self.audience.lists if name.startswith("approvals:"))
        await self._send_counts()

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
        await self._send_counts()

    async def act_failed(self, message: Mapping[str, Any]) -> None:
        """What the person completed turned out impossible: said on whatever page they are on."""
        text = await database_sync_to_async(_failure)(self.user, str(message["item"]))
        if text:
            await self.send_json({"toast": {"text": text}})

    async def rights_changed(self, message: Mapping[str, Any]) -> None:
        """Roles, unit or login changed: look everything up again; who may no longer work is sent away."""
        if not await self._regroup():
            await self.send_json({"closed": "rights"})
            await self.close(code=RIGHTS_CHANGED)

    # --- inside ---

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.received = 0
            if not await self._regroup():
                await self.send_json({"closed": "session"})
                await self.close(code=UNAUTHENTICATED)
                return
            with suppress(OSError):  # the screen has just gone: its disconnect is on the way
                await self._send_beat()

    async def _send_beat(self) -> None:
        beat, counts = await database_sync_to_async(_beat)(self.user, sorted(self.audience.lists))
        await self.send_json({"beat": beat, "counts": counts})

    def _look_soon(self, names: Iterable[str]) -> None:
        """Tell the screen how these lists look, once for all hints of half a second."""
        self.to_look.update(names)
        if self.to_look and self.look is None:
            self.look = asyncio.create_task(self._look())

    async def _look(self) -> None:
        await asyncio.sleep(LOOK_AFTER_SECONDS)
        names, self.look = sorted(self.to_look), None
        self.to_look.clear()
        beat = await database_sync_to_async(_fingerprints)(self.user, names)
        await self.send_json({"beat": beat})

    async def _send_counts(self) -> None:
        await self.send_json({"counts": await database_sync_to_async(_counts)(self.user)})

    async def _regroup(self) -> bool:
        """Join and leave groups as the person's rights are now; False when they may not work here any more."""
        session = self.scope.get("session")
        key = getattr(session, "session_key", None)
        wanted = await database_sync_to_async(_groups)(self.user, sorted(self.audience.lists), key)
        if wanted is None:
            return False
        for group in wanted - self.audience.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self.audience.groups - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.audience.groups = wanted
        return True


def _groups(user: User, lists: Sequence[str], session_key: str | None) -> set[str] | None:
    """The groups this person belongs into now; None when the login has ended."""
    fresh = User.objects.filter(pk=user.pk, is_active=True).first()
    if fresh is None or (session_key and not idle.is_open(session_key)):
        return None
    groups = {EVERYONE, user_group(fresh.pk)} | {queue_group(key) for key in people.group_keys(fresh)}
    groups |= {cover_group(cover.person) for cover in people.covers_of(fresh) if cover.is_whole}
    if any(live_lists.shows_others(name) for name in lists):
        groups.add(EVERY_TASK)
    for name in lists:
        kind, _, rest = name.partition(":")
        if kind == "record":
            record_kind, _, record_id = rest.partition(":")
            if _may_see(fresh, record_kind, record_id):
                groups.add(record_group(record_kind, record_id))
    return groups


def _name_of(user_id: int | None, reader_id: int) -> str:
    """The name to show beside a row that somebody else took; nothing for one's own acts."""
    if user_id is None or user_id == reader_id:
        return ""
    person = User.objects.filter(pk=user_id).first()
    return person.display_name if person is not None else ""


def _failure(user: User, item_id: str) -> str:
    """The sentence of the newest failure of a person's act on an item, in their language."""
    with override(user.language or None):
        return bell.newest_sentence(user, "task-not-finished", item_id)


def _may_see(user: User, kind: str, record_id: str) -> bool:
    try:
        return records.kind(kind).visible_to(user).filter(pk=record_id).exists()
    except (UnknownRecordKind, ValidationError, ValueError):
        return False


def _beat(user: User, lists: Sequence[str]) -> tuple[dict[str, str], dict[str, int]]:
    """The fingerprint of every list on the page, by the page's own query, and the counts."""
    return _fingerprints(user, lists), _counts(user)


def _fingerprints(user: User, lists: Sequence[str]) -> dict[str, str]:
    close_old_connections()
    return live_lists.fingerprints(user, lists)


def _counts(user: User) -> dict[str, int]:
    counted = (inbox.View.MINE, inbox.View.GROUPS, inbox.View.OVERDUE, inbox.View.TODAY)
    counts = {f"inbox:{view}": inbox.capped_count(user, view) for view in counted}
    return counts | {"approvals": approvals.count_for(user), "bell": bell.unread_count(user)}
