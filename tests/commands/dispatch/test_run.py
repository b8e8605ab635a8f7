"""The whole process on rows: from the fault to the inspection, and as a call of another process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm_core.dispatch import queries
from crm_core.dispatch.commands import accept_quote, cancel_work_order
from crm_core.service.commands import create_request
from crm_core.service.models import ReturnVisit, WorkOrder
from tests.commands.dispatch.conftest import instance_of, on_the_way, report
from tests.support import running
from tests.support.diagrams import call, diagram, end, start, user
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db

CALLER = diagram(
    "caller", "start -> repair -> look -> end", start=start(), repair=call("service-dispatch"), look=user(), end=end()
)


def test_a_fault_is_repaired_paid_and_inspected(agent, technician, service_manager, fault, open_order, seal, holder):
    order = open_order(origin="fault", request=fault, warranty_until=None)
    instance = instance_of(order)
    running.complete(instance, "remote-diagnosis", {"symptom": "No hot water", "solved": False}, agent)
    running.settle()
    assert running.waiting_at(instance) == ["accept-quote"]
    accept_quote(actor=agent, order_id=order.pk)
    running.settle()
    on_the_way(order, technician)
    assert running.waiting_at(instance) == ["on-site"]
    report(instance, technician, parts_used=[{"part": "SEAL-1", "quantity": 1}])
    running.complete(instance, "sign-off", {"signed_by": "Tang Mei", "score": 5, "complains": False}, technician)
    assert running.waiting_at(instance) == ["inspect"]  # the technician is new
    running.complete(instance, "inspect", {"passed": "yes", "inspection_note": "Clean"}, service_manager)
    running.settle()
    order.refresh_from_db()
    fault.refresh_from_db()
    assert (order.status, order.outcome, order.charged, order.inspection_passed) == (
        "closed", "completed-paid", 242.5, True,
    )  # fmt: skip
    assert (fault.status, ReturnVisit.objects.get().work_order) == ("closed", order)
    assert queries.charges_of(agent, holder.pk) == order.charged
    assert running.reload(instance).status == ProcessInstance.Status.COMPLETED


def test_solved_on_the_phone(agent, fault, open_order):
    order = open_order(origin="fault", request=fault)
    given = {"symptom": "No hot water", "solved": True, "customer_words": "Runs again"}
    running.complete(instance_of(order), "remote-diagnosis", given, agent)
    order.refresh_from_db()
    fault.refresh_from_db()
    assert (order.outcome, fault.resolution, fault.status) == ("solved-remotely", "Runs again", "closed")


def test_silence_counts_as_a_refusal(clock, technician, order):
    instance = instance_of(order)
    running.complete(instance, "assign", {"chosen": "technician"})
    assert running.waiting_at(instance) == ["technician-answer"]
    clock.advance(timedelta(days=2))
    running.settle()
    order.refresh_from_db()
    assert (running.waiting_at(instance), order.refusals, order.technician) == (["decide-assignment"], 1, None)


def test_a_calling_process_gets_one_order_of_its_own(agent, technician, service_manager, holder):
    running.deploy(CALLER)
    request = create_request(actor=agent, kind="fault", subject="Boiler cold", customer_id=holder.pk)
    parent = running.start("caller", actor=agent, request_id=str(request.pk), origin="complaint")
    order = WorkOrder.objects.get()
    assert (order.request, order.origin, order.subject) == (request, "complaint", "Boiler cold")
    child = instance_of(order)
    assert (child.parent_id, child.record_kind, child.record_id) == (parent.pk, "work_order", str(order.pk))
    assert running.waiting_at(child) == ["assign"]
    assert (order.charge, order.concession_percent) == ("free", 100)  # the repair was promised
    cancel_work_order(actor=agent, order_id=order.pk, reason="Moved out")
    running.settle()
    assert running.waiting_at(parent) == ["look"]
    known = running.variables(parent)
    assert (known["dispatch_result"], known["work_order_number"]) == ("cancelled", order.number)
    assert WorkOrder.objects.count() == 1


def test_a_call_without_a_customer_is_an_incident(agent):
    running.deploy(CALLER)
    request = create_request(actor=agent, kind="inquiry", subject="Who is there?")
    parent = running.start("caller", actor=agent, request_id=str(request.pk), origin="complaint")
    child = ProcessInstance.objects.get(parent=parent)
    assert "needs a customer" in running.open_incident(child).message
    assert WorkOrder.objects.count() == 0
