"""How long it usually takes from a step on, learned from past processes of the same kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection

from tasks_inbox.models import WorkItem

FEWEST = 8
"""So many past processes say something; fewer say nothing."""
KEPT_SECONDS = 600
LATEST = 200
_LOOKED_AT = 2000

# The index on process and start bounds the walk; the items of each are found by their unique key.
_OVER = """
    SELECT id, ended_at FROM (
        SELECT id, status, ended_at FROM workflows_processinstance
        WHERE process_key = %(process)s ORDER BY started_at DESC LIMIT %(looked_at)s
    ) AS latest WHERE status = 'completed' LIMIT %(latest)s
"""
_USUALLY = f"""
SELECT count(*),
    extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY whole)),
    extract(epoch FROM percentile_cont(0.8) WITHIN GROUP (ORDER BY whole)),
    extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY own))
FROM (
    SELECT over.ended_at - item.created_at AS whole, item.ended_at - item.created_at AS own
    FROM ({_OVER}) AS over
    CROSS JOIN LATERAL (
        SELECT created_at, ended_at FROM tasks_inbox_workitem
        WHERE instance_id = over.id AND element = %(element)s AND status = 'completed' AND part_of = ''
        ORDER BY created_at DESC LIMIT 1
    ) AS item
) AS past
"""  # noqa: S608
_OF_STEPS = f"""
SELECT item.element, extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY item.ended_at - item.created_at))
FROM ({_OVER}) AS over
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (element) element, created_at, ended_at FROM tasks_inbox_workitem
    WHERE instance_id = over.id AND element = ANY(%(elements)s) AND status = 'completed' AND part_of = ''
    ORDER BY element, created_at DESC
) AS item
GROUP BY item.element HAVING count(*) >= %(fewest)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Usually:
    """The time from the arrival of a step: until half and until four fifths of the processes were over, and for itself.

    ``count`` is the number of past processes it was learned from.
    """

    half: timedelta
    most: timedelta
    own: timedelta
    count: int

    def likely(self, item: WorkItem) -> tuple[datetime, datetime]:
        """When the item's process is likely over: as often before as after the first, mostly before the second."""
        return item.created_at + self.half, item.created_at + self.most


def usually(item: WorkItem) -> Usually | None:
    """What past processes of this kind say about the item's step; None when there are too few.

    One statement, asked again at most every ten minutes for each step of a version.
    """
    key = f"usually:{item.instance.version_id}:{item.element}"
    kept: tuple[Usually | None] | None = cache.get(key)
    if kept is None:
        kept = (_asked(item),)
        cache.set(key, kept, KEPT_SECONDS)
    return kept[0]


def usual_times(process_key: str, version: UUID, elements: Iterable[str]) -> Mapping[str, timedelta]:
    """How long each of a version's steps took half of the past processes of its kind; unknown ones are left out.

    One statement for all ``elements``, asked again at most every ten minutes for each version.
    """
    key = f"usual-times:{version}"
    kept: dict[str, timedelta] | None = cache.get(key)
    if kept is None:
        asked = {**_bounds(process_key), "elements": list(elements), "fewest": FEWEST}
        with connection.cursor() as cursor:
            cursor.execute(_OF_STEPS, asked)
            kept = {element: timedelta(seconds=float(seconds)) for element, seconds in cursor.fetchall()}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _bounds(process_key: str) -> dict[str, str | int]:
    return {"process": process_key, "latest": LATEST, "looked_at": _LOOKED_AT}


def _asked(item: WorkItem) -> Usually | None:
    with connection.cursor() as cursor:
        cursor.execute(_USUALLY, {**_bounds(item.process_key), "element": item.element})
        count, *seconds = cursor.fetchone() or (0,)
    if count < FEWEST:
        return None
    half, most, own = (timedelta(seconds=float(each)) for each in seconds)
    return Usually(half, most, own, count)
