"""The timeline of a customer: interactions, processes, level changes and changes of the record, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import nlargest
from typing import Any
from uuid import UUID

from django.db.models import Q, Value

from accounts.models import User
from crm_core.customers import queries as customers
from crm_core.customers.models import Customer
from crm_core.history import RecordChange
from crm_core.interactions.models import Interaction
from crm_core.levels.models import LevelChange
from crm_core.records import Stamped
from workflows import records
from workflows.models import ProcessInstance

PAGE = 30
RECORDS_PER_KIND = 500


class EntryKind(StrEnum):
    """What a timeline entry is about; the page's filters are made of these."""

    INTERACTION = "interaction"
    PROCESS = "process"
    LEVEL = "level"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. ``act`` says what, in a code the page has words for; ``row`` is what it is about."""

    at: datetime
    kind: EntryKind
    act: str
    actor: User | None
    text: str = ""
    number: str = ""
    url: str = ""
    key: str = ""
    fields: dict[str, list[Any]] = field(default_factory=dict)
    row: Any = None


Source = Callable[[User, Customer, datetime | None, int], Iterable[TimelineEntry]]
_more_sources: dict[str, tuple[EntryKind, Source]] = {}


def register_source(name: str, kind: EntryKind, source: Source) -> None:
    """Let another area add entries; it answers at most ``limit`` entries before a moment that the person may see."""
    _more_sources[name] = (kind, source)


def timeline(
    user: User,
    customer_id: UUID | str,
    *,
    kinds: frozenset[EntryKind] = frozenset(EntryKind),
    before: datetime | None = None,
    limit: int = PAGE,
) -> list[TimelineEntry]:
    """The newest entries before a moment, as far as the person may see them; a fixed number of queries.

    The next page begins at the ``at`` of the last entry. Raises RecordNotFound.
    """
    customer = customers.customer(user, customer_id)
    entries = [
        entry
        for kind, source in (*_SOURCES, *_more_sources.values())
        if kind in kinds
        for entry in source(user, customer, before, limit)
    ]
    return nlargest(limit, entries, key=lambda entry: (entry.at, entry.key))


def _interactions(user: User, customer: Customer, before: datetime | None, limit: int) -> Iterable[TimelineEntry]:
    rows = Interaction.objects.filter(customer=customer).select_related("by", "contact").order_by("-at", "-id")
    for row in (rows.filter(at__lt=before) if before else rows)[:limit]:
        yield TimelineEntry(row.at, EntryKind.INTERACTION, row.kind, row.by, row.summary, key=str(row.pk), row=row)


def _processes(user: User, customer: Customer, before: datetime | None, limit: int) -> Iterable[TimelineEntry]:
    rows = running_and_past(user, customer).select_related("started_by").order_by("-moved_at")
    for row in (rows.filter(started_at__lt=before) if before else rows)[:limit]:
        yield TimelineEntry(
            row.started_at,
            EntryKind.PROCESS,
            "started",
            row.started_by,
            row.process_key,
            row.number,
            key=f"{row.pk}s",
            row=row,
        )
        if row.ended_at is not None and (before is None or row.ended_at < before):
            yield TimelineEntry(
                row.ended_at, EntryKind.PROCESS, "ended", None, row.process_key, row.number, key=f"{row.pk}e", row=row
            )


def running_and_past(user: User, customer: Customer) -> Any:
    """The processes about a customer or about records of the customer (requests, orders, level changes ...) that the
    person may see; of each kind the newest 500 records count."""
    condition = Q(record_kind=Customer.record_kind, record_id=str(customer.pk))
    for kind, ids in _records_of(user, customer).items():
        condition |= Q(record_kind=kind, record_id__in=ids)
    return ProcessInstance.objects.filter(condition, parent=None)


def _records_of(user: User, customer: Customer) -> dict[str, list[str]]:
    """The ids of the customer's visible records by kind, in one query."""
    parts = [
        kind.visible_to(user)
        .filter(customer=customer)
        .order_by("-created_at")
        .annotate(of_kind=Value(kind.kind))
        .values_list("of_kind", "pk")[:RECORDS_PER_KIND]
        for kind in records.kinds().values()
        if _belongs_to_customer(kind.model)
    ]
    found: dict[str, list[str]] = {}
    for kind_name, pk in parts[0].union(*parts[1:], all=True):
        found.setdefault(kind_name, []).append(str(pk))
    return found


def _belongs_to_customer(model: Any) -> bool:
    """Whether rows of the model are kept for one customer each."""
    names = {field.name for field in model._meta.concrete_fields if field.related_model is Customer}
    return "customer" in names and issubclass(model, Stamped)


def _level_changes(user: User, customer: Customer, before: datetime | None, limit: int) -> Iterable[TimelineEntry]:
    changes = {
        change.pk: change
        for change in LevelChange.objects.visible_to(user)
        .filter(customer=customer)
        .select_related("from_level", "to_level")
    }
    if not changes:
        return
    rows = RecordChange.objects.filter(kind=LevelChange.record_kind, record_id__in=changes, act__in=_LEVEL_ACTS)
    rows = (rows.filter(at__lt=before) if before else rows).select_related("by").order_by("-at", "-record_version")
    for row in rows[:limit]:
        change = changes[row.record_id]
        url = records.kind(LevelChange.record_kind).url(change)
        yield TimelineEntry(
            row.at, EntryKind.LEVEL, row.act, row.by, row.note, change.number, url, key=str(row.pk), row=change
        )


def _changes(user: User, customer: Customer, before: datetime | None, limit: int) -> Iterable[TimelineEntry]:
    rows = customers.changes_of(user, customer.pk, before=before)
    for row in rows[:limit]:
        shown = customers.shown_fields(user, row)
        yield TimelineEntry(row.at, EntryKind.CHANGE, row.act, row.by, row.note, key=str(row.pk), fields=shown, row=row)


_LEVEL_ACTS = ("requested", "approved", "rejected", "applied", "revoked", "withdrawn", "expired", "objected")
_SOURCES: tuple[tuple[EntryKind, Source], ...] = (
    (EntryKind.INTERACTION, _interactions),
    (EntryKind.PROCESS, _processes),
    (EntryKind.LEVEL, _level_changes),
    (EntryKind.CHANGE, _changes),
)
