"""Each handler of the dispatch process: what it is given changes what it answers and what it stores."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from config import clock as clocks
from crm_core.dispatch import candidates, finishing
from crm_core.dispatch.models import PartsRequest
from crm_core.exceptions import WrongState
from crm_core.service.models import ReturnVisit, ServiceRequest, WorkOrder
from crm_core.service.operations import open_request
from tests.factories import UserFactory
from tests.support import running

pytestmark = pytest.mark.django_db
P3 = {"priority": "P3", "hours": 16, "by_clock": False, "crew": 1}


def another_technician(units, name: str, **fields):
    return UserFactory(username=name, org_unit=units["HZ-SERVICE"], roles=("technician",), **fields)


def stored(order: WorkOrder, **values) -> WorkOrder:
    WorkOrder.objects.filter(pk=order.pk).update(**values)
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(("until", "covered"), [(date(2026, 1, 5), True), (date(2026, 1, 4), False), (None, False)])
def test_open_knows_the_warranty(call, order, until, covered):
    facts = call("crm.work_order.open", stored(order, warranty_until=until))
    assert (facts["in_warranty"], facts["number"], facts["branch"]) == (covered, order.number, "HZ")


def test_open_tells_tier_severity_and_groups(call, order, fault, holder, dispatcher, storekeeper):
    stored(order, request=fault, essential=True, safety="gas")
    facts = call("crm.work_order.open", order)
    assert (facts["tier"], facts["severity"], facts["essential"], facts["safety"]) == (
        "standard",
        "normal",
        True,
        "gas",
    )
    assert (facts["dispatcher_group"], facts["parts_group"]) == ("dispatcher@HZ", "parts@HZ")
    assert facts["agent_group"] == "service-agent@HZ"
    type(holder).objects.filter(pk=holder.pk).update(level="gold")
    ServiceRequest.objects.filter(pk=fault.pk).update(severity="critical")
    order.refresh_from_db()
    facts = call("crm.work_order.open", WorkOrder.objects.get(pk=order.pk))
    assert (facts["tier"], facts["severity"]) == ("gold", "critical")


def test_diagnosis_is_kept(call, order):
    answer = call(
        "crm.work_order.record_diagnosis", order, symptom="Leaks", steps_tried="Closed the tap", safety="water_leak",
        misuse=True, essential=True,
    )  # fmt: skip
    assert answer == {"misuse": True, "safety": "water_leak", "essential": True}
    assert (order.description, order.safety, order.misuse, order.essential) == ("Leaks", "water_leak", True, True)
    assert call("crm.work_order.record_diagnosis", order, symptom="Fine")["misuse"] is False


@pytest.mark.parametrize(("percent", "estimate", "charge"), [(0, 230, "paid"), (20, 184, "paid"), (100, 0, "free")])
def test_a_paid_visit_is_estimated(call, order, percent, estimate, charge):
    answer = call("crm.work_order.price", order, charge={"charge": "paid", "percent_off": percent})
    assert (answer["is_paid"], answer["estimate"], order.charge) == (charge == "paid", estimate, charge)


def test_rates_come_from_settings(call, order, settings):
    settings.SERVICE_RATES = {"labour_per_hour": "100", "call_out": 0}
    assert call("crm.work_order.price", order, charge={"charge": "paid"})["estimate"] == 150


def test_a_contract_visit_counts_down_once(call, order):
    stored(order, contract_visits_left=2, charge="")
    counted = {"charge": "free", "count_down": True}
    assert call("crm.work_order.price", order, charge=counted)["contract_visits_left"] == 1
    assert call("crm.work_order.price", order, charge=counted)["contract_visits_left"] == 1
    assert not call("crm.work_order.price", order, charge={"charge": "free"})["is_paid"]


def test_plans_count_working_hours_or_the_clock(call, order):
    now = clocks.now()
    late = call("crm.work_order.plan", order, dispatch=P3)
    assert (late["priority"], late["crew"]) == ("P3", 1)
    assert datetime.fromisoformat(late["arrival_due"]) > now + timedelta(hours=16)
    soon = call("crm.work_order.plan", order, dispatch={"priority": "P1", "hours": 2, "by_clock": True, "crew": 2})
    assert (soon["crew"], datetime.fromisoformat(soon["arrival_due"])) == (2, now + timedelta(hours=2))
    assert order.arrival_late == now + timedelta(hours=3)
    begin = now + timedelta(days=9)
    stored(order, window_booked=True, window_from=begin, window_to=begin + timedelta(hours=4), refusals=2)
    booked = call("crm.work_order.plan", order, dispatch=P3)
    assert datetime.fromisoformat(booked["arrival_due"]) == begin + timedelta(hours=4)
    assert (order.arrival_late, booked["refusals"]) == (begin + timedelta(hours=6), 0)


def test_candidates_are_ranked(call, order, units, technician, holder):
    names = ("idle", "skilled", "local", "last", "busy", "full")
    people = {name: another_technician(units, name) for name in names}
    for name, skills in (("skilled", ["boiler"]), ("local", ["boiler", "xihu"]), ("last", ["boiler", "xihu"])):
        type(technician).objects.filter(username=name).update(skills=skills)
    type(technician).objects.filter(username="full").update(capacity=1)
    for name, begins in (("busy", 0), ("full", 300)):
        moment = (order.window_from or clocks.now()) + timedelta(hours=begins)
        row = WorkOrder.objects.get(pk=order.pk)
        row.pk, row.number, row.called_by = None, f"WO-x{name}", None
        row.technician, row.status, row.window_from = people[name], "accepted", moment
        row.window_to = moment + timedelta(hours=1)
        row._state.adding = True
        row.id = WorkOrder().id
        row.save()
    stored(order, skill="boiler", area="xihu")
    done = WorkOrder.objects.get(number="WO-xbusy")
    done.id, done.number, done.technician, done.status = WorkOrder().id, "WO-xlast", people["last"], "closed"
    done.ended_at = clocks.now()
    done._state.adding = True
    done.save()
    answer = call("crm.work_order.rank_candidates", order, tier="standard")
    ranked = [row["person"] for row in answer["candidates"]]
    assert ranked == ["last", "local", "skilled", "idle", "technician", "busy"]  # "full" carries all it can
    assert (answer["suggested"], answer["auto_assign"]) == ("last", False)
    assert answer["candidates"][0]["en"] == "skilled, of the area, free, was there last"
    assert answer["candidates"][-1]["zh"] == "-"
    assert call("crm.work_order.rank_candidates", order, tier="gold")["auto_assign"] is True
    stored(order, refused_by=["last", "local"], skill="")
    again = call("crm.work_order.rank_candidates", order, tier="top")
    assert again["suggested"] == "idle"
    assert {row["value"] for row in again["technicians"]} == {*names, "technician"}


def test_ranking_asks_the_database_a_fixed_number_of_times(order, units, technician, django_assert_num_queries):
    for number in range(6):
        another_technician(units, f"tech{number}")
    order = WorkOrder.objects.select_related("org_unit", "customer").get(pk=order.pk)
    candidates.ranked(order)  # the branch is looked up once
    with django_assert_num_queries(4):
        assert len(candidates.ranked(order)) == 7


def test_assigning_needs_a_technician(call, order, technician):
    assert call("crm.work_order.assign", order, technician="technician", reason="Near")["technician"] == "technician"
    assert (order.technician, order.owner, order.status) == (technician, technician, "dispatched")
    with pytest.raises(WrongState):
        call("crm.work_order.assign", order, technician="alice")


def test_acceptance_says_who_comes_and_when(call, order, technician):
    begin = datetime.fromisoformat("2026-01-07T09:00:00+08:00")
    stored(order, technician=technician, window_from=begin, window_to=begin + timedelta(hours=2))
    answer = call("crm.work_order.accept", order)
    assert (answer["technician"], answer["visit_from"], answer["visit_to"]) == (
        "technician", "2026-01-07 09:00", "2026-01-07 11:00",
    )  # fmt: skip
    assert order.status == "accepted"


def test_refusals_add_up_and_exclude(call, order, technician, units):
    second = another_technician(units, "second")
    stored(order, technician=technician)
    assert call("crm.work_order.refuse", order, reason="Too far")["refusals"] == 1
    stored(order, technician=second)
    assert call("crm.work_order.refuse", order)["refusals"] == 2
    assert (order.refused_by, order.technician, order.status) == (["technician", "second"], None, "rejected")


def test_freeing_and_rebooking_name_who_is_free(call, order, technician):
    stored(order, technician=technician)
    assert call("crm.work_order.free_technician", order, reason="Ill")["freed"] == "technician"
    assert (order.technician, order.refusals, order.refused_by) == (None, 0, ["technician"])
    moments = {"window_from": "2026-02-02T09:00:00+08:00", "window_to": "2026-02-02T11:00:00+08:00"}
    assert call("crm.work_order.rebook", order, **moments)["freed"] is None
    assert (order.window_booked, order.window_from) == (True, datetime.fromisoformat(moments["window_from"]))


def test_the_next_visit_is_agreed_or_on_the_next_working_day(call, order):
    assert call("crm.work_order.plan_next_visit", order)["visit_from"] == "2026-01-06 17:00"
    agreed = {"window_from": "2026-02-02T09:00:00+08:00", "window_to": "2026-02-02T08:00:00+08:00"}
    answer = call("crm.work_order.plan_next_visit", order, **agreed)
    assert (answer["visit_from"], answer["visit_to"]) == ("2026-02-02 09:00", "2026-02-02 11:00")


def test_late_arrival_is_told_once_per_stage(call, order):
    now = clocks.now()
    stored(order, arrival_due=now + timedelta(minutes=1), arrival_late=now + timedelta(hours=1))
    assert call("crm.work_order.check_arrival", order, stage=1) == {"is_late": False}
    stored(order, arrival_due=now)
    assert call("crm.work_order.check_arrival", order, stage=1) == {"is_late": True}
    assert call("crm.work_order.check_arrival", order, stage=1) == {"is_late": False}
    assert call("crm.work_order.check_arrival", order, stage=2) == {"is_late": False}
    stored(order, arrival_late=now)
    assert call("crm.work_order.check_arrival", order, stage=2) == {"is_late": True}
    stored(order, arrival_warned=0, arrived_at=now)
    assert call("crm.work_order.check_arrival", order, stage=1) == {"is_late": False}


@pytest.mark.parametrize(
    ("outcome", "status", "vain"),
    [("done", "completed", 0), ("need_parts", "paused", 0), ("second_visit", "paused", 0), ("cannot_do", "on_site", 0),
     ("no_one_home", "paused", 1)],
)  # fmt: skip
def test_a_visit_is_kept(call, order, outcome, status, vain):
    answer = call("crm.work_order.record_visit", order, outcome=outcome, cause="Seal", hours=1.5, checks=["tested"])
    assert (answer["visits_in_vain"], order.status, order.hours) == (vain, status, Decimal("1.50"))
    assert (order.checklist, order.cause, order.arrived_at) == (["tested"], "Seal", clocks.now())


def test_hours_and_parts_add_up_and_nonsense_is_left_out(call, order):
    given = [{"part": "SEAL-1", "quantity": 2}, {"part": "", "quantity": 1}, {"part": "X", "quantity": -1}]
    call("crm.work_order.record_visit", order, outcome="second_visit", hours=1, parts_used=given)
    call("crm.work_order.record_visit", order, 2, outcome="done", hours=0.5, parts_used=given)
    assert (order.hours, [row["part"] for row in order.parts]) == (Decimal("1.50"), ["SEAL-1", "SEAL-1"])
    with pytest.raises(WrongState):
        call("crm.work_order.record_visit", order, outcome="vanished")


@pytest.mark.parametrize(
    ("quantity", "from_stock", "status", "left"),
    [(3, True, "reserved", 0), (4, True, "ordered", 3), (1, False, "ordered", 3)],
)
def test_parts_are_taken_from_the_store_or_ordered(call, order, seal, quantity, from_stock, status, left):
    wanted = [{"part": "SEAL-1", "quantity": quantity}]
    for _repeat in range(2):
        answer = call("crm.work_order.ask_for_parts", order, parts_needed=wanted, from_stock=from_stock)
    seal.refresh_from_db()
    assert (answer["parts_status"], seal.on_hand, PartsRequest.objects.count()) == (status, left, 1)


def test_a_part_the_store_does_not_know_is_ordered(call, order, seal):
    wanted = [{"part": "SEAL-1", "quantity": 1}, {"part": "PUMP-9", "quantity": 1}]
    answer = call("crm.work_order.ask_for_parts", order, parts_needed=wanted, from_stock=True, expected_on="2026-02-01")
    assert answer["parts_status"] == "ordered"
    assert PartsRequest.objects.get().expected_on == date(2026, 2, 1)


def test_signatures_are_kept(call, order):
    call("crm.work_order.sign_off", order, signed_by="Tang Mei", score=4)
    assert (order.signed_by, order.score) == ("Tang Mei", 4)


@pytest.mark.parametrize(("charge", "percent", "charged"), [("free", 0, 0), ("paid", 0, 255), ("paid", 20, 204)])
def test_cost_is_labour_and_parts(call, order, fault, seal, charge, percent, charged):
    stored(order, hours=Decimal("1.5"), parts=[{"part": "SEAL-1", "quantity": "2"}], charge=charge, request=fault)
    stored(order, concession_percent=percent)
    answer = call("crm.work_order.cost", order)
    assert (answer["work_order_cost"], answer["charged"], answer["technician_visits"]) == (255, charged, 1)
    assert (order.labour_cost, order.parts_cost, order.charged) == (230, 25, charged)


def test_the_technicians_visits_are_counted(call, order, open_order, technician):
    for _number in range(2):
        stored(open_order(), technician=technician, status="closed")
    assert call("crm.work_order.cost", stored(order, technician=technician))["technician_visits"] == 3


def test_five_percent_of_the_numbers_are_sampled():
    sampled = [finishing.sample(WorkOrder(number=f"WO-{number:05d}")) for number in range(10000)]
    assert (min(sampled), max(sampled)) == (0, 99)
    assert 400 < sum(value < 5 for value in sampled) < 600


@pytest.mark.parametrize("passed", [True, False])
def test_inspections_are_kept(call, order, passed):
    answer = call("crm.work_order.record_inspection", order, passed=passed, inspection_note="Loose")
    assert answer == {"inspection_passed": passed}
    assert (order.inspection_passed, order.inspection_note, order.status) == (passed, "Loose", "inspected")


def test_closing_resolves_the_request_and_asks_back(call, order, fault):
    stored(order, request=fault, cause="Worn seal")
    answer = call("crm.work_order.close", order, how="completed-paid")
    assert (answer["dispatch_result"], order.status, order.outcome) == ("completed-paid", "closed", "completed-paid")
    visit = ReturnVisit.objects.get(number=answer["return_visit"])
    assert (visit.work_order, visit.request, visit.due_on) == (order, fault, date(2026, 1, 8))
    assert call("crm.work_order.close", order, how="completed-paid")["return_visit"] == visit.number
    fault.refresh_from_db()
    assert (fault.status, fault.closing_reason, fault.resolution) == ("closed", "answered", "Worn seal")


def test_closing_without_a_request_asks_back_too(call, order):
    assert call("crm.work_order.close", order, how="completed", note="All well")["return_visit"].startswith("RV-")
    assert order.outcome == "completed"


@pytest.fixture
def complaint(holder, agent) -> ServiceRequest:
    """An open complaint of the customer (its process is not deployed here)."""
    row = ServiceRequest(
        kind="complaint", subject="Cold", customer=holder, owner=holder.owner, org_unit=holder.org_unit
    )
    with transaction.atomic():
        return open_request(row, actor=agent)


def test_a_complaint_stays_with_its_own_process(call, order, complaint):
    call("crm.work_order.close", stored(order, request=complaint), how="completed")
    complaint.refresh_from_db()
    assert complaint.is_open


@pytest.mark.parametrize("how", ["cancelled", "cannot-repair"])
def test_ending_undone_frees_everything(call, order, technician, seal, how):
    call("crm.work_order.ask_for_parts", order, parts_needed=[{"part": "SEAL-1", "quantity": 2}], from_stock=True)
    answer = call("crm.work_order.cancel", stored(order, technician=technician), how=how, note="Why")
    seal.refresh_from_db()
    assert (answer, seal.on_hand) == ({"dispatch_result": how, "freed": "technician"}, 3)
    assert (order.status, order.outcome, order.window_to) == ("cancelled", how, None)


def test_a_replacement_is_a_purchase_request(call, order, holder):
    number = call("crm.work_order.ask_for_replacement", order)["replacement"]
    request = ServiceRequest.objects.get(number=number)
    assert (request.kind, request.customer, request.owner, request.subject) == (
        "purchase_request", holder, holder.owner, "Replacement: Boiler cold",
    )  # fmt: skip


def test_complaining_opens_one_complaint(call, order, complaint):
    answer = call("crm.work_order.complain", order, complaint_words="Late and rude")
    made = ServiceRequest.objects.get(number=answer["complaint"])
    assert (made.kind, made.description, answer["dispatch_result"]) == (
        "complaint", "Late and rude", "converted-to-complaint",
    )  # fmt: skip
    assert running.pending_deliveries() >= 1
    again = call("crm.work_order.complain", stored(order, request=complaint), complaint_words="Again")
    assert again["complaint"] == complaint.number
