"""Everything the dispatch process holds ready for people is reached in a browser, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crm_core.dispatch.commands import create_work_order
from crm_core.dispatch.models import StockItem
from crm_core.service.models import WorkOrder
from tests import crm
from tests.browser.offers import CHINESE, acts, offered
from tests.browser.office import Office
from tests.commands.dispatch.conftest import instance_of, on_the_way, report
from tests.factories import UserFactory
from tests.support import running
from web.views.crm.visit_acts import ACTS

FOLDER = "service-dispatch"
OTHERS = ("complaint-escalation",)
PAGE = "service/work-orders"
PEOPLE = "alice agent dispatcher technician service_manager storekeeper quality director"
WORDS = {
    "en": {"hotel": "Lanting", "cold": "Boiler cold", "seal": "Worn seal", "why": "Nobody else can come."},
    CHINESE: {"hotel": "兰亭酒店", "cold": "锅炉不热", "seal": "密封圈磨损", "why": "没有其他人可以前往。"},
}


class Day:
    """One day of the dispatch desk."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.words = WORDS[office.language]
        for name in PEOPLE.split():
            office.person(name)
        self.customer = crm.customer(office.person("alice"), self.words["hotel"])
        branch = office.person("director").org_unit
        StockItem.objects.create(org_unit=branch, code="SEAL-1", name=self.words["seal"], price="12.50", on_hand=1)

    def order(self, origin: str = "planned", **values: Any) -> WorkOrder:
        """A visit to be made, under warranty unless told otherwise."""
        known = {"warranty_until": date(2030, 1, 1)} | values
        return create_work_order(
            actor=self.office.person("agent"),
            customer_id=self.customer.pk,
            subject=self.words["cold"],
            origin=origin,
            values=known,
        )

    def quoted(self) -> WorkOrder:
        """A visit the customer would have to pay."""
        order = self.order(warranty_until=None)
        running.settle()
        return order

    def on_its_way(self) -> WorkOrder:
        """A visit whose technician is expected."""
        order = self.order()
        on_the_way(order, self.office.person("technician"))
        return order

    def report(self, order: WorkOrder, outcome: str) -> None:
        """What the technician says about a visit."""
        report(instance_of(order), self.office.person("technician"), outcome, cause=self.words["seal"])

    def visited(self, order: WorkOrder, outcome: str, **more: Any) -> None:
        """The technician reports in a browser."""
        seen = {"arrived_at": self.office.clock.now(), "outcome": outcome}
        work = {"cause": self.words["seal"], "hours": 1.5} if outcome != "no_one_home" else {}
        technician = self.office.desk("technician")
        technician.complete("on-site", {**seen, **work, **more}, number=order.number)


@pytest.mark.parametrize("language", ["en", CHINESE])
def test_everything_is_reached(office_of, language):
    day = Day(office_of(FOLDER, language, *OTHERS))
    whole_walk(day)
    from_afar(day)
    quotes(day)
    visits(day)
    signatures(day)
    buttons_of_the_page(day)
    day.office.close(offered(FOLDER) | acts(PAGE, ACTS))


def whole_walk(day: Day) -> None:
    """From the telephone to the inspection: paid, refused once, parts ordered and fetched."""
    words, desk = day.words, day.office.desk
    agent, technician, store = desk("agent"), desk("technician"), desk("storekeeper")
    agent.go("/service/work-orders/new/")
    day.office.look(agent.page, f"{PAGE}/new", "new visit")
    form = agent.page.locator("form.form-page")
    agent.enter(form, {"customer": words["hotel"], "origin": "fault", "subject": words["cold"]})
    agent.submit(form)
    agent.page.wait_for_url("**/service/work-orders/*-*/")
    order = WorkOrder.objects.get()
    path = f"/service/work-orders/{order.pk}/"
    tried = {"symptom": words["cold"], "steps_tried": words["seal"], "article": "KA-1", "safety": "no_power"}
    agent.complete("remote-diagnosis", {**tried, "essential": True, "misuse": True})
    agent.do(path, "accept_quote", PAGE)
    desk("dispatcher").complete("assign", {"chosen": day.office.person("technician").display_name})
    technician.complete("technician-answer", {"answer": "refuse", "refusal_reason": words["why"]})
    chosen = {"chosen": day.office.person("technician").display_name, "assign_reason": words["why"]}
    desk("service_manager").complete("decide-assignment", chosen)
    technician.complete("technician-answer", {"answer": "accept"})
    needed = {"parts_used": [{"part": "SEAL-1", "quantity": 1}], "parts_needed": [{"part": "SEAL-1", "quantity": 9}]}
    day.visited(order, "need_parts", **needed)
    store.complete("fetch-parts", {"from_stock": False, "expected_on": day.office.clock.now() + timedelta(days=2)})
    store.do(path, "parts_arrived", PAGE)
    day.visited(order, "done", checks=["power", "tested"])
    technician.complete("sign-off", {"signed_by": words["hotel"], "score": 5})
    desk("service_manager").complete("inspect", {"passed": "yes", "inspection_note": words["why"]})
    order.refresh_from_db()
    assert order.status == "closed"


