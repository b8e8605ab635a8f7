"""What happened to a record as events of a timeline: who did what when, and which fields changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from crm_core.history import RecordChange
from crm_core.records import Record
from web.views.crm.changed_fields import words_for

SHOWN = 60


def story_of(
    user: User,
    row: Record,
    *,
    sentences: Mapping[str, str],
    changed: str,
    icons: Mapping[str, str] | None = None,
    silent: frozenset[str] = frozenset(),
) -> list[dict[str, Any]]:
    """The newest happenings first, fields hidden from the person and ``silent`` ones left out.

    ``sentences`` say what an act of the history is in words; ``changed`` is said of all others.
    """
    found = RecordChange.objects.filter(kind=row.record_kind, record_id=row.pk).select_related("by")
    changes = list(found.order_by("-at", "-record_version")[:SHOWN])
    words = words_for(change.fields for change in changes)
    unseen = scopes.mask_for(user, row.record_kind) | silent
    return [
        {
            "icon": (icons or {}).get(change.act, "history"),
            "who": change.by.display_name if change.by else _("System"),
            "what": sentences.get(change.act, changed),
            "at": change.at,
            "body": "\n".join(
                [change.note] * bool(change.note)
                + [
                    f"{entry['label']}: {entry['old'] or '–'} → {entry['new'] or '–'}"
                    for entry in words.differences(type(row), change.fields)
                    if entry["name"] not in unseen
                ]
            ),
        }
        for change in changes
    ]
