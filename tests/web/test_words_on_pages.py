"""Small words people stumble over: nine dashes, a username for a name, a question that was never answered."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from crm_core.levels.commands import request_level_change
from crm_core.service.commands import create_request
from notifications.models import Notification
from notifications.texts import title
from tasks_inbox.commands import complete_work_item, transfer_work_item
from tasks_inbox.models import WorkItem
from tests import crm
from tests.support import running

ANSWERS = {"proposed_level": "gold", "reason": "strategic", "justification": "They open a second house in May."}


@pytest.fixture
def asked(alice: Any) -> WorkItem:
    """Alice's request for another level, to be completed by her."""
    crm.deploy("customer-level-change", "level-review")
    change = request_level_change(actor=alice, customer_id=crm.customer(alice).pk)
    return WorkItem.objects.get(record_id=str(change.pk))


def test_a_closed_task_shows_what_was_answered_and_nothing_empty(client, alice, asked):
    """What stood beside the questions is gone with the process: tables without figures look like lost data."""
    complete_work_item(actor=alice, work_item_id=asked.pk, answers=ANSWERS)
    client.force_login(alice)
    page = client.get(reverse("task", args=[asked.pk])).content.decode()
    schema = re.search(r'<script id="task-schema" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert schema
    assert {each["key"] for each in json.loads(schema[1])["components"]} >= set(ANSWERS)
    assert "Evidence as of" not in schema[1]


def test_news_call_people_by_their_names(alice, bob, asked):
    """A username is what one types at the login, not what a colleague is called."""
    transfer_work_item(actor=alice, work_item_id=asked.pk, recipient=bob)
    found = Notification.objects.get(user=bob, template="task-transferred")
    assert title(found.template, found.data).startswith("Alice Tester gave you a task")
    with translation.override("zh-hans"):
        assert "林艾丽" in title(found.template, found.data)


def test_nothing_chosen_is_one_dash(client, alice):
    """Django's nine dashes are a line, not a word."""
    client.force_login(alice)
    page = client.get(reverse("customer_new")).content.decode()
    assert "---------" not in page
    assert ">–</option>" in page


def test_the_head_of_a_complaint_names_the_complaint_and_its_severity(client, agent, alice):
    """Its subject is not what the customer is called, and a severity is not what anybody asked for."""
    crm.deploy("complaint-escalation")
    create_request(actor=agent, kind="complaint", subject="Stopped twice", customer_id=crm.customer(alice).pk)
    running.settle()
    client.force_login(agent)
    page = client.get(reverse("task", args=[WorkItem.objects.get(element="classify").pk])).content.decode()
    facts = re.findall(
        r"<dt>(.*?)</dt><dd>(?:<a [^>]*>)?([^<]*)", page.split('<dl class="facts">')[1].split("</dl>")[0]
    )
    assert ("Service request", "Stopped twice") in facts
    assert "Severity" in dict(facts)


@pytest.mark.parametrize("act", ["level_change_object", "level_change_revoke"])
def test_a_reason_that_is_needed_is_not_called_optional(client, alice, asked, act):
    """Who is told "optional" and then refused has been told wrong."""
    client.force_login(alice)
    page = client.get(reverse(act, args=[asked.record_id])).content.decode()
    assert "optional" not in page.split('name="reason"')[0].split("<form")[-1]


def test_decisions_name_roles_in_words(client, alice, manager, director, asked):
    """A role's code is a word of the program."""
    complete_work_item(actor=alice, work_item_id=asked.pk, answers=ANSWERS)
    decision = WorkItem.objects.get(record_id=asked.record_id, element="approve")
    complete_work_item(
        actor=manager, work_item_id=decision.pk, answers={"outcome": "reject", "decision_reason": "Not yet."}
    )
    client.force_login(alice)
    page = client.get(reverse("level_change", args=[asked.record_id])).content.decode()
    assert "Sales manager, Reject" in page
    assert "sales-manager, Reject" not in page
