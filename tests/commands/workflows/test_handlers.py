"""Service tasks: typed inputs, results, BPMN errors, and failures that cost nobody their answers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError

from accounts.models import OrgUnit, UnitKind
from tests.support import running
from tests.support.diagrams import boundary, diagram, end, service, start, user
from tests.support.people import person
from tests.support.records import note
from workflows import commands, operations
from workflows.exceptions import IncidentIsClosed, NotPermitted
from workflows.models import Incident
from workflows.registry import BpmnError, service_task

pytestmark = pytest.mark.django_db

WORK = diagram(
    "work",
    "begin -> ask -> do -> look -> done",
    "refused -> sorry",
    begin=start(),
    ask=user(),
    do=service("test.do"),
    refused=boundary("do", error="REFUSED"),
    sorry=end(),
    look=user(),
    done=end(),
)


def waiting_before_the_handler(**answers):
    running.deploy(WORK)
    instance = running.start("work")
    running.complete(instance, "ask", answers)
    return instance


def test_it_works(clock):
    seen = {}

    @service_task("test.do")
    def do(step, *, amount: Decimal, note: str | None = None):
        seen.update(amount=amount, note=note, key=step.idempotency_key, now=step.now, element=step.element)
        return {"total": amount * 2}

    instance = waiting_before_the_handler(amount=2.5, ignored="x")
    assert running.variables(instance)["total"] == 5
    assert running.waiting_at(instance) == ["look"]
    assert seen == {
        "amount": Decimal("2.5"),
        "note": None,
        "key": f"{instance.pk}:do:1",
        "now": clock.now(),
        "element": "do",
    }


def test_the_actor_is_who_completed_the_step_before(clock):
    actors = []

    @service_task("test.do")
    def do(step):
        actors.append(step.actor)

    running.deploy(WORK)
    instance, alice = running.start("work"), person("alice")
    running.complete(instance, "ask", actor=alice)
    assert actors == [alice]


def test_a_bpmn_error_goes_along_the_error_path_and_undoes_the_handler(clock):
    @service_task("test.do")
    def do(step):
        OrgUnit.objects.create(code="X", name="x", kind=UnitKind.TEAM, path="/X/")
        raise BpmnError("REFUSED", "not today", {"reason": "closed"})

    instance = waiting_before_the_handler()
    assert running.reload(instance).outcome == "sorry"
    assert running.variables(instance)["reason"] == "closed"
    assert not OrgUnit.objects.filter(code="X").exists()


def test_a_failure_opens_an_incident_and_keeps_the_answers(clock):
    @service_task("test.do")
    def do(step):
        OrgUnit.objects.create(code="X", name="x", kind=UnitKind.TEAM, path="/X/")
        raise RuntimeError("no paper")

    instance = waiting_before_the_handler(amount=7)
    incident = running.open_incident(instance)
    assert (incident.element, incident.kind, incident.message) == ("do", "handler", "RuntimeError: no paper")
    assert "no paper" in incident.detail
    assert running.variables(instance) == {"amount": 7}
    assert not OrgUnit.objects.filter(code="X").exists()


def test_a_broken_statement_inside_a_handler_breaks_nothing_else(clock):
    @service_task("test.do")
    def do(step):
        OrgUnit.objects.create(code="same", name="x", kind=UnitKind.TEAM, path="/same/")
        OrgUnit.objects.create(code="same", name="x", kind=UnitKind.TEAM, path="/same/")

    instance = waiting_before_the_handler(amount=7)
    assert "IntegrityError" in running.open_incident(instance).message
    assert not OrgUnit.objects.filter(code="same").exists()


def test_it_is_retried_with_growing_pauses_and_then_waits_for_an_operator(clock):
    calls = []

    @service_task("test.do")
    def do(step):
        calls.append(step.now)
        raise RuntimeError("no paper")

    instance = waiting_before_the_handler()
    for _ in range(40):
        clock.advance(timedelta(seconds=10))
        running.settle()
    incident = running.open_incident(instance)
    assert [int((later - calls[0]).total_seconds()) for later in calls] == [0, 10, 50]
    assert (incident.failures, incident.next_retry_at) == (3, None)


def test_a_retry_that_works_closes_the_incident(clock):
    answers = iter([RuntimeError("no paper"), None])

    @service_task("test.do")
    def do(step):
        answer = next(answers)
        if answer:
            raise answer

    instance = waiting_before_the_handler()
    clock.advance(timedelta(seconds=10))
    running.settle()
    incident = Incident.objects.get()
    assert (incident.resolution, incident.closed_at) == (Incident.Resolution.RETRIED, clock.now())
    assert running.waiting_at(instance) == ["look"]


def test_an_operator_mends_variables_and_retries(clock):
    @service_task("test.do")
    def do(step, *, amount: int):
        return {"twice": amount * 2}

    instance = waiting_before_the_handler(amount="many")
    incident = running.open_incident(instance)
    assert "amount" in incident.message
    operator = person("olga", is_superuser=True)
    after = commands.retry_incident(actor=operator, incident_id=incident.pk, variables={"amount": 4})
    assert (after.closed_by, after.resolution) == (operator, Incident.Resolution.RETRIED)
    assert running.variables(instance)["twice"] == 8


def test_a_retry_that_fails_again_says_so(clock):
    @service_task("test.do")
    def do(step):
        raise RuntimeError("still no paper")

    incident = running.open_incident(waiting_before_the_handler())
    after = commands.retry_incident(actor=None, incident_id=incident.pk)
    assert (after.closed_at, after.failures) == (None, 2)


def test_a_closed_incident_cannot_be_retried(clock):
    answers = iter([RuntimeError("no paper"), None])

    @service_task("test.do")
    def do(step):
        answer = next(answers)
        if answer:
            raise answer

    incident = running.open_incident(waiting_before_the_handler())
    commands.retry_incident(actor=None, incident_id=incident.pk)
    with pytest.raises(IncidentIsClosed):
        commands.retry_incident(actor=None, incident_id=incident.pk)


def test_the_outsider_may_not_retry(clock):
    instance = waiting_before_the_handler()
    with pytest.raises(NotPermitted):
        commands.retry_incident(
            actor=person("charlie", is_active=False), incident_id=running.open_incident(instance).pk
        )


def test_an_unknown_handler_is_an_incident(clock):
    instance = waiting_before_the_handler()
    assert "test.do" in running.open_incident(instance).message


def test_a_lost_connection_is_no_incident(clock):
    @service_task("test.do")
    def do(step):
        raise OperationalError("server closed the connection")

    running.deploy(WORK)
    instance = running.start("work")
    with pytest.raises(OperationalError):
        running.complete(instance, "ask")
    assert running.waiting_at(instance) == ["ask"]


def test_a_handler_gets_its_record_and_may_bind_another(clock):
    @service_task("test.do")
    def do(step):
        first = step.record(OrgUnit)
        other = OrgUnit.objects.create(code=f"{first.code}-2", name="second", kind=UnitKind.TEAM, path="/S/")
        step.bind_record(other)

    running.deploy(WORK)
    instance = operations.start_instance(actor=None, process_key="work", record=note("N1"))
    assert instance.number == "N1"
    running.complete(instance, "ask")
    fresh = running.reload(instance)
    assert (fresh.number, fresh.org_unit) == ("N1-2", fresh.record_id)


def test_a_result_that_is_no_data_is_an_incident(clock):
    @service_task("test.do")
    def do(step):
        return {"what": object()}

    assert "object" in running.open_incident(waiting_before_the_handler()).message
