"""Who else looks at a task: open screens tell each other through the channel layer, and nothing is stored.

A screen that comes says so to the group of its task and is answered by each that is there; with every heartbeat each
says again that it is still there. One that leaves says goodbye; of one that cannot, nothing is heard any more.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LEFT_AFTER_SECONDS = 40.0
"""So long after it was last heard of, two heartbeats and a bit, a screen counts as gone."""


def task_group(item_id: str) -> str:
    """The channel group of the screens that show a task."""
    return f"task.{item_id}"


@dataclass(slots=True)
class Presence:
    """What one screen knows: the task it shows, and which other screens show it, by channel: (person, heard at)."""

    layer: Any
    channel: str
    changed: Callable[[str, list[int]], Awaitable[None]]
    item: str = ""
    others: dict[str, tuple[int, float]] = field(default_factory=dict)
    told: frozenset[int] = frozenset()

    async def come(self, item: str, person: int) -> None:
        """Show this task from now on; the caller has asked whether the person may see it."""
        self.item, self.others, self.told = item, {}, frozenset()
        await self.layer.group_add(task_group(item), self.channel)
        await self._say("presence.came", person)

    async def leave(self) -> None:
        """Show no task any more, and say goodbye to the others."""
        if not self.item:
            return
        await self.layer.group_discard(task_group(self.item), self.channel)
        await self._say("presence.left", 0)
        self.item, self.others, self.told = "", {}, frozenset()

    async def renew(self, person: int) -> None:
        """Say that this screen is still there, and forget those who have not said so for long."""
        if not self.item:
            return
        await self._say("presence.here", person)
        oldest = time.monotonic() - LEFT_AFTER_SECONDS
        self.others = {channel: known for channel, known in self.others.items() if known[1] > oldest}
        await self._tell(person)

    async def heard(self, message: Mapping[str, Any], person: int) -> None:
        """Another screen has come, is there, or has left."""
        channel = str(message["channel"])
        if message["item"] != self.item or channel == self.channel:
            return
        if message["type"] == "presence.left":
            self.others.pop(channel, None)
        else:
            self.others[channel] = (int(message["person"]), time.monotonic())
        if message["type"] == "presence.came":
            await self.layer.send(channel, self._message("presence.here", person))
        await self._tell(person)

    async def _tell(self, person: int) -> None:
        there = frozenset(other for other, _heard in self.others.values()) - {person}
        if there != self.told:
            self.told = there
            await self.changed(self.item, sorted(there))

    async def _say(self, kind: str, person: int) -> None:
        await self.layer.group_send(task_group(self.item), self._message(kind, person))

    def _message(self, kind: str, person: int) -> dict[str, Any]:
        return {"type": kind, "item": self.item, "channel": self.channel, "person": person}
