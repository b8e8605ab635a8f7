"""Who could go: technicians of the branch, ranked by skill, area, load, shift and who was there last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.queries import branch_of, members_of
from config import clock
from crm_core.service.models import WorkOrder, WorkOrderStatus

ROLE = "technician"
AT_WORK = (WorkOrderStatus.DISPATCHED, WorkOrderStatus.ACCEPTED, WorkOrderStatus.EN_ROUTE, WorkOrderStatus.ON_SITE,
           WorkOrderStatus.PAUSED)  # fmt: skip
DONE = (WorkOrderStatus.COMPLETED, WorkOrderStatus.INSPECTED, WorkOrderStatus.CLOSED)

_MARKS = (("skilled", "技能符合"), ("of the area", "区域相符"), ("free", "时段空闲"), ("was there last", "上次上门"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One technician and what speaks for them."""

    person: str
    name: str
    skilled: bool
    local: bool
    free: bool
    load: int
    was_last: bool

    @property
    def rank(self) -> tuple[bool, bool, bool, int, bool, str]:
        """Smaller is better: skill first, then area, a free shift, little to carry, the last visitor, the name."""
        return (not self.skilled, not self.local, not self.free, self.load, not self.was_last, self.person)

    def row(self) -> dict[str, Any]:
        """As the process and its forms show it."""
        facts = (self.skilled, self.local, self.free, self.was_last)
        marks = [words for holds, words in zip(facts, _MARKS, strict=True) if holds]
        return {
            "person": self.person,
            "name": self.name,
            "load": self.load,
            "en": ", ".join(en for en, _zh in marks) or "-",
            "zh": "、".join(zh for _en, zh in marks) or "-",
        }


def group_of(role: str, order: WorkOrder) -> str:
    """The candidate group of a role for an order: its branch's, or the role everywhere when nobody is there."""
    branch = branch_of(order.org_unit)
    local = f"{role}@{branch.code}" if branch else role
    return local if members_of(local).exists() else role


def ranked(order: WorkOrder) -> list[Candidate]:
    """Who has not refused and can still carry an order, best first; three queries whatever their number.

    A skill fits by name; an area is one of the person's skills too (as languages are); the shift is free when no
    accepted visit overlaps the window of this one.
    """
    last = _last_visitor(order)
    people = _technicians(order).exclude(username__in=order.refused_by)
    found = [_candidate(person, order, last) for person in people if _load(person) < person.capacity]
    return sorted(found, key=lambda candidate: candidate.rank)


def technicians(order: WorkOrder) -> list[User]:
    """Everybody who may be sent, those who refused among them."""
    return list(members_of(group_of(ROLE, order)).order_by("username"))


def visits_of(person: User | None, *, but: Iterable[WorkOrder] = ()) -> int:
    """How many visits somebody has done before."""
    if person is None:
        return 0
    rows = WorkOrder.objects.filter(technician=person, status__in=DONE)
    return rows.exclude(pk__in=[order.pk for order in but]).count()


def _technicians(order: WorkOrder) -> QuerySet[User]:
    mine = WorkOrder.objects.filter(technician=OuterRef("pk"), status__in=AT_WORK).exclude(pk=order.pk)
    now = clock.now()
    overlapping = mine.filter(window_from__lt=order.window_to or now, window_to__gt=order.window_from or now)
    counted = mine.order_by().values("technician").annotate(count=Count("pk")).values("count")
    return members_of(group_of(ROLE, order)).annotate(load=Coalesce(Subquery(counted), 0), is_busy=Exists(overlapping))


def _candidate(person: User, order: WorkOrder, last: int | None) -> Candidate:
    return Candidate(
        person=person.username,
        name=person.display_name,
        skilled=not order.skill or order.skill in person.skills,
        local=not order.area or order.area in person.skills,
        free=not getattr(person, "is_busy", False),
        load=_load(person),
        was_last=person.pk == last,
    )


def _load(person: User) -> int:
    return int(getattr(person, "load", 0))


def _last_visitor(order: WorkOrder) -> int | None:
    rows = WorkOrder.objects.filter(customer=order.customer_id, status__in=DONE).exclude(pk=order.pk)
    found = rows.exclude(technician=None).order_by("-ended_at", "-created_at").values_list("technician", flat=True)
    return found.first()
