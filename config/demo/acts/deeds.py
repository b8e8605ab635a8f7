"""One act of the simulation, and picking whom and what it is about."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.models import User
from bpmn.forms import FormRefused
from config.demo.company import holders_of
from crm_core.exceptions import CrmRefusal
from tasks_inbox.exceptions import InboxRefusal
from workflows.exceptions import WorkflowError

Row = TypeVar("Row", bound=Model)

REFUSALS = (CrmRefusal, InboxRefusal, WorkflowError, FormRefused)
"""Somebody else was faster, or may not: nothing was changed, and it is no error."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what on which record."""

    who: User
    what: str
    record: str

    def __str__(self) -> str:
        return f"{self.who.username:12} {self.what}: {self.record}"


Act = Callable[[random.Random], Deed | None]
"""Does something by one command; None when there is nothing of the kind to do. Raises REFUSALS."""


def about(record: Any) -> str:
    """A record in a word: its number, and subject, title or name."""
    words = next((getattr(record, name) for name in ("subject", "title", "name") if getattr(record, name, "")), "")
    of = getattr(record, "customer", None)
    return " · ".join(text for text in (str(getattr(record, "number", "")), str(words or of or "")) if text)


def holder(chance: random.Random, *roles: str) -> User | None:
    """Somebody of the demo company who holds one of the roles now."""
    people = [person for role in roles for person in holders_of(role)]
    return chance.choice(people) if people else None


def any_of(chance: random.Random, rows: QuerySet[Row]) -> Row | None:
    """One of the rows, each as likely as the others; the order makes the same chance choose the same row."""
    count = rows.count()
    return rows.order_by("number")[chance.randrange(count)] if count else None
