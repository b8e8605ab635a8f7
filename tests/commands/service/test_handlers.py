"""Each handler of the complaint process: what it is given changes what it answers and what it stores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.interactions.models import Interaction
from crm_core.levels.evidence import evidence_for
from crm_core.levels.models import LevelChange
from crm_core.service import functions
from crm_core.service.models import KnowledgeArticle, ReturnVisit, ServiceQueue, ServiceRequest
from tests.crm import customer, deploy
from tests.factories import UserFactory
from workflows.registry import BpmnError

pytestmark = pytest.mark.django_db
SLA = {"first_hours": 4, "resolve_hours": 40, "group": "senior-service", "level": 1, "tell": []}


@pytest.fixture
def complaint(asked):
    return asked("complaint", subject="Charged twice")


def stored(request, **values):
    ServiceRequest.objects.filter(pk=request.pk).update(**values)
    request.refresh_from_db()
    return request


def test_register_knows_customer_and_related_complaints(call, asked, alice, complaint):
    assert call("crm.complaint.register", complaint)["related"] == []
    second = asked("complaint", subject="charged TWICE", of=complaint.customer)
    facts = call("crm.complaint.register", second)
    assert (facts["related"], facts["tier"], facts["branch"]) == ([complaint.number], "standard", "HZ")
    assert facts["agent_group"] == "service-agent@HZ"
    other = asked("complaint", customer={"name": "Key", "is_key_account": True})
    assert call("crm.complaint.register", other)["tier"] == "top"


def test_promise(call, complaint):
    call("crm.complaint.promise", complaint, sla=SLA, severity="normal")
    assert (complaint.first_response_hours, complaint.sla_hours) == (4, 40)
    answer = call("crm.complaint.promise", complaint, sla=SLA | {"first_hours": 1}, severity="normal")
    assert (complaint.first_response_hours, answer["answer_by"]) == (1, "2026-01-05 18:00")


def test_classify_answers_with_the_inputs_of_the_severity_table(call, asked, complaint, handler):
    answer = call("crm.complaint.classify", complaint, category="delay", harm="12.5", flags=["legal"], facts="Late")
    assert answer == {"harm": 12.5, "flags": ["legal"], "complaints_90d": 1, "tier": "standard"}
    assert (complaint.category, complaint.harm, complaint.status) == ("delay", Decimal("12.5"), "triaged")
    assert complaint.first_responded_at is not None
    third = [asked("complaint", of=complaint.customer) for _number in range(2)][-1]
    answer = call("crm.complaint.classify", third, person_complained_about="handler", duplicate_of=complaint.number)
    assert answer["complaints_90d"] == 3
    assert (third.person_complained_about, third.duplicate_of) == (handler, complaint)


def test_classify_refuses_a_duplicate_of_somebody_else(call, asked, complaint):
    other = asked("complaint", customer={"name": "Other"})
    with pytest.raises(ValuesRefused):
        call("crm.complaint.classify", other, duplicate_of=complaint.number)


def test_route(call, complaint, alice, director, senior, customer_office):
    answer = call("crm.complaint.route", complaint, severity="major", sla=SLA)
    assert answer == {"handler_group": "senior-service@HZ", "escalation_level": 1, "told": []}
    assert (complaint.severity, complaint.queue_id) == ("major", "senior-service")
    row = SLA | {"group": "customer-office", "level": 3, "tell": ["owner", "director"]}
    answer = call("crm.complaint.route", complaint, severity="critical", sla=row)
    assert answer == {"handler_group": "customer-office", "escalation_level": 3, "told": ["alice", "director"]}


class TestAssign:
    def assign(self, call, complaint, **values):
        stored(complaint, queue=ServiceQueue.objects.get(pk="service"), **values)
        return call("crm.complaint.assign", complaint, handler_group="service@HZ")["handler"]

    def test_the_least_loaded(self, call, asked, complaint, handler, units):
        UserFactory(username="zoe", org_unit=units["HZ-SERVICE"], roles=("service",))
        assert self.assign(call, complaint) == "handler"
        other = asked()
        stored(other, handler=handler)
        stored(complaint, handler=None)
        assert self.assign(call, complaint) == "zoe"

    def test_skill_before_load(self, call, asked, complaint, handler, units):
        skilled = UserFactory(username="zoe", org_unit=units["HZ-SERVICE"], roles=("service",), skills=["privacy"])
        stored(asked(), handler=skilled)
        assert self.assign(call, complaint, category="privacy") == "zoe"

    def test_never_the_person_complained_about(self, call, complaint, handler, units):
        assert self.assign(call, complaint, person_complained_about=handler) is None
        UserFactory(username="zoe", org_unit=units["HZ-SERVICE"], roles=("service",))
        assert self.assign(call, complaint, person_complained_about=handler) == "zoe"

    def test_nobody_beyond_capacity(self, call, asked, complaint, handler):
        type(handler).objects.filter(pk=handler.pk).update(capacity=1)
        stored(asked(), handler=handler)
        assert self.assign(call, complaint) is None

    def test_who_pulls_is_not_pushed(self, call, complaint, senior):
        stored(complaint, queue=ServiceQueue.objects.get(pk="senior-service"))
        assert call("crm.complaint.assign", complaint, handler_group="senior-service@HZ")["handler"] is None
        type(senior).objects.filter(pk=senior.pk).update(skills=["delay"])
        stored(complaint, category="delay")
        assert call("crm.complaint.assign", complaint, handler_group="senior-service@HZ")["handler"] == "senior"


def test_findings(call, complaint, handler, units):
    answer = call("crm.complaint.findings", complaint, by=handler, root_cause="till", responsible_unit="HZ-SERVICE")
    assert answer == {"handler": "handler", "responsible_unit": "HZ-SERVICE"}
    assert (complaint.handler, complaint.responsible_unit.code) == (handler, "HZ-SERVICE")
    with pytest.raises(ValuesRefused):
        call("crm.complaint.findings", complaint, responsible_unit="MOON")


def test_propose(call, complaint, handler):
    given = {"solution": "Back", "compensation_kind": "refund", "compensation": 80, "commit_date": "2026-01-09"}
    answer = call("crm.complaint.propose", complaint, by=handler, **given)
    assert (answer["compensation"], answer["proposer"], complaint.commit_on) == (80, "handler", date(2026, 1, 9))
    answer = call("crm.complaint.propose", complaint, **(given | {"compensation_kind": "apology"}))
    assert (answer["compensation"], answer["compensation_kind"]) == (0, "apology")
    with pytest.raises(ValuesRefused):
        call("crm.complaint.propose", complaint, **(given | {"compensation": -1}))


def test_decide_compensation(call, complaint, service_manager, director):
    stored(complaint, compensation=100)
    decide = "crm.complaint.decide_compensation"
    answer = call(decide, complaint, by=service_manager, outcome="change", amount=60)
    assert answer == {"compensation": 60, "deciders": ["service_manager"]}
    answer = call(decide, complaint, by=director, outcome="change", amount=500, deciders=answer["deciders"])
    assert answer == {"compensation": 60, "deciders": ["service_manager", "director"]}


def test_mediate(call, complaint):
    given = {"solution": "Final", "compensation_kind": "refund", "compensation": 50, "external_channel": "Court"}
    answer = call("crm.complaint.mediate", complaint, **given)
    assert answer == {"compensation_kind": "refund", "compensation": 50, "answer": "final", "reply": "Final"}
    assert complaint.external_channel == "Court"
    assert call("crm.complaint.mediate", complaint, solution="None")["compensation"] == 0


def test_record_reply_pauses_except_at_the_top(call, complaint, handler):
    answer = call("crm.complaint.record_reply", complaint, by=handler, reply="Sorry", reply_channel="phone")
    assert (answer["is_paused"], complaint.status) == (True, "waiting_customer")
    assert Interaction.objects.get().summary == "Sorry"
    call("crm.complaint.record_answer", complaint, answer="not_accepted")
    stored(complaint, escalation_level=3)
    answer = call("crm.complaint.record_reply", complaint, by=handler, reply="Again", reply_channel="email")
    assert (answer["is_paused"], complaint.reply) == (False, "Again")
    assert Interaction.objects.count() == 1


def test_record_answer_counts_refusals(call, complaint):
    assert call("crm.complaint.record_answer", complaint, answer="not_accepted")["returned_times"] == 1
    assert call("crm.complaint.record_answer", complaint, answer="not_accepted")["returned_times"] == 2
    assert call("crm.complaint.record_answer", complaint, answer="accepted")["returned_times"] == 2
    assert complaint.customer_satisfied is True


def test_record_payment_keeps_the_first(call, complaint):
    call("crm.complaint.record_payment", complaint, payment_reference="A")
    call("crm.complaint.record_payment", complaint, payment_reference="B")
    assert complaint.compensation_reference == "A"


@pytest.mark.parametrize(
    ("given", "result", "visits"),
    [
        ({"answer": "accepted"}, "resolved-satisfied", 1),
        ({"answer": "none"}, "resolved-no-answer", 1),
        ({"answer": "final"}, "closed-final-decision", 1),
        ({"how": "withdrawn"}, "withdrawn", 0),
        ({"how": "duplicate", "answer": "none"}, "duplicate", 0),
    ],
)
def test_close(call, complaint, given, result, visits):
    assert call("crm.complaint.close", complaint, **given)["result"] == result
    assert (complaint.closing_reason, complaint.resolve_due is not None) == (result, True)
    assert ReturnVisit.objects.count() == visits


def test_uphold(call, complaint, service_manager, units):
    deploy("customer-level-change")
    stored(complaint, responsible_unit=units["HZ-SERVICE"], severity="critical")
    answer = call("crm.complaint.uphold", complaint, upheld="partly", fraud=False)
    assert (answer["improver"], answer["level_review"]) == ("service_manager", None)
    answer = call("crm.complaint.uphold", complaint, upheld="not_upheld", fraud=True)
    assert answer["level_review"] == LevelChange.objects.get().number
    assert call("crm.complaint.uphold", complaint, upheld="not_upheld", fraud=True)["level_review"] is None
    figures = evidence_for([complaint.customer], date(2026, 1, 5))[complaint.customer_id]
    assert (figures["complaints"], figures["critical_complaints"]) == (1, 1)
    with pytest.raises(WrongState):
        call("crm.complaint.uphold", complaint, upheld="perhaps")


def test_improvement(call, complaint):
    assert call("crm.complaint.record_improvement", complaint, improvement="New till") == {"improved": True}
    assert complaint.improvement == "New till"
    assert call("crm.complaint.record_improvement", complaint) == {"improved": False}


def test_learn(call, complaint):
    assert call("crm.complaint.learn", complaint, root_cause_code="people") == {"article": None}
    given = {"root_cause_code": "process", "article_title": "Tills", "article_body": "Look"}
    number = call("crm.complaint.learn", complaint, **given)["article"]
    assert call("crm.complaint.learn", complaint, **given)["article"] == number
    assert (KnowledgeArticle.objects.get().title, complaint.root_cause) == ("Tills", "process")


@pytest.mark.parametrize(
    ("percent", "level", "decider", "told"),
    [
        (80, 0, "service_manager", ["handler", "service_manager"]),
        (100, 1, "service_manager", ["handler", "service_manager"]),
        (150, 2, "director", ["service_manager", "director"]),
        (200, 3, None, ["director"]),
    ],
)
def test_escalate(call, complaint, handler, customer_office, percent, level, decider, told):
    stored(complaint, handler=handler)
    answer = call("crm.request.escalate", complaint, percent=percent)
    assert (answer["escalation_level"], answer["decider"], answer["told"]) == (level, decider, told)


def test_decide_escalation(call, complaint, handler, service_manager, senior):
    stored(complaint, handler=handler)
    decide = "crm.request.decide_escalation"
    assert call(decide, complaint, decision="leave") == {"decision": "leave", "handler": "handler"}
    call(decide, complaint, decision="extend", percent=25, reason="Bank")
    assert complaint.sla_hours == 70
    assert call(decide, complaint, decision="extend", percent=25, reason="Bank")["decision"] == "leave"
    assert call(decide, complaint, decision="reassign", new_handler="senior", reason="Ill")["handler"] == "senior"
    answer = call(decide, complaint, by=service_manager, decision="take_over", reason="Mine")
    assert answer["handler"] == "service_manager"
    with pytest.raises(WrongState):
        call(decide, complaint, decision="reassign", new_handler="nobody", reason="Ill")


def test_host_functions(asked, complaint, clock, alice):
    assert functions.closed_moment(complaint.pk) is None
    assert functions.first_response_due(complaint.pk) == complaint.first_response_due
    assert functions.sla_moment(complaint.pk, Decimal(1)) == complaint.resolve_due
    assert functions.sla_moment(complaint.pk, Decimal(2)) > complaint.resolve_due
    assert functions.tier_of_request(complaint.pk) == "standard"
    assert functions.other_complaints(complaint.pk) == []
    second = asked("complaint", of=complaint.customer)
    assert [each["value"] for each in functions.other_complaints(second.pk)] == [complaint.number]
    assert "HZ-SERVICE" in {unit["value"] for unit in functions.units_for_request(complaint.pk)}
    assert "alice" in {person["value"] for person in functions.staff_for_request(complaint.pk)}
    stored(complaint, closed_at=clock.now())
    assert functions.closed_moment(complaint.pk) == clock.now()
    assert functions.other_complaints(asked("complaint", of=customer(alice, "Other")).pk) == []


def broken_gateway(key, reference, customer_id, amount):
    raise ConnectionError("bank closed")


def test_refund(call, complaint, settings):
    with pytest.raises(BpmnError, match="gateway"):
        call("crm.refund.pay", complaint, amount=5)
    settings.REFUND_GATEWAY = f"{__name__}.broken_gateway"
    with pytest.raises(ConnectionError):
        call("crm.refund.pay", complaint, amount=5, attempt=2)
    with pytest.raises(BpmnError, match="bank closed"):
        call("crm.refund.pay", complaint, amount=5, attempt=3)
