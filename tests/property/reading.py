"""The rows of a family, read without composing a query each time, and one short text that changes with any of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from tasks_inbox.models import (
    Candidate,
    Comment,
    Consultation,
    Copy,
    Draft,
    HeldAct,
    Labelling,
    Signer,
    Snooze,
    Watch,
    WorkItem,
    WorkItemEvent,
)
from workflows import statements
from workflows.models import Effect, Incident, ProcessInstance, Subscription, Timer
from workflows.rows import Table

M = TypeVar("M", bound=Model)

OF_ROOT = "t.root_id = %(root)s"
OF_FAMILY = "t.instance_id IN (SELECT id FROM workflows_processinstance WHERE root_id = %(root)s)"
OF_ITEMS = (
    "t.item_id IN (SELECT item.id FROM tasks_inbox_workitem AS item JOIN workflows_processinstance AS instance"
    " ON instance.id = item.instance_id WHERE instance.root_id = %(root)s)"
)
_OF_ITEMS: tuple[type[Model], ...] = (
    *(Candidate, Comment, Consultation, Copy, Draft, HeldAct, Labelling, Signer, Snooze, Watch, WorkItemEvent),
)


def _rows(model: type[Model], where: str) -> str:
    table = model._meta.db_table
    return f"(SELECT string_agg(t::text, '' ORDER BY t::text) FROM {table} AS t WHERE {where})"


def _print(parts: Sequence[str]) -> str:
    return f"md5(concat_ws('|', {', '.join(parts)}))"


_ENGINE = _print(
    [
        _rows(ProcessInstance, OF_ROOT),
        *(_rows(model, OF_FAMILY) for model in (Timer, Subscription, Effect, Incident)),
    ]
)
_INBOX = _print([_rows(WorkItem, OF_FAMILY), *(_rows(model, OF_ITEMS) for model in _OF_ITEMS)])
_PRINTS = f"SELECT {_ENGINE}, {_INBOX}"


def prints_of(root: UUID) -> tuple[str, str]:
    """One print of what the engine keeps of a family, one of what people have of it."""
    found = statements.ask(_PRINTS, parameters={"root": root})
    assert found is not None
    return found[0], found[1]


@cache
def _table(model: type[Model]) -> Table[Any]:
    return Table(model)


def rows_of(model: type[M], where: str, root: UUID, **more: Any) -> list[M]:
    """The rows of a model that belong to a family; ``where`` may end with an order."""
    table = _table(model)
    sql = f"SELECT {table.columns('t')} FROM {model._meta.db_table} AS t WHERE {where}"
    found = (table.read(row)[0] for row in statements.ask_all(sql, parameters={"root": root, **more}))
    return [row for row in found if row is not None]
