"""What is different on a record from the state a person saw last, old -> new, from the record's own history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from crm_core.customers.queries import shown_fields
from crm_core.history import RecordChange
from crm_core.records import Stamped
from web.views.crm.changed_fields import words_for
from web.views.crm.plan_document import Said
from web.views.crm.words import field_label


def number_of(record: Stamped, fields: Collection[str]) -> int:
    """The record's version in which one of these fields changed last: acts that change none count for nothing."""
    rows = RecordChange.objects.filter(
        kind=record.record_kind, record_id=record.pk, fields__has_any_keys=sorted(fields)
    )
    return rows.order_by("-record_version").values_list("record_version", flat=True).first() or 1


def changed_since(user: User, record: Stamped, number: int | None, fields: Collection[str]) -> dict[str, Said]:
    """These fields of the record as they changed after a version, by name: first old, newest now, in words.

    Empty for somebody who never saw it; what is hidden from the person says that it changed, not how.
    """
    if number is None:
        return {}
    rows = RecordChange.objects.filter(
        kind=record.record_kind,
        record_id=record.pk,
        record_version__gt=number,
        fields__has_any_keys=sorted(fields),
    )
    pairs: dict[str, list[Any]] = {}
    for change in rows.order_by("record_version"):
        for name, (old, new) in shown_fields(user, change).items():
            if name in fields:
                pairs[name] = [pairs[name][0] if name in pairs else old, new]
    moved = {name: pair for name, pair in pairs.items() if pair[0] != pair[1] or pair == [None, None]}
    return {row["name"]: _said(row) for row in words_for([moved]).differences(type(record), moved)}


def said(record: Stamped, name: str, value: str, changed: Mapping[str, Said], hidden: Collection[str]) -> Said:
    """One field as the document shows it: its words, and what they were where that changed."""
    label = field_label(type(record), name)
    if name in hidden:
        return Said(label, "", masked=True)
    before = changed.get(name)
    return Said(label, value, before.old, before.state) if before is not None else Said(label, value)


def _said(row: Mapping[str, str]) -> Said:
    old, new = row["old"], row["new"]
    if new == _("hidden") and not old:
        return Said(row["label"], "", masked=True, state="changed")
    return Said(row["label"], new, old, "changed" if new and old else "added" if new else "removed")
