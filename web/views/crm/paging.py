"""Pages of long lists: fifty rows, and a count that stops where nobody counts any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

SIZE = 50
COUNTED_TO = 1000


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of rows, with what the pagination component asks of a page."""

    rows: Sequence[Any]
    number: int
    more: bool

    def has_next(self) -> bool:
        """Whether rows follow."""
        return self.more

    def has_previous(self) -> bool:
        """Whether rows come before."""
        return self.number > 1

    def start_index(self) -> int:
        """The number of the first row shown, from 1."""
        return (self.number - 1) * SIZE + 1 if self.rows else 0

    def end_index(self) -> int:
        """The number of the last row shown."""
        return (self.number - 1) * SIZE + len(self.rows)


def slice_of(rows: QuerySet[Any] | Sequence[Any], number: int) -> Slice:
    """The ``number``-th page, in one query."""
    first = (number - 1) * SIZE
    found = list(rows[first : first + SIZE + 1])
    return Slice(found[:SIZE], number, len(found) > SIZE)


def counted(rows: QuerySet[Any]) -> str:
    """How many rows there are, in one query; "1000+" beyond a thousand."""
    found = rows.order_by()[: COUNTED_TO + 1].count()
    return _("%(count)s+") % {"count": COUNTED_TO} if found > COUNTED_TO else str(found)
