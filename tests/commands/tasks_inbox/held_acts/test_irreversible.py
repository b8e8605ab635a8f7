"""What cannot be undone is not held: it asks."""

from __future__ import annotations

import json

import pytest

from tasks_inbox import commands
from tasks_inbox.exceptions import CannotBeUndone
from tasks_inbox.models import WorkItem
from tests.commands.tasks_inbox.held_acts.conftest import hold
from tests.support import diagrams, running
from workflows.registry import effect

pytestmark = pytest.mark.django_db


def test_a_model_may_say_that_nothing_is_undone(ask, alice):
    header = '<zeebe:taskHeaders><zeebe:header key="undo" value="none"/></zeebe:taskHeaders>'
    item = ask(assignee="alice", properties=header)
    with pytest.raises(CannotBeUndone):
        hold(alice, item)
    assert commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={}).status == "completed"


def paying(*, irreversible: bool) -> WorkItem:
    @effect("test.pay", irreversible=irreversible)
    def pay(step):
        return None

    running.deploy(
        diagrams.diagram(
            "paying",
            'start -> decide -> ways -[outcome = "approve"]-> pay -> end',
            "ways -> refused",
            start=diagrams.start(),
            decide=diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="decision"/>'),
            ways=diagrams.exclusive(default="ways-to-refused"),
            pay=diagrams.service("test.pay"),
            end=diagrams.end(),
            refused=diagrams.end(),
        ),
        **{
            "decision.form": json.dumps(
                {"id": "decision", "components": [{"type": "textfield", "key": "outcome"}]}
            ).encode()
        },
    )
    return WorkItem.objects.get(instance=running.start("paying"), status="open")


def test_an_irreversible_effect_next_asks_and_another_way_does_not(alice):
    item = paying(irreversible=True)
    with pytest.raises(CannotBeUndone):
        hold(alice, item, answers={"outcome": "approve"})
    hold(alice, item, answers={"outcome": "reject"})


def test_an_effect_that_can_be_made_good_is_held(alice):
    assert hold(alice, paying(irreversible=False), answers={"outcome": "approve"})
