"""Several tasks at once: one act each, an answer each, one undo for all that can be undone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from config import clock as product_clock
from tasks_inbox import bulk, commands
from tasks_inbox.models import HeldAct, Label, Labelling, Snooze, WorkItem
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}
DECISION = {
    "id": "decision",
    "components": [
        {
            "type": "radio",
            "key": "outcome",
            "values": [{"value": "approve", "label": "Approve"}, {"value": "reject", "label": "Reject"}],
            "validate": {"required": True},
        },
        {"type": "textfield", "key": "note"},
    ],
}
FORMS = {
    "decision": DECISION,
    "note": {"id": "note", "components": [{"type": "textfield", "key": "note", "validate": {"required": True}}]},
    "free": {"id": "free", "components": [{"type": "textfield", "key": "note"}]},
}


def form(name: str, **headers: str) -> str:
    said = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in headers.items())
    return f'<zeebe:formDefinition formId="{name}"/>' + (
        f"<zeebe:taskHeaders>{said}</zeebe:taskHeaders>" if said else ""
    )


@pytest.fixture
def many(db: None) -> Any:
    """Tasks of one kind in alice's list."""

    def run(number: int, properties: str = "", *, key: str = "kind", group: str = "") -> list[WorkItem]:
        first = diagrams.user(assignee="" if group else "alice", group=group, properties=properties)
        nodes = {"start": diagrams.start(), "first": first, "second": diagrams.user(), "end": diagrams.end()}
        files = {f"{name}.form": json.dumps(schema).encode() for name, schema in FORMS.items()}
        running.deploy(diagrams.diagram(key, "start -> first -> second -> end", **nodes), **files)
        started = [running.start(key, note="as before") for _ in range(number)]
        return [WorkItem.objects.get(instance=instance) for instance in started]

    return run


def do(client, act, items, **more):
    body = {"items": [str(item.pk) for item in items], "like": bulk.kind_of(items[0]), **more}
    answer = client.post(reverse("tasks_many", args=[act]), json.dumps(body), "application/json", **SCRIPT)
    assert answer.status_code == 200
    return answer.json()


def said(answer):
    return {result["said"] for result in answer["results"] if not result["done"]}


def done(answer):
    return [result["item"] for result in answer["results"] if result["done"]]


def statuses(items):
    return sorted(WorkItem.objects.filter(pk__in=[item.pk for item in items]).values_list("status", flat=True))


def test_it_works(client, alice, many):
    items = many(3, form("free"))
    client.force_login(alice)
    answer = do(client, "complete", items)
    assert done(answer) == [str(item.pk) for item in items]
    assert statuses(items) == ["completed"] * 3
    assert "undo_url" not in answer  # the suite runs without undo
    assert running.variables(items[0].instance)["note"] == "as before"


def test_one_undo_takes_all_of_a_batch_back(client, alice, many, settings, clock):
    settings.INBOX_UNDO_SECONDS = 8
    items = many(4)
    client.force_login(alice)
    batch = str(uuid4())
    first = do(client, "complete", items[:2], batch=batch)
    second = do(client, "complete", items[2:], batch=batch)
    assert first["undo_url"] == second["undo_url"] == reverse("tasks_undo", args=[batch])
    assert HeldAct.objects.filter(author=alice).count() == 4
    commands.confirm_held_act(actor=alice, work_item_id=items[0].pk)
    undone = client.post(second["undo_url"], **SCRIPT).json()
    assert set(undone["items"]) == {str(item.pk) for item in items[1:]}
    assert statuses(items) == ["completed", "open", "open", "open"]
    again = client.post(second["undo_url"], **SCRIPT)
    assert (again.status_code, again.json()["detail"]) == (409, "This is done and can no longer be undone.")


def test_somebody_elses_batch_is_not_undone(client, alice, bob, many, settings, clock):
    settings.INBOX_UNDO_SECONDS = 8
    items = many(2)
    client.force_login(alice)
    url = do(client, "complete", items)["undo_url"]
    client.force_login(bob)
    assert client.post(url, **SCRIPT).status_code == 409
    assert HeldAct.objects.count() == 2


def test_what_must_be_answered_is_not_completed_unseen(client, alice, many):
    items = many(2, form("note"))
    client.force_login(alice)
    assert said(do(client, "complete", items)) == {"This one must be opened by itself."}
    assert statuses(items) == ["open", "open"]


def test_only_one_kind_at_once(client, alice, many):
    ours, others = many(2), many(1, key="another")
    client.force_login(alice)
    answer = do(client, "complete", [*ours, *others])
    assert done(answer) == [str(item.pk) for item in ours]
    assert statuses(others) == ["open"]


