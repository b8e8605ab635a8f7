"""No page asks the database more often because there is more to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.levels.commands import request_level_change
from tasks_inbox.commands import comment_on_work_item, complete_work_item
from tasks_inbox.models import WorkItem
from tests.crm import customer

pytestmark = pytest.mark.django_db
ANSWERS = {"proposed_level": "silver", "reason": "strategic", "justification": "They open a second house in May."}


def ask_for_approval(alice, name):
    change = request_level_change(actor=alice, customer_id=customer(alice, name).pk)
    item = WorkItem.objects.get(record_id=str(change.pk))
    complete_work_item(actor=alice, work_item_id=item.pk, answers=ANSWERS)
    return WorkItem.objects.get(record_id=str(change.pk), status="open")


def count(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_of_the_manager(client, alice, manager, level_processes):
    first = ask_for_approval(alice, "Lanting Hotels")
    ask_for_approval(alice, "Hengtai Textiles")
    client.force_login(manager)
    addresses = [
        reverse("approval", args=[first.pk]),
        reverse("task", args=[first.pk]),
        reverse("team"),
        reverse("notifications"),
        reverse("search") + "?q=decide",
    ]
    few = [count(client, address) for address in addresses]
    for number in range(4):
        ask_for_approval(alice, f"Huaxin Logistics {number}")
        comment_on_work_item(actor=manager, work_item_id=first.pk, text=f"Thought {number}")
    assert [count(client, address) for address in addresses] == few
