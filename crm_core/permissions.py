"""Who may touch which record: rows outside a person's sight do not exist for them, the rest asks the data scopes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts import scopes
from accounts.models import User
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused
from crm_core.records import Stamped

Row = TypeVar("Row", bound=Stamped)


def require(actor: User, action: str, kind: str, record: Any = None) -> None:
    """Raise NotPermitted unless the person may do ``action`` to ``record`` (or to some record of ``kind``)."""
    if not scopes.may(actor, action, kind, record):
        raise NotPermitted


def seen(model: type[Row], actor: User, pk: UUID | str, *, lock: bool = False) -> Row:
    """The record if the person may see it, locked when asked for; raises RecordNotFound."""
    rows = model.objects.visible_to(actor)  # type: ignore[attr-defined]
    if lock:
        rows = rows.select_for_update(of=("self",))
    try:
        found: Row = rows.get(pk=pk)
    except (model.DoesNotExist, ValidationError, ValueError):
        raise RecordNotFound from None
    return found


def locked(model: type[Row], actor: User, pk: UUID | str) -> Row:
    """The record locked for the rest of the transaction, if the person may see it; raises RecordNotFound."""
    return seen(model, actor, pk, lock=True)


def require_writable(actor: User, kind: str, names: Iterable[str], allowed: frozenset[str]) -> None:
    """Refuse fields that do not exist for editors, or that are read-only, masked or hidden for this person."""
    closed = scopes.read_only_for(actor, kind)
    refused = {name: [str(NotPermitted.message)] for name in names if name not in allowed or name in closed}
    if refused:
        raise ValuesRefused(refused)
