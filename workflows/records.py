"""The record kinds processes can be about: CRM areas register theirs, everyone else asks here by kind and id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet

from accounts.models import User
from workflows.exceptions import RecordNotFound, UnknownRecordKind
from workflows.texts import bounded

NOTHING_MASKED: frozenset[str] = frozenset()
Differences = Mapping[str, tuple[Any, Any]]
"""Fields by name with what stood there before and what stands there now; a secret is None on both sides."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """How a kind of record counts its changes: the column with the number, and what changed ``since(id, number)``.

    Fields that only keep the books (clocks, states the process itself sets) are left out of the differences: whoever
    decides on the record does not decide on them.
    """

    column: str
    since: Callable[[Any, int], Differences]


@dataclass(frozen=True, slots=True)
class RecordKind:
    """What the lower layers may know about a kind of record."""

    kind: str
    model: type[Model]
    label: Any
    url: Callable[[Any], str]
    visible_to: Callable[[User], QuerySet[Any]]
    number: Callable[[Any], str]
    mask_for: Callable[[User], frozenset[str]]
    title: Callable[[Any], str]
    org_unit: Callable[[Any], str]
    begins_at: str
    starts_itself: bool
    worth: str = ""
    revisions: Revisions | None = None


_kinds: dict[str, RecordKind] = {}
_kind_of_model: dict[type[Model], str] = {}


def register(
    kind: str,
    *,
    model: type[Model],
    label: Any,
    url: Callable[[Any], str],
    visible_to: Callable[[User], QuerySet[Any]],
    number: Callable[[Any], str],
    mask_for: Callable[[User], frozenset[str]] = lambda user: NOTHING_MASKED,
    title: Callable[[Any], str] = str,
    org_unit: Callable[[Any], str] | None = None,
    begins_at: str = "",
    starts_itself: bool = False,
    worth: str = "",
    revisions: Revisions | None = None,
) -> None:
    """Make a kind of record known.

    ``url(record)`` is its page, ``visible_to(user)`` the rows a person may see, ``number(record)`` its business
    key, ``mask_for(user)`` the fields hidden from a person, ``title(record)`` the words lists show for it,
    ``org_unit(record)`` the id of the unit it belongs to (default: its ``org_unit_id``). ``begins_at`` is the page
    where a process about such a record begins; with ``starts_itself`` that is where the record is made, and making
    it starts the process, which nobody can start by hand. ``worth`` is the field with the amount that is at stake.
    ``revisions`` lets decisions be bound to the record as it was seen.
    """
    _kinds[kind] = RecordKind(
        kind,
        model,
        label,
        url,
        visible_to,
        number,
        mask_for,
        title,
        org_unit or _unit_of,
        begins_at,
        starts_itself,
        worth,
        revisions,
    )
    _kind_of_model[model] = kind


def kinds() -> Mapping[str, RecordKind]:
    """All registered kinds by name."""
    return _kinds


def kind(name: str) -> RecordKind:
    """The registered kind; raises UnknownRecordKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownRecordKind(f"No record kind {name!r} is registered.") from None


def kind_of(record: Model) -> RecordKind:
    """The kind a record belongs to; raises UnknownRecordKind."""
    try:
        return _kinds[_kind_of_model[type(record)]]
    except KeyError:
        raise UnknownRecordKind(f"{type(record).__name__} is not registered as a record kind.") from None


def resolve(kind_name: str, record_id: Any) -> Model:
    """The record itself; raises UnknownRecordKind or RecordNotFound."""
    model = kind(kind_name).model
    try:
        return model._default_manager.get(pk=record_id)
    except (ObjectDoesNotExist, ValueError, ValidationError):
        raise RecordNotFound(f"There is no {kind_name} {record_id}.") from None


def resolve_many(kind_name: str, record_ids: Iterable[Any]) -> dict[str, Model]:
    """The existing records among these ids, by id as text, in one query."""
    return {str(record.pk): record for record in kind(kind_name).model._default_manager.filter(pk__in=set(record_ids))}


def revision_of(record: Any) -> int:
    """The number of the record's last change; 0 for kinds that count none."""
    counted = _kinds[_kind_of_model[type(record)]].revisions if type(record) in _kind_of_model else None
    return int(getattr(record, counted.column)) if counted is not None else 0


def attach(row: Any, record: Model) -> None:
    """Let a row (an instance) be about this record: kind, id, business key and unit; the caller saves it."""
    found = kind_of(record)
    row.record_kind, row.record_id = found.kind, str(record.pk)
    row.number = bounded(found.number(record))
    row.org_unit = found.org_unit(record)


def is_visible(user: User, kind_name: str, record_id: Any) -> bool:
    """Whether the person may see this record; unknown kinds are visible to nobody."""
    if kind_name not in _kinds:
        return False
    try:
        return _kinds[kind_name].visible_to(user).filter(pk=record_id).exists()
    except (ValueError, ValidationError):
        return False


def _unit_of(record: Any) -> str:
    return str(getattr(record, "org_unit_id", "") or "")
