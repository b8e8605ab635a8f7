"""Taking a plan back."""

from __future__ import annotations

import pytest
from django.db import transaction

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing import budget
from crm_core.marketing.commands import withdraw_plan
from crm_core.marketing.models import BudgetReservation, Campaign, CampaignMember
from tests.commands.marketing.conftest import messages
from tests.crm import customer
from tests.support import running
from tests.support.diagrams import catch, diagram, end, start
from workflows.commands import start_process

pytestmark = pytest.mark.django_db


def test_a_plan_without_process_is_closed_with_all_it_holds(plan, analyst, alice):
    customer(alice)
    made = plan("approved")
    with transaction.atomic():
        budget.reserve(made, actor=None)
    closed = withdraw_plan(actor=analyst, plan_id=made.pk, reason=" Too late ")
    assert (closed.status, closed.closing_reason, closed.closing_note) == ("cancelled", "cancelled", "Too late")
    assert closed.ended_at is not None
    assert BudgetReservation.objects.get().released_at is not None
    assert Campaign.objects.get().status == "withdrawn"
    assert [member.status for member in CampaignMember.objects.all()] == ["cancelled"]
    assert messages("plan.withdrawn") == []


def test_a_running_process_is_told(plan, analyst):
    made = plan("under_review")
    waits = diagram(
        "p", "s -> withdrawn -> e", s=start(), withdrawn=catch(message="plan.withdrawn", key="number"), e=end()
    )
    running.deploy(waits)
    instance = start_process(actor=None, process_key="p", variables={"number": made.number}, record=made)
    still = withdraw_plan(actor=analyst, plan_id=made.pk, reason="Too late")
    assert (still.status, still.closing_reason) == ("under_review", "")
    assert messages("plan.withdrawn") == [
        (made.number, {"withdrawn_by": "analyst", "withdrawal_reason": "Too late"}),
    ]
    running.settle()
    assert running.reload(instance).status == "completed"


def test_a_reason_is_needed(plan, analyst):
    with pytest.raises(ValuesRefused):
        withdraw_plan(actor=analyst, plan_id=plan().pk, reason="  ")


def test_not_when_it_is_over(plan, analyst):
    made = plan("completed")
    with pytest.raises(WrongState):
        withdraw_plan(actor=analyst, plan_id=made.pk, reason="Too late")
    other = plan()
    withdraw_plan(actor=analyst, plan_id=other.pk, reason="Too late")
    with pytest.raises(WrongState):
        withdraw_plan(actor=analyst, plan_id=other.pk, reason="Too late")


def test_only_the_owner(plan, marketing_manager, director):
    made = plan("submitted")
    for person in (marketing_manager, director):
        with pytest.raises(NotPermitted):
            withdraw_plan(actor=person, plan_id=made.pk, reason="No")


def test_the_outsider_finds_nothing(plan, charlie):
    with pytest.raises(RecordNotFound):
        withdraw_plan(actor=charlie, plan_id=plan().pk, reason="No")
