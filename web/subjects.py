"""What a task or process is about, as lists and headers show it: the record, its customer, the one deciding fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from web.components import money
from workflows import records

MASK = "•••"
LOADED = ("customer", "customer__level", "from_level", "to_level", "level")
ALARMING = frozenset({"critical", "major", "urgent", "high"})


class About(Protocol):
    """Anything that is about a record: a task, an instance."""

    record_kind: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A record the reader may see; ``fact`` is the value that decides, with its tone."""

    kind: str
    kind_label: str
    number: str
    title: str
    url: str
    record: Any
    customer: Any = None
    customer_url: str = ""
    fact: str = ""
    fact_label: str = ""
    fact_tone: str = ""

    @property
    def is_called_by_customer(self) -> bool:
        """Whether the title is the customer's name: a complaint has words of its own."""
        return self.customer is not None and self.kind in {"customer", "level_change"}


def subjects_of(user: User, rows: Iterable[About]) -> dict[tuple[str, str], Subject]:
    """The records of many rows by (kind, id), as far as the person may see them: one query per kind."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.record_kind in records.kinds() and row.record_id:
            wanted[row.record_kind].add(row.record_id)
    found: dict[tuple[str, str], Subject] = {}
    for kind, ids in wanted.items():
        entry = records.kind(kind)
        hidden = entry.mask_for(user)
        related = [name for name in LOADED if _has(entry.model, name)]
        for record in entry.visible_to(user).filter(pk__in=ids).select_related(*related):
            found[kind, str(record.pk)] = _subject(entry, record, hidden)
    return found


def subject_of(user: User, row: About) -> Subject | None:
    """The record of one row, None when there is none or the person may not see it."""
    return subjects_of(user, [row]).get((row.record_kind, row.record_id))


def _subject(entry: records.RecordKind, record: Any, hidden: frozenset[str]) -> Subject:
    customer = record if entry.kind == "customer" else getattr(record, "customer", None)
    fact, label, tone = _fact(record, hidden)
    return Subject(
        kind=entry.kind,
        kind_label=str(entry.label),
        number=entry.number(record),
        title=MASK if hidden & {"name", "title"} else entry.title(record),
        url=entry.url(record),
        record=record,
        customer=customer,
        customer_url=records.kind("customer").url(customer) if customer is not None else "",
        fact=fact,
        fact_label=label,
        fact_tone=tone,
    )


def _fact(record: Any, hidden: frozenset[str]) -> tuple[str, str, str]:
    """What decides, its name and tone: the levels of a change, the budget of a plan, the severity of a request."""
    if hasattr(record, "budget_total"):
        return ("" if "budget_total" in hidden else money(record.budget_total)), _("Asked for"), ""
    if getattr(record, "to_level", None) is not None and getattr(record, "from_level", None) is not None:
        return _("%(old)s → %(new)s") % {"old": record.from_level, "new": record.to_level}, _("Asked for"), ""
    for name in ("severity", "priority"):
        value = getattr(record, name, "")
        if isinstance(value, str) and value and hasattr(record, f"get_{name}_display"):
            label = _("Severity") if name == "severity" else _("Priority")
            return str(getattr(record, f"get_{name}_display")()), label, "danger" if value in ALARMING else ""
    return "", "", ""


def _has(model: type[Model], path: str) -> bool:
    """Whether a path of foreign keys leads somewhere."""
    at: Any = model
    for name in path.split("__"):
        try:
            at = at._meta.get_field(name).related_model
        except FieldDoesNotExist:
            return False
        if at is None:
            return False
    return True
