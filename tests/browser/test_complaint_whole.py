"""Everything the complaint process holds ready for people is reached in a browser, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from crm_core.customers.models import Customer
from crm_core.service.commands import create_request, record_customer_answer
from crm_core.service.models import ServiceRequest
from tests import crm
from tests.browser.offers import CHINESE, acts, offered
from tests.browser.office import Office
from tests.scenarios.complaint_escalation.conftest import RunningComplaint
from web.views.crm.service_acts import ACTS

FOLDER = "complaint-escalation"
OTHERS = ("customer-level-change", "service-dispatch")
PAGE = "service/requests"
PEOPLE = "alice manager agent handler senior service_manager quality director finance customer_office dispatcher"
WORDS = {
    "en": {"hotel": "Lanting", "twice": "Charged twice", "again": "Charged again", "yes": "We put it right."},
    CHINESE: {"hotel": "兰亭酒店", "twice": "重复收费", "again": "再次收费", "yes": "我们会妥善处理。"},
}


class Day:
    """One day of the complaint desk."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.words = WORDS[office.language]
        for name in PEOPLE.split():
            office.person(name)
        self.customer = self.somebody()

    def somebody(self) -> Customer:
        """A customer; several complaints of one would make them serious."""
        return crm.customer(self.office.person("alice"), self.words["hotel"], level="gold")

    def received(self, of: Customer | None = None, kind: str = "complaint") -> ServiceRequest:
        """A request that was taken in."""
        agent, customer = self.office.person("agent"), of or self.somebody()
        return create_request(actor=agent, kind=kind, subject=self.words["twice"], customer_id=customer.pk)

    def classified(self, **more: Any) -> RunningComplaint:
        """A complaint that is being handled."""
        story = RunningComplaint(self.received(), self.office.clock)
        story.classify(self.office.person("agent"), facts=self.words["twice"], **more)
        return story

    def answered(self, kind: str, person: str = "handler", **more: Any) -> RunningComplaint:
        """A complaint whose customer was offered something and agreed."""
        story = self.classified(**more)
        self.offered(story, kind, person)
        self.customer_says(story, satisfied=True)
        return story

    def offered(self, story: RunningComplaint, kind: str, person: str = "handler") -> None:
        """The customer was offered something."""
        found = {"root_cause": self.words["twice"], "findings": self.words["yes"]}
        story.handle(self.office.person(person), {"solution": self.words["yes"], "compensation_kind": kind}, **found)

    def customer_says(self, story: RunningComplaint, *, satisfied: bool) -> None:
        """The customer's answer, written down by the agent."""
        record_customer_answer(actor=self.office.person("agent"), request_id=story.id, satisfied=satisfied)
        self.office.settle()


@pytest.mark.parametrize("language", ["en", CHINESE])
def test_everything_is_reached(office_of, language):
    office = office_of(FOLDER, language, *OTHERS)
    day = Day(office)
    whole_walk(day)
    other_classes(day)
    other_offers(day)
    verdicts(day)
    lateness(day)
    buttons_of_the_page(day)
    office.close(offered(FOLDER) | acts(PAGE, ACTS))


def whole_walk(day: Day) -> None:
    """From the telephone to the lesson: refused once, not accepted once, paid by hand in the end."""
    words, desk = day.words, day.office.desk
    agent = desk("agent")
    agent.go("/service/requests/new/")
    day.office.look(agent.page, f"{PAGE}/new", "new request")
    form = agent.page.locator("form.form-page")
    agent.enter(form, {"customer": words["hotel"], "kind": "complaint", "subject": words["twice"]})
    agent.submit(form)
    agent.page.wait_for_url("**/service/requests/*-*/")
    row = ServiceRequest.objects.get()
    path = f"/service/requests/{row.pk}/"
    facts = {"facts": words["twice"], "category": "fee_settlement", "harm": 1500, "contract_no": "C-7"}
    known = {"agent_severity": "minor", "flags": ["media"], "demand": words["yes"]}
    agent.complete("classify", {**facts, **known, "person_complained_about": "(alice)"}, "complaint")
    handler = desk("customer_office")
    unit = day.office.unit("HZ-SERVICE")
    found = {"root_cause": words["twice"], "findings": words["twice"], "responsible_unit": unit}
    handler.complete("investigate", {**found, "consult": ["maintenance", "finance", "sales"]})
    desk("finance").complete("give-opinion", {"opinion": words["yes"]})
    day.office.pass_hours(25)
    offer = {"solution": words["yes"], "compensation_kind": "refund", "compensation": 900}
    handler.complete("propose", {**offer, "commit_date": day.office.clock.now()})
    desk("service_manager").complete("approve", {"decision_reason": words["again"]}, "reject")
    handler.complete("propose", {"compensation": 800})
    less = {"amount": 500, "decision_reason": words["yes"]}
    desk("service_manager").complete("approve", less, "change")
    handler.complete("reply", {"reply": words["yes"], "reply_channel": "email"})
    agent.do(path, "not-accepted", PAGE, remark=words["again"], score=2)
    handler.complete("investigate", {"findings": words["again"]})
    handler.complete("propose", {"compensation": 900})
    desk("service_manager").complete("approve", {"comment": words["yes"]}, "approve", where="approvals")
    handler.complete("reply", {"reply": words["yes"], "reply_channel": "phone"})
    agent.do(path, "accepted", PAGE, remark=words["yes"], score=5)
    desk("finance").complete("pay-by-hand", {"payment_reference": "A-1"})
    quality = desk("quality")
    quality.complete("uphold", {"upheld": "upheld", "verdict_reason": words["yes"]})
    desk("service_manager").complete("improve", {"improvement": words["yes"]})
    article = {"article_title": words["twice"], "article_body": words["yes"]}
    quality.complete("learn", {"root_cause_code": "process", **article})
    row.refresh_from_db()
    assert (row.status, row.closing_reason) == ("closed", "resolved-satisfied")


