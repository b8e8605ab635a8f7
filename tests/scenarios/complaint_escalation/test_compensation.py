"""Money: who approves it, how it is paid, and what happens when it cannot be paid."""

from __future__ import annotations

import pytest

from crm_core.service.commands import record_customer_answer
from crm_core.service.models import WorkOrder
from tests.crm import deploy
from tests.support import running
from workflows.models import Effect, ProcessInstance

pytestmark = pytest.mark.django_db

tries: list[str] = []


def failing_gateway(key, reference, customer_id, amount):
    tries.append(key)
    raise ConnectionError("bank closed")


def paying_gateway(key, reference, customer_id, amount):
    return f"{reference}/{amount}"


def refund(story, agent, handler, amount):
    story.classify(agent)
    story.handle(handler, {"solution": "Back", "compensation_kind": "refund", "compensation": amount})


def accept(story, agent, handler):
    story.complete("reply", handler, reply="Here you are", reply_channel="phone")
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True)
    running.settle()


def test_without_a_gateway_finance_pays(complaint, agent, handler, finance):
    story = complaint()
    refund(story, agent, handler, 200)
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True)
    running.settle()
    assert story.waiting == ["pay-by-hand"]
    story.complete("pay-by-hand", finance, payment_reference="Cheque 7")
    assert story.request.compensation_reference == "Cheque 7"


def test_a_gateway_pays(complaint, agent, handler, settings):
    settings.REFUND_GATEWAY = f"{__name__}.paying_gateway"
    story = complaint()
    refund(story, agent, handler, 150)
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True)
    running.settle()
    assert story.request.compensation_reference == f"{story.request.number}/150"
    assert story.waiting == ["learn"]


def test_three_tries_then_by_hand(complaint, agent, handler, settings, clock):
    settings.REFUND_GATEWAY = f"{__name__}.failing_gateway"
    tries.clear()
    story = complaint()
    refund(story, agent, handler, 150)
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True)
    for _round in range(4):
        running.settle()
        story.pass_hours(0.2)
    assert len(tries) == 3
    assert len(set(tries)) == 1
    assert story.waiting == ["pay-by-hand"]
    assert Effect.objects.get(type="crm.refund.pay").attempts == 3


def test_the_manager_grants_less(complaint, agent, handler, service_manager):
    story = complaint()
    refund(story, agent, handler, 900)
    assert story.waiting == ["approve"]
    story.complete("approve", service_manager, outcome="change", amount=500, decision_reason="Half was right")
    assert story.request.compensation == 500
    accept(story, agent, handler)
    assert story.waiting == ["pay-by-hand"]


def test_sent_back(complaint, agent, handler, director):
    story = complaint()
    refund(story, agent, handler, 9000)
    story.complete("approve", director, outcome="reject", decision_reason="Too much")
    assert story.waiting == ["propose"]


def test_above_twenty_thousand_with_legal(complaint, agent, customer_office, finance, lawyer):
    story = complaint()
    story.classify(agent, flags=["legal"])
    assert story.request.handler is None
    story.handle(customer_office, {"solution": "Back", "compensation_kind": "refund", "compensation": 25000})
    assert [step["role"] for step in story.variables["approvers"]] == ["customer-office", "finance", "legal"]
    assert "customer_office" not in {step["found"]["person"] for step in story.variables["approvers"]}


def test_who_has_decided_is_kept_out_of_what_follows(complaint, agent, customer_office, finance, lawyer, ceo):
    story = complaint()
    story.classify(agent, flags=["legal"])
    story.handle(customer_office, {"solution": "Back", "compensation_kind": "refund", "compensation": 25000})
    story.complete("approve", ceo, outcome="change", amount=24000, decision_reason="A little less")
    assert (story.variables["deciders"], story.variables["compensation"]) == (["ceo"], 24000)
    story.complete("approve", finance, outcome="approve")
    assert story.variables["deciders"] == ["ceo", "finance"]


def test_a_repair_is_dispatched_free_of_charge(complaint, agent, handler, dispatcher, technician):
    deploy("service-dispatch")
    story = complaint()
    story.classify(agent)
    story.handle(handler, {"solution": "We repair the till", "compensation_kind": "repair"})
    record_customer_answer(actor=agent, request_id=story.id, satisfied=True)
    running.settle()
    child = ProcessInstance.objects.get(process_key="service-dispatch")
    assert child.parent == story.instance
    assert running.waiting_at(child) == ["assign"]
    order = WorkOrder.objects.get(request=story.id)
    assert (child.number, order.origin, order.charge) == (order.number, "complaint", "free")
