"""What a handler or effect knows about the step it works for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model

from accounts.models import User
from workflows import records
from workflows.exceptions import RecordNotFound

Record = TypeVar("Record", bound=Model)


@dataclass(frozen=True, slots=True)
class StepContext:
    """The step on whose behalf a function is called, and the record its process is about.

    ``loop`` numbers the activations of one element (1, 2, ...), ``actor`` is whoever caused the advance (None: a
    timer, a message or the system), ``now`` the moment of the advance. In effects there is no transaction: records
    are read without a lock there, and ``attempt`` of ``attempts`` counts the tries.
    """

    instance_id: UUID
    process_key: str
    number: str
    element: str
    step: str
    loop: int
    now: datetime
    actor: User | None = None
    name: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    record_kind: str = ""
    record_id: str = ""
    in_transaction: bool = True
    rebind: Callable[[Model], None] | None = None
    attempt: int = 1
    attempts: int = 1

    @property
    def idempotency_key(self) -> str:
        """The same for every repetition of this activation: instance, element and loop."""
        return idempotency_key(self.instance_id, self.element, self.loop)

    def bind_record(self, record: Model) -> None:
        """From now on the process is about ``record``: its business key, unit and rights; for service tasks only."""
        if self.rebind is None:
            raise TypeError("an effect cannot change what its process is about")
        self.rebind(record)

    def record(self, model: type[Record], *, lock: bool = True) -> Record:
        """The process's record, locked for the rest of the transaction unless ``lock`` is False.

        Raises RecordNotFound when the process is about another kind of record or the record is gone.
        """
        if not self.record_kind or records.kind(self.record_kind).model is not model:
            raise RecordNotFound(f"The process is about {self.record_kind or 'no record'}, not {model.__name__}.")
        rows: Any = model._default_manager.all()
        if lock and self.in_transaction:
            rows = rows.select_for_update(of=("self",))
        try:
            return cast(Record, rows.get(pk=self.record_id))
        except (ObjectDoesNotExist, ValueError, ValidationError):
            raise RecordNotFound(f"There is no {self.record_kind} {self.record_id}.") from None


def idempotency_key(instance_id: UUID, element: str, loop: int) -> str:
    """The key of everything one activation of an element causes."""
    return f"{instance_id}:{element}:{loop}"