def other_classes(day: Day) -> None:
    """A repeated complaint, and something that is none."""
    first, second = day.received(day.customer), day.received(day.customer)
    day.office.settle()
    agent = day.office.desk("agent")
    repeated = {"facts": day.words["twice"], "duplicate_of": first.number}
    agent.complete("classify", repeated, "duplicate", number=second.number)
    agent.complete("classify", {"facts": day.words["yes"]}, "not_a_complaint", number=first.number)
    second.refresh_from_db()
    assert second.duplicate_of_id == first.pk


def other_offers(day: Day) -> None:
    """An apology, another policy, and a customer whom nothing contents."""
    desk, words = day.office.desk, day.words
    day.answered("apology")
    desk("handler").complete("apologise", {"apologised": True})
    day.answered("policy_change")
    desk("quality").complete("change-policy", {"policy_change": words["yes"]})
    story = day.classified()
    for _time in range(3):
        day.offered(story, "none")
        day.customer_says(story, satisfied=False)
    decided = {"solution": words["yes"], "compensation_kind": "refund", "compensation": 100}
    desk("director").complete("mediate", {**decided, "external_channel": words["hotel"]})
    assert story.waiting == ["pay-by-hand"]


def verdicts(day: Day) -> None:
    """Upheld in part, and not at all but fraud."""
    quality, words = day.office.desk("quality"), day.words
    for verdict in ("partly", "not_upheld"):
        day.answered("none", "customer_office", flags=["safety"])
        fraud = {"fraud": True} if verdict == "not_upheld" else {}
        quality.complete("uphold", {"upheld": verdict, **fraud, "verdict_reason": words["yes"]})


def lateness(day: Day) -> None:
    """Four complaints nobody handles: extended, taken over, given to somebody else, left."""
    office, words = day.office, day.words
    longer, taken, given, left = (day.classified().request.number for _each in range(4))
    why = {"reason": words["yes"]}
    hours = float(ServiceRequest.objects.get(number=longer).sla_hours)
    office.pass_hours(hours + 0.1)
    office.complete("late-decide", longer, {"decision": "extend", "percent": 10, **why})
    office.complete("late-decide", taken, {"decision": "take_over", **why})
    office.pass_hours(hours * 0.5)
    office.complete("very-late-decide", given, {"decision": "reassign", "new_handler": "handler", **why})
    office.pass_hours(hours * 0.5)
    office.desk("customer_office").complete("far-too-late-decide", {"decision": "leave"}, number=left)
    office.complete("very-late-decide", longer, {"decision": "leave"})


def buttons_of_the_page(day: Day) -> None:
    """What can be done to a request on its page."""
    words, agent, manager = day.words, day.office.desk("agent"), day.office.desk("service_manager")
    question, other = day.received(kind="inquiry"), day.received(kind="inquiry")
    agent.do(f"/service/requests/{question.pk}/", "answer", PAGE, answer=words["yes"])
    agent.do(f"/service/requests/{other.pk}/", "convert", PAGE, reason=words["yes"])
    complaint = ServiceRequest.objects.get(converted_from=other)
    path = f"/service/requests/{complaint.pk}/"
    manager.do(path, "reassign", PAGE, handler="handler", reason=words["yes"])
    why = {"reason": words["yes"]}
    for act, entered in {"pause": why, "resume": {}, "severity": {"severity": "major", **why}}.items():
        agent.do(path, act, PAGE, **entered)
    agent.do(path, "withdraw", PAGE, reason=words["yes"])
    complaint.refresh_from_db()
    assert complaint.closing_reason == "withdrawn"
