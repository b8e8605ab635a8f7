"""Taking a request back."""

from __future__ import annotations

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, WrongState
from crm_core.levels.commands import request_level_change, withdraw_level_change
from tests.crm import customer
from tests.support import running
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


def test_it_works(alice):
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    withdraw_level_change(actor=alice, change_id=change.pk, reason="Asked too early")
    running.settle()
    change.refresh_from_db()
    assert (change.status, change.closing_note) == ("withdrawn", "Asked too early")
    assert ProcessInstance.objects.get().ends[-1] == "withdrawn"
    assert request_level_change(actor=alice, customer_id=change.customer_id).status == "requested"


def test_only_the_requester(alice, manager, bob):
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    for person in (manager, bob):
        with pytest.raises(NotPermitted):
            withdraw_level_change(actor=person, change_id=change.pk)


def test_not_twice(alice):
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    withdraw_level_change(actor=alice, change_id=change.pk)
    running.settle()
    with pytest.raises(WrongState):
        withdraw_level_change(actor=alice, change_id=change.pk)


def test_the_outsider_finds_nothing(alice, charlie):
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    with pytest.raises(RecordNotFound):
        withdraw_level_change(actor=charlie, change_id=change.pk)
