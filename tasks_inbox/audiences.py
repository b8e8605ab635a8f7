"""Who hears of a change to a work item: channel groups of people, queues and records, told by ids only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from tasks_inbox.followers import followers_of
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import load_offers, offers_of
from workflows.nudge import Hint, nudge_all

HINTS_PER_MESSAGE = 40
LONGEST_GROUP = 90
EVERY_TASK = "tasks"
"""The channel group of screens that show other people's tasks; it hears that something changed, never what."""


def user_group(user_id: int) -> str:
    """The channel group of one person's screens."""
    return f"user.{user_id}"


def cover_group(user_id: int) -> str:
    """The channel group of those who stand in for one person everywhere: it hears of what that person has."""
    return f"cover.{user_id}"


def queue_group(group_key: str) -> str:
    """The channel group of a queue, one each; Channels allows letters, digits, hyphen, underscore and full stop.

    Every other character stands by its number, so that no two keys share a group and hear of each other's tasks.
    """
    name = re.sub(r"[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}_", group_key)
    return "group." + (name if len(name) < LONGEST_GROUP else hashlib.sha256(group_key.encode()).hexdigest())


def record_group(kind: str, record_id: str) -> str:
    """The channel group of the screens that show a record."""
    return f"record.{kind}.{record_id}"


def tell(items: Iterable[WorkItem], *, also: Iterable[int] = (), by: int | None = None) -> None:
    """Hint at commit that items changed; ``by`` took or ended them.

    Told are holders and who stands in for them, candidates, starters, followers, those who have delegated them, and
    ``also``.

    Screens that show an item's record are told that the record changed, not which item.
    """
    rows = list(items)
    if not rows:
        return
    load_offers(rows)
    groups = {user_group(user_id) for user_id in also}
    for item in rows:
        people = (item.assignee_id, item.delegated_by_id, item.ended_by_id, item.instance.started_by_id)
        groups |= {user_group(user_id) for user_id in people if user_id is not None}
        if item.assignee_id is not None:
            groups.add(cover_group(item.assignee_id))
        groups |= {user_group(person.pk) for person in followers_of(item)}
        groups |= {queue_group(key) if user_id is None else user_group(user_id) for key, user_id, _ in offers_of(item)}
    marks = [[str(item.pk), item.version] for item in rows]
    parts = [marks[start : start + HINTS_PER_MESSAGE] for start in range(0, len(marks), HINTS_PER_MESSAGE)]
    records = {(item.record_kind, item.record_id) for item in rows if item.record_kind}
    nudge_all(
        [
            *((groups, {"type": "inbox.hint", "items": part, "by": by}) for part in parts),
            ([EVERY_TASK], {"type": "tasks.hint"}),
            *(_record_hint(kind, record_id) for kind, record_id in sorted(records)),
        ]
    )


def tell_person(item: WorkItem, user_id: int) -> None:
    """Hint at commit to one person's screens that an item changed for them alone."""
    nudge_all([([user_group(user_id)], {"type": "inbox.hint", "items": [[str(item.pk), item.version]], "by": None})])


def tell_record(kind: str, record_id: str) -> None:
    """Hint at commit to the screens that show a record that something about it changed."""
    nudge_all([_record_hint(kind, record_id)])


def _record_hint(kind: str, record_id: str) -> Hint:
    return [record_group(kind, record_id)], {"type": "record.hint", "kind": kind, "id": record_id}
