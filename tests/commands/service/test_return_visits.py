"""Asking back: a bad score opens a complaint."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from crm_core.exceptions import RecordNotFound, ValuesRefused, WrongState
from crm_core.service.models import ReturnVisit, ServiceRequest
from crm_core.service.return_visits import (
    add_return_visit,
    plan_return_visit,
    record_return_visit,
    record_unreachable,
)
from tests.crm import customer
from tests.support import running
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(alice, agent):
    return plan_return_visit(actor=agent, customer_id=customer(alice).pk, due_on=date(2026, 1, 8))


def test_it_works(visit, agent):
    done = record_return_visit(actor=agent, visit_id=visit.pk, score=3, result="Fine")
    assert (done.status, done.score) == ("done", 3)
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("score", [1, 2])
def test_a_bad_score_opens_a_complaint(visit, agent, score):
    assert record_return_visit(actor=agent, visit_id=visit.pk, score=score, result="Cold").status == "escalated"
    complaint = ServiceRequest.objects.get()
    assert (complaint.kind, complaint.channel, complaint.description) == ("complaint", "return_visit", "Cold")
    running.settle()
    assert ProcessInstance.objects.get().number == complaint.number


def test_the_score_reaches_the_request(asked, agent):
    request = asked()
    with transaction.atomic():
        visit = add_return_visit(request=request, business_days=3, actor=None)
        again = add_return_visit(request=request, business_days=3, actor=None)
    assert (visit.due_on, again.pk) == (date(2026, 1, 8), visit.pk)
    record_return_visit(actor=agent, visit_id=visit.pk, score=4)
    assert ServiceRequest.objects.get().satisfaction == 4


@pytest.mark.parametrize("score", [0, 6])
def test_scores_go_from_one_to_five(visit, agent, score):
    with pytest.raises(ValuesRefused):
        record_return_visit(actor=agent, visit_id=visit.pk, score=score)


def test_once(visit, agent):
    record_unreachable(actor=agent, visit_id=visit.pk)
    with pytest.raises(WrongState):
        record_return_visit(actor=agent, visit_id=visit.pk, score=5)
    assert ReturnVisit.objects.get().status == "unreachable"


def test_a_day_gone_by_is_refused(alice, agent):
    with pytest.raises(ValuesRefused):
        plan_return_visit(actor=agent, customer_id=customer(alice).pk, due_on=date(2026, 1, 4))


def test_the_outsider_finds_nothing(visit, charlie):
    with pytest.raises(RecordNotFound):
        record_return_visit(actor=charlie, visit_id=visit.pk, score=5)
    with pytest.raises(RecordNotFound):
        record_unreachable(actor=charlie, visit_id=visit.pk)
    with pytest.raises(RecordNotFound):
        plan_return_visit(actor=charlie, customer_id=visit.customer_id, due_on=date(2026, 1, 8))
