"""Asking for another level."""

from __future__ import annotations

from datetime import date

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.levels.commands import request_level_change
from crm_core.levels.models import LevelChange
from tests.crm import customer, orders
from tests.factories import UserFactory
from tests.support import running
from workflows.commands import retry_incident
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


def test_it_works(alice):
    row = customer(alice)
    orders(row, 2, "20000.00", date(2025, 12, 1))
    change = request_level_change(actor=alice, customer_id=row.pk, proposed_level="gold")
    assert (change.status, change.requester, change.from_level_id) == ("requested", alice, "standard")
    instance = ProcessInstance.objects.get()
    assert (instance.number, instance.record_kind, instance.record_id) == (
        change.number,
        "level_change",
        str(change.pk),
    )
    assert running.waiting_at(instance) == ["complete-request"]
    shown = running.variables(instance)
    assert (shown["proposed_level"], shown["recommendation"]) == ("gold", {"level": "silver", "rule": 5})


def test_nobody_left_to_approve_waits_as_an_incident(charlie, units):
    row = customer(charlie)
    orders(row, 12, "500000.00", date(2025, 12, 1))
    request_level_change(actor=charlie, customer_id=row.pk)
    instance = ProcessInstance.objects.get()
    answers = {"proposed_level": "platinum", "reason": "consumption", "effective_date": None, "valid_until": None}
    running.complete(instance, "complete-request", answers, actor=charlie)
    assert running.open_incident(instance).element == "find-approvers"
    UserFactory(username="late.comer", org_unit=units["SH"], roles=("finance",))
    retry_incident(actor=None, incident_id=running.open_incident(instance).pk)
    people = [found["found"]["person"] for found in running.variables(instance)["approvers"]]
    assert people == ["sh_director", "ceo", "late.comer"]
    assert running.waiting_at(instance) == ["approve"]


def test_a_second_one_is_refused(alice):
    row = customer(alice)
    first = request_level_change(actor=alice, customer_id=row.pk)
    with pytest.raises(WrongState, match=first.number):
        request_level_change(actor=alice, customer_id=row.pk)
    assert LevelChange.objects.count() == ProcessInstance.objects.count() == 1


def test_unknown_levels_are_refused(alice):
    with pytest.raises(ValuesRefused):
        request_level_change(actor=alice, customer_id=customer(alice).pk, proposed_level="diamond")


def test_teammates_do_not_ask(alice, bob):
    with pytest.raises(NotPermitted):
        request_level_change(actor=bob, customer_id=customer(alice).pk)


def test_the_outsider_finds_nothing(alice, charlie):
    with pytest.raises(RecordNotFound):
        request_level_change(actor=charlie, customer_id=customer(alice).pk)
