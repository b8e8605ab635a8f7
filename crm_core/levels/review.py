"""The level review: which customers of a branch need another level, and asking for those changes batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

import dmn
from accounts.models import OrgUnit, UnitKind, User
from accounts.queries import unit_of
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.levels import operations
from crm_core.levels.evidence import evidence_for
from crm_core.levels.models import ChangeSource, LevelChange
from crm_core.levels.recommendation import PROCESS_KEY, Recommendation, live_table, recommend
from workflows.operations import request_start

BATCH = 100
RUNS_OUT = timedelta(days=30)
START_MESSAGE = "level_change.requested"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One batch: where it ended, whether customers are left, and the owners whose customers are affected."""

    after: UUID | None
    more: bool
    owners: tuple[str, ...]


def branches_under_review(code: str | None = None) -> list[str]:
    """The codes of the branches with customers, or the one given; a customer of the headquarters counts there."""
    if code:
        return [unit_of(code).code]
    branches = OrgUnit.objects.filter(kind__in=(UnitKind.CITY_BRANCH, UnitKind.HQ)).order_by("path")
    return [branch.code for branch in branches if customers_of_branch(branch).exists()]


def customers_of_branch(branch: OrgUnit) -> QuerySet[Customer]:
    """The customers of a branch, without those of branches inside it."""
    inner = OrgUnit.objects.filter(kind=UnitKind.CITY_BRANCH, path__startswith=branch.path).exclude(pk=branch.pk)
    rows: QuerySet[Customer] = Customer.objects.filter(org_unit__path__startswith=branch.path)
    for path in inner.values_list("path", flat=True):
        rows = rows.exclude(org_unit__path__startswith=path)
    return rows


def recommendations(customers: Sequence[Customer], as_of: date, table: dmn.Model) -> dict[UUID, Recommendation]:
    """What the table recommends for each customer on the evidence of a day."""
    evidence = evidence_for(customers, as_of)
    return {customer.pk: recommend(evidence[customer.pk], table) for customer in customers}


def ask_for_changes(
    branch_code: str, as_of: date, after: UUID | None = None, *, actor: User | None = None, batch: int = BATCH
) -> Reviewed:
    """Ask for a level change of those among the next ``batch`` customers of a branch who need one.

    That is who should have another level, or whose level runs out within 30 days; who has an open change is left to
    it. Each change gets a start message with its number as message id.
    """
    rows = customers_of_branch(unit_of(branch_code)).select_related("level", "owner", "org_unit").order_by("pk")
    taken = list((rows.filter(pk__gt=after) if after else rows)[: batch + 1])
    customers, more = taken[:batch], len(taken) > batch
    found = recommendations(customers, as_of, live_table())
    due = [customer for customer in _without_open_change(customers) if _needs_change(customer, found, as_of)]
    changes = [operations.new_change(customer, source=ChangeSource.REVIEW, requester=None) for customer in due]
    storing.add_all(changes, actor=actor, act="drafted")
    for change in changes:
        request_start(
            PROCESS_KEY,
            event=START_MESSAGE,
            variables=start_variables(change, as_of),
            record=change,
            message_id=change.number,
            actor=actor,
        )
    owners = tuple(customer.owner.username for customer in due if customer.owner is not None)
    return Reviewed(customers[-1].pk if customers else after, more, owners)


def start_variables(change: LevelChange, as_of: date | None = None) -> dict[str, Any]:
    """What a level-change process starts with; everything else its first step reads from the change."""
    return {"number": change.number, "source": change.source} | ({} if as_of is None else {"as_of": as_of.isoformat()})


def _without_open_change(customers: Sequence[Customer]) -> list[Customer]:
    changes = LevelChange.objects.filter(customer=OuterRef("pk"), status__in=LevelChange.OPEN)
    ids = [customer.pk for customer in customers]
    free = set(Customer.objects.filter(~Exists(changes), pk__in=ids).values_list("pk", flat=True))
    return [customer for customer in customers if customer.pk in free]


def _needs_change(customer: Customer, found: dict[UUID, Recommendation], as_of: date) -> bool:
    until = customer.level_valid_until
    return found[customer.pk].level != customer.level_id or (until is not None and until <= as_of + RUNS_OUT)
