"""All seventy level changes of Northwind walked through the inbox, then lowered again by a second review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from config.clock import DrivenClock, use_clock
from crm_core.customers.models import Customer
from crm_core.history import RecordChange
from crm_core.levels.commands import object_to_level_change
from crm_core.levels.models import CustomerLevel, LevelChange, LevelDecision
from notifications.models import Notification
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import WorkItem
from tests.scenarios.test_northwind_level_review import DATA, northwind
from tests.support import running
from workflows.models import Incident, ProcessInstance

__all__ = ["northwind"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the folder {DATA} with Northwind's files is absent"),
]
APPROVE = {"outcome": "approve", "comment": "Agreed"}
AGAIN = {"proposed_level": "silver", "reason": "consumption", "remark": "Figures checked"}


def refusal(outcome: str) -> dict[str, str]:
    return {"outcome": outcome, "decision_reason": "Not this year"}


@pytest.fixture
def spring_1998() -> Any:
    """A clock at the morning of the review."""
    clock = DrivenClock(datetime(1998, 5, 6, 1, 0, tzinfo=UTC))
    with use_clock(clock):
        yield clock


@pytest.fixture
def company(northwind: None) -> User:
    """Northwind imported; returns Nancy, who keeps all customers."""
    return User.objects.get(staff_no="1")


def scale_levels(by: Callable[[Any], Any]) -> None:
    for level in CustomerLevel.objects.exclude(min_amount=None):
        level.min_amount = by(level.min_amount)
        level.save(update_fields=["min_amount"])


def review() -> None:
    call_command("start_level_review", "--as-of", "1998-05-06", "--branch", "NW", verbosity=0)
    running.settle()


def answer_all(element: str, answers: Callable[[WorkItem], dict[str, Any]]) -> int:
    """Complete every open item of an element by its holder, until none is left; returns how many."""
    done = 0
    while items := list(WorkItem.objects.filter(status=WorkItem.Status.OPEN, element=element).order_by("pk")):
        for item in items:
            form = answers(item)
            complete_work_item(actor=item.assignee, work_item_id=item.pk, answers=form)
            done += 1
    return done


def test_northwind_changes_walk_through_every_approver(company, spring_1998):
    scale_levels(lambda amount: amount / 10)
    review()
    silver = list(LevelChange.objects.filter(to_level="silver").order_by("customer__import_key"))
    gold = list(LevelChange.objects.filter(to_level="gold").order_by("customer__import_key"))
    rejected = {str(change.pk): "manager" for change in silver[:4]} | {str(gold[0].pk): "director"}
    returned = {str(silver[10].pk)}

    def decide(item: WorkItem) -> dict[str, Any]:
        wanted = rejected.get(item.record_id)
        if wanted == item.assignee.position:
            return refusal("reject")
        if item.record_id in returned:
            returned.remove(item.record_id)
            return refusal("return")
        return APPROVE

    first_round = answer_all("approve", decide)
    assert answer_all("complete-request", lambda item: AGAIN) == 1
    assert answer_all("approve", decide) == 1
    running.settle()
    assert first_round == 44 + 2 * 23 + 3 * 3  # every approver the routes name, rejects and the return among them
    assert not Incident.objects.filter(closed_at=None).exists()
    check_what_came_of_it(company, set(rejected))
    lower_again(company, spring_1998)


def check_what_came_of_it(owner: User, rejected: set[str]) -> None:
    changes = list(LevelChange.objects.all())
    assert Counter(change.status for change in changes) == {"applied": 65, "rejected": 5}
    assert {str(change.pk) for change in changes if change.status == "rejected"} == rejected
    levels = Counter(Customer.objects.values_list("level_id", flat=True))
    assert levels == {"standard": 21 + 5, "silver": 40, "gold": 22, "platinum": 3}
    assert RecordChange.objects.filter(act="level-applied").count() == 65
    told = Counter(Notification.objects.filter(user=owner).values_list("template", flat=True))
    assert (told["level-change-applied"], told["level-change-rejected"], told["level-review-asked"]) == (65, 5, 1)
    decisions = LevelDecision.objects.select_related("change", "person")
    assert Counter(decision.outcome for decision in decisions) == {"approve": 94, "reject": 5, "return": 1}
    for change in changes:
        people = [
            decision.person_id for decision in decisions if decision.change_id == change.pk and decision.round == 1
        ]
        assert len(people) == len(set(people))  # four eyes: nobody decides twice in a round


def lower_again(owner: User, clock: DrivenClock) -> None:
    """With the usual amounts most levels fall; one objection is heard and refused by nobody but the manager."""
    scale_levels(lambda amount: amount * 10)
    clock.advance(timedelta(days=1))
    review()
    falling = list(LevelChange.objects.filter(status="requested").order_by("customer__import_key"))
    assert {(change.direction, change.source) for change in falling} == {("down", "review")}
    contested = falling[0]
    object_to_level_change(actor=owner, change_id=contested.pk, objection="A framework contract is coming")
    running.settle()
    instance = ProcessInstance.objects.get(number=contested.number)
    assert running.waiting_at(instance) == ["approve"]
    assert answer_all("approve", lambda item: refusal("reject")) == 1
    clock.advance(timedelta(days=14))
    running.settle()
    contested.refresh_from_db()
    assert (contested.status, contested.objection) == ("rejected", "A framework contract is coming")
    assert not LevelChange.objects.filter(status__in=["draft", "requested", "approved"]).exists()
    applied = LevelChange.objects.filter(status="applied", direction="down").count()
    assert applied == len(falling) - 1
    levels = Counter(Customer.objects.values_list("level_id", flat=True))
    assert levels == expected_after(contested)


def expected_after(contested: LevelChange) -> Counter[str]:
    """Nine silver and the rest standard, but those rejected for silver before and the contested one."""
    recommended = Counter({"standard": 82, "silver": 9})
    recommended[contested.recommended_level_id] -= 1
    recommended[contested.from_level_id] += 1
    return +recommended
