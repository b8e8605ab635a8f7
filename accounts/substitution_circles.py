"""Whether substitutes would stand in for each other in a circle at some moment, in some process and branch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from accounts.models import Substitution

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Extent:
    """When and where a chain of substitutions is in force; ``processes`` None means all, ``place`` a path prefix."""

    starts: datetime
    ends: datetime
    processes: frozenset[str] | None
    place: str

    @classmethod
    def of(cls, row: Substitution) -> _Extent:
        processes = frozenset(row.process_keys) if row.process_keys else None
        return cls(row.starts, row.ends or _NEVER, processes, row.branch.path if row.branch else "/")

    def shared_with(self, other: _Extent) -> _Extent | None:
        starts, ends = max(self.starts, other.starts), min(self.ends, other.ends)
        processes = other.processes if self.processes is None else self.processes
        if self.processes is not None and other.processes is not None:
            processes = self.processes & other.processes
        narrow, wide = sorted((self.place, other.place), key=len, reverse=True)
        if starts >= ends or processes == frozenset() or not narrow.startswith(wide):
            return None
        return _Extent(starts, ends, processes, narrow)


def closes_circle(new: Substitution) -> bool:
    """Whether a chain of substitutes leads from the new substitute back to the substituted."""
    by_absent: dict[int, list[Substitution]] = {}
    for row in _overlapping(new):
        by_absent.setdefault(row.substituted_id, []).append(row)
    reached: set[tuple[int, _Extent]] = set()
    waiting = [(new.substitute_id, _Extent.of(new))]
    while waiting:
        person, extent = waiting.pop()
        if person == new.substituted_id:
            return True
        if (person, extent) not in reached:
            reached.add((person, extent))
            waiting.extend(_next(by_absent.get(person, ()), extent))
    return False


def _overlapping(new: Substitution) -> Iterable[Substitution]:
    rows = Substitution.objects.select_related("branch").filter(Q(ends=None) | Q(ends__gt=new.starts))
    return rows if new.ends is None else rows.filter(starts__lt=new.ends)


def _next(rows: Iterable[Substitution], extent: _Extent) -> Iterable[tuple[int, _Extent]]:
    for row in rows:
        shared = extent.shared_with(_Extent.of(row))
        if shared is not None:
            yield row.substitute_id, shared