def from_afar(day: Day) -> None:
    """Solved on the telephone."""
    day.order("fault")
    solved = {"symptom": day.words["cold"], "solved": True, "customer_words": day.words["why"]}
    day.office.desk("agent").complete("remote-diagnosis", solved)


def quotes(day: Day) -> None:
    """Quotes refused, and left without an answer until the agent calls."""
    agent, why = day.office.desk("agent"), day.words["why"]
    refused, *silent = (day.quoted() for _each in range(4))
    agent.do(f"/service/work-orders/{refused.pk}/", "refuse_quote", PAGE, reason=why)
    day.office.pass_hours(17)
    for answer, order in zip(("accepted", "refused", "unreachable"), silent, strict=True):
        reason = {} if answer == "accepted" else {"quote_reason": why}
        agent.complete("call-customer", {"quote_answer": answer, **reason}, number=order.number)


def visits(day: Day) -> None:
    """Visits that have to be repeated, lead to nothing, or find nobody at home."""
    agent = day.office.desk("agent")
    day.visited(day.on_its_way(), "second_visit")
    day.visited(day.on_its_way(), "cannot_do")
    begin = day.office.clock.now() + timedelta(days=3)
    later = {"next_from": begin, "next_to": begin + timedelta(hours=2)}
    for call, when in {"new_time": later, "give_up": {}}.items():
        order = day.on_its_way()
        for _time in range(2):
            day.report(order, "no_one_home")
        day.visited(order, "no_one_home")
        agent.complete("call-about-visit", {"call_outcome": call, **when}, number=order.number)


def signatures(day: Day) -> None:
    """A customer who complains at the door, and work that does not pass."""
    words, technician = day.words, day.office.desk("technician")
    angry, poor = day.on_its_way(), day.on_its_way()
    for order in (angry, poor):
        day.report(order, "done")
    complaint = {"complains": True, "complaint_words": words["why"]}
    technician.complete("sign-off", {"signed_by": words["hotel"], **complaint}, number=angry.number)
    technician.complete("sign-off", {"signed_by": words["hotel"]}, number=poor.number)
    again = {"passed": "no", "inspection_note": words["why"]}
    day.office.desk("service_manager").complete("inspect", again, number=poor.number)


def buttons_of_the_page(day: Day) -> None:
    """Another window, not the first choice of the desk, another technician, no visit at all."""
    agent, why = day.office.desk("agent"), day.words["why"]
    usual = day.office.person("technician")
    others = [
        UserFactory(username=f"tech{n}", org_unit=usual.org_unit, roles=("technician",), first_name=name, last_name="")
        for n, name in enumerate(("Chang", "Shi", "Bao", "Gao"))
    ]
    order = day.on_its_way()
    path = f"/service/work-orders/{order.pk}/"
    begin = day.office.clock.now() + timedelta(days=4)
    window = {"window_from": begin, "window_to": begin + timedelta(hours=2)}
    booked = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in window.items()}
    agent.do(path, "change_booking", PAGE, **booked)
    suggested = running.variables(instance_of(order))["suggested"]
    other = next(person for person in others if person.username != suggested)
    chosen = {"chosen": other.display_name, "assign_reason": why}
    day.office.desk("dispatcher").complete("assign", chosen, number=order.number)
    agent.do(path, "technician_unavailable", PAGE, reason=why)
    three_refuse(day, order)
    agent.do(path, "cancel_work_order", PAGE, reason=why)
    order.refresh_from_db()
    assert order.status == "cancelled"


def three_refuse(day: Day, order: WorkOrder) -> None:
    """Nobody of the first three can come: the manager decides among the others."""
    instance = instance_of(order)
    while "assign" in running.waiting_at(instance):
        running.complete(instance, "assign", {"chosen": running.variables(instance)["suggested"]})
        running.complete(instance, "technician-answer", {"answer": "refuse", "refusal_reason": day.words["why"]})
        running.settle()
    chosen = {"chosen": day.office.person("technician").display_name, "assign_reason": day.words["why"]}
    day.office.desk("service_manager").complete("decide-assignment", chosen, number=order.number)
