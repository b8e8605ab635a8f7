"""Sending back, taking back and rejecting on the pages: what the dialogs say beforehand, and the acts."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from tasks_inbox import commands
from tasks_inbox.models import WorkItem
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


def start_plan(alice, properties=""):
    running.deploy(
        diagrams.diagram(
            "plan",
            "start -> write -> split -> check -> join -> end",
            "split -> count -> join",
            start=diagrams.start(),
            write=diagrams.user(assignee="alice"),
            split=diagrams.parallel(),
            check=diagrams.user(assignee="bob", properties=properties),
            count=diagrams.user(assignee="manager"),
            join=diagrams.parallel(),
            end=diagrams.end(),
        )
    )
    instance = running.start("plan", actor=alice)
    write = item_at(instance, "write")
    commands.complete_work_item(actor=alice, work_item_id=write.pk, answers={})
    return instance, write


def item_at(instance, element):
    return WorkItem.objects.filter(instance=instance, element=element).latest("created_at", "loop")


def page(client, name, pk, **query):
    return client.get(reverse(name, args=[pk]), query, **SCRIPT)


def seen_in(text):
    return re.search(r'name="seen" value="([0-9a-f]+)"', text)[1]


def test_it_works(client, alice, bob, manager):
    instance, write = start_plan(alice)
    item = item_at(instance, "check")
    client.force_login(bob)
    pane = page(client, "task_pane", item.pk).content.decode()
    assert reverse("task_return", args=[item.pk]) in pane, "the menu offers it"
    dialog = page(client, "task_return", item.pk).content.decode()
    assert alice.display_name in dialog
    assert manager.display_name in dialog, "whose task will be closed is said before"
    body = {"target": f"{instance.pk}:{write.step}", "reason": "No figures.", "seen": seen_in(dialog)}
    answer = client.post(reverse("task_return", args=[item.pk]), body, **SCRIPT)
    assert answer.status_code == 204, answer.content
    assert {"close-dialog", "refresh-lists", "advance", "toast"} <= set(json.loads(answer["HX-Trigger"]))
    assert running.waiting_at(instance) == ["write"]
    client.force_login(alice)
    back = page(client, "task_pane", item_at(instance, "write").pk).content.decode()
    assert "No figures." in back, "the history says why"
    assert "sent the task back to Alice" in back
    assert "sent this back to you" in back


def test_straight_back_closes_nobody_elses_task(client, alice, bob, manager):
    instance, write = start_plan(alice)
    item = item_at(instance, "check")
    client.force_login(bob)
    target = f"{instance.pk}:{write.step}"
    plain = page(client, "task_return_preview", item.pk, target=target).content.decode()
    straight = page(client, "task_return_preview", item.pk, target=target, straight="on").content.decode()
    assert manager.display_name in plain
    assert manager.display_name not in straight
    body = {"target": target, "reason": "x", "straight": "on", "seen": seen_in(straight)}
    assert client.post(reverse("task_return", args=[item.pk]), body, **SCRIPT).status_code == 204
    assert running.waiting_at(instance) == ["count", "write"]


def test_what_changed_meanwhile_is_shown_again(client, alice, bob, manager):
    instance, write = start_plan(alice)
    item = item_at(instance, "check")
    client.force_login(bob)
    body = {"target": f"{instance.pk}:{write.step}", "reason": "Wrong total", "seen": "0" * 32}
    answer = client.post(reverse("task_return", args=[item.pk]), body, **SCRIPT)
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#dialog")
    text = answer.content.decode()
    assert "Wrong total" in text
    assert seen_in(text) != "0" * 32
    assert item_at(instance, "check").is_open


@pytest.mark.parametrize(
    ("body", "status"),
    [({"target": "previous"}, 400), ({"target": "x", "reason": "y"}, 409), ({}, 400), ({"reason": "y"}, 409)],
)
def test_hostile_input(client, alice, bob, body, status):
    instance, _write = start_plan(alice)
    item = item_at(instance, "check")
    client.force_login(bob)
    assert client.post(reverse("task_return", args=[item.pk]), body, **SCRIPT).status_code == status
    assert page(client, "task_return_preview", item.pk, target="\x00'").status_code == 200


def test_the_outsider_sees_nothing(client, alice, bob, charlie):
    instance, _write = start_plan(alice)
    client.force_login(charlie)
    for name in ("task_return", "task_return_preview", "task_withdraw", "task_reject"):
        assert page(client, name, item_at(instance, "check").pk).status_code == 404
    assert page(client, "request_recall", instance.pk).status_code == 404
    assert client.post(reverse("request_recall", args=[instance.pk]), {"reason": "x"}, **SCRIPT).status_code == 404


def test_a_completion_is_taken_back_from_the_done_task(client, alice, bob, manager):
    instance, write = start_plan(alice)
    client.force_login(alice)
    pane = page(client, "task_pane", write.pk).content.decode()
    assert reverse("task_withdraw", args=[write.pk]) in pane
    dialog = page(client, "task_withdraw", write.pk).content.decode()
    assert bob.display_name in dialog
    assert manager.display_name in dialog
    answer = client.post(reverse("task_withdraw", args=[write.pk]), {"seen": seen_in(dialog)}, **SCRIPT)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == reverse("task", args=[item_at(instance, "write").pk])
    assert reverse("task_withdraw", args=[write.pk]) not in page(client, "task_pane", write.pk).content.decode()


def test_it_is_not_offered_once_somebody_acted(client, alice, manager):
    instance, write = start_plan(alice)
    commands.complete_work_item(actor=manager, work_item_id=item_at(instance, "count").pk, answers={})
    client.force_login(alice)
    assert reverse("task_withdraw", args=[write.pk]) not in page(client, "task_pane", write.pk).content.decode()
    assert page(client, "task_withdraw", write.pk).status_code == 409


def test_a_request_is_taken_back_from_my_requests(client, alice, bob):
    instance, _write = start_plan(alice)
    client.force_login(alice)
    mine = client.get(reverse("requests_mine")).content.decode()
    assert reverse("request_recall", args=[instance.pk]) in mine
    dialog = page(client, "request_recall", instance.pk).content.decode()
    assert bob.display_name in dialog
    address = reverse("request_recall", args=[instance.pk])
    assert client.post(address, {"reason": " "}, **SCRIPT).status_code == 400
    assert client.post(address, {"reason": "Not needed."}, **SCRIPT).status_code == 204
    assert running.reload(instance).status == "cancelled"
    assert client.post(address, {"reason": "Not needed."}, **SCRIPT).status_code == 403


def test_rejecting_where_the_model_allows_it(client, alice, bob):
    rejects = '<zeebe:taskHeaders><zeebe:header key="reject" value="end-request"/></zeebe:taskHeaders>'
    instance, _write = start_plan(alice, rejects)
    item = item_at(instance, "check")
    client.force_login(bob)
    assert reverse("task_reject", args=[item.pk]) in page(client, "task_pane", item.pk).content.decode()
    assert page(client, "task_reject", item.pk).status_code == 200
    address = reverse("task_reject", args=[item.pk])
    assert client.post(address, {"reason": "No."}, **SCRIPT).status_code == 204
    assert running.reload(instance).status == "cancelled"
