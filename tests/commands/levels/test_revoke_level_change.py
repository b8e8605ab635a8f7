"""Giving the old level back after a change was applied."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.levels.commands import request_level_change, revoke_level_change
from crm_core.levels.models import LevelChange
from tests.crm import customer, orders
from tests.support import running
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db
ANSWERS = {"proposed_level": "silver", "reason": "consumption", "effective_date": None, "valid_until": None}


@pytest.fixture
def applied(alice, manager) -> LevelChange:
    """Standard to silver, approved by the manager and applied."""
    row = customer(alice)
    orders(row, 2, "20000.00", date(2025, 12, 1))
    change = request_level_change(actor=alice, customer_id=row.pk)
    instance = ProcessInstance.objects.get()
    running.complete(instance, "complete-request", ANSWERS, actor=alice)
    running.complete(instance, "approve", {"outcome": "approve", "comment": "", "decision_reason": None}, actor=manager)
    running.settle()
    change.refresh_from_db()
    return change


def test_it_works(applied, director):
    holder = applied.customer
    assert (applied.status, holder.level_id, holder.credit_limit, holder.sla_factor) == (
        "applied", "silver", 50000, Decimal("0.90"),
    )  # fmt: skip
    revoke_level_change(actor=director, change_id=applied.pk, reason="Wrong customer")
    running.settle()
    applied.refresh_from_db()
    holder.refresh_from_db()
    assert (applied.status, applied.closing_note) == ("revoked", "Wrong customer")
    assert (holder.level_id, holder.credit_limit, holder.sla_factor, holder.level_valid_until) == (
        "standard", 0, 1, None,
    )  # fmt: skip
    assert ProcessInstance.objects.get().ends[-1] == "revoked"


def test_a_reason_is_needed(applied, director):
    with pytest.raises(ValuesRefused):
        revoke_level_change(actor=director, change_id=applied.pk, reason=" ")


def test_only_directors(applied, alice, manager):
    for person in (alice, manager):
        with pytest.raises(NotPermitted):
            revoke_level_change(actor=person, change_id=applied.pk, reason="No")


def test_not_after_thirty_business_days(applied, director, clock):
    clock.advance(timedelta(days=90))
    running.settle()
    assert ProcessInstance.objects.get().ends[-1] == "applied"
    with pytest.raises(WrongState):
        revoke_level_change(actor=director, change_id=applied.pk, reason="Too late")


def test_not_before_it_is_applied(alice, director):
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    with pytest.raises(WrongState):
        revoke_level_change(actor=director, change_id=change.pk, reason="Too early")


def test_the_outsider_finds_nothing(applied, charlie, sh_director):
    for person in (charlie, sh_director):
        with pytest.raises(RecordNotFound):
            revoke_level_change(actor=person, change_id=applied.pk, reason="No")
