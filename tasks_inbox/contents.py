"""What a decision is bound to: the form as it was shown, and the revision of the record that stood beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from bpmn import forms
from bpmn import queries as definitions
from tasks_inbox.models import WorkItem
from workflows import records

_KEPT_AS = "_baton_record_revision"
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody had before their eyes: revision of the record, length of the process's history, hash of the form.

    ``record`` 0 means that no record was shown. As text it goes out with the form and comes back with the decision; it
    binds only who sends it, so it needs no seal.
    """

    record: int
    history: int
    digest: str

    def __str__(self) -> str:
        return f"{self.record}.{self.history}.{self.digest}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The mark in a text; None for anything else."""
        parts = text.split(".")
        numbers = parts[:-1]
        if len(parts) != _PARTS or not all(each.isascii() and each.isdigit() and len(each) < 10 for each in numbers):
            return None
        return cls(int(parts[0]), int(parts[1]), parts[2])


def mark_of(item: WorkItem, variables: dict[str, Any], schema: Any, *, record: int) -> Mark:
    """The mark of what an open item shows now: its form with these variables, beside this revision of the record."""
    return Mark(record, item.instance.history_length, digest(item, variables, schema))


def digest(item: WorkItem, variables: dict[str, Any], schema: Any) -> str:
    """A hash over the form of the version the process runs under and the values it shows."""
    shown = forms.prefill(schema, variables) if schema is not None else {}
    text = orjson.dumps(shown, option=orjson.OPT_SORT_KEYS, default=str)
    form = _form_digest(item.instance.version_id, item.form) + item.signing.encode()
    return hashlib.blake2b(form + text, digest_size=16).hexdigest()


@lru_cache(maxsize=1024)
def _form_digest(version_id: UUID, form: str) -> bytes:
    """The same for the same form, also in another version of the process."""
    deployed = definitions.version_bundle(version_id).forms.get(form) if form else None
    return hashlib.blake2b(orjson.dumps(deployed, option=orjson.OPT_SORT_KEYS, default=str), digest_size=16).digest()


# --- the record beside the form ---------------------------------------------------------------------------------------


def locked_revision() -> str:
    """The SQL of the revision of the record an ``item`` is about, which locks it against changes until the end."""
    counted = tuple(
        (kind.kind, kind.model._meta.db_table, kind.revisions.column, str(kind.model._meta.pk.db_type(connection)))
        for kind in records.kinds().values()
        if kind.revisions is not None
    )
    return _locked_revision(counted)


@lru_cache(maxsize=16)
def _locked_revision(counted: tuple[tuple[str, str, str, str], ...]) -> str:
    quoted = connection.ops.quote_name
    cases = [
        f"WHEN item.record_kind = '{kind}' AND item.record_id <> '' THEN (SELECT {quoted(column)} FROM {quoted(table)} "  # noqa: S608 - names of models
        f"AS record WHERE record.id = item.record_id::{type_} FOR NO KEY UPDATE)"
        for kind, table, column, type_ in counted
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def keep_revision(item: WorkItem, revision: int | None) -> None:
    """Let a locked item know the revision of its record."""
    setattr(item, _KEPT_AS, revision)


def record_changed(item: WorkItem, seen: Mark) -> bool:
    """Whether something people decide on changed in the record of a locked item since it was seen.

    Asks the database only when its number is another than then.
    """
    now = getattr(item, _KEPT_AS, None)
    if not seen.record or now is None or now == seen.record:
        return False
    return bool(record_differences(item, seen))


def record_differences(item: WorkItem, seen: Mark) -> records.Differences:
    """What is different in the record by field, as stored: the caller masks it. Empty where no record was seen."""
    kind = records.kinds().get(item.record_kind)
    if kind is None or kind.revisions is None or not seen.record:
        return {}
    return kind.revisions.since(item.record_id, seen.record)
