"""Starting the level review, and asking for one because of a complaint."""

from __future__ import annotations

from datetime import date

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound
from crm_core.levels.commands import ask_for_downgrade_review, request_level_change, start_level_review
from crm_core.levels.models import LevelChange
from notifications.models import Notification
from tests.crm import customer, orders
from tests.support import running
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


def test_it_works(alice, charlie, director):
    rising, falling = customer(alice, "Rising"), customer(charlie, "Falling", level="gold")
    orders(rising, 6, "100000.00", date(2025, 12, 31))
    customer(alice, "Steady")
    review = start_level_review(actor=director, as_of=date(2025, 12, 31))
    running.settle()
    found = {change.customer_id: change for change in LevelChange.objects.all()}
    assert set(found) == {rising.pk, falling.pk}
    assert (found[rising.pk].to_level_id, found[rising.pk].direction, found[rising.pk].source) == (
        "gold",
        "up",
        "review",
    )
    assert (found[falling.pk].to_level_id, found[falling.pk].direction) == ("standard", "down")
    assert found[rising.pk].as_of == date(2025, 12, 31)
    assert ProcessInstance.objects.get(pk=review.pk).ends[-1] == "reviewed"
    told = Notification.objects.filter(template="level-review-asked").values_list("user__username", "data__count")
    assert sorted(told) == [("alice", 1), ("charlie", 1)]


def test_one_branch_only(alice, charlie):
    customer(alice, "Hangzhou", level="gold")
    shanghai = customer(charlie, "Shanghai", level="gold")
    start_level_review(actor=None, branch="SH")
    running.settle()
    assert [change.customer_id for change in LevelChange.objects.all()] == [shanghai.pk]


def test_a_level_about_to_run_out_is_confirmed(alice):
    row = customer(alice, level_valid_until=date(2026, 1, 20))
    start_level_review(actor=None)
    running.settle()
    row.refresh_from_db()
    assert LevelChange.objects.get().status == "no-change"
    assert row.level_valid_until == date(2027, 1, 5)


def test_open_changes_are_left_alone(alice):
    row = customer(alice, level="gold")
    request_level_change(actor=alice, customer_id=row.pk)
    start_level_review(actor=None)
    running.settle()
    assert LevelChange.objects.count() == 1


def test_sales_do_not_start_reviews(alice):
    with pytest.raises(NotPermitted):
        start_level_review(actor=alice)


def test_a_complaint_asks_the_owner(alice, quality, service_manager):
    row = customer(alice, level="gold")
    change = ask_for_downgrade_review(actor=service_manager, customer_id=row.pk, reason="complaint")
    running.settle()
    instance = ProcessInstance.objects.get(number=change.number)
    change.refresh_from_db()
    assert (change.status, change.source) == ("requested", "complaint")
    assert running.waiting_at(instance) == ["complete-request"]
    assert running.variables(instance)["reason"] == "complaint"


def test_a_second_request_ends_as_a_duplicate(alice, service_manager):
    row = customer(alice, level="gold")
    first = request_level_change(actor=alice, customer_id=row.pk)
    second = ask_for_downgrade_review(actor=service_manager, customer_id=row.pk, reason="complaint")
    running.settle()
    second.refresh_from_db()
    assert (second.status, second.duplicate_of) == ("duplicate", first)
    assert ProcessInstance.objects.get(number=second.number).ends[-1] == "duplicate"


def test_the_outsider_asks_for_no_review(alice, charlie):
    with pytest.raises(RecordNotFound):
        ask_for_downgrade_review(actor=charlie, customer_id=customer(alice).pk, reason="complaint")
