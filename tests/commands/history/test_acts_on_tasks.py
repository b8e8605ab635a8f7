"""What people do with tasks between two moves of a process is in its history, too, linked with all the rest."""

from __future__ import annotations

import pytest

from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import past
from workflows.models import HistoryEvent
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


def test_taking_commenting_handing_on_and_giving_back_are_linked(clock, alice, bob, manager):
    running.deploy(diagram("hand", "begin -> ask -> done", begin=start(), ask=user(group="sales"), done=end()))
    instance = running.start("hand")
    item = WorkItem.objects.get().pk
    inbox.claim_work_item(actor=alice, work_item_id=item)
    inbox.comment_on_work_item(actor=alice, work_item_id=item, text="Not my field.")
    inbox.transfer_work_item(actor=alice, work_item_id=item, recipient=bob, reason="yours")
    inbox.release_work_item(actor=bob, work_item_id=item)
    acts = HistoryEvent.objects.filter(instance=instance, kind=HistoryEvent.Kind.TASK).order_by("sequence")
    assert [(event.data["act"], event.actor, event.element) for event in acts] == [
        ("claimed", alice, "ask"),
        ("commented", alice, "ask"),
        ("transferred", alice, "ask"),
        ("released", bob, "ask"),
    ]
    assert "Not my field." not in str([event.data for event in acts])
    inbox.claim_work_item(actor=alice, work_item_id=item)
    inbox.complete_work_item(actor=alice, work_item_id=item, answers={})
    assert verify().is_whole
    assert past.state_at(instance.pk).faithful
