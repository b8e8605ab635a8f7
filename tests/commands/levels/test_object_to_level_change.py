"""Objecting to a downgrade the review wants."""

from __future__ import annotations

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.levels.commands import object_to_level_change, request_level_change, start_level_review
from crm_core.levels.models import LevelChange
from tests.crm import customer
from tests.support import running
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def downgrade(alice) -> LevelChange:
    """A gold customer who bought nothing, reviewed: the window for objections is open."""
    customer(alice, level="gold")
    start_level_review(actor=None)
    running.settle()
    return LevelChange.objects.get()


def test_it_works(alice, manager, downgrade):
    instance = ProcessInstance.objects.get(number=downgrade.number)
    assert running.waiting_at(instance) == ["objection"]
    object_to_level_change(actor=alice, change_id=downgrade.pk, objection=" A big order comes in May ")
    running.settle()
    downgrade.refresh_from_db()
    assert (downgrade.objection, downgrade.status) == ("A big order comes in May", "requested")
    assert running.waiting_at(instance) == ["approve"]
    assert running.variables(instance)["approvers"][0]["found"]["person"] == "manager"


def test_words_are_needed(alice, downgrade):
    with pytest.raises(ValuesRefused):
        object_to_level_change(actor=alice, change_id=downgrade.pk, objection="  ")


def test_only_downgrades_of_the_review(alice):
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    with pytest.raises(WrongState):
        object_to_level_change(actor=alice, change_id=change.pk, objection="No")


def test_teammates_do_not_object(bob, downgrade):
    with pytest.raises(NotPermitted):
        object_to_level_change(actor=bob, change_id=downgrade.pk, objection="No")


def test_the_outsider_finds_nothing(charlie, downgrade):
    with pytest.raises(RecordNotFound):
        object_to_level_change(actor=charlie, change_id=downgrade.pk, objection="No")
