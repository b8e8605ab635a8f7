"""Each handler of the level processes: what it is given changes what it answers and what it stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from config import clock as clocks
from crm_core.exceptions import WrongState
from crm_core.levels import evidence, operations
from crm_core.levels.models import LevelChange, LevelDecision
from crm_core.sales.models import OrderStatus
from tests.crm import customer, order, orders
from workflows import inputs, registry
from workflows.models import Delivery
from workflows.steps import StepContext

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 31)


@pytest.fixture
def change(alice) -> LevelChange:
    """A drafted change of a standard customer."""
    row = customer(alice)
    with transaction.atomic():
        return operations.draft_change(row, source="request", requester=alice, actor=alice)


@pytest.fixture
def call(change, alice) -> Callable[..., dict[str, Any]]:
    """Calls a handler as the engine does: typed inputs in, plain variables out."""

    def run(type: str, loop: int = 1, actor: Any = alice, about: LevelChange | None = change, **given: Any) -> Any:
        handler = registry.handler(type)
        assert handler is not None
        step = StepContext(
            instance_id=(about or change).pk, process_key="customer-level-change", number=change.number, element=type,
            step="1", loop=loop, now=clocks.now(), actor=actor,
            record_kind="level_change" if about else "", record_id=str(about.pk) if about else "",
        )  # fmt: skip
        with transaction.atomic():
            return inputs.plain(handler.function(step, **inputs.bind(handler, given)))

    return run


def propose(call, level: str | None, recommended: str = "silver", **given: Any) -> dict[str, Any]:
    return call(
        "crm.level_change.propose", proposed_level=level, recommendation={"level": recommended, "rule": 5}, **given
    )


def test_open_tells_the_second_change_which_is_first(call, change, alice):
    first = call("crm.level_change.open")
    assert (first["duplicate_of"], first["number"], first["owner"], first["branch"]) == (
        None,
        change.number,
        "alice",
        "HZ",
    )
    assert call("crm.level_change.open")["duplicate_of"] is None  # repeated by the engine
    with transaction.atomic():
        second = operations.draft_change(change.customer, source="review", requester=None, actor=alice)
    answer = call("crm.level_change.open", about=second)
    assert (answer["duplicate_of"], answer["requester"], answer["source"]) == (change.number, None, "review")
    second.refresh_from_db()
    assert (second.status, second.duplicate_of) == ("duplicate", change)


def test_evidence_counts_twelve_months_without_cancelled_orders(call, change):
    holder = change.customer
    order(holder, date(2024, 12, 31), "1.00")  # twelve months before to the day: outside
    order(holder, date(2025, 1, 1), "20.00")
    order(holder, DAY, "300.00")
    order(holder, date(2026, 1, 1), "4000.00")
    order(holder, DAY, "50000.00", status=OrderStatus.CANCELLED)
    found = call("crm.customer.evidence", as_of="2025-12-31")
    assert (found["evidence"]["consumption"], found["evidence"]["orders"], found["as_of"]) == (320, 2, "2025-12-31")
    assert found["evidence"]["rfm"] == {"recency_days": 0, "frequency": 2, "monetary": 320}
    later = call("crm.customer.evidence", as_of="2026-01-01")
    assert (later["evidence"]["consumption"], later["evidence"]["orders"]) == (4300, 2)
    assert later["evidence_hash"] != found["evidence_hash"]
    assert call("crm.customer.evidence")["as_of"] == "2026-01-05"
    change.refresh_from_db()
    assert change.as_of == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("due", "paid", "days"),
    [(None, None, 0), (date(2025, 12, 1), None, 30), (date(2025, 11, 1), date(2025, 11, 11), 10),
     (date(2025, 12, 1), date(2026, 3, 1), 30), (date(2026, 2, 1), None, 0), (date(2023, 1, 1), date(2023, 12, 1), 0)],
)  # fmt: skip
def test_evidence_counts_overdue_days(call, change, due, paid, days):
    order(change.customer, date(2023, 1, 1), payment_due_on=due, paid_on=paid)
    found = call("crm.customer.evidence", as_of="2025-12-31")
    assert found["evidence"]["overdue_days_max"] == days


def test_other_areas_add_to_the_evidence(call, change):
    before = call("crm.customer.evidence", as_of=str(DAY))
    assert (before["evidence"]["critical_complaints"], before["evidence"]["satisfaction"]) == (0, None)
    kept = dict(evidence._sources)
    evidence.register_source("critical_complaints", lambda ids, day: dict.fromkeys(ids, 2))
    try:
        after = call("crm.customer.evidence", as_of=str(DAY))
    finally:
        evidence._sources.clear()
        evidence._sources.update(kept)
    assert after["evidence"]["critical_complaints"] == 2
    assert after["evidence_hash"] != before["evidence_hash"]


def test_propose_compares_old_and_new(call, change):
    call("crm.level_change.open")
    up = propose(call, "gold", justification="Framework contract", reason="strategic")
    assert (up["direction"], up["rank_steps"], up["as_recommended"], up["reason"]) == ("up", 2, False, "strategic")
    assert (up["benefits"]["now"]["credit_limit"], up["benefits"]["proposed"]["credit_limit"]) == (0, 200000)
    assert (up["changes"], up["effective_at"], up["last_editor"]) == ([], None, "alice")
    same = propose(call, "standard", recommended="standard")
    assert (same["direction"], same["rank_steps"]) == ("same", 0)
    down = propose(call, "watch", reason="arrears")
    assert (down["direction"], down["rank_steps"]) == ("down", 1)
    assert {row["en"]: (row["before"], row["now"]) for row in down["changes"]} == {
        "Proposed level": ("standard", "watch"),
        "Reason": ("consumption", "arrears"),
    }
    change.refresh_from_db()
    assert (change.to_level_id, change.direction, change.recommended_level_id, len(change.rounds)) == (
        "watch", "down", "silver", 3,
    )  # fmt: skip


def test_propose_takes_the_recommendation_where_nobody_proposed(call):
    assert propose(call, None, recommended="gold")["proposed_level"] == "gold"


def test_propose_knows_the_day_it_takes_effect(call):
    assert propose(call, "silver", effective_date="2026-02-01")["effective_at"] == "2026-02-01T00:00:00+08:00"
    assert propose(call, "silver", effective_date="2026-01-01")["effective_at"] is None


def test_check_decision_keeps_only_decisions_on_present_evidence(call, change, manager):
    seen = call("crm.customer.evidence", as_of=str(DAY))["evidence_hash"]
    propose(call, "silver")
    answer = call(
        "crm.level_change.check_decision", outcome="approve", seen_hash=seen, role="sales-manager", actor=manager
    )
    assert (answer["evidence_changed"], answer["deciders"]) == (False, ["manager"])
    call("crm.level_change.check_decision", outcome="approve", seen_hash=seen, role="sales-manager", actor=manager)
    kept = LevelDecision.objects.get()
    assert (kept.person, kept.outcome, kept.round, kept.evidence_hash) == (manager, "approve", 1, seen)
    order(change.customer, DAY, "99.00")
    moved = call("crm.level_change.check_decision", loop=2, outcome="reject", seen_hash=seen, actor=manager)
    assert (moved["evidence_changed"], moved["evidence"]["consumption"]) == (True, 99)
    assert LevelDecision.objects.count() == 1


@pytest.mark.parametrize("status", ["approved", "rejected", "no-change", "withdrawn", "expired"])
def test_close_records_the_status(call, change, status):
    call("crm.level_change.open")
    assert call("crm.level_change.close", status=status, note="Because") == {"result": status}
    assert call("crm.level_change.close", status=status) == {"result": status}
    change.refresh_from_db()
    assert (change.status, change.closing_note) == (status, "Because")
    assert (change.ended_at is None) == (status == "approved")


def test_close_refuses_what_cannot_follow(call):
    call("crm.level_change.open")
    call("crm.level_change.close", status="rejected")
    with pytest.raises(WrongState):
        call("crm.level_change.close", status="approved")


@pytest.mark.parametrize(("level", "tells", "limit"), [("gold", True, 200000), ("watch", False, 0)])
def test_apply_grants_what_the_level_grants(call, change, level, tells, limit):
    call("crm.level_change.open")
    propose(call, level, valid_until="2026-06-30")
    call("crm.level_change.close", status="approved")
    assert call("crm.customer.apply_level", level=level) == {"result": "applied", "tell_customer": tells}
    assert call("crm.customer.apply_level", level=level)["result"] == "applied"
    holder = change.customer
    holder.refresh_from_db()
    assert (holder.level_id, holder.credit_limit, holder.level_valid_until) == (level, limit, date(2026, 6, 30))
    assert (holder.level_since, holder.version) == (date(2026, 1, 5), 2)


def test_apply_refuses_what_was_not_approved(call):
    call("crm.level_change.open")
    with pytest.raises(WrongState):
        call("crm.customer.apply_level", level="gold")


def test_restore_gives_everything_back_unless_a_later_change_stands(call, change, alice, clock):
    call("crm.level_change.open")
    propose(call, "gold")
    call("crm.level_change.close", status="approved")
    call("crm.customer.apply_level", level="gold")
    clock.advance(timedelta(days=1))
    with transaction.atomic():
        later = operations.draft_change(change.customer, source="request", requester=alice, actor=alice)
    for type, given in (("crm.level_change.open", {}), ("crm.level_change.close", {"status": "approved"})):
        call(type, about=later, **given)
    call("crm.customer.apply_level", about=later, level="platinum")
    assert call("crm.customer.restore_level") == {"result": "revoked", "restored": False}
    assert call("crm.customer.restore_level", about=later) == {"result": "revoked", "restored": True}
    assert call("crm.customer.restore_level", about=later) == {"result": "revoked", "restored": True}
    holder = change.customer
    holder.refresh_from_db()
    assert (holder.level_id, holder.sla_factor, holder.credit_limit) == ("gold", Decimal("0.75"), 200000)


def test_branches_under_review(call, change, charlie):
    assert call("crm.level_review.branches", as_of="2025-12-31") == {"branches": ["HZ"], "as_of": "2025-12-31"}
    customer(charlie)
    assert call("crm.level_review.branches")["branches"] == ["HZ", "SH"]
    assert call("crm.level_review.branches", branch="SH")["branches"] == ["SH"]


def test_ask_for_changes_goes_batch_by_batch(call, change, alice, bob, monkeypatch):
    from crm_core.levels import review

    monkeypatch.setattr(review.ask_for_changes, "__kwdefaults__", {"actor": None, "batch": 2})
    LevelChange.objects.all().delete()
    for owner in (alice, bob, bob):
        orders(customer(owner, f"Rising {owner.username}"), 2, "20000.00", DAY)
    first = call("crm.level_review.ask_for_changes", about=None, branch="HZ", as_of="2025-12-31")
    second = call("crm.level_review.ask_for_changes", about=None, branch="HZ", as_of="2025-12-31", after=first["after"])
    assert (first["more"], second["more"]) == (True, False)
    assert sorted(first["asked_in_batch"] + second["asked_in_batch"]) == ["alice", "bob", "bob"]
    numbers = set(LevelChange.objects.values_list("number", flat=True))
    assert set(Delivery.objects.filter(kind="start").values_list("number", flat=True)) == numbers
    assert call("crm.level_review.ask_for_changes", about=None, branch="SH", as_of="2025-12-31")["asked_in_batch"] == []


def test_evidence_costs_the_same_for_one_and_for_many(alice, django_assert_num_queries):
    rows = [customer(alice, f"Customer {number}") for number in range(12)]
    for row in rows:
        order(row, DAY)
    evidence.evidence_for(rows[:1], DAY)
    with CaptureQueriesContext(connection) as few:
        evidence.evidence_for(rows[:1], DAY)
    with django_assert_num_queries(len(few)):
        found = evidence.evidence_for(rows, DAY)
    assert [found[row.pk]["consumption"] for row in rows] == [1000] * 12
