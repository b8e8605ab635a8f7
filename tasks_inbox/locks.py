"""Locking a work item and reading all that a command asks about it, in one round trip.

Order: the family's root, if the command moves the process, then the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from accounts.models import OrgUnit, User
from tasks_inbox import contents
from tasks_inbox.drafts import keep_authors
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import Offer, keep_offers
from workflows import statements
from workflows.families import Family
from workflows.locks import root_lock
from workflows.models import ProcessInstance
from workflows.rows import Table

_ITEMS, _INSTANCES, _UNITS = Table(WorkItem), Table(ProcessInstance), Table(OrgUnit)

_LOCK_FAMILY = root_lock("SELECT instance_id FROM tasks_inbox_workitem WHERE id = %(item)s")
_LOCK_ITEM = "SELECT FROM tasks_inbox_workitem WHERE id = %(item)s FOR UPDATE"
# A statement of its own after the locks, so that it sees what those who held them have written.
_READ = f"""
SELECT {_ITEMS.columns("item")}, {_INSTANCES.columns("instance")}, {_UNITS.columns("unit")},
    ARRAY(
        SELECT json_build_array(group_key, user_id, escalated)::text FROM tasks_inbox_candidate WHERE item_id = item.id
    ),
    ARRAY(SELECT user_id FROM tasks_inbox_draft WHERE item_id = item.id), {{record}}
FROM tasks_inbox_workitem AS item
JOIN workflows_processinstance AS instance ON instance.id = item.instance_id
LEFT JOIN accounts_orgunit AS unit ON unit.id = item.org_unit_id
WHERE item.id = %(item)s
"""  # noqa: S608 - constants

_LOCK_AT = f"""
SELECT {_ITEMS.columns("item")} FROM tasks_inbox_workitem AS item
WHERE instance_id = %(instance)s AND step = ANY(%(steps)s) AND status = 'open'
ORDER BY id FOR UPDATE
"""  # noqa: S608 - constants


def lock_item(work_item_id: UUID | str) -> WorkItem:
    """The item under a row lock, with process, unit and offers. Raises WorkItemUnknown."""
    return _read(work_item_id, _LOCK_ITEM)


def lock_item_and_family(
    work_item_id: UUID | str, *, actor: User | None, as_of: datetime | None = None, with_record: bool = False
) -> tuple[WorkItem, Family]:
    """The same with the family of its process locked before; the family has the item at hand.

    ``as_of`` is the moment at which an act was accepted that is carried out now. ``with_record`` locks the record the
    item is about, too, and reads its revision (`contents`).
    """
    item = _read(work_item_id, _LOCK_FAMILY, _LOCK_ITEM, record=contents.locked_revision() if with_record else "NULL")
    instance = item.instance
    family = Family(instance if instance.is_root else instance.root, actor=actor, as_of=as_of)
    family.add(instance)
    family.at_hand[item.instance_id, item.step] = item
    return item, family


def lock_items_at(instance: ProcessInstance, steps: Sequence[str]) -> list[WorkItem]:
    """The open items of these steps of a locked process, locked in the order of their ids."""
    if not steps:
        return []
    rows = statements.ask_all(_LOCK_AT, parameters={"instance": instance.pk, "steps": list(steps)})
    items = [item for item, _rest in map(_ITEMS.read, rows) if item is not None]
    for item in items:
        _ITEMS.relate(item, instance=instance)
    return items


def _read(work_item_id: UUID | str, *locks: str, record: str = "NULL") -> WorkItem:
    assert connection.in_atomic_block
    row = statements.ask(*locks, _reading(record), parameters={"item": WorkItem._meta.pk.to_python(work_item_id)})
    if row is None:
        raise WorkItemUnknown
    return _assembled(row)


@lru_cache(maxsize=16)
def _reading(record: str) -> str:
    return _READ.format(record=record)


def _assembled(row: tuple[Any, ...]) -> WorkItem:
    item, rest = _ITEMS.read(row)
    instance, rest = _INSTANCES.read(rest)
    unit, (offers, authors, revision) = _UNITS.read(rest)
    assert item is not None
    assert instance is not None
    _ITEMS.relate(item, instance=instance, org_unit=unit)
    keep_offers(item, (Offer(*orjson.loads(offer)) for offer in offers))
    keep_authors(item, authors)
    contents.keep_revision(item, revision)
    return item