def test_the_outsider_learns_nothing(client, charlie, many):
    items = many(2)
    client.force_login(charlie)
    for act in ("claim", "complete", "approve", "transfer", "snooze", "label"):
        answer = do(client, act, items, recipient=charlie.pk, until="2026-02-01T09:00", label=str(uuid4()))
        assert done(answer) == []
        assert {result["title"] for result in answer["results"]} == {""}
    assert statuses(items) == ["open", "open"]


def test_partial_failures_are_named(client, alice, bob, many):
    items = many(3, group="sales@HZ")
    commands.claim_work_item(actor=bob, work_item_id=items[1].pk)
    client.force_login(alice)
    answer = do(client, "claim", items)
    assert done(answer) == [str(items[0].pk), str(items[2].pk)]
    (refused,) = [result for result in answer["results"] if not result["done"]]
    assert refused["item"] == str(items[1].pk)
    assert refused["title"]
    assert refused["said"]


def test_transfer_snooze_and_label(client, alice, bob, many, clock):
    items = many(3)
    label = Label.objects.create(owner=alice, name="later")
    client.force_login(alice)
    for act in ("transfer", "snooze", "label"):
        asked = client.post(
            reverse("tasks_many_ask", args=[act]), {"items": [str(item.pk) for item in items]}, **SCRIPT
        )
        assert asked.status_code == 200
        assert asked.content.decode().count('name="items"') == 3
    assert len(done(do(client, "label", items, label=str(label.pk)))) == 3
    assert Labelling.objects.filter(label=label).count() == 3
    until = (product_clock.now() + timedelta(days=1)).astimezone(alice.time_zone).strftime("%Y-%m-%dT%H:%M")
    assert len(done(do(client, "snooze", items[:1], until=until))) == 1
    assert Snooze.objects.filter(user=alice).count() == 1
    assert done(do(client, "snooze", items, until="yesterday")) == []
    assert len(done(do(client, "transfer", items, recipient=bob.pk))) == 3
    assert set(WorkItem.objects.values_list("assignee__username", flat=True).filter(element="first")) == {"bob"}
    assert done(do(client, "transfer", items, recipient="nobody")) == []


def test_many_are_approved_only_where_the_process_allows(client, alice, many):
    allowed, forbidden = many(2, form("decision", bulkApprove="true")), many(1, form("decision"), key="strict")
    assert {bulk.done_blind(item) for item in allowed} == {"approve"}
    assert {bulk.done_blind(item) for item in forbidden} == {""}
    client.force_login(alice)
    assert done(do(client, "approve", forbidden)) == []
    assert done(do(client, "complete", allowed)) == []  # a decision is never taken by completing
    assert len(done(do(client, "approve", allowed))) == 2
    assert {item.outcome for item in WorkItem.objects.filter(pk__in=[item.pk for item in allowed])} == {"approve"}
    assert statuses(forbidden) == ["open"]


def test_nobody_rejects_many(client, alice, many):
    items = many(2, form("decision", bulkApprove="true"))
    client.force_login(alice)
    url = reverse("tasks_many", args=["reject"])
    assert client.post(url, json.dumps({"items": [str(items[0].pk)]}), "application/json", **SCRIPT).status_code == 404


def test_the_summary_says_what_is_about_to_be_approved(client, alice, many, clock):
    items = many(3, form("decision", bulkApprove="true"))
    clock.advance(timedelta(hours=5))
    items += many(1, form("decision", bulkApprove="true"), key="another")
    client.force_login(alice)
    asked = client.post(
        reverse("tasks_many_ask", args=["approve"]), {"items": [str(item.pk) for item in items]}, **SCRIPT
    ).content.decode()
    assert asked.count('name="items"') == 3
    assert "5 h" in asked
    assert "It is another kind of decision." in asked


def test_at_most_a_hundred_and_no_nonsense(client, alice, many):
    (item,) = many(1)
    client.force_login(alice)
    ids = [str(uuid4()) for _ in range(150)]
    body = {"items": [*ids, str(item.pk), 7, None, "x"], "like": bulk.kind_of(item)}
    answer = client.post(reverse("tasks_many", args=["complete"]), json.dumps(body), "application/json", **SCRIPT)
    assert len(answer.json()["results"]) == bulk.LIMIT
    assert statuses([item]) == ["open"]
    empty = client.post(reverse("tasks_many", args=["complete"]), "[]", "application/json", **SCRIPT)
    assert empty.json()["results"] == []


def test_a_plan_whose_checks_are_not_all_passed_is_left_out(client, alice, many, monkeypatch):
    from web.views import task_bulk

    items = many(2, form("decision", bulkApprove="true"))
    reds = {items[0].pk}
    monkeypatch.setattr(task_bulk, "is_green", lambda user, item, subject, variables: item.pk not in reds)
    client.force_login(alice)
    answer = do(client, "approve", items)
    assert said(answer) == {"Not all checks are passed."}
    assert done(answer) == [str(items[1].pk)]
